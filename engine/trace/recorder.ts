// The recorder: a listener that keeps what it hears.
//
// It stamps every event with its place in the run and folds it into a hash, so two
// runs can be compared by one number: the same scenario, seed and actions give the
// same trace hash in Node and in every browser.
//
// While a run goes on it keeps the events, and node and time beside them in lists of numbers; an
// entry is put together when someone looks. One object less for each event is felt in a long run,
// and most runs are looked at when they are over, or never.

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
  /** The driver of a simulation sets these two before each step. */
  node = 0;
  timeTicks = 0;
  readonly #entries: Recorded<E>[] = [];
  /** What was heard since someone looked last, and which node said it when. */
  readonly #events: E[] = [];
  readonly #nodes: number[] = [];
  readonly #times: number[] = [];
  #hash = 0;
  /** How many entries the hash stands for: it is folded when it is asked for, and most runs never are. */
  #hashed = 0;

  /** Called with each entry as it is kept; a power cut at an event is thrown from here. */
  onEntry: ((entry: Recorded<E>) => void) | undefined;

  /** The function to hand to the engine as its `trace`. */
  readonly trace = (event: E): void => {
    if (this.onEntry !== undefined) {
      this.#catchUp();
      this.onEntry(this.#enter(this.node, this.timeTicks, event));
      return;
    }
    this.#events.push(event);
    this.#nodes.push(this.node);
    this.#times.push(this.timeTicks);
  };

  /** All so far, oldest first. Ask again after more has happened: a list grows when it is asked for. */
  get entries(): readonly Recorded<E>[] {
    this.#catchUp();
    return this.#entries;
  }

  /** Eight hexadecimal digits that stand for every event so far, in order. */
  get hash(): string {
    const { entries } = this;
    for (const entry of entries.slice(this.#hashed))
      this.#hash = crc32(utf8(canonical(entry)), 0, undefined, this.#hash);
    this.#hashed = entries.length;
    return this.#hash.toString(16).padStart(8, '0');
  }

  #enter(node: number, timeTicks: number, event: E): Recorded<E> {
    const entry = { index: this.#entries.length, node, timeTicks, event };
    this.#entries.push(entry);
    return entry;
  }

  #catchUp(): void {
    const events = this.#events;
    if (events.length === 0) return;
    for (let i = 0; i < events.length; i++)
      this.#enter(this.#nodes[i] as number, this.#times[i] as number, events[i] as E);
    events.length = 0;
    this.#nodes.length = 0;
    this.#times.length = 0;
  }
}

/** One text for one event: property order as emitted, bytes in hexadecimal. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    inner instanceof Uint8Array ? `0x${hex(inner)}` : inner,
  );
}
