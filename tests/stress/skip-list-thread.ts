// One thread of the stress test: a writer or a reader of a shared skip list.
//
// What writer t inserts as its i-th entry follows from (seed, t, i), so every thread can tell
// what must be there. A writer says how far it is only after an insert has returned; a reader
// looks that up first, then reads: everything up to there must be found.

import { compareBytes } from '../../engine/base/bytes.ts';
import { Random } from '../../engine/base/random.ts';
import { compareEntries, Found, KIND_PUT } from '../../engine/lsm/entry.ts';
import { SharedSkipList } from '../../engine/lsm/memtable/shared-skip-list.ts';

/** What a round is about. Each thread gets the same. */
export interface Round {
  readonly seed: number;
  readonly list: ArrayBufferLike;
  /** For each writer how many entries it has inserted; after them, how many writers are done. */
  readonly progress: Int32Array;
  readonly writers: number;
  readonly entriesMax: number;
  /** Few keys make threads meet at the same links all the time. */
  readonly keys: number;
}

/** What a thread is told to do. */
export interface Job {
  readonly round: Round;
  readonly role: 'write' | 'read';
  readonly thread: number;
}

/** What it did, or what was wrong. */
export interface Done {
  readonly operations: number;
  readonly error?: string;
}

interface Entry {
  readonly key: Uint8Array;
  readonly sequence: number;
  readonly value: Uint8Array;
}

/** The i-th entry of writer t. */
export function entryOf({ seed, writers, keys }: Round, t: number, i: number): Entry {
  const sequence = i * writers + t + 1;
  const random = new Random(seed ^ Math.imul(sequence, 0x9e3779b1));
  const key = new Uint8Array(4);
  new DataView(key.buffer).setUint32(0, random.below(keys));
  return { key: key.subarray(random.below(3)), sequence, value: random.bytes(random.below(12)) };
}

/** Checks that a node is what its writer inserted. */
export function checkNode(round: Round, list: SharedSkipList, node: number): void {
  const sequence = list.entries.sequence(node);
  const t = (sequence - 1) % round.writers;
  const entry = entryOf(round, t, (sequence - 1 - t) / round.writers);
  if (compareBytes(entry.key, list.entries.key(node)) !== 0) throw new Error('a wrong key');
  if (compareBytes(entry.value, list.entries.value(node)) !== 0) throw new Error('a wrong value');
}

export function work({ round, role, thread }: Job): Done {
  try {
    const operations = role === 'write' ? write(round, thread) : read(round, thread);
    return { operations };
  } catch (error) {
    Atomics.store(round.progress, round.writers, round.writers); // nobody waits for a failed one
    return {
      operations: 0,
      error: `${role} ${thread}: ${error instanceof Error ? error.stack : error}`,
    };
  }
}

function write(round: Round, t: number): number {
  const list = SharedSkipList.attach(round.list, round.seed + t);
  let i = 0;
  for (; i < round.entriesMax; i++) {
    const { key, sequence, value } = entryOf(round, t, i);
    if (list.insert(key, sequence, KIND_PUT, value) === 0) break;
    Atomics.store(round.progress, t, i + 1);
  }
  Atomics.add(round.progress, round.writers, 1);
  return i;
}

function read(round: Round, thread: number): number {
  const list = SharedSkipList.attach(round.list, thread);
  const random = new Random(round.seed + 1000 + thread);
  let reads = 0;
  let areDone = false;
  while (!areDone) {
    areDone = Atomics.load(round.progress, round.writers) >= round.writers;
    for (let i = 0; i < 200; i++, reads++) find(round, list, random);
    walk(list, random);
    if (random.chance(1, 10)) checkAll(round, list);
  }
  return reads;
}

/** An entry whose insert has returned is found, as it is. */
function find(round: Round, list: SharedSkipList, random: Random): void {
  const t = random.below(round.writers);
  const inserted = Atomics.load(round.progress, t);
  if (inserted === 0) return;
  const i = random.chance(1, 2) ? inserted - 1 : random.below(inserted);
  const { key, sequence, value } = entryOf(round, t, i);
  const found = new Found();
  if (!list.find(key, sequence, found)) throw new Error(`entry ${i} of ${t} is not found`);
  if (found.sequence !== sequence) throw new Error(`entry ${i} of ${t}: another version is found`);
  if (compareBytes(found.value, value) !== 0) throw new Error(`entry ${i} of ${t}: another value`);
}

/** From any place on, what follows is in order. */
function walk(list: SharedSkipList, random: Random): void {
  const { entries } = list;
  let node = list.seek(random.bytes(random.below(4)), random.u32());
  for (let steps = 0; node !== 0 && steps < 500; steps++) {
    const level = random.below(entries.height(node));
    const next = list.next(node, level);
    if (next !== 0) checkOrder(list, node, next);
    node = next;
  }
}

/** Everything whose insert had returned before is there, in order, and as it was inserted. */
function checkAll(round: Round, list: SharedSkipList): void {
  let missing = 0;
  for (let t = 0; t < round.writers; t++) missing += Atomics.load(round.progress, t);
  let last = 0;
  for (let node = list.first(); node !== 0; node = list.after(node), missing--) {
    checkNode(round, list, node);
    if (last !== 0) checkOrder(list, last, node);
    last = node;
  }
  if (missing > 0) throw new Error(`${missing} entries are missing`);
}

function checkOrder({ entries }: SharedSkipList, a: number, b: number): void {
  const order = compareEntries(
    entries.key(a),
    entries.sequence(a),
    entries.key(b),
    entries.sequence(b),
  );
  if (order >= 0) throw new Error(`node ${a} is before ${b}, which sorts before it`);
}
