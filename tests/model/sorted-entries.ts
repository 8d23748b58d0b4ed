// What memtables and tables must agree with: a sorted array, and a cursor over it
// that is an index. Slow, and too simple to be wrong.

import { EMPTY_BYTES, equalBytes } from '../../engine/base/bytes.ts';
import type { Random } from '../../engine/base/random.ts';
import type { Cursor, KeyCursor } from '../../engine/lsm/cursor.ts';
import {
  compareEntries,
  KIND_DELETE,
  KIND_PUT,
  type PointKind,
  SEQUENCE_MAX,
} from '../../engine/lsm/entry.ts';

export interface Entry {
  readonly key: Uint8Array;
  readonly sequence: number;
  readonly kind: PointKind;
  readonly value: Uint8Array;
}

export function sortEntries(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => compareEntries(a.key, a.sequence, b.key, b.sequence));
}

/** Index of the first entry at or after (key, sequence). */
export function lowerBound(sorted: readonly Entry[], key: Uint8Array, sequence: number): number {
  const index = sorted.findIndex((e) => compareEntries(e.key, e.sequence, key, sequence) >= 0);
  return index < 0 ? sorted.length : index;
}

/** A key made of few different bytes, so that keys share prefixes, repeat and may be empty. */
export function randomKey(random: Random): Uint8Array {
  const key = random.bytes(random.chance(1, 20) ? random.below(80) : random.below(9));
  for (let i = 0; i < key.length; i++)
    key[i] = random.pick([0x00, 0x61, 0x61, 0x62, 0x7f, 0x80, 0xff]);
  return key;
}

/** Entries as a store would make them: sequence numbers count up, keys repeat. */
export function randomEntries(random: Random, count: number, valueBytesMax = 40): Entry[] {
  let sequence = random.chance(1, 4) ? 2 ** 32 - random.below(count) : random.below(100);
  return Array.from({ length: count }, () => {
    sequence += random.chance(1, 10) ? random.between(1, 1000) : 1;
    const kind = random.chance(1, 5) ? KIND_DELETE : KIND_PUT;
    const value = kind === KIND_PUT ? random.bytes(random.below(valueBytesMax + 1)) : EMPTY_BYTES;
    return { key: randomKey(random), sequence, kind, value };
  });
}

/** A sequence number to look from: that of an entry, one beside it, or the newest of all. */
export function randomSequence(random: Random, sorted: readonly Entry[]): number {
  if (random.chance(1, 3)) return SEQUENCE_MAX;
  return Math.max(0, random.pick(sorted).sequence + random.between(-1, 1));
}

/** A key to look for: one that is there, or one that may not be. */
export function randomProbe(random: Random, sorted: readonly Entry[]): Uint8Array {
  return random.chance(2, 3) ? random.pick(sorted).key : randomKey(random);
}

/** The entry under a cursor, copied; undefined when there is none. */
export function entryAt(cursor: Cursor): Entry | undefined {
  if (!cursor.valid) return undefined;
  const { key, sequence, kind, value } = cursor;
  return { key: key.slice(), sequence, kind, value: value.slice() };
}

/** The cursor that the others are compared with: an index. */
export class ModelCursor implements KeyCursor {
  readonly #sorted: readonly Entry[];
  #index = -1;

  constructor(sorted: readonly Entry[]) {
    this.#sorted = sorted;
  }

  get valid(): boolean {
    return this.#sorted[this.#index] !== undefined;
  }

  seekToFirst(): void {
    this.#index = 0;
  }

  seekToLast(): void {
    this.#index = this.#sorted.length - 1;
  }

  seek(key: Uint8Array, sequence: number): void {
    this.#index = lowerBound(this.#sorted, key, sequence);
  }

  seekBefore(key: Uint8Array, sequence: number): void {
    this.#index = lowerBound(this.#sorted, key, sequence) - 1;
  }

  next(): void {
    this.#index++;
  }

  nextKey(): void {
    const { key } = this;
    do this.#index++;
    while (this.valid && equalBytes(this.key, key));
  }

  prev(): void {
    this.#index--;
  }

  get #entry(): Entry {
    return this.#sorted[this.#index] as Entry;
  }

  get key(): Uint8Array {
    return this.#entry.key;
  }

  get sequence(): number {
    return this.#entry.sequence;
  }

  get kind(): PointKind {
    return this.#entry.kind;
  }

  get value(): Uint8Array {
    return this.#entry.value;
  }
}

const SEEKS = ['seekToFirst', 'seekToLast', 'seek', 'seek', 'seekBefore', 'seekBefore'] as const;
const STEPS = [
  'next',
  'next',
  'next',
  'nextKey',
  'nextKey',
  'prev',
  'prev',
  'prev',
  'prev',
] as const;
const MOVES = [...SEEKS, ...STEPS];

/** One move, chosen at random among those allowed: to be applied to several cursors alike. */
export function randomMove(random: Random, sorted: readonly Entry[], valid: boolean) {
  const name = random.pick(valid ? MOVES : SEEKS);
  const key = randomProbe(random, sorted);
  const sequence = randomSequence(random, sorted);
  const apply = (cursor: Cursor): void => {
    if (name === 'seek' || name === 'seekBefore') cursor[name](key, sequence);
    else if (name === 'nextKey') toNextKey(cursor);
    else cursor[name]();
  };
  return { name, apply };
}

/** `nextKey` by hand, for cursors that don't have it. */
function toNextKey(cursor: Cursor): void {
  if (cursor.nextKey !== undefined) {
    cursor.nextKey();
    return;
  }
  const key = cursor.key.slice();
  do cursor.next();
  while (cursor.valid && equalBytes(cursor.key, key));
}
