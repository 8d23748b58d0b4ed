// Three servers, of which one leads and is cut off while its clock runs slow; a client that asks
// the others, and one that goes on asking the old leader.
//
//     k     put x=1        put x=2, of the new leader
//     l            get x                          get x, of the old one: 1 or 2?
//
// Beside it the same servers, which ask a majority before they answer a read.

import { type Recorded, TICKS_PER_MS } from '../../../engine/index.ts';
import { letterOf } from '../../marks/nodes.ts';
import { type ClusterAction, clusterLabel } from '../cluster/actions.ts';
import { type PairEvent, pairScenario } from '../cluster/pair.ts';
import { clusterScenario } from '../cluster/world.ts';

const MS = TICKS_PER_MS;
const [K, L] = [100, 101];
/** Leads first, with this seed. */
export const LEADER = 3;
/** As slow as a clock of the simulator can be: a tenth of the right pace. */
export const SLOW_PPM = -900_000;
const SEED = 26;

const setup = { servers: 3, clients: 2, clientTimeoutTicks: 120 * MS } as const;

/** A leader, a value, and both clients know whom to ask. */
const BEGUN: readonly ClusterAction[] = [
  { do: 'run', ticks: 500 * MS },
  { do: 'put', client: K, key: 'x', value: '1', forTicks: 100 * MS },
  { do: 'get', client: L, key: 'x', forTicks: 100 * MS },
];

/** Another read by one who knows whom to ask: what it takes. */
export const READ_AGAIN: readonly ClusterAction[] = [
  ...BEGUN,
  { do: 'get', client: L, key: 'x', forTicks: 200 * MS },
];

/** The leader is cut off, the others choose another, and that one is given a value. */
const DEPOSED: readonly ClusterAction[] = [
  { do: 'isolate', node: LEADER, forTicks: 450 * MS },
  { do: 'put', client: K, key: 'x', value: '2', forTicks: 350 * MS },
  { do: 'get', client: L, key: 'x', forTicks: 500 * MS },
];

const SKEW: ClusterAction = { do: 'clock', node: LEADER, ratePpm: SLOW_PPM };

const pair = pairScenario({
  id: 'leases',
  seed: SEED,
  script: [...BEGUN, SKEW, ...DEPOSED],
  opening: ['Two clusters of three servers, alike but for how they answer reads.'],
  sides: [
    { name: 'leases', ...setup, raft: { leaseReads: true } },
    { name: 'ReadIndex', ...setup },
  ],
  offers: [
    { do: 'run', ticks: 300 * MS },
    { do: 'put', client: K, key: 'x', value: '3', forTicks: 350 * MS },
    { do: 'get', client: L, key: 'x', forTicks: 350 * MS },
    { do: 'heal', forTicks: 400 * MS },
  ],
});

export const leases: typeof pair = { ...pair, label, poster: (entries) => lastAsked(entries) };

/** As the last read has just been called, on both sides. */
function lastAsked(entries: readonly Recorded<PairEvent>[]): number {
  return (
    entries.findLastIndex(
      ({ event: { side, event } }) => side === 1 && event.type === 'client.invoke',
    ) + 1
  );
}

/** The same without the slow clock: what the lease was made for. */
export const RIGHT_CLOCKS: readonly ClusterAction[] = [...BEGUN, ...DEPOSED];

const clock = (node: number): ClusterAction => ({ do: 'clock', node, ratePpm: SLOW_PPM });

const alone = clusterScenario({
  id: 'break-a-lease',
  seed: SEED + 1,
  ...setup,
  raft: { leaseReads: true },
  script: BEGUN,
  opening: ['Three servers that answer reads from a lease are about to start.'],
  offers: [
    'put',
    { do: 'get', client: L, key: 'x', forTicks: 350 * MS },
    'isolate leader',
    clock(1),
    clock(2),
    clock(3),
    'heal',
    'run',
  ],
  forTicks: 450 * MS,
});

export const breakLease: typeof alone = { ...alone, label };

/** Here it matters which client asks. */
function label(action: ClusterAction): string {
  if (action.do === 'put') return `${letterOf(action.client)} puts ${action.key} = ${action.value}`;
  if (action.do === 'get') return `${letterOf(action.client)} gets ${action.key}`;
  return clusterLabel(action);
}
