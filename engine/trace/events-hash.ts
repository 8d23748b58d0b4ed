// What the hash table says of what it does; the rules are those of events.ts.

/** The hash table. A bucket is named by its index. */
export type HashEvent =
  /** A key was hashed, and its hash chose a bucket among `buckets`. */
  | {
      readonly type: 'hash.pick';
      readonly key: Uint8Array;
      readonly hash: number;
      readonly bucket: number;
      readonly buckets: number;
    }
  /** The entry at `position` of the bucket's chain was looked at; `key` is that entry's. */
  | {
      readonly type: 'hash.probe';
      readonly bucket: number;
      readonly position: number;
      readonly key: Uint8Array;
      readonly found: boolean;
    }
  | {
      readonly type: 'hash.put';
      readonly bucket: number;
      readonly key: Uint8Array;
      readonly value: Uint8Array;
      readonly isNew: boolean;
    }
  | {
      readonly type: 'hash.get';
      readonly bucket: number;
      readonly key: Uint8Array;
      readonly value: Uint8Array | undefined;
    }
  | {
      readonly type: 'hash.delete';
      readonly bucket: number;
      readonly key: Uint8Array;
      readonly found: boolean;
    }
  /** There are `to` buckets from now on; a move of each entry follows. */
  | {
      readonly type: 'hash.grow';
      readonly from: number;
      readonly to: number;
      readonly entries: number;
    }
  /** One entry found its place among twice as many buckets; it may have stayed. */
  | {
      readonly type: 'hash.move';
      readonly key: Uint8Array;
      readonly from: number;
      readonly to: number;
    }
  /** A walk over all entries looked into a bucket. */
  | { readonly type: 'hash.visit'; readonly bucket: number; readonly entries: number };
