// A queue whose members know their neighbors, so that one can leave from the middle.

/** What can stand in a queue, in one at a time. */
export abstract class Queued {
  /** Weight in its queue. It must not change while it stands in one. */
  bytes = 0;
  queue: Fifo<Queued> | undefined;
  /** Those that came right before and right after it. */
  older: Queued | undefined;
  newer: Queued | undefined;
}

/** First in, first out. */
export class Fifo<T extends Queued> {
  /** Sum of its members' weights. */
  bytes = 0;
  count = 0;
  #oldest: T | undefined;
  #newest: T | undefined;

  get oldest(): T | undefined {
    return this.#oldest;
  }

  /** Adds one that stands in no queue. */
  push(one: T): void {
    one.queue = this as unknown as Fifo<Queued>;
    one.older = this.#newest;
    one.newer = undefined;
    if (this.#newest === undefined) this.#oldest = one;
    else this.#newest.newer = one;
    this.#newest = one;
    this.bytes += one.bytes;
    this.count++;
  }

  /** Takes a member out, wherever it stands. */
  remove(one: T): void {
    if (one.older === undefined) this.#oldest = one.newer as T | undefined;
    else one.older.newer = one.newer;
    if (one.newer === undefined) this.#newest = one.older as T | undefined;
    else one.newer.older = one.older;
    one.queue = undefined;
    one.older = undefined;
    one.newer = undefined;
    this.bytes -= one.bytes;
    this.count--;
  }
}
