// What a store counts.

/** Counters since the store was opened. Bytes are those handed to the file system. */
export interface StoreStats {
  readonly writeGroups: number;
  readonly writtenEntries: number;
  readonly logSyncs: number;
  readonly logBytes: number;
  readonly flushes: number;
  readonly flushedBytes: number;
  readonly tables: number;
  readonly memtableBytes: number;
  readonly lastSequence: number;
  readonly durableSequence: number;
}
