// Which writes would survive a power cut right now.
//
// Every group of writes ends at some offset of some log. Syncs take effect in order
// (env/files.ts, rule 3), so the groups become durable in order too, and one number,
// the durable sequence, says it all: every write at or below it is safe.

/** As much of a log or its file as is needed here. */
interface Watermark {
  readonly durableBytes: number;
}

interface Group {
  readonly log: Watermark;
  readonly endBytes: number;
  readonly lastSequence: number;
}

/** Follows the logs' watermarks. */
export class Durability {
  #durableSequence: number;
  #groups: Group[] = [];

  /** @param durableSequence last sequence number that is in a table */
  constructor(durableSequence: number) {
    this.#durableSequence = durableSequence;
  }

  /** Every write with a sequence number up to this one survives a power cut. */
  get durableSequence(): number {
    return this.#durableSequence;
  }

  /**
   * A group of writes lies in `log` and ends at `endBytes`. `syncRequestedBytes`: how much of
   * the log a sync has asked for so far.
   */
  wrote(log: Watermark, endBytes: number, lastSequence: number, syncRequestedBytes: number): void {
    const last = this.#groups.at(-1);
    // No sync lies between the two, so the watermark will pass both at once: one group is enough.
    if (last?.log === log && last.endBytes > syncRequestedBytes) this.#groups.pop();
    this.#groups.push({ log, endBytes, lastSequence });
  }

  /** Looks at the watermarks again; returns the durable sequence. */
  advance(): number {
    let passed = 0;
    for (const { log, endBytes, lastSequence } of this.#groups) {
      if (log.durableBytes < endBytes) break;
      this.#durableSequence = lastSequence;
      passed++;
    }
    if (passed > 0) this.#groups.splice(0, passed);
    return this.#durableSequence;
  }
}
