// The nemesis: it decides, before a run begins, what will go wrong in it.
//
//     0 s            1 s            2 s            3 s
//     |----- crash 2 ====== restart 2 --------------|      episodes: something breaks, and
//     |-- partition {1,2} {3} ========= heal -------|      is well again a while later
//     |--------------- clock 3 fast ================|
//
// A run that has every kind of fault all the time is good at few bugs: a network that
// loses half of everything never lets a log grow long enough to conflict. So each run
// draws which kinds of fault it has, how often and for how long (swarm testing: Groce et
// al., ISSTA 2012).
//
// 1. Each kind draws from a stream of its own: with one more kind the others stay the same.
// 2. The last good copy is never destroyed. Disks may be slow, stuck, full, fail and lose
//    what wasn't durable, and never what was; so any number of servers may suffer.
//    What Raft doesn't promise to survive, a disk that lies or forgets, is no fault here.
//    What was durable rots only on servers that the run can spare, less than half of them.
//    A server that finds such damage refuses it, and stays down; else nothing must be wrong.
//    Their Raft logs are left alone: what a log can't tell about its own end (raft-storage.ts)
//    would be a fault of its disk, not of the engine. A test tries each of its bytes instead.
// 3. Faults that would hide others are bounded: an episode ends, and not every server is
//    down all the time.

import type { Random } from '../base/random.ts';
import { type NodeId, TICKS_PER_MS } from '../env/program.ts';
import type { Survival, WorldAction } from './actions.ts';
import type { LatencyTable } from './latency.ts';

/** An action, and when it is done, in the world's ticks. */
export interface TimedAction {
  readonly atTicks: number;
  readonly action: WorldAction;
}

/** What the nemesis may hurt. */
export interface Targets {
  readonly servers: readonly NodeId[];
  readonly clients: readonly NodeId[];
  /** Servers that may be lost for good; a majority is left without them. */
  readonly expendable: readonly NodeId[];
}

export type FaultKind =
  | 'crash'
  | 'crash in a call'
  | 'crash all'
  | 'pause'
  | 'slow'
  | 'clock'
  | 'partition'
  | 'flapping partition'
  | 'one-way cut'
  | 'bad network'
  | 'slow disk'
  | 'failing disk'
  | 'rot';

/** What breaks, and what mends it after so many ticks. */
interface Episode {
  readonly begin: readonly WorldAction[];
  readonly end: readonly WorldAction[];
}

type Draw = (random: Random, targets: Targets) => Episode;

const SURVIVALS: readonly Survival[] = ['chance', 'chance', 'nothing', 'everything', 'torn'];

const FAULTS: { readonly [K in FaultKind]: Draw } = {
  crash(random, { servers }) {
    const node = random.pick(servers);
    const survive = random.pick(SURVIVALS);
    return { begin: [{ do: 'crash', node, survive }], end: [{ do: 'restart', node }] };
  },
  'crash in a call'(random, { servers }) {
    const node = random.pick(servers);
    const atCall = random.between(1, 12);
    return { begin: [{ do: 'crash', node, atCall }], end: afresh(node) };
  },
  'crash all'(random, { servers }) {
    const survive = random.pick(SURVIVALS);
    return {
      begin: servers.map((node) => ({ do: 'crash', node, survive })),
      end: servers.map((node) => ({ do: 'restart', node })),
    };
  },
  pause(random, { servers }) {
    const node = random.pick(servers);
    return { begin: [{ do: 'pause', node }], end: [{ do: 'resume', node }] };
  },
  slow(random, { servers }) {
    const node = random.pick(servers);
    const stepTicks = random.pick([100, 500, 2_000, 10_000]);
    return {
      begin: [{ do: 'slow', node, stepTicks }],
      end: [{ do: 'slow', node, stepTicks: 0 }],
    };
  },
  clock(random, { servers }) {
    const node = random.pick(servers);
    const ratePpm = random.pick([-500_000, -100_000, -1_000, 1_000, 100_000, 500_000]);
    const jumpTicks = random.chance(1, 2) ? random.between(-1_000_000, 1_000_000) : 0;
    return {
      begin: [{ do: 'clock', node, ratePpm, jumpTicks }],
      end: [{ do: 'clock', node, ratePpm: 0 }],
    };
  },
  partition(random, targets) {
    return { begin: [{ do: 'partition', groups: split(random, targets) }], end: [{ do: 'heal' }] };
  },
  'flapping partition'(random, targets) {
    const flapTicks = random.between(20, 400) * TICKS_PER_MS;
    return {
      begin: [{ do: 'partition', groups: split(random, targets), flapTicks }],
      end: [{ do: 'heal' }],
    };
  },
  'one-way cut'(random, { servers }) {
    const from = random.pick(servers);
    const to = random.pick(servers.filter((node) => node !== from));
    const others = random.chance(1, 2) ? servers.filter((node) => node !== from) : [to];
    return {
      begin: others.map((other) => ({ do: 'sever', from, to: other })),
      end: others.map((other) => ({ do: 'mend', from, to: other })),
    };
  },
  'bad network'(random) {
    const options = {
      lossPpm: random.pick([0, 10_000, 100_000, 300_000]),
      duplicatePpm: random.pick([0, 10_000, 200_000]),
      corruptPpm: random.pick([0, 0, 20_000]),
      reorderPpm: random.pick([0, 100_000, 1_000_000]),
      latency: random.pick(LATENCIES),
    };
    return { begin: [{ do: 'network', options }], end: [{ do: 'heal' }] };
  },
  'slow disk'(random, { servers }) {
    const node = random.pick(servers);
    const syncTicks = random.pick([5, 20, 100, 400]) * TICKS_PER_MS;
    const begin: WorldAction = random.chance(1, 4)
      ? { do: 'disk', node, fault: 'stuck' }
      : { do: 'disk', node, fault: 'slow', syncTicks };
    return { begin: [begin], end: [{ do: 'disk', node, fault: 'well' }] };
  },
  'failing disk'(random, { servers }) {
    const node = random.pick(servers);
    const fault = random.pick(['full', 'fail'] as const);
    const well: WorldAction = { do: 'disk', node, fault: 'well' };
    // A server waits for room by itself; one whose sync failed is down, or will be at its next.
    return {
      begin: [{ do: 'disk', node, fault }],
      end: fault === 'full' ? [well] : [well, ...afresh(node)],
    };
  },
  rot(random, { expendable }) {
    if (expendable.length === 0) return { begin: [], end: [] };
    const node = random.pick(expendable);
    const place = random.below(1 << 30);
    const begin: WorldAction[] = [{ do: 'disk', node, fault: 'decay', place, spares: SPARED }];
    // Found at a start, or whenever somebody reads it.
    if (random.chance(1, 2)) begin.push({ do: 'crash', node, survive: 'everything' });
    return { begin, end: [{ do: 'restart', node }] };
  },
};

/** The Raft log: cluster/file-names.ts. */
const SPARED = '.rft';

/** What was to fail in one of its next calls won't, if it hasn't yet. */
function afresh(node: NodeId): WorldAction[] {
  return [
    { do: 'crash', node },
    { do: 'restart', node },
  ];
}

export const FAULT_KINDS = Object.keys(FAULTS) as readonly FaultKind[];

/** One building; two of them; and a path with a long tail. */
const LATENCIES: readonly LatencyTable[] = [
  [[1, 200, 600]],
  [[1, 5_000, 15_000]],
  [
    [80, 300, 2_000],
    [15, 2_000, 40_000],
    [5, 40_000, 300_000],
  ],
];

/** Two or three groups of servers, clients anywhere. */
function split(random: Random, { servers, clients }: Targets): NodeId[][] {
  const count = random.chance(1, 4) ? 3 : 2;
  const groups: NodeId[][] = Array.from({ length: count }, () => []);
  for (const node of [...servers, ...clients]) random.pick(groups).push(node);
  return groups.filter((group) => group.length > 0);
}

/** How a run is hurt: which kinds, how often, for how long. */
export interface FaultPlan {
  readonly kind: FaultKind;
  /** From the end of an episode to the beginning of the next, at most. */
  readonly pauseTicksMax: number;
  readonly lastsTicksMax: number;
}

/** Draws which of these kinds a run has; now and then none. */
export function drawFaultPlans(random: Random, kinds: readonly FaultKind[]): FaultPlan[] {
  const plans: FaultPlan[] = [];
  const share = random.between(1, 3);
  for (const kind of kinds) {
    const own = random.fork(kind);
    if (!own.chance(share, 6)) continue;
    plans.push({
      kind,
      pauseTicksMax: own.pick([200, 500, 1_500]) * TICKS_PER_MS,
      lastsTicksMax: own.pick([50, 300, 1_000]) * TICKS_PER_MS,
    });
  }
  return plans;
}

/** The actions of a plan, from 0 to `endTicks`; each episode is over by then. */
export function drawEpisodes(
  random: Random,
  plan: FaultPlan,
  targets: Targets,
  endTicks: number,
): TimedAction[] {
  const actions: TimedAction[] = [];
  for (let atTicks = 0; ; ) {
    atTicks += random.between(1, plan.pauseTicksMax);
    if (atTicks >= endTicks) return actions;
    const { begin, end } = FAULTS[plan.kind](random, targets);
    for (const action of begin) actions.push({ atTicks, action });
    atTicks = Math.min(endTicks, atTicks + random.between(1, plan.lastsTicksMax));
    for (const action of end) actions.push({ atTicks, action });
  }
}
