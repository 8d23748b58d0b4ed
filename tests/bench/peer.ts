// A peer: one embedded store under measurement, ours included.
//
// Every store is driven through this interface by the same loops (runner.ts), so
// that all do the same work and all are checked. A method may answer at once or with
// a promise: a synchronous store is not made to wait, an asynchronous one is awaited
// before the next operation begins. Each implementation uses its store in the fastest
// way that the store's own documentation shows; peers/*.ts say what that is.

import type { Data } from './data.ts';

/** May a power cut lose acknowledged writes (`unsynced`), or none (`synced`)? */
export type Mode = 'unsynced' | 'synced';

export type Maybe<T> = T | Promise<T>;

/** Called for each entry of a scan, with views that hold until it returns. */
export type Visit = (key: Uint8Array, value: Uint8Array) => void;

export interface Peer {
  /** What was switched on for each mode, as it is printed. */
  readonly settings: Record<Mode, string>;
  /** Workloads that mean nothing for this store, by name or by mode, and why. */
  readonly skips?: Readonly<Record<string, string>>;
  /**
   * Opens the store, creating it when it is not there.
   * @param compress whether blocks are compressed, by stores that can; all others ignore it
   */
  open(mode: Mode, compress?: boolean): Promise<void>;
  /** One record, as a transaction of its own. */
  put(key: Uint8Array, value: Uint8Array): Maybe<void>;
  /** The records of `data` numbered `order[from, to)`, as one transaction. */
  batch(data: Data, order: Uint32Array, from: number, to: number): Maybe<void>;
  /** Reads follow until `endReads`: the place to begin a read transaction. */
  beginReads(): void;
  get(key: Uint8Array): Maybe<Uint8Array | undefined>;
  /** A get between writes, outside `beginReads`; `get` where that makes no difference. */
  getAlone?(key: Uint8Array): Maybe<Uint8Array | undefined>;
  /** Visits up to `limit` entries in key order from `start`, or from the first one. */
  scan(start: Uint8Array | undefined, limit: number, visit: Visit): Maybe<void>;
  endReads(): Maybe<void>;
  /** Brings everything to where it rests: memory to files, log to table. */
  settle(): Maybe<void>;
  close(): Promise<void>;
  /** Removes a closed store and all that it wrote. */
  destroy(): Promise<void>;
  /** Size of all files of a closed store; undefined where nobody can say. */
  footprint(): Promise<Footprint | undefined>;
  /** How often writers were held back since the store was opened. */
  stalls?(): Stalls;
  /** What this peer found out about itself, such as the journal mode it really got. */
  facts?(): string;
}

/** A slowed write does a share of the work that waits, a stopped one all that keeps it waiting. */
export interface Stalls {
  readonly slowdowns: number;
  readonly stops: number;
}

export interface Footprint {
  readonly files: number;
  readonly bytes: number;
}
