// The queue between synchronous files and an asynchronous database underneath.
//
//     append, create, delete, sync  -->  what has changed  -->  one transaction at a time
//                                             ^                        |
//                                             '--- watermarks move <---'
//
// 1. A transaction takes everything that has changed by the time it begins, and the
//    next one begins when it has completed. So syncs take effect in their order, and
//    those that were asked for meanwhile share one transaction (group commit).
// 2. A watermark moves when its transaction has completed, never before.
// 3. When one fails, the queue stops for good and says why: what came later may depend
//    on what was lost.

import type { FerrisError } from '../base/errors.ts';
import type { PiecePlan } from './idb-pieces.ts';

/** Appended bytes wait this long for company; a sync doesn't wait. */
const WRITE_BEHIND_MS = 10;
/** More than this in the queue, and writers should let it drain. */
const BACKLOG_BYTES_MAX = 8 * 1024 * 1024;

/** A file as the queue sees it. */
export interface QueuedFile {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  /** Bytes not yet given to a transaction. */
  readonly unwrittenBytes: number;
  durableBytes: number;
  /** What to write now. */
  plan(): PiecePlan;
  /** A copy of some bytes. */
  copy(from: number, to: number): Uint8Array;
}

/** What one transaction does. */
export interface Job {
  readonly created: readonly QueuedFile[];
  readonly deleted: readonly number[];
  readonly written: readonly QueuedFile[];
  /** Somebody waits for it to be durable. */
  readonly strict: boolean;
}

interface SyncRequest {
  /** Absent for the directory. */
  readonly file: QueuedFile | undefined;
  readonly upTo: number;
}

/** Carries changes to a database, in order. */
export class WriteBehind {
  failure: FerrisError | undefined;
  onProgress: () => void = () => {};
  readonly #write: (job: Job) => Promise<void>;
  readonly #toError: (error: unknown) => FerrisError;
  #created = new Set<QueuedFile>();
  #deleted: number[] = [];
  #dirty = new Set<QueuedFile>();
  #requests: SyncRequest[] = [];
  #directoryRequests = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;

  constructor(write: (job: Job) => Promise<void>, toError: (error: unknown) => FerrisError) {
    this.#write = write;
    this.#toError = toError;
  }

  create(file: QueuedFile): void {
    this.#created.add(file);
    this.#later();
  }

  delete(file: QueuedFile): void {
    this.#dirty.delete(file);
    if (!this.#created.delete(file)) this.#deleted.push(file.id);
    this.#later();
  }

  append(file: QueuedFile): void {
    this.#dirty.add(file);
    this.#later();
  }

  sync(file: QueuedFile): void {
    this.#requests.push({ file, upTo: file.size });
    this.#soon();
  }

  syncDirectory(): void {
    this.#requests.push({ file: undefined, upTo: 0 });
    this.#directoryRequests++;
    this.#soon();
  }

  get directoryDurable(): boolean {
    return this.#directoryRequests === 0;
  }

  get isLong(): boolean {
    let bytes = 0;
    for (const file of this.#dirty) bytes += file.unwrittenBytes;
    return bytes > BACKLOG_BYTES_MAX;
  }

  /** Resolves when nothing is left to write, or nothing more can be. */
  async drain(): Promise<void> {
    while (this.failure === undefined && (this.#running !== undefined || this.#hasWork)) {
      await this.#run();
    }
  }

  /** Stops for good; for a database that was taken away. */
  fail(error: unknown): void {
    this.failure ??= this.#toError(error);
    this.onProgress();
  }

  get #hasWork(): boolean {
    return this.#created.size + this.#deleted.length + this.#dirty.size + this.#requests.length > 0;
  }

  #later(): void {
    if (this.#running !== undefined) return;
    this.#timer ??= setTimeout(() => this.#run(), WRITE_BEHIND_MS);
  }

  /** After the current turn, so that all its syncs share a transaction. */
  #soon(): void {
    if (this.#running === undefined) queueMicrotask(() => this.#run());
  }

  /** Works until nothing is left; there is one at a time. */
  #run(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
      // What came after the last look and before this line was told that work goes on.
      if (this.#hasWork && this.failure === undefined) this.#soon();
    });
    return this.#running;
  }

  async #work(): Promise<void> {
    while (this.#hasWork && this.failure === undefined) {
      const requests = this.#requests;
      try {
        await this.#write(this.#takeJob());
      } catch (error) {
        this.fail(error);
        return;
      }
      for (const request of requests) this.#complete(request);
      if (requests.length > 0) this.onProgress();
    }
  }

  #takeJob(): Job {
    const job = {
      created: [...this.#created],
      deleted: this.#deleted,
      written: [...this.#dirty],
      strict: this.#requests.length > 0,
    };
    this.#created = new Set();
    this.#deleted = [];
    this.#dirty = new Set();
    this.#requests = [];
    return job;
  }

  #complete({ file, upTo }: SyncRequest): void {
    if (file === undefined) this.#directoryRequests--;
    else file.durableBytes = Math.max(file.durableBytes, upTo);
  }
}
