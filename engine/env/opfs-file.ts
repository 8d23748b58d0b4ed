// A file of the pool as its directory keeps it, with the bytes that wait to be written.
//
//     0                     writtenBytes                size
//     |==== with the browser ====|- - waiting in memory - -|
//
// One call of `write` costs more than all the rest of an unsynced put, however little it writes.
// So bytes that are appended lazily wait, and go together.
//
// 1. Nothing waits longer than the task that appended it: a microtask writes it, before any
//    promise that is resolved from then on is heard of. In between it is written when the
//    buffer is full, and before an append that isn't lazy, a sync, or the end of the pool.
// 2. On a full disk the bytes go on waiting, and can be read. The next append tries to write
//    them, and is refused if that fails again; a sync fails.
// 3. What waits for a deleted file is dropped: its handle may be another's by then.
// 4. A log's zeros ahead (reserve.ts) lie behind all of this, until its last handle is closed.
//
// What that means for writes is in docs/decisions/0014-a-task-is-written-at-once.md.

import { FerrisError } from '../base/errors.ts';
import type { Stored } from './directory.ts';
import { attempt } from './opfs-errors.ts';
import { POOL_HEADER_BYTES } from './opfs-header.ts';
import { contentBytes, type PoolFile, writeWhole } from './opfs-pool.ts';
import { Reserve } from './reserve.ts';

/** Some 450 records of the benchmarks. The call is then a small part of what the write costs. */
const WAITING_BYTES_MAX = 1 << 16;

/** One file in the pool. */
export class OpfsFile implements Stored {
  readonly name: string;
  readonly pool: PoolFile;
  durableBytes = 0;
  /** False from its creation to its first flush. */
  isNameDurable = true;
  readonly #reserve = new Reserve();
  #writtenBytes: number;
  /** Begins where the written bytes end. Only a log has one, until it is deleted. */
  #waiting: Uint8Array | undefined;
  #waitingBytes = 0;
  /** True when the task's end found no room for what waits. */
  #refused = false;

  constructor(name: string, pool: PoolFile) {
    this.name = name;
    this.pool = pool;
    this.#writtenBytes = contentBytes(pool);
  }

  get size(): number {
    return this.#writtenBytes + this.#waitingBytes;
  }

  append(bytes: Uint8Array, lazily?: boolean): void {
    this.#attempt('append to', () => {
      const fits = this.#waitingBytes + bytes.length <= WAITING_BYTES_MAX;
      if (!lazily || !fits || this.#refused) this.#writeWaiting();
      if (lazily && bytes.length < WAITING_BYTES_MAX) this.#wait(bytes);
      else this.#write(bytes);
    });
  }

  read(offset: number, into: Uint8Array): number {
    const want = Math.min(into.length, this.size - offset);
    if (want <= 0) return 0;
    const written = Math.max(0, Math.min(want, this.#writtenBytes - offset));
    if (written > 0)
      this.#readWritten(offset, written < into.length ? into.subarray(0, written) : into);
    if (written < want) {
      const from = offset + written - this.#writtenBytes;
      into.set((this.#waiting as Uint8Array).subarray(from, from + want - written), written);
    }
    return want;
  }

  sync(growing?: boolean): void {
    this.#attempt('sync', () => {
      this.#writeWaiting();
      if (growing) this.#keepReserve();
      this.pool.handle.flush();
    });
    this.durableBytes = this.size;
    this.isNameDurable = true;
  }

  /** Writes what waits, if there is room; returns why there isn't. */
  settle(): FerrisError | undefined {
    try {
      this.#attempt('append to', () => this.#writeWaiting());
      return undefined;
    } catch (error) {
      this.#refused = true;
      return error as FerrisError;
    }
  }

  /** The file is deleted. */
  drop(): void {
    this.#waitingBytes = 0;
  }

  /** A deleted file is cut shorter already. */
  release(): void {
    if (contentBytes(this.pool) > this.size) this.#cutOff();
  }

  #wait(bytes: Uint8Array): void {
    if (this.#waitingBytes === 0) queueMicrotask(() => this.settle());
    this.#waiting ??= new Uint8Array(WAITING_BYTES_MAX);
    this.#waiting.set(bytes, this.#waitingBytes);
    this.#waitingBytes += bytes.length;
  }

  #writeWaiting(): void {
    if (this.#waitingBytes === 0) return;
    const waiting = (this.#waiting as Uint8Array).subarray(0, this.#waitingBytes);
    this.#write(waiting);
    this.#waitingBytes = 0;
    this.#refused = false;
  }

  #write(bytes: Uint8Array): void {
    this.#writeBehind(bytes);
    this.#writtenBytes += bytes.length;
  }

  #keepReserve(): void {
    try {
      this.#writeBehind(this.#reserve.extend(this));
    } catch {
      // The log is as durable without it.
    }
  }

  #writeBehind(bytes: Uint8Array): void {
    try {
      writeWhole(this.pool.handle, bytes, POOL_HEADER_BYTES + this.#writtenBytes);
    } catch (error) {
      this.#cutOff();
      throw error;
    }
  }

  /** Cuts off a reserve, or what a failed write has left: it would show after the next mount. */
  #cutOff(): void {
    try {
      this.pool.handle.truncate(POOL_HEADER_BYTES + this.#writtenBytes);
    } catch {
      // Until the next mount the logical size hides the bytes.
    }
  }

  #readWritten(offset: number, into: Uint8Array): void {
    const at = POOL_HEADER_BYTES + offset;
    const read = this.#attempt('read', () => this.pool.handle.read(into, { at }));
    if (read === into.length) return;
    const message = `"${this.name}" ends at ${offset + read} although ${this.size} bytes were written`;
    throw new FerrisError('FERRIS_IO', message, { file: this.name, offsetBytes: offset + read });
  }

  #attempt<T>(verb: string, action: () => T): T {
    return attempt(`${verb} "${this.name}"`, { file: this.name, offsetBytes: this.size }, action);
  }
}
