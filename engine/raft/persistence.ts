// What the disk was asked to keep, and what it has kept.
//
//     log in memory    1 2 3 4 5 6 7 8 9
//                      ─────┘ │   │   └── not asked for yet: the next request, 9
//              persisted: 3 ──┘   └────── request 8: up to 7;  request 7: up to 5
//
// 1. Requests are numbered and become durable in order.
// 2. What a request wrote and a later truncation cut off does not count when the
//    request becomes durable: its end is moved down to the cut. Otherwise a new leader's
//    entry at the same index, not yet durable, would be acknowledged (etcd calls it the
//    ABA problem of asynchronous storage).
// 3. Term and vote are in every request. Paper, figure 2: "updated on stable storage
//    before responding to RPCs"; `identitySequence` is the request to wait for.

import { assert } from '../base/assert.ts';
import type { NodeId } from '../env/program.ts';
import type { PersistRequest } from './effects.ts';
import type { RaftLog } from './log.ts';
import type { LogIndex, SnapshotMeta, Term } from './message.ts';

interface Identity {
  readonly term: Term;
  readonly vote: NodeId;
}

/** A request that isn't durable yet. */
interface Pending {
  readonly sequence: number;
  lastIndex: LogIndex;
  readonly identity: Identity;
}

export class Persistence {
  /** The newest request handed out, and the newest that is durable. */
  #requested = 0;
  #done = 0;
  /** The request that holds the current term and vote. */
  #identitySequence = 0;
  /** The log agrees with the disk, durably, up to here. */
  #persistedIndex: LogIndex;
  /** The first entry that is in no request yet. */
  #firstUnasked: LogIndex;
  #truncateAfter: LogIndex | undefined;
  #snapshot: SnapshotMeta | undefined;
  readonly #pending: Pending[] = [];
  /** The term and vote that are durable. */
  identity: Identity;

  /** @param lastIndex of the log recovered */
  constructor(lastIndex: LogIndex, identity: Identity) {
    this.#persistedIndex = lastIndex;
    this.identity = identity;
    this.#firstUnasked = lastIndex + 1;
  }

  get persistedIndex(): LogIndex {
    return this.#persistedIndex;
  }

  get doneSequence(): number {
    return this.#done;
  }

  get identitySequence(): number {
    return this.#identitySequence;
  }

  /** The request that everything said so far will be in. */
  get nextSequence(): number {
    return this.#requested + 1;
  }

  /** Term or vote changed. */
  changeIdentity(): void {
    this.#identitySequence = this.nextSequence;
  }

  /** Entries after `index` are gone. */
  truncate(index: LogIndex): void {
    this.#persistedIndex = Math.min(this.#persistedIndex, index);
    for (const request of this.#pending) request.lastIndex = Math.min(request.lastIndex, index);
    if (index + 1 >= this.#firstUnasked) return; // the disk never heard of what is cut off
    this.#truncateAfter = Math.min(this.#truncateAfter ?? index, index);
    this.#firstUnasked = index + 1;
  }

  /** The whole log is replaced by a snapshot. */
  restart(snapshot: SnapshotMeta): void {
    this.#persistedIndex = 0;
    for (const request of this.#pending) request.lastIndex = 0;
    this.#truncateAfter = snapshot.index;
    this.#firstUnasked = snapshot.index + 1;
    this.#snapshot = snapshot;
  }

  /** The log on disk may begin after this one. */
  compact(snapshot: SnapshotMeta): void {
    this.#snapshot = snapshot;
  }

  /** The request that makes everything up to `index` durable; 0 if it is. */
  sequenceFor(index: LogIndex): number {
    if (index <= this.#persistedIndex) return 0;
    const request = this.#pending.find(({ lastIndex }) => lastIndex >= index);
    return request?.sequence ?? this.nextSequence;
  }

  /** What to ask of the disk now; undefined if it has been asked for everything. */
  request(term: Term, vote: NodeId, log: RaftLog): PersistRequest | undefined {
    const lastIndex = log.lastIndex;
    const isNews =
      this.#identitySequence > this.#requested ||
      this.#firstUnasked <= lastIndex ||
      this.#truncateAfter !== undefined ||
      this.#snapshot !== undefined;
    if (!isNews) return undefined;
    const sequence = ++this.#requested;
    const request: PersistRequest = {
      sequence,
      term,
      vote,
      entries: log.slice(this.#firstUnasked, lastIndex),
      ...(this.#truncateAfter !== undefined && { truncateAfter: this.#truncateAfter }),
      ...(this.#snapshot !== undefined && { snapshot: this.#snapshot }),
    };
    this.#pending.push({ sequence, lastIndex, identity: { term, vote } });
    this.#firstUnasked = lastIndex + 1;
    this.#truncateAfter = undefined;
    this.#snapshot = undefined;
    return request;
  }

  /** Everything up to this request is durable. */
  complete(sequence: number): void {
    assert(sequence <= this.#requested, 'only what was asked for becomes durable');
    this.#done = Math.max(this.#done, sequence);
    while (this.#pending.length > 0 && this.#pending[0]!.sequence <= sequence) {
      const { lastIndex, identity } = this.#pending.shift()!;
      this.#persistedIndex = Math.max(this.#persistedIndex, lastIndex);
      this.identity = identity;
    }
  }
}
