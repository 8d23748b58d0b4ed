// Checks a whole table: that each part of it says the same as the others.
//
// 1. Every block has a right checksum, and entries that can be read.
// 2. Entries ascend, within blocks and across them.
// 3. A block's separator is after the block before, and not after its own first entry.
// 4. The filter says "maybe" of every key.
// 5. The range deletes can be read, and are in order.
// 6. The properties count what is there, range deletes included.

import { equalBytes } from '../../base/bytes.ts';
import { compareEntries } from '../entry.ts';
import type { RangeDelete } from '../range-deletes.ts';
import type { Bloom } from './bloom.ts';
import { corruptTable } from './format.ts';
import { KeyBuffer } from './key-buffer.ts';
import type { Properties } from './properties.ts';
import { type Blocks, TableCursor } from './table-cursor.ts';
import { keyRange, Tally } from './tally.ts';

/** What is verified: a table. */
interface Verifiable extends Blocks {
  readonly fileName: string;
  readonly bloom: Bloom;
  readonly properties: Properties;
  readonly rangeDeletes: readonly RangeDelete[];
}

/**
 * Reads everything of a table, and checks that it is in order and agrees.
 * @throws FERRIS_CORRUPTION at the first thing that doesn't; FERRIS_IO
 */
export function verifyTable(table: Verifiable): void {
  new Verifier(table, table.fileName).run();
}

/** One run over all entries of a table. */
class Verifier {
  readonly #table: Verifiable;
  readonly #file: string;
  readonly #cursor: TableCursor;
  readonly #lastKey = new KeyBuffer();
  #lastSequence = 0;
  #lastBlock = -1;
  #firstKey: Uint8Array | undefined;
  #blocks = 0;
  readonly #tally = new Tally();

  constructor(table: Verifiable, file: string) {
    this.#table = table;
    this.#file = file;
    this.#cursor = new TableCursor(table, { cache: false });
  }

  /** @throws FERRIS_CORRUPTION at the first thing that is wrong */
  run(): void {
    const cursor = this.#cursor;
    for (cursor.seekToFirst(); cursor.valid; cursor.next()) {
      this.#checkPlace();
      this.#count();
      this.#lastKey.take(cursor.key);
      this.#lastSequence = cursor.sequence;
    }
    this.#checkProperties();
  }

  /** The entry is after the one before; if it opens a block, the separator is between them. */
  #checkPlace(): void {
    const { key, sequence, blockIndex } = this.#cursor;
    this.#expect(this.#isAfterLast(key, sequence), 'has entries out of order');
    if (blockIndex === this.#lastBlock) return;
    const { index } = this.#table;
    const separator = index.separatorKey(blockIndex);
    const from = index.separatorSequence(blockIndex);
    this.#expect(this.#isAfterLast(separator, from), 'has a separator inside the block before');
    const before = compareEntries(separator, from, key, sequence) <= 0;
    this.#expect(before, 'has a separator after the first entry of its block');
    this.#lastBlock = blockIndex;
    this.#blocks++;
  }

  #isAfterLast(key: Uint8Array, sequence: number): boolean {
    if (this.#firstKey === undefined) return true;
    return compareEntries(this.#lastKey.bytes, this.#lastSequence, key, sequence) < 0;
  }

  #count(): void {
    const { key, sequence, kind, value } = this.#cursor;
    const sameKey = this.#firstKey !== undefined && equalBytes(this.#lastKey.bytes, key);
    if (!sameKey) {
      this.#expect(this.#table.bloom.mayContain(key), 'has a filter that denies one of its keys');
    }
    this.#firstKey ??= key.slice();
    this.#tally.count(key, sequence, kind, value, sameKey);
  }

  #checkProperties(): void {
    const { properties, rangeDeletes } = this.#table;
    for (const { sequence } of rangeDeletes) this.#tally.countSequence(sequence);
    const last = this.#firstKey === undefined ? undefined : this.#lastKey.bytes;
    const { smallestKey, largestKey } = keyRange(this.#firstKey, last, rangeDeletes);
    this.#expectKey(smallestKey, properties.smallestKey);
    this.#expectKey(largestKey, properties.largestKey);
    for (const [name, number] of Object.entries({ ...this.#tally, blocks: this.#blocks })) {
      const said = properties[name as keyof typeof properties];
      this.#expect(said === number, `has ${number} for ${name} where its properties say ${said}`);
    }
  }

  #expectKey(key: Uint8Array, said: Uint8Array): void {
    this.#expect(equalBytes(key, said), 'begins or ends with another key than its properties say');
  }

  #expect(fact: boolean, what: string): void {
    if (fact) return;
    const { index } = this.#table;
    const block = Math.max(0, this.#cursor.blockIndex);
    throw corruptTable(this.#file, index.count === 0 ? 0 : index.block(block).offset, what);
  }
}
