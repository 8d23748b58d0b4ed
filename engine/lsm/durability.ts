// Which writes would survive a power cut right now.
//
// Every group of writes ends at some offset of some log. Syncs take effect in order
// (env/files.ts, rule 3), so the groups become durable in order too, and one number,
// the durable sequence, says it all: every write at or below it is safe.

import type { LogWriter } from './wal/writer.ts';

interface Group {
  readonly log: LogWriter;
  readonly endBytes: number;
  readonly lastSequence: number;
}

/** Follows the logs' watermarks. */
export class Durability {
  #durableSequence: number;
  #groups: Group[] = [];

  /** @param durableSequence last sequence number that recovery found and synced */
  constructor(durableSequence: number) {
    this.#durableSequence = durableSequence;
  }

  /** Every write with a sequence number up to this one survives a power cut. */
  get durableSequence(): number {
    return this.#durableSequence;
  }

  /** A group of writes was appended to `log`, which is now `endBytes` long. */
  wrote(log: LogWriter, endBytes: number, lastSequence: number): void {
    if (log.durableBytes >= endBytes && this.#groups.length === 0) {
      this.#durableSequence = lastSequence;
      return;
    }
    const last = this.#groups.at(-1);
    // No sync lies between the two, so the watermark will pass both at once: one group is enough.
    const joined = last?.log === log && last.endBytes > log.syncRequestedBytes;
    this.#groups[joined ? this.#groups.length - 1 : this.#groups.length] = {
      log,
      endBytes,
      lastSequence,
    };
  }

  /** Looks at the watermarks again; returns the durable sequence. */
  advance(): number {
    let passed = 0;
    for (const { log, endBytes, lastSequence } of this.#groups) {
      if (log.durableBytes < endBytes) break;
      this.#durableSequence = lastSequence;
      passed++;
    }
    if (passed > 0) this.#groups = this.#groups.slice(passed);
    return this.#durableSequence;
  }
}
