// node scripts/bench-sim.ts
//
// How fast the simulator is: the bare heap with 1,000 events pending, then five Raft servers with
// disks, from idle to busy, listened to and not, and how many writes a second are a thousand times
// real time. Times are of the processor, the best of several rounds in turn, so that what else
// the machine does counts little.

import type { ReplicaView } from '../engine/cluster/replica.ts';
import { clusterWorld, FIRST_CLIENT, Recorder, type World } from '../engine/index.ts';
import { Heap } from '../engine/sim/heap.ts';

const ROUNDS = 7;
const PENDING = 1000;
const HEAP_EVENTS = 2_000_000;
const GOAL = 1000;
const SLICES_PER_SECOND = 10;
const SLICE_TICKS = 1_000_000 / SLICES_PER_SECOND;

/** One client has one call under way, so a hundred writes a second take several of them. */
interface Load {
  readonly name: string;
  readonly clients: number;
  readonly putsPerSlice: number;
  /** Of virtual time. */
  readonly seconds: number;
}

const LOADS: readonly Load[] = [
  { name: 'idle', clients: 5, putsPerSlice: 0, seconds: 300 },
  { name: '10 writes a second', clients: 5, putsPerSlice: 1, seconds: 150 },
  { name: '20 writes a second', clients: 5, putsPerSlice: 2, seconds: 120 },
  { name: 'one client that never rests', clients: 1, putsPerSlice: 4, seconds: 100 },
  { name: '100 writes a second', clients: 5, putsPerSlice: 10, seconds: 60 },
];

/** Seconds of the processor, and writes done, for a second of virtual time. */
interface Cost {
  readonly seconds: number;
  readonly writes: number;
}

function main(): void {
  const perSecond = HEAP_EVENTS / Math.min(...rounds(heapSeconds));
  console.log(`heap, ${PENDING} pending: ${(perSecond / 1e6).toFixed(1)} million events a second`);
  const silent: Cost[] = [];
  for (const load of LOADS) {
    const pairs = rounds(() => [costOf(load, false), costOf(load, true)] as const);
    const [quiet, recorded] = [best(pairs.map(([a]) => a)), best(pairs.map(([, b]) => b))];
    silent.push(quiet);
    console.log(lineOf(load, quiet, recorded));
  }
  console.log(`${GOAL} times real time: up to ${writesAtGoal(silent).toFixed(0)} writes a second`);
}

function lineOf({ name }: Load, silent: Cost, recorded: Cost): string {
  const times = ({ seconds }: Cost) => (1 / seconds).toFixed(0);
  const cost = (recorded.seconds / silent.seconds - 1) * 100;
  const done = `${silent.writes.toFixed(0)} done`;
  const both = `${times(silent)} times real time, recorded ${times(recorded)}`;
  return `five servers, ${name} (${done}): ${both} (recording costs ${cost.toFixed(0)} %)`;
}

/** Between the two loads where the goal is passed the cost grows with the writes. */
function writesAtGoal(costs: readonly Cost[]): number {
  const all = costs.toSorted((a, b) => a.writes - b.writes);
  const at = all.findIndex(({ seconds }) => seconds > 1 / GOAL);
  const [low, high] = [all[at - 1], all[at]];
  if (low === undefined || high === undefined) return at === 0 ? 0 : (all.at(-1)?.writes ?? 0);
  const part = (1 / GOAL - low.seconds) / (high.seconds - low.seconds);
  return low.writes + part * (high.writes - low.writes);
}

function heapSeconds(): number {
  const heap = new Heap();
  for (let i = 0; i < PENDING; i++) heap.push((i * 7919) % PENDING, 0, i);
  let random = 1;
  return measure(() => {
    for (let i = 0; i < HEAP_EVENTS; i++) {
      heap.take();
      random = (Math.imul(random, 1103515245) + 12345) & 0x7fffffff;
      heap.push(heap.timeTicks + ((random >>> 8) % PENDING), 0, heap.subject);
    }
  });
}

function costOf(load: Load, isRecorded: boolean): Cost {
  const recorder = new Recorder<never>();
  const stamp = (node: number, timeTicks: number) => {
    recorder.node = node;
    recorder.timeTicks = timeTicks;
  };
  const listening = isRecorded ? { trace: recorder.trace as (event: unknown) => void, stamp } : {};
  const world = clusterWorld({ seed: 7, servers: 5, clients: load.clients, ...listening });
  world.run(2_000_000);
  const before = appliedIn(world);
  const seconds = measure(() => {
    for (let i = 0; i < load.seconds * SLICES_PER_SECOND; i++) work(world, load, i);
  });
  const writes = appliedIn(world) - before;
  return { seconds: seconds / load.seconds, writes: writes / load.seconds };
}

/** A tenth of a second, with so many writes. */
function work(world: World, { clients, putsPerSlice }: Load, slice: number): void {
  for (let i = 0; i < putsPerSlice; i++) {
    const command = { call: 'put', key: `key ${i}`, value: `value ${slice}` };
    const node = FIRST_CLIENT + ((slice * putsPerSlice + i) % clients);
    world.act({ do: 'command', node, command });
  }
  world.run(SLICE_TICKS);
}

/** How many entries a server has applied. */
function appliedIn(world: World): number {
  return (world.node(1).program as ReplicaView).machine?.appliedIndex ?? 0;
}

function rounds<T>(measured: () => T): T[] {
  return Array.from({ length: ROUNDS }, measured);
}

function best(costs: readonly Cost[]): Cost {
  return costs.reduce((a, b) => (a.seconds <= b.seconds ? a : b));
}

/** Seconds of the processor. */
function measure(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

main();
