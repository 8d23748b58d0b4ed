// Reads entries of a data block, one after the other, into its own fields: a reader that
// made an object of each would spend most of its time on that. block-builder.ts has the format.
//
//    shared varint | unshared varint | value bytes varint | tag | key tail | value
//    ^ at                                                         ^ keyAt    ^ valueAt  ^ after
//
// The checksum has vouched for the bytes. Lengths are checked all the same: it costs
// little, and damage that slips past a CRC32 must not lead a reader out of the block.

import { readVarint, varintSize } from '../../base/varint.ts';
import { KIND_DELETE, KIND_EXPIRING, type PointKind } from '../entry.ts';

/** The entry read last. */
export class EntryReader {
  /** Bytes of the key that it shares with the key before, and those that it has itself. */
  shared = 0;
  unshared = 0;
  sequence = 0;
  kind: PointKind = KIND_DELETE;
  keyAt = 0;
  valueAt = 0;
  /** Where the next entry begins. */
  after = 0;

  /** Reads the entry at `at`; false when it is none, or leads past `end`. */
  read(bytes: Uint8Array, at: number, end: number): boolean {
    let shared = bytes[at] as number;
    let unshared = bytes[at + 1] as number;
    let valueBytes = bytes[at + 2] as number;
    let tagAt = at + 3;
    if ((shared | unshared | valueBytes) >= 0x80) {
      try {
        shared = readVarint(bytes, at);
        tagAt = at + varintSize(shared);
        unshared = readVarint(bytes, tagAt);
        tagAt += varintSize(unshared);
        valueBytes = readVarint(bytes, tagAt);
        tagAt += varintSize(valueBytes);
      } catch {
        return false;
      }
    }
    this.shared = shared;
    this.unshared = unshared;
    const known = this.#readTag(bytes, tagAt);
    this.valueAt = this.keyAt + unshared;
    this.after = this.valueAt + valueBytes;
    return known && this.after <= end;
  }

  /** Reads sequence number and kind (tag.ts); false when no writer of ours made them. */
  #readTag(bytes: Uint8Array, at: number): boolean {
    let byte = bytes[at] as number;
    let next = at + 1;
    let sequence = (byte >>> 3) & 0xf;
    const kind = byte & 7;
    for (let scale = 16; byte >= 0x80; scale *= 128) {
      byte = bytes[next++] as number;
      sequence += (byte & 0x7f) * scale;
    }
    this.sequence = sequence;
    this.kind = kind as PointKind;
    this.keyAt = next;
    return kind <= KIND_EXPIRING && sequence <= Number.MAX_SAFE_INTEGER;
  }
}
