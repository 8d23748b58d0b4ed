// What a leader knows of one server, and how it sends to it.
//
//            rejected                              window full: wait
//      ┌──────────────────┐                          ┌─────┐
//      v                  │                          v     │
//    probe ──accepted──> replicate ──append, append, append┘
//      ^ │                │
//      │ └── log too short here ──> snapshot ── chunk by chunk
//      └──────────── installed ────────┘
//
// 1. `matchIndex` is what the follower has durably; it never falls within a term.
//    `nextIndex` is a guess, and always over it (paper, figure 2).
// 2. Probe: the leader doesn't know where the logs agree. One append at a time.
// 3. Replicate: it knows. Appends leave before earlier ones are answered, and
//    `nextIndex` runs ahead (thesis, 10.2.1), within a window of messages and bytes.
// 4. Snapshot: what the follower needs is compacted. One chunk at a time.
//
// The three states are those of etcd's raft.

import type { NodeId } from '../env/program.ts';
import type { ProgressState } from '../trace/events-raft.ts';
import type { LogIndex, SnapshotMeta } from './message.ts';

/** Appends that are not answered yet, oldest first, in a ring. */
export class Window {
  readonly #lastIndexes: Float64Array;
  readonly #sizes: Float64Array;
  readonly #bytesMax: number;
  #first = 0;
  #count = 0;
  #bytes = 0;

  constructor(countMax: number, bytesMax: number) {
    this.#lastIndexes = new Float64Array(countMax);
    this.#sizes = new Float64Array(countMax);
    this.#bytesMax = bytesMax;
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === this.#sizes.length || this.#bytes >= this.#bytesMax;
  }

  add(lastIndex: LogIndex, bytes: number): void {
    const at = (this.#first + this.#count) % this.#sizes.length;
    this.#lastIndexes[at] = lastIndex;
    this.#sizes[at] = bytes;
    this.#count++;
    this.#bytes += bytes;
  }

  /** Everything up to `index` was answered. */
  freeTo(index: LogIndex): void {
    while (this.#count > 0 && this.#lastIndexes[this.#first]! <= index) {
      this.#bytes -= this.#sizes[this.#first]!;
      this.#first = (this.#first + 1) % this.#sizes.length;
      this.#count--;
    }
  }

  clear(): void {
    this.#count = 0;
    this.#bytes = 0;
  }
}

/** A snapshot on its way to a follower. */
interface SnapshotSending {
  readonly meta: SnapshotMeta;
  readonly totalBytes: number;
  /** The next byte that the follower wants; `totalBytes`: it has them all and installs it. */
  offsetBytes: number;
}

export class Progress {
  readonly id: NodeId;
  readonly window: Window;
  state: ProgressState = 'probe';
  matchIndex: LogIndex = 0;
  nextIndex: LogIndex;
  /** When it was last heard from. */
  heardTicks: number;
  /** The newest round that it answered. */
  round = 0;
  /** The highest commit index that it was told and could take over. */
  commitTold: LogIndex = 0;
  /** Probe and snapshot: a message is out, nothing more until it is answered or a heartbeat passes. */
  waits = false;
  /** Something was acknowledged since the last heartbeat. */
  moved = false;
  sending: SnapshotSending | undefined;

  constructor(id: NodeId, nextIndex: LogIndex, heardTicks: number, window: Window) {
    this.id = id;
    this.nextIndex = nextIndex;
    this.heardTicks = heardTicks;
    this.window = window;
  }

  /**
   * It has everything up to `index`. True if that is news.
   * Paper, 5.3: "the leader updates nextIndex and matchIndex for the follower".
   */
  accept(index: LogIndex): boolean {
    this.window.freeTo(index);
    const known = this.matchIndex;
    const found = index > known || (this.state === 'probe' && index >= this.nextIndex - 1);
    if (index > known) this.#advance(index);
    if (this.state === 'probe' && found) this.#become('replicate', this.matchIndex + 1);
    return index > known || found;
  }

  #advance(index: LogIndex): void {
    this.matchIndex = index;
    this.nextIndex = Math.max(this.nextIndex, index + 1);
    this.moved = true;
  }

  /**
   * It has nothing at `previousIndex` that agrees; `hint` is the next guess. True if
   * this is news and not an answer that came late.
   * Paper, 5.3: "the leader decrements nextIndex and retries".
   */
  reject(previousIndex: LogIndex, hint: LogIndex): boolean {
    if (this.state === 'snapshot' || previousIndex <= this.matchIndex) return false;
    if (this.state === 'probe' && previousIndex !== this.nextIndex - 1) return false;
    const next = Math.max(this.matchIndex + 1, Math.min(previousIndex, hint));
    this.#become('probe', next);
    return true;
  }

  /** It needs a snapshot, from its first byte. */
  becomeSnapshot(meta: SnapshotMeta, totalBytes: number): void {
    this.#become('snapshot', meta.index + 1);
    this.sending = { meta, totalBytes, offsetBytes: 0 };
  }

  /** Its snapshot is installed, or not needed any more. */
  becomeProbe(): void {
    this.#become('probe', this.matchIndex + 1);
    this.sending = undefined;
  }

  #become(state: ProgressState, nextIndex: LogIndex): void {
    this.state = state;
    this.nextIndex = nextIndex;
    this.waits = false;
    this.window.clear();
  }
}

export const matchOf = (progress: Progress): number => progress.matchIndex;
export const heardOf = (progress: Progress): number => progress.heardTicks;
export const roundOf = (progress: Progress): number => progress.round;
