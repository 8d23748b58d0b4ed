// Reads without a log entry (thesis, 6.4).
//
//     leader   read ─> queue ──── round 7 starts: index = commit index ──┐
//                                   append, append, append               │
//                                   <─ replies ─ a quorum has seen 7 ────┘ readable at index
//
// 1. The index is the commit index at the time the round starts, never earlier than the
//    read came. The leader must have committed an entry of its term: before that it
//    doesn't know what is committed.
// 2. The round starts after the read came. That a quorum answers it proves that nobody
//    else could have committed anything before it started.
// 3. One round carries all reads that have come by then; while it is under way, others
//    gather for the next.
// 4. A lease stands in for the round, if the last one isn't long ago: until it runs out
//    no follower votes for anyone else, by *their* clocks (thesis, 6.4.1).

import type { NodeId } from '../env/program.ts';
import type { LogIndex } from './message.ts';

/** Who wants to read. `from` 0: this server's own caller. */
export interface Read {
  readonly from: NodeId;
  readonly context: number;
}

/** Nobody answers: older rounds than these can't give a lease worth having. */
const ROUNDS_MAX = 64;

interface Batch {
  readonly round: number;
  readonly index: LogIndex;
  readonly reads: readonly Read[];
}

/** The reads of a leader. */
export class ReadQueue {
  #queue: Read[] = [];
  #batches: Batch[] = [];
  /** Rounds under way and when they began, oldest first. */
  #rounds: { readonly round: number; readonly startTicks: number }[] = [];
  #leaseStart = Number.NEGATIVE_INFINITY;

  add(read: Read): void {
    this.#queue.push(read);
  }

  /** True when reads wait and no round of theirs is under way. */
  get wantsRound(): boolean {
    return this.#queue.length > 0 && this.#batches.length === 0;
  }

  /** A round begins; `index` is undefined before the first commit of the term. */
  begin(round: number, index: LogIndex | undefined, nowTicks: number): void {
    this.#rounds.push({ round, startTicks: nowTicks });
    if (this.#rounds.length > ROUNDS_MAX) this.#rounds.shift();
    if (index === undefined || this.#queue.length === 0) return;
    this.#batches.push({ round, index, reads: this.#queue });
    this.#queue = [];
  }

  /** A quorum has answered `round`. Returns the batches that were waiting for it. */
  confirm(round: number): readonly Batch[] {
    while (this.#rounds.length > 0 && this.#rounds[0]!.round <= round)
      this.#leaseStart = this.#rounds.shift()!.startTicks;
    if (this.#batches.length === 0 || this.#batches[0]!.round > round) return NO_BATCHES;
    const done = this.#batches.filter((batch) => batch.round <= round);
    this.#batches = this.#batches.filter((batch) => batch.round > round);
    return done;
  }

  /** When the newest round that a quorum has answered began. */
  get leaseStartTicks(): number {
    return this.#leaseStart;
  }

  /** Everything that waits; it waits no more. */
  drain(): Read[] {
    const all = [...this.#batches.flatMap((batch) => batch.reads), ...this.#queue];
    this.#queue = [];
    this.#batches = [];
    return all;
  }
}

const NO_BATCHES: readonly Batch[] = [];

/**
 * Reads that a follower has sent on to the leader. On the wire they have numbers that
 * no other boot of this server uses: an answer to a read of the last boot may still be
 * on its way, and its index would be too old.
 */
export class ForwardedReads {
  #waiting = new Map<number, { readonly context: number; readonly sinceTicks: number }>();
  #nextNumber: number;

  /** @param firstNumber drawn at random for each boot */
  constructor(firstNumber: number) {
    this.#nextNumber = firstNumber;
  }

  /** The number to send. */
  add(context: number, nowTicks: number): number {
    const number = this.#nextNumber++;
    this.#waiting.set(number, { context, sinceTicks: nowTicks });
    return number;
  }

  /** The context of an answered read; undefined if nobody waits for it. */
  take(number: number): number | undefined {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    return waiting?.context;
  }

  /** Contexts of the reads sent before `ticks`, oldest first; they are given up. */
  expire(ticks: number): number[] {
    const contexts: number[] = [];
    for (const [number, { context, sinceTicks }] of this.#waiting) {
      if (sinceTicks >= ticks) break;
      this.#waiting.delete(number);
      contexts.push(context);
    }
    return contexts;
  }
}
