// The log in memory: the entries after the snapshot.
//
//            start                                   last
//     ─────────┬──────────────────────────────────────┐
//     snapshot │ entry  entry  entry  entry  entry ... │
//     ─────────┴──────────────────────────────────────┘
//
// 1. Entries are without a gap; `start` is the index before the first one. Its term
//    is known too, because an append names the entry before its own (paper, 5.3).
// 2. Terms never fall along a log. So, going back from an entry, everything of a newer
//    term can be passed over at once: `lastAtOrBelow`.
// 3. If two logs have an entry of the same index and term, they agree up to there
//    (log matching; paper, 5.3).

import { assert } from '../base/assert.ts';
import type { Entry, LogIndex, Term } from './message.ts';

/** What an entry counts for in limits: its data, and the rest of it. */
export function entryBytes(entry: Entry): number {
  return entry.data.length + 16;
}

export class RaftLog {
  #entries: Entry[];
  #startIndex: LogIndex;
  #startTerm: Term;

  /** @param entries without a gap, the first at `startIndex` + 1 */
  constructor(startIndex: LogIndex, startTerm: Term, entries: readonly Entry[]) {
    this.#startIndex = startIndex;
    this.#startTerm = startTerm;
    this.#entries = [];
    this.append(entries);
  }

  /** The index before the first entry here. */
  get startIndex(): LogIndex {
    return this.#startIndex;
  }

  get lastIndex(): LogIndex {
    return this.#startIndex + this.#entries.length;
  }

  get lastTerm(): Term {
    const length = this.#entries.length;
    return length === 0 ? this.#startTerm : this.#entries[length - 1]!.term;
  }

  /** Undefined: not here, because it is compacted or not written yet. */
  termAt(index: LogIndex): Term | undefined {
    if (index === this.#startIndex) return this.#startTerm;
    return this.#entries[index - this.#startIndex - 1]?.term;
  }

  entryAt(index: LogIndex): Entry | undefined {
    return this.#entries[index - this.#startIndex - 1];
  }

  /** True when there is an entry of this index and term. Paper, 5.3: then all before it agree. */
  agrees(index: LogIndex, term: Term): boolean {
    return this.termAt(index) === term;
  }

  /** Paper, 5.4.1: which of two logs is more up to date, by the last entries' terms, then lengths. */
  isUpToDate(lastIndex: LogIndex, lastTerm: Term): boolean {
    if (lastTerm !== this.lastTerm) return lastTerm > this.lastTerm;
    return lastIndex >= this.lastIndex;
  }

  append(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const { index } = entry;
      // The text is made only when it is needed: this is on the way of every entry.
      if (index !== this.lastIndex + 1) assert(false, `entry ${index} follows ${this.lastIndex}`);
      assert(entry.term >= this.lastTerm, 'terms never fall along a log');
      this.#entries.push(entry);
    }
  }

  /** Drops the entries after `index`. */
  truncate(index: LogIndex): void {
    assert(index >= this.#startIndex, 'what a snapshot stands for is never cut off');
    this.#entries.length = Math.min(this.#entries.length, index - this.#startIndex);
  }

  /** Drops the entries up to `index`, which must be here. */
  compact(index: LogIndex): void {
    const term = this.termAt(index);
    assert(term !== undefined, 'a log is compacted within its bounds');
    this.#entries = this.#entries.slice(index - this.#startIndex);
    this.#startIndex = index;
    this.#startTerm = term;
  }

  /** Begins anew after a snapshot. */
  restart(startIndex: LogIndex, startTerm: Term): void {
    this.#entries = [];
    this.#startIndex = startIndex;
    this.#startTerm = startTerm;
  }

  /** Entries `from` to `to`, both included. */
  slice(from: LogIndex, to: LogIndex): Entry[] {
    return this.#entries.slice(from - this.#startIndex - 1, to - this.#startIndex);
  }

  /** Entries from `from` on, of at most `bytesMax` together, but at least one. */
  batch(from: LogIndex, bytesMax: number): Entry[] {
    let to = from;
    let bytes = 0;
    for (; to <= this.lastIndex; to++) {
      bytes += entryBytes(this.entryAt(to)!);
      if (bytes > bytesMax && to > from) break;
    }
    return this.slice(from, to - 1);
  }

  /** The first of `entries` that isn't here as it is; undefined if all are. */
  findConflict(entries: readonly Entry[]): Entry | undefined {
    return entries.find((entry) => !this.agrees(entry.index, entry.term));
  }

  /**
   * The last index up to `index` whose term is at most `term`: further up the two logs
   * can't agree. Paper, 5.3, end: passes over all entries of a term in one step.
   */
  lastAtOrBelow(index: LogIndex, term: Term): LogIndex {
    let at = Math.min(index, this.lastIndex);
    while (at > this.#startIndex && this.termAt(at)! > term) at--;
    return at;
  }

  /** Of the entries here, in order. */
  terms(): Term[] {
    return this.#entries.map((entry) => entry.term);
  }
}
