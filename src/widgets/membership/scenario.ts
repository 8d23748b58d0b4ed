// The figures about membership: a live cluster that grows and shrinks, and one whose servers don't
// agree on who they are.

import {
  FIRST_CLIENT,
  type ReplicaView,
  TICKS_PER_MS,
  type WorldAction,
  type WorldEvent,
} from '../../../engine/index.ts';
import { letterOf } from '../../marks/nodes.ts';
import type { Caption } from '../../player/caption.ts';
import type { Offer } from '../../player/scenario.ts';
import { type ClusterState, leadersOf } from '../../projections/cluster.ts';
import { type ClusterAction, clusterLabel } from '../cluster/actions.ts';
import { raftInvariants } from '../cluster/invariants.ts';
import type { ClusterMachine } from '../cluster/machine.ts';
import { type ClusterScenario, clusterScenario } from '../cluster/world.ts';
import { foundersOf, STEPS } from './founders.ts';
import { SEED, START_TICKS } from './hunt.ts';
import { currentOf, type Members, nextSteps } from './members.ts';
import { allMoves, doMove, type Move, moveName, STILL } from './moves.ts';

const ms = (count: number) => count * TICKS_PER_MS;
const SETTLE_TICKS = ms(700);

/** Asks for these voters, and waits until it is done or has come to nothing. */
export function configure(members: Members, forTicks = SETTLE_TICKS): ClusterAction {
  const command = { call: 'configure', ...members };
  return { do: 'command', node: FIRST_CLIENT, command, forTicks };
}

const LEADER_TICKS = ms(2000);

/** Until somebody leads, and has committed something of its own. */
function untilLed(machine: ClusterMachine): void {
  const isLed = () => {
    const [leader] = machine.leaders();
    const log = leader === undefined ? undefined : machine.logOf(leader);
    return log !== undefined && log.lastIndex > 0;
  };
  machine.run(LEADER_TICKS, isLed);
  machine.run(ms(80));
}

const REMOVE = 'Remove the leader';

const LIVE = clusterScenario({
  id: 'membership',
  seed: 4,
  servers: 3,
  spares: 2,
  stages: { 'A leader': untilLed, [REMOVE]: dropLeader },
  watch: raftInvariants(),
  script: [{ do: 'stage', stage: 'A leader' }, configure({ voters: [1, 2, 3, 4, 5] })],
  opening: ['Three servers are a cluster. D and E are switched on, and belong to nothing.'],
  caption: ({ event, node }, state) => captionOf(event, node, state),
  poster: (entries) =>
    entries.findIndex(
      ({ event }) => event.type === 'raft.configuration' && event.configuration.outgoing.length > 0,
    ) + 1,
});

/** Its buttons depend on who is a member. */
export const membership: ClusterScenario = {
  ...LIVE,
  label: labelOf,
  offers: (state) => [
    ...nextSteps(currentOf(state)).map((members) => ({ action: configure(members) })),
    removeLeader(state),
    ...LIVE.offers(state).filter(({ action }) => ['put', 'run', 'heal'].includes(action.do)),
  ],
};

function removeLeader(state: ClusterState): Offer<ClusterAction> {
  const action: ClusterAction = { do: 'stage', stage: REMOVE, forTicks: SETTLE_TICKS };
  const [leader] = leadersOf(state);
  if (!leader) return { action, unavailable: 'Nobody leads at the moment.' };
  const isAlone = currentOf(state).voters.length <= 1;
  return isAlone ? { action, unavailable: 'It is the only one.' } : { action };
}

/** Asks for the same members without whoever leads. */
function dropLeader(machine: ClusterMachine): void {
  const [leader] = machine.leaders();
  if (leader === undefined) return;
  const { raft } = (machine.world.node(leader).program ?? {}) as Partial<ReplicaView>;
  const now = raft?.status().configuration;
  if (now === undefined) return;
  const voters = now.voters.filter((id) => id !== leader);
  const { forTicks: _, ...action } = configure({ voters, learners: now.learners });
  machine.act(action as WorldAction);
}

function labelOf(action: ClusterAction): string {
  const members = membersIn(action);
  if (members === undefined) return clusterLabel(action);
  const { voters, learners = [] } = members;
  const also = learners.length > 0 ? `, ${letters(learners)} to learn` : '';
  return `Voters ${letters(voters)}${also}`;
}

function membersIn(action: ClusterAction): Members | undefined {
  if (action.do !== 'command') return undefined;
  const { call, voters, learners } = (action.command ?? {}) as Partial<Members & { call: string }>;
  if (call !== 'configure' || !Array.isArray(voters)) return undefined;
  return Array.isArray(learners) ? { voters, learners } : { voters };
}

const letters = (ids: readonly number[]) => ids.map(letterOf).join(' ');

function captionOf(event: WorldEvent, node: number, state: ClusterState): Caption | undefined {
  const who = `Client ${letterOf(node)}`;
  if (event.type === 'client.invoke' && event.call === 'configure') {
    const wanted = (event.value ?? '').split(',').map(Number);
    return [`${who} asks that the voters be ${letters(wanted)}.`];
  }
  if (event.type !== 'client.return' || event.outcome !== 'ok') return undefined;
  const asked = state.operations.findLast(
    (one) => one.client === node && one.request === event.request,
  );
  return asked?.call === 'configure' ? [`${who} is told that the change is made.`] : undefined;
}

const FIVE = [1, 2, 3, 4, 5] as const;
const NAIVE = STEPS['at once'];

const stageOf = (move: Move): ClusterAction => ({ do: 'stage', stage: moveName(move) });

/** The history in the figure that does these moves. */
export function historyOf(moves: readonly Move[]): ClusterAction[] {
  return [...started, ...moves.map(stageOf)];
}

const started: readonly ClusterAction[] = [{ do: 'run', ticks: START_TICKS }];

/** Five servers that don't agree on who they are; the reader says what happens next. */
function still(id: string, opening: string): ClusterScenario {
  const scenario = clusterScenario({
    ...STILL,
    id,
    seed: SEED,
    servers: NAIVE.servers,
    foundersOf: foundersOf(NAIVE),
    stages: Object.fromEntries(
      allMoves(FIVE).map((move) => [
        moveName(move),
        (machine: ClusterMachine) => {
          if (!machine.isOver) doMove(machine.world, move);
        },
      ]),
    ),
    watch: raftInvariants(),
    script: started,
    ticksPerMs: 16,
    opening: [opening],
    caption: ({ event, node }) =>
      event.type === 'raft.timer'
        ? [`${letterOf(node)} waits until you say otherwise.`]
        : undefined,
  });
  return { ...scenario, offers: movesFrom };
}

/** Whose patience can end, and the oldest message of each link. */
function movesFrom(state: ClusterState): Offer<ClusterAction>[] {
  if (state.violation !== undefined) return [];
  const flying = state.network.messages.filter(({ fate }) => fate === 'flying');
  const links = new Map(flying.map(({ from, to }) => [`${from} ${to}`, { from, to }]));
  const waiting = state.nodes.filter(({ role, machine }) => role !== 'leader' && machine === 'up');
  const moves: Move[] = [...waiting.map(({ id }) => ({ patience: id })), ...links.values()];
  return moves.map((move) => ({ action: stageOf(move) }));
}

export const naive = still(
  'naive-change',
  'A, B and C think that the cluster is A, B and C. D and E have been told that it is all five.',
);

export const byHand = still(
  'both-lead',
  'Nothing happens unless you say so. Make two leaders of one term.',
);
