// node scripts/bench-sim.ts
//
// How fast the simulator is: the bare heap with 1,000 events pending, then five Raft servers with
// disks, idle and busy, listened to and not. Times are of the processor, the best of several
// rounds, so that what else the machine does counts little.

import { clusterWorld, FIRST_CLIENT, Recorder, type World } from '../engine/index.ts';
import { Heap } from '../engine/sim/heap.ts';

const ROUNDS = 7;
const PENDING = 1000;
const HEAP_EVENTS = 2_000_000;
const PUTS_PER_100_MS = 10;
/** One client has one call under way: so many get a hundred writes a second done. */
const CLIENTS = 5;

function main(): void {
  const perSecond = best(() => HEAP_EVENTS / heapSeconds());
  console.log(`heap, ${PENDING} pending: ${(perSecond / 1e6).toFixed(1)} million events a second`);
  for (const [name, puts, seconds] of [
    ['idle', 0, 300],
    ['busy', PUTS_PER_100_MS, 60],
  ] as const) {
    const silent = best(() => seconds / runSeconds(puts, seconds, false));
    const recorded = best(() => seconds / runSeconds(puts, seconds, true));
    const cost = (silent / recorded - 1) * 100;
    const times = `${silent.toFixed(0)} times real time, recorded ${recorded.toFixed(0)}`;
    console.log(`five servers, ${name}: ${times} (recording costs ${cost.toFixed(0)} %)`);
  }
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

function runSeconds(puts: number, seconds: number, isRecorded: boolean): number {
  const recorder = new Recorder<never>();
  const stamp = (node: number, timeTicks: number) => {
    recorder.node = node;
    recorder.timeTicks = timeTicks;
  };
  const listening = isRecorded ? { trace: recorder.trace as (event: unknown) => void, stamp } : {};
  const world = clusterWorld({ seed: 7, servers: 5, clients: CLIENTS, ...listening });
  world.run(2_000_000);
  return measure(() => {
    for (let i = 0; i < seconds * 10; i++) work(world, puts, i);
  });
}

/** A tenth of a second, with so many writes. */
function work(world: World, puts: number, round: number): void {
  for (let i = 0; i < puts; i++) {
    const command = { call: 'put', key: `key ${i}`, value: `value ${round}` };
    world.act({ do: 'command', node: FIRST_CLIENT + (i % CLIENTS), command });
  }
  world.run(100_000);
}

function best(measured: () => number): number {
  return Math.max(...Array.from({ length: ROUNDS }, measured));
}

/** Seconds of the processor. */
function measure(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

main();
