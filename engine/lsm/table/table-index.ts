// The index: where each data block begins, and what may be in it.
//
//    +---------------------------+--------------------------+-------+
//    | separator keys,           | records, 20 bytes each:  | count |
//    | one after the other       | key end, offset, sequence| u32   |
//    +---------------------------+--------------------------+-------+
//
// Every block has a separator: a place in the order of entries that is after the last
// entry of the block before and not after its own first. The block of an entry is the
// last one whose separator is at or before it, which a binary search finds.
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
//
// For that search, opening decodes the records into arrays of numbers, and gives each
// separator a head (heads.ts): the four bytes after the prefix that all share.

import { EMPTY_BYTES, sharedPrefixBytes } from '../../base/bytes.ts';
import { layout, u32, u64, viewOf } from '../../base/layout.ts';
import { HEADER_BYTES } from '../../env/header.ts';
import { SEQUENCE_MAX } from '../entry.ts';
import { corruptTable } from './format.ts';
import { headAt } from './heads.ts';

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

/** An index, decoded. A table of range deletes alone has no block. */
export class TableIndex {
  /** How many blocks there are. */
  readonly count: number;
  readonly #bytes: Uint8Array;
  /** Where separator keys end, from 1 on; at 0 stands where the first begins. */
  readonly #keyEnds: Uint32Array;
  /** Where blocks begin, and at the end where the last one ends. Sizes of files may pass 2^32. */
  readonly #offsets: Float64Array;
  readonly #sequences: Float64Array;
  /** What all separators but the first, which is empty, begin with. */
  readonly #prefix: Uint8Array;
  readonly #heads: Uint32Array;

  /**
   * @param offset of the index block in `file`; `dataEnd`: where the last data block ends
   * @throws FERRIS_CORRUPTION when records don't fit in the block, or blocks don't follow each other
   */
  constructor(contents: Uint8Array, dataEnd: number, file: string, offset: number) {
    const corrupt = () =>
      corruptTable(file, offset, 'has an index that puts a block or a key nowhere');
    const view = viewOf(contents);
    const count = contents.length < 4 ? 0 : view.getUint32(contents.length - 4, true);
    const keysEnd = contents.length - 4 - count * IndexRecord.size;
    if (contents.length < 4 || keysEnd < 0) throw corrupt();
    this.#bytes = contents;
    this.count = count;
    this.#keyEnds = new Uint32Array(count + 1);
    this.#offsets = new Float64Array(count + 1);
    this.#sequences = new Float64Array(count);
    for (let i = 0; i < count; i++) this.#decode(view, keysEnd + i * IndexRecord.size, i);
    this.#offsets[count] = dataEnd;
    if (!this.#isInOrder(keysEnd)) throw corrupt();
    this.#prefix = count < 2 ? EMPTY_BYTES : this.#sharedPrefix();
    this.#heads = new Uint32Array(count);
    for (let i = 1; i < count; i++) {
      this.#heads[i] = headAt(contents, this.#keyStart(i) + this.#prefix.length, this.#keyEnd(i));
    }
  }

  /** The block that holds the first entry at or after (key, sequence), or the one right before it. */
  find(key: Uint8Array, sequence: number): number {
    const heads = this.#heads;
    const prefix = this.#prefix;
    const shared = sharedPrefixBytes(prefix, key);
    if (shared < prefix.length)
      return (key[shared] ?? -1) < (prefix[shared] as number) ? 0 : this.count - 1;
    const head = headAt(key, shared, key.length);
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const headThere = heads[middle] as number;
      const isBefore =
        headThere === head ? this.#compare(middle, key, sequence) <= 0 : headThere < head;
      if (isBefore) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  block(index: number): BlockPlace {
    const offset = this.#offsets[index] as number;
    return { offset, size: (this.#offsets[index + 1] as number) - offset };
  }

  separatorKey(index: number): Uint8Array {
    return this.#bytes.subarray(this.#keyStart(index), this.#keyEnd(index));
  }

  separatorSequence(index: number): number {
    return this.#sequences[index] as number;
  }

  /** Negative, zero or positive as separator `index` is before, at or after (key, sequence). */
  #compare(index: number, key: Uint8Array, sequence: number): number {
    const bytes = this.#bytes;
    const start = this.#keyStart(index);
    const length = this.#keyEnd(index) - start;
    const common = length < key.length ? length : key.length;
    for (let i = this.#prefix.length; i < common; i++) {
      const difference = (bytes[start + i] as number) - (key[i] as number);
      if (difference !== 0) return difference;
    }
    if (length !== key.length) return length - key.length;
    return sequence - this.separatorSequence(index);
  }

  /** Separators are sorted, so what the first and the last share, all do. */
  #sharedPrefix(): Uint8Array {
    const second = this.separatorKey(1);
    return second.subarray(0, sharedPrefixBytes(second, this.separatorKey(this.count - 1)));
  }

  #decode(view: DataView, at: number, index: number): void {
    const { keyEnd, blockOffset, sequence } = IndexRecord.at;
    const u64At = (place: number) =>
      view.getUint32(place + 4, true) * 0x100000000 + view.getUint32(place, true);
    this.#keyEnds[index + 1] = view.getUint32(at + keyEnd, true);
    this.#offsets[index] = u64At(at + blockOffset);
    this.#sequences[index] = u64At(at + sequence);
  }

  /** True when keys follow each other up to `keysEnd`, and blocks from the header on. */
  #isInOrder(keysEnd: number): boolean {
    if (this.#offsets[0] !== HEADER_BYTES || this.#keyEnd(this.count - 1) !== keysEnd) return false;
    for (let i = 0; i < this.count; i++) {
      if (this.#keyStart(i) > this.#keyEnd(i)) return false;
      if ((this.#offsets[i] as number) >= (this.#offsets[i + 1] as number)) return false;
    }
    return true;
  }

  #keyStart(index: number): number {
    return this.#keyEnds[index] as number;
  }

  #keyEnd(index: number): number {
    return this.#keyEnds[index + 1] as number;
  }
}

/** Bytes of the shortest separator, when the block's first key shares `shared` bytes with the last before. */
export function separatorBytes(shared: number): number {
  return shared + 1;
}

/** A separator with this sequence number stands before all versions of its key. */
export const BEFORE_ALL_VERSIONS = SEQUENCE_MAX;
