// One Raft server as its events tell it: term, log, and what of it is durable.
//
//     base        1 . . . . 4 | 5  6  7  8  9            terms of entries after the base
//     (snapshot, its term)     | 2  2  3  3  3
//                                      ^persisted        durable up to here
//
// It is knowledge of an onlooker: it outlives crashes, and keeps the terms of entries
// that the server has compacted away. Entries are known by their terms alone, which is
// enough: a leader makes one entry at an index, so (index, term) names it.

import type { ConfigurationView, RaftRole } from '../trace/events-raft.ts';
import type { EventIndex } from './violation.ts';

/** The terms of a log, and the events that told them. Indexes count from 1. */
export class LogView {
  /** Everything up to here is in a snapshot, or was never seen. */
  baseIndex = 0;
  /** Of the entry at `baseIndex`; undefined when nobody told. 0 before the first entry. */
  baseTerm: number | undefined = 0;
  readonly #terms: number[] = [];
  readonly #events: EventIndex[] = [];

  get lastIndex(): number {
    return this.baseIndex + this.#terms.length;
  }

  /** Undefined for what is before the base or after the end. */
  termAt(index: number): number | undefined {
    if (index === this.baseIndex) return this.baseTerm;
    return this.#terms[index - this.baseIndex - 1];
  }

  get lastTerm(): number {
    return this.termAt(this.lastIndex) ?? 0;
  }

  /** Where the entry was told; -1 for none. */
  eventAt(index: number): EventIndex {
    return this.#events[index - this.baseIndex - 1] ?? -1;
  }

  push(term: number, event: EventIndex): void {
    this.#terms.push(term);
    this.#events.push(event);
  }

  truncate(lastIndex: number): void {
    const length = Math.max(0, lastIndex - this.baseIndex);
    this.#terms.length = Math.min(length, this.#terms.length);
    this.#events.length = this.#terms.length;
  }

  /** Begins anew after `baseIndex`. */
  reset(baseIndex: number, baseTerm: number | undefined): void {
    this.baseIndex = baseIndex;
    this.baseTerm = baseTerm;
    this.#terms.length = 0;
    this.#events.length = 0;
  }
}

/** A fact, and the event that told it. */
interface Told {
  readonly event: EventIndex;
}

/** One server. The rules read it; `raft-invariants.ts` keeps it up to date. */
export class ServerView {
  readonly node: number;
  role: RaftRole = 'follower';
  term = 0;
  termEvent: EventIndex = -1;
  readonly log = new LogView();
  commitIndex = 0;
  commitEvent: EventIndex = -1;
  /** The last applied index of this boot. */
  appliedIndex = 0;
  configuration: ConfigurationView = { voters: [], outgoing: [], learners: [] };
  configurationIndex = 0;
  configurationEvent: EventIndex = -1;
  /** Durable, by its own word. */
  persisted: Told & { readonly term: number; readonly vote: number } = {
    event: -1,
    term: 0,
    vote: 0,
  };
  persistedIndex = 0;
  /** The highest index that it has told a leader to have, of a log that wasn't cut since. */
  promised: Told & { readonly index: number } = { event: -1, index: 0 };
  /** Votes of this boot: term -> whom. */
  readonly votes = new Map<number, Told & { readonly candidate: number }>();

  constructor(node: number) {
    this.node = node;
  }

  /** Does it hold this very entry durably, or a snapshot in its place? */
  holdsDurably(index: number, term: number): boolean {
    if (index < this.log.baseIndex) return true;
    return index <= this.persistedIndex && this.log.termAt(index) === term;
  }
}
