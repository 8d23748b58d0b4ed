// One number for all that decides what may happen in a world from here on.
//
// 1. What is pending counts as a set: the order in which it was sent is no part of the state.
// 2. Two worlds that differ only in numbers of messages, events and steps are equal.
// 3. `timeless`: what may come next, whenever it comes, for a search that tries all orders.

import { utf8 } from '../base/bytes.ts';
import { crc32 } from '../base/crc32.ts';
import type { FaultyFiles } from '../env/files-faulty.ts';
import { EVENT_MESSAGE, EVENT_TURN, type Kernel } from './kernel.ts';
import type { Machine } from './machine.ts';
import type { Flight, Network } from './network.ts';

export function hashWorld(
  kernel: Kernel,
  network: Network,
  machines: readonly Machine[],
  isTimeless: boolean,
): number {
  const nowTicks = isTimeless ? 0 : kernel.nowTicks;
  const parts = machines.map((machine) => hashMachine(machine, network, isTimeless ? 0 : nowTicks));
  let pending = 0;
  for (const { kind, subject, timeTicks } of kernel.heap.list()) {
    const when = isTimeless ? 0 : timeTicks;
    // A sum, so that order doesn't matter; and equal ones don't cancel out.
    pending = (pending + hashPending(kind, subject, when, network, machines)) >>> 0;
  }
  return hashText(`${nowTicks} ${parts.join(' ')} ${pending} ${network.severed.join(' ')}`);
}

function hashMachine(machine: Machine, network: Network, nowTicks: number): number {
  const { id, state, boots, stepTicks, program, clock, nodeDisk } = machine;
  const door = machine.waiting.map((flight) => hashFlight(network.flight(flight)));
  const parts = [
    ...[id, state, boots, stepTicks, clock.ratePpm, clock.read(nowTicks) - nowTicks],
    ...[program?.stateHash?.() ?? machine.inputs?.value ?? 0, ...door],
    ...[nodeDisk.isStuck, nodeDisk.syncTicks, hashFiles(nodeDisk.files)],
  ];
  return hashText(parts.join(' '));
}

function hashFiles(files: FaultyFiles): number {
  let hash = hashText(`${files.isDead} ${files.syncsPending} ${files.durableNames.join('/')}`);
  for (const name of files.namesNow) {
    hash = crc32(utf8(`${name}/${files.durableBytesOf(name)}`), 0, undefined, hash);
    hash = crc32(files.bytesOf(name), 0, undefined, hash);
  }
  return hash;
}

function hashPending(
  kind: number,
  subject: number,
  timeTicks: number,
  network: Network,
  machines: readonly Machine[],
): number {
  const what =
    kind === EVENT_MESSAGE
      ? hashFlight(network.flight(subject))
      : kind <= EVENT_TURN
        ? (machines[subject] as Machine).id
        : subject;
  return hashText(`${kind} ${what} ${timeTicks}`);
}

function hashFlight({ from, to, bytes }: Flight): number {
  return crc32(bytes, 0, undefined, hashText(`${from} ${to}`));
}

function hashText(text: string): number {
  return crc32(utf8(text));
}
