// The index: where each data block begins, and what may be in it.
//
//    +---------------------------+--------------------------+-------+
//    | separator keys,           | records, 20 bytes each:  | count |
//    | one after the other       | key end, offset, sequence| u32   |
//    +---------------------------+--------------------------+-------+
//
// Every block has a separator: a place in the order of entries that is after the last
// entry of the block before and not after its own first. The block of an entry is the
// last one whose separator is at or before it, and as records have one size, that is
// a binary search in the bytes as they are: opening a table parses nothing.
//
// A separator need not be a key. The shortest one is the block's first key, cut after
// the first byte in which it differs from the last key before ("prefix B-trees",
// Bayer and Unterauer, 1977):
//
//    ... "marble" | "marmot" ...      separator "marm"
//
// It stands before all versions of its key: its sequence number is SEQUENCE_MAX. If
// versions of one key lie on both sides, the separator is that key with the sequence
// number right after the last one before. The first block's separator is the empty key.

import { layout, u32, u64, viewOf } from '../../base/layout.ts';
import { SEQUENCE_MAX } from '../entry.ts';
import { corruptTable } from './format.ts';

export const IndexRecord = layout('index record', {
  keyEnd: u32('where the separator key ends; it begins where the one before ends', 'offset'),
  blockOffset: u64('where the block begins in the file; it ends where the next begins', 'offset'),
  sequence: u64('sequence number of the separator', 'sequence'),
});

/** Collects separators, then writes the index block's contents. */
export class IndexBuilder {
  #keys = new Uint8Array(256);
  #keysBytes = 0;
  readonly #records: { keyEnd: number; blockOffset: number; sequence: number }[] = [];

  get count(): number {
    return this.#records.length;
  }

  /** The block at `blockOffset` holds entries from (the first `keyBytes` of key, sequence) on. */
  add(key: Uint8Array, keyBytes: number, sequence: number, blockOffset: number): void {
    if (this.#keysBytes + keyBytes > this.#keys.length) this.#grow(keyBytes);
    this.#keys.set(key.subarray(0, keyBytes), this.#keysBytes);
    this.#keysBytes += keyBytes;
    this.#records.push({ keyEnd: this.#keysBytes, blockOffset, sequence });
  }

  finish(): Uint8Array {
    const contents = new Uint8Array(this.#keysBytes + this.#records.length * IndexRecord.size + 4);
    contents.set(this.#keys.subarray(0, this.#keysBytes));
    const view = viewOf(contents);
    let at = this.#keysBytes;
    for (const record of this.#records) {
      IndexRecord.write(view, at, record);
      at += IndexRecord.size;
    }
    view.setUint32(at, this.#records.length, true);
    return contents;
  }

  #grow(moreBytes: number): void {
    const grown = new Uint8Array((this.#keysBytes + moreBytes) * 2);
    grown.set(this.#keys.subarray(0, this.#keysBytes));
    this.#keys = grown;
  }
}

/** Where in the file a block is, its trailer included. */
export interface BlockPlace {
  readonly offset: number;
  readonly size: number;
}

/** Reads an index, in its bytes. A table of range deletes alone has no block. */
export class TableIndex {
  /** How many blocks there are. */
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #keysEnd: number;
  readonly #dataEnd: number;
  readonly #file: string;
  readonly #offset: number;

  /**
   * @param offset of the index block in `file`; `dataEnd`: where the last data block ends
   * @throws FERRIS_CORRUPTION when the records don't fit in the block.
   */
  constructor(contents: Uint8Array, dataEnd: number, file: string, offset: number) {
    this.#bytes = contents;
    this.#view = viewOf(contents);
    this.#dataEnd = dataEnd;
    this.#file = file;
    this.#offset = offset;
    this.count = contents.length < 4 ? 0 : this.#view.getUint32(contents.length - 4, true);
    this.#keysEnd = contents.length - 4 - this.count * IndexRecord.size;
    if (contents.length < 4 || this.#keysEnd < 0) {
      throw corruptTable(file, offset, 'has an index whose records do not fit in it');
    }
  }

  /** The block that holds the first entry at or after (key, sequence), or the one right before it. */
  find(key: Uint8Array, sequence: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#compare(middle, key, sequence) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** @throws FERRIS_CORRUPTION when blocks are not one after the other. */
  block(index: number): BlockPlace {
    const offset = this.#number(index, IndexRecord.at.blockOffset);
    const last = index === this.count - 1;
    const end = last ? this.#dataEnd : this.#number(index + 1, IndexRecord.at.blockOffset);
    if (offset >= end || end > this.#dataEnd) {
      throw corruptTable(this.#file, this.#offset, `has an index that puts block ${index} nowhere`);
    }
    return { offset, size: end - offset };
  }

  separatorKey(index: number): Uint8Array {
    return this.#bytes.subarray(this.#keyStart(index), this.#keyEnd(index));
  }

  separatorSequence(index: number): number {
    return this.#number(index, IndexRecord.at.sequence);
  }

  /** Negative, zero or positive as separator `index` is before, at or after (key, sequence). */
  #compare(index: number, key: Uint8Array, sequence: number): number {
    const bytes = this.#bytes;
    const start = this.#keyStart(index);
    const length = this.#keyEnd(index) - start;
    const common = length < key.length ? length : key.length;
    for (let i = 0; i < common; i++) {
      const difference = (bytes[start + i] as number) - (key[i] as number);
      if (difference !== 0) return difference;
    }
    if (length !== key.length) return length - key.length;
    return sequence - this.separatorSequence(index);
  }

  #keyStart(index: number): number {
    return index === 0 ? 0 : this.#keyEnd(index - 1);
  }

  #keyEnd(index: number): number {
    const end = this.#view.getUint32(this.#keysEnd + index * IndexRecord.size, true);
    if (end > this.#keysEnd) {
      throw corruptTable(this.#file, this.#offset, 'has an index with a key outside of it');
    }
    return end;
  }

  #number(index: number, field: number): number {
    const at = this.#keysEnd + index * IndexRecord.size + field;
    const high = this.#view.getUint32(at + 4, true);
    return high * 0x100000000 + this.#view.getUint32(at, true);
  }
}

/** Bytes of the shortest separator, when the block's first key shares `shared` bytes with the last before. */
export function separatorBytes(shared: number): number {
  return shared + 1;
}

/** A separator with this sequence number stands before all versions of its key. */
export const BEFORE_ALL_VERSIONS = SEQUENCE_MAX;
