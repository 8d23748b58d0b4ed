// The recorder: a listener that keeps what it hears.
//
// It stamps every event with its place in the run and folds it into a hash, so two
// runs can be compared by one number: the same scenario, seed and actions give the
// same trace hash in Node and in every browser.

import { hex, utf8 } from '../base/bytes.ts';
import { crc32 } from '../base/crc32.ts';
import type { EngineEvent } from './events.ts';

/** An event and where it stands in its run. */
export interface Recorded<E = EngineEvent> {
  /** Counts from 0. */
  readonly index: number;
  /** Which node said it; 0 where there is only one. */
  readonly node: number;
  /** Virtual time; 0 where nothing simulates it. */
  readonly timeTicks: number;
  readonly event: E;
}

/** Listens, stamps, keeps and hashes. */
export class Recorder<E extends { readonly type: string } = EngineEvent> {
  readonly entries: Recorded<E>[] = [];
  /** The driver of a simulation sets these two before each step. */
  node = 0;
  timeTicks = 0;
  #hash = 0;
  /** How many entries the hash stands for: it is folded when it is asked for, and most runs never are. */
  #hashed = 0;

  /** Called with each entry as it is kept; a power cut at an event is thrown from here. */
  onEntry: ((entry: Recorded<E>) => void) | undefined;

  /** The function to hand to the engine as its `trace`. */
  readonly trace = (event: E): void => {
    const entry = { index: this.entries.length, node: this.node, timeTicks: this.timeTicks, event };
    this.entries.push(entry);
    this.onEntry?.(entry);
  };

  /** Eight hexadecimal digits that stand for every event so far, in order. */
  get hash(): string {
    for (const entry of this.entries.slice(this.#hashed))
      this.#hash = crc32(utf8(canonical(entry)), 0, undefined, this.#hash);
    this.#hashed = this.entries.length;
    return this.#hash.toString(16).padStart(8, '0');
  }
}

/** One text for one event: property order as emitted, bytes in hexadecimal. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    inner instanceof Uint8Array ? `0x${hex(inner)}` : inner,
  );
}
