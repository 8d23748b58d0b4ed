// Snapshots: moments that reads can be made as of.
//
// A snapshot is a sequence number that somebody still reads at. As long as it is not released,
// flush and compaction keep what it can see (compaction/keeper.ts).

/** A moment that reads can be made as of. Release it when done: it keeps old versions alive. */
export interface Snapshot {
  /** Every write with a sequence number up to this one is visible. */
  readonly sequence: number;
  release(): void;
}

/** The snapshots that are in use. */
export class Snapshots {
  readonly #taken = new Set<Snapshot>();

  get count(): number {
    return this.#taken.size;
  }

  take(sequence: number): Snapshot {
    const snapshot: Snapshot = { sequence, release: () => void this.#taken.delete(snapshot) };
    this.#taken.add(snapshot);
    return snapshot;
  }

  /** Their sequence numbers, ascending, each once. */
  sequences(): readonly number[] {
    const sequences = new Set([...this.#taken].map(({ sequence }) => sequence));
    return [...sequences].sort((a, b) => a - b);
  }
}
