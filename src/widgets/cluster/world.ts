// A cluster in a figure: a family of scenarios on the real simulator, with real servers and
// clients. How to make a figure of one's own:
//
//     // scenario.ts
//     export const election = clusterScenario({
//       id: 'election',                          // in every link
//       seed: 7,
//       script: [{ do: 'run', ticks: 900_000 }], // microseconds of virtual time
//       opening: ['Five servers are about to be switched on.'],
//       servers: 5, clients: 0,
//       raft: { preVote: false },                // any option of Raft's
//       offers: ['run', 'split vote', 'heal'],   // buttons below; those of a server and of a
//     });                                        //   message come with what they act on
//
//     // Election.svelte
//     <ClusterFigure scenario={election} question="Who leads, and who says so?" />
//
//     // tests/unit/widgets/election.test.ts
//     test('rewinds', () => checkRewind(election));
//
// Facts and exercises run it without a picture: `run(election, { ...scriptOf(election), actions })`
// gives the events, and `entries.reduce(election.project, election.initial)` the last state.
//
// 1. The state is `ClusterState` (src/projections/cluster.ts), whatever the figure shows of it.
// 2. Playing is by virtual time: `ticksPerMs` says how much of it a millisecond of the reader's is.
// 3. An action in the middle of a run ends the run there: it is forked at the very step.
// 4. A figure's own buttons are actions (`offers: [{ do: 'crash', node: 1, forTicks: 300_000 }]`).
//    `forTicks` is the time that goes by afterwards, so that something can be seen to come of it.

import {
  clientsOf,
  type Recorded,
  serversOf,
  TICKS_PER_MS,
  type WorldEvent,
} from '../../../engine/index.ts';
import { letterOf } from '../../marks/nodes.ts';
import type { Caption } from '../../player/caption.ts';
import type { Mark, Offer, Scenario } from '../../player/scenario.ts';
import { type ClusterState, clusterProjection } from '../../projections/cluster.ts';
import {
  type ClusterAction,
  clusterLabel,
  parseClusterAction,
  shortenCluster,
  type TellingState,
} from './actions.ts';
import { clusterCaption } from './captions.ts';
import { ClusterMachine, type ClusterSetup } from './machine.ts';

export type ClusterScenario = Scenario<ClusterMachine, ClusterAction, ClusterState, WorldEvent>;

/** A button: one that every figure may have, by its name, or an action of the figure's own. */
export type OfferName = 'run' | 'put' | 'get' | 'heal' | 'isolate leader' | TellingState;

export interface ClusterOptions extends ClusterSetup {
  readonly id: string;
  /** Default 1. */
  readonly version?: number;
  readonly seed: number;
  readonly script: readonly ClusterAction[];
  readonly opening: Caption;
  /** Default: run, put, get, isolate leader, heal. */
  readonly offers?: readonly (OfferName | ClusterAction)[];
  /** Virtual ticks for a millisecond of playing. Default 60: an election takes some seconds. */
  readonly ticksPerMs?: number;
  /** Time that goes by after each button. Default 400 ms. */
  readonly forTicks?: number;
  /** Other words for events that this figure is about; undefined leaves the usual ones. */
  readonly caption?: (entry: Recorded<WorldEvent>, state: ClusterState) => Caption | undefined;
  readonly mark?: (entry: Recorded<WorldEvent>) => Mark | undefined;
  readonly poster?: ClusterScenario['poster'];
}

const FOR_TICKS = 400 * TICKS_PER_MS;
const TICKS_PER_PLAYED_MS = 60;
const OFFERS = ['run', 'put', 'get', 'isolate leader', 'heal'] as const;

export function clusterScenario(options: ClusterOptions): ClusterScenario {
  const { id, version = 1, seed, script, opening, poster, caption } = options;
  const members = { servers: serversOf(options), clients: clientsOf(options) };
  const { initial, project } = clusterProjection(members);
  return {
    id,
    version,
    seed,
    script,
    create: (context) => new ClusterMachine(context, options),
    apply: (machine, action) => machine.apply(action),
    shorten: shortenCluster,
    ticksPerMs: options.ticksPerMs ?? TICKS_PER_PLAYED_MS,
    initial,
    project,
    opening,
    caption: (entry, state) => caption?.(entry, state) ?? clusterCaption(entry, state),
    mark: options.mark ?? clusterMark,
    label: clusterLabel,
    offers: (state) => (options.offers ?? OFFERS).map((one) => offerOf(one, state, options)),
    parse: parseClusterAction,
    ...(poster ? { poster } : {}),
  };
}

export function clusterMark({ event, node }: Recorded<WorldEvent>): Mark | undefined {
  switch (event.type) {
    case 'raft.role':
      if (event.role === 'leader')
        return { kind: 'sync', label: `${letterOf(node)} leads term ${event.term}` };
      if (event.role === 'candidate')
        return { kind: 'fork', label: `${letterOf(node)} asks for votes` };
      return undefined;
    case 'client.invoke':
      return { kind: 'write', label: `${event.call} ${event.key}` };
    case 'node.crash':
    case 'node.fail':
      return { kind: 'crash', label: `${letterOf(node)} is down` };
    case 'net.links':
      return { kind: 'crash', label: event.severed.length ? 'links are cut' : 'the network heals' };
    case 'sim.violation':
      return { kind: 'error', label: event.invariant };
    default:
      return undefined;
  }
}

function offerOf(
  offer: OfferName | ClusterAction,
  state: ClusterState,
  options: ClusterOptions,
): Offer<ClusterAction> {
  if (typeof offer !== 'string') return { action: offer, ...(isFault(offer) ? FAULT : {}) };
  const { forTicks = FOR_TICKS } = options;
  const [client = 0] = state.clients;
  switch (offer) {
    case 'run':
      return { action: { do: 'run', ticks: forTicks } };
    case 'put': {
      const value = String(state.operations.length + 1);
      return { action: { do: 'put', client, key: 'x', value, forTicks } };
    }
    case 'get':
      return { action: { do: 'get', client, key: 'x', forTicks } };
    case 'heal': {
      const isWhole = state.network.severed.length === 0;
      const why = isWhole ? { unavailable: 'No link is cut.' } : {};
      return { action: { do: 'heal', forTicks }, ...why };
    }
    case 'isolate leader':
      return isolateLeader(state, forTicks);
    default:
      return { action: { do: 'tell', state: offer, forTicks }, ...FAULT };
  }
}

function isolateLeader(state: ClusterState, forTicks: number): Offer<ClusterAction> {
  const leaders = state.nodes.filter(({ role, machine }) => role === 'leader' && machine === 'up');
  const newest = leaders.sort((a, b) => b.term - a.term)[0];
  const action: ClusterAction = { do: 'isolate', node: newest?.id ?? 1, forTicks };
  return { action, ...FAULT, ...(newest ? {} : { unavailable: 'Nobody leads at the moment.' }) };
}

const FAULT = { kind: 'fault' } as const;
const KIND = new Set<string>(['run', 'put', 'get', 'heal', 'restart', 'resume', 'mend', 'stage']);

function isFault({ do: verb }: ClusterAction): boolean {
  return !KIND.has(verb);
}
