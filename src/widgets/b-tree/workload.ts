// What is asked of both structures: the same operations for whoever asks with the same seed.
//
//     inserts     new keys, in no order           overwrites   keys that are there, again
//     in order    new keys, ascending             reads, scans of keys that are there
//     mixed       reads and overwrites, so many of a hundred reads

import { Random } from '../../../engine/index.ts';

export type Kind = 'inserts' | 'in order' | 'overwrites' | 'reads' | 'scans' | 'mixed';
export const KINDS: readonly Kind[] = [
  'inserts',
  'in order',
  'overwrites',
  'reads',
  'scans',
  'mixed',
];

/** A key, and what it becomes; null: it is deleted. */
export type Operation = readonly [key: string, value: string | null];

/** One thing that is done: a batch written, a key read, some keys scanned. */
export type Step =
  | { readonly do: 'write'; readonly operations: readonly Operation[] }
  | { readonly do: 'get'; readonly key: string }
  | { readonly do: 'scan'; readonly from: string };

export const SCAN_KEYS = 20;
const VALUE_CHARACTERS = 40;

/** What is to be done. */
export interface Load {
  readonly kind: Kind;
  /** Keys that are written or read, scans that are made. */
  readonly operations: number;
  /** Keys that are written at once. */
  readonly batch: number;
  /** Of a hundred operations of a mixture. */
  readonly reads: number;
}

/** Makes loads, one after the other: it knows which keys there are. */
export class Workload {
  readonly #random: Random;
  readonly #keys: string[] = [];
  #ordered = 0;
  #writes = 0;

  constructor(seed: number) {
    this.#random = new Random(seed).fork('workload');
  }

  get keys(): number {
    return this.#keys.length;
  }

  /** The steps of a load. Reads of an empty database read what isn't there. */
  *steps({ kind, operations, batch, reads }: Load): Generator<Step, void, void> {
    let batched: Operation[] = [];
    for (let i = 0; i < operations; i++) {
      if (kind === 'scans') yield { do: 'scan', from: this.#known() };
      else if (kind === 'reads' || (kind === 'mixed' && this.#random.chance(reads, 100)))
        yield { do: 'get', key: this.#known() };
      else batched.push([this.#toWrite(kind), this.#value()]);
      if (batched.length < batch) continue;
      yield { do: 'write', operations: batched };
      batched = [];
    }
    if (batched.length > 0) yield { do: 'write', operations: batched };
  }

  #toWrite(kind: Kind): string {
    if (this.#keys.length > 0 && (kind === 'overwrites' || kind === 'mixed')) return this.#known();
    const key =
      kind === 'in order'
        ? `z${String(this.#ordered++).padStart(7, '0')}`
        : `k${String(this.#random.below(10_000_000)).padStart(7, '0')}`;
    this.#keys.push(key);
    return key;
  }

  #known(): string {
    return this.#keys.length === 0 ? 'k' : this.#random.pick(this.#keys);
  }

  #value(): string {
    return `write ${this.#writes++} `.padEnd(VALUE_CHARACTERS, '.');
  }
}
