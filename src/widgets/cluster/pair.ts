// Two clusters that differ in one option, side by side: the same seed, the same actions, one
// timeline. What differs in the pictures is what the option does.
//
//     const both = pairScenario({ id: 'pre-vote', seed: 3, script, opening,
//       sides: [{ name: 'without pre-vote', raft: { preVote: false } }, { name: 'with pre-vote' }] });
//
// 1. Events come in the order of virtual time, whichever side they are of.
// 2. An action is done to both at the same moment.

import { clientsOf, type Recorded, serversOf, type WorldEvent } from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import type { Context, Mark, Scenario } from '../../player/scenario.ts';
import { type ClusterState, clusterProjection } from '../../projections/cluster.ts';
import { type ClusterAction, clusterLabel, parseClusterAction, shortenCluster } from './actions.ts';
import { clusterCaption } from './captions.ts';
import { ClusterMachine, type ClusterSetup } from './machine.ts';
import { clusterMark } from './world.ts';

/** 0: the one on the left. */
export type Side = 0 | 1;

export interface PairEvent {
  readonly type: WorldEvent['type'];
  readonly side: Side;
  readonly event: WorldEvent;
}

export interface PairState {
  readonly sides: readonly [ClusterState, ClusterState];
}

export interface PairSide extends ClusterSetup {
  readonly name: string;
}

export interface PairOptions {
  readonly id: string;
  readonly version?: number;
  readonly seed: number;
  readonly script: readonly ClusterAction[];
  readonly opening: Caption;
  readonly sides: readonly [PairSide, PairSide];
  readonly offers: readonly ClusterAction[];
  readonly ticksPerMs?: number;
}

export type PairScenario = Scenario<PairMachine, ClusterAction, PairState, PairEvent>;

const TICKS_PER_PLAYED_MS = 80;
const GENTLE = new Set<string>(['run', 'put', 'get', 'heal', 'restart', 'resume', 'mend']);

export function pairScenario(options: PairOptions): PairScenario {
  const { id, version = 1, seed, script, opening, sides } = options;
  const projections = sides.map((side) =>
    clusterProjection({ servers: serversOf(side), clients: clientsOf(side) }),
  ) as [ReturnType<typeof clusterProjection>, ReturnType<typeof clusterProjection>];
  const inner = (entry: Recorded<PairEvent>): Recorded<WorldEvent> => ({
    ...entry,
    event: entry.event.event,
  });
  return {
    id,
    version,
    seed,
    script,
    create: (context) => new PairMachine(context, sides),
    apply: (machine, action) => machine.apply(action),
    shorten: shortenCluster,
    ticksPerMs: options.ticksPerMs ?? TICKS_PER_PLAYED_MS,
    initial: { sides: [projections[0].initial, projections[1].initial] },
    project: ({ sides: [left, right] }, entry) =>
      entry.event.side === 0
        ? { sides: [projections[0].project(left, inner(entry)), right] }
        : { sides: [left, projections[1].project(right, inner(entry))] },
    opening,
    caption: (entry, state) => [
      `${sides[entry.event.side].name}: `,
      ...clusterCaption(inner(entry), state.sides[entry.event.side]),
    ],
    mark: (entry): Mark | undefined => clusterMark(inner(entry)),
    label: clusterLabel,
    offers: () =>
      options.offers.map((action) => ({
        action,
        ...(GENTLE.has(action.do) ? {} : { kind: 'fault' as const }),
      })),
    parse: parseClusterAction,
  };
}

/** Both worlds, kept at the same moment. */
class PairMachine {
  readonly #machines: readonly [ClusterMachine, ClusterMachine];
  #heard = 0;

  constructor({ seed, trace, stamp }: Context<PairEvent>, sides: PairOptions['sides']) {
    const make = (side: Side) => {
      const heard = (event: WorldEvent) => {
        this.#heard++;
        trace({ type: event.type, side, event });
      };
      return new ClusterMachine({ seed, trace: heard, stamp }, sides[side]);
    };
    this.#machines = [make(0), make(1)];
  }

  apply(action: ClusterAction): void {
    const { forTicks = 0, events = Number.POSITIVE_INFINITY, ...plain } = action;
    this.#heard = 0;
    const ticks = plain.do === 'run' ? plain.ticks : forTicks;
    if (plain.do !== 'run') this.#act(plain as ClusterAction, events);
    this.#run(ticks, events);
  }

  #act(action: ClusterAction, eventsMax: number): void {
    for (const machine of this.#machines) if (this.#heard < eventsMax) machine.apply(action);
  }

  /** One pending event after the other, always the one that comes first. */
  #run(ticks: number, eventsMax: number): void {
    const [left, right] = this.#machines.map(({ world }) => world) as [World, World];
    const endTicks = Math.max(left.nowTicks, right.nowTicks) + ticks;
    while (this.#heard < eventsMax) {
      const next = left.nextTicks <= right.nextTicks ? left : right;
      if (next.nextTicks > endTicks || next.violation) break;
      next.step();
    }
    const nowTicks = this.#heard < eventsMax ? endTicks : Math.max(left.nowTicks, right.nowTicks);
    for (const world of [left, right]) if (!world.violation) world.run(nowTicks - world.nowTicks);
  }
}

type World = ClusterMachine['world'];
