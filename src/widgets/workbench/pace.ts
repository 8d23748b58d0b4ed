// When the next operation is due, and since when it counts as waiting.
//
// At a target rate operations have appointments, one every so many milliseconds. If the database
// is slow and all clients are busy, an appointment passes, and the wait since then belongs to the
// operation's latency. Who only measured from its late start would not see the stall ("coordinated
// omission", Gil Tene). But when it was the timer that came late, while a client was free, that is
// nobody's wait: it counts from when the client woke.

export class Pace {
  readonly #stepMs: number;
  #dueMs: number;
  #wokeMs: number;

  /** @param rate operations a second; 0: each is due at once */
  constructor(rate: number, nowMs: number) {
    this.#stepMs = rate === 0 ? 0 : 1000 / rate;
    this.#dueMs = nowMs;
    this.#wokeMs = nowMs;
  }

  /** How long a free client has to wait for the next operation: 0 when one is due. */
  waitMs(nowMs: number): number {
    return this.#stepMs === 0 ? 0 : Math.max(0, this.#dueMs - nowMs);
  }

  /** Takes the operation that is due; returns when its latency begins. */
  take(nowMs: number): number {
    if (this.#stepMs === 0) return nowMs;
    const dueMs = this.#dueMs;
    this.#dueMs += this.#stepMs;
    return Math.min(Math.max(dueMs, this.#wokeMs), nowMs);
  }

  /** A client that was free has waited for the clock. */
  woke(nowMs: number): void {
    this.#wokeMs = nowMs;
  }

  /** Operations that should have begun by now. */
  behind(nowMs: number): number {
    return this.#stepMs === 0 ? 0 : Math.max(0, Math.floor((nowMs - this.#dueMs) / this.#stepMs));
  }
}
