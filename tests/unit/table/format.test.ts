// The bytes themselves: golden dumps, a fixture that must stay readable, spans that tile.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EMPTY_BYTES, hex, show, text, utf8 } from '../../../engine/base/bytes.ts';
import type { Span } from '../../../engine/base/layout.ts';
import { Random } from '../../../engine/base/random.ts';
import { KIND_DELETE, KIND_PUT, SEQUENCE_MAX } from '../../../engine/lsm/entry.ts';
import { BlockBuilder } from '../../../engine/lsm/table/block-builder.ts';
import { describeTable } from '../../../engine/lsm/table/describe.ts';
import { readTag, TAG_BYTES_MAX, tagSize, writeTag } from '../../../engine/lsm/table/tag.ts';
import { verifyTable } from '../../../engine/lsm/table/verify.ts';
import { hexdump } from '../../../engine/trace/hexdump.ts';
import { expectGolden } from '../../golden.ts';
import { type Entry, entryAt, randomEntries, sortEntries } from '../../model/sorted-entries.ts';
import { bytesOf, expectTiled, flipped, lookup, openBytes, tableOf, writeTable } from './tables.ts';

const FIXTURE = join(import.meta.dirname, '../../fixtures/table-v1.hex');

const OPTIONS = { createdMs: 1_700_000_000_000, blockBytes: 96, restartInterval: 3 };

/** A few fruits, one of them deleted later, in two blocks. */
function example(): Entry[] {
  return [
    { key: utf8('apple'), sequence: 8, kind: KIND_DELETE, value: EMPTY_BYTES },
    { key: utf8('apple'), sequence: 2, kind: KIND_PUT, value: utf8('red') },
    { key: utf8('apricot'), sequence: 300, kind: KIND_PUT, value: utf8('orange') },
    { key: utf8('marble'), sequence: 4, kind: KIND_PUT, value: utf8('none of these') },
    { key: utf8('marmot'), sequence: 5, kind: KIND_PUT, value: utf8('a mountain dweller') },
    { key: utf8('pear'), sequence: 6, kind: KIND_PUT, value: Uint8Array.of(0, 255, 10) },
  ];
}

function exampleTable(): Uint8Array {
  return bytesOf(writeTable(example(), OPTIONS).files);
}

function readHex(path: string): Uint8Array {
  const digits = readFileSync(path, 'utf8').replace(/\s+/g, '');
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function find(span: Span, name: string): Span[] {
  const below = (span.children ?? []).flatMap((child) => find(child, name));
  return span.name === name ? [span, ...below] : below;
}

test('golden: a table of two blocks', () => {
  const bytes = exampleTable();
  expectGolden('table/two_blocks.dump.txt', hexdump(bytes, describeTable(bytes)));
});

test('golden: a table with a damaged block', () => {
  const bytes = flipped(exampleTable(), 70);
  expectGolden('table/damaged_block.dump.txt', hexdump(bytes, describeTable(bytes)));
});

test('format version 1 stays readable', () => {
  // Written once. If this test fails, the format has changed: give it a new version.
  const bytes = readHex(FIXTURE);
  const table = openBytes(bytes);
  verifyTable(table);
  const cursor = table.cursor();
  const seen = [];
  for (cursor.seekToFirst(); cursor.valid; cursor.next()) seen.push(entryAt(cursor));
  expect(seen).toEqual(example());
  const marmot = lookup(table, utf8('marmot'), SEQUENCE_MAX);
  expect(marmot?.value).toEqual(utf8('a mountain dweller'));
  expect(exampleTable(), 'and is what is written today').toEqual(bytes);
});

test('the worked example at the head of block-builder.ts', () => {
  const block = new BlockBuilder(4096, 16);
  block.add(utf8('apple'), 0, 2, KIND_PUT, utf8('1'));
  block.add(utf8('apply'), 4, 3, KIND_PUT, EMPTY_BYTES);
  expect(hex(block.finish())).toBe('000501116170706c6531' + '0401001979' + '0000000001000000');
});

test('a separator is the shortest that divides', () => {
  const index = tableOf(example(), OPTIONS).index;
  expect(index.count).toBe(2);
  expect([text(index.separatorKey(0)), text(index.separatorKey(1))]).toEqual(['', 'marm']);
});

test('tags take one to eight bytes and come back', () => {
  const into = new Uint8Array(16);
  const random = new Random(1);
  const sequences = [0, 1, 15, 16, 2047, 2048, 2 ** 31, 2 ** 32, 2 ** 52, SEQUENCE_MAX];
  for (let i = 0; i < 1000; i++) sequences.push(Math.floor(random.u32() * 2 ** random.below(22)));
  for (const sequence of sequences) {
    for (const kind of [KIND_DELETE, KIND_PUT] as const) {
      const size = writeTag(into, 3, sequence, kind) - 3;
      expect(size).toBe(tagSize(sequence));
      expect(readTag(into, 3)).toEqual({ sequence, kind, size });
    }
  }
  expect([tagSize(15), tagSize(16), tagSize(SEQUENCE_MAX)]).toEqual([1, 2, TAG_BYTES_MAX]);
  writeTag(into, 0, 300, KIND_PUT);
  expect(hex(into.subarray(0, 2))).toBe('e112'); // as the head of tag.ts has it
});

test('spans tile a table, and say what the reader says', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const sorted = sortEntries(randomEntries(new Random(seed), 60));
    const bytes = bytesOf(writeTable(sorted, { blockBytes: 256, restartInterval: 4 }).files);
    const span = describeTable(bytes);
    expectTiled(span, 0, bytes.length);
    const kinds = new Set((span.children ?? []).map((child) => child.kind));
    expect(kinds).toEqual(new Set(['header']));
    const entries = find(span, 'entry');
    expect(entries.length).toBe(sorted.length);
    for (const [i, { key, sequence, kind, value }] of sorted.entries()) {
      const entry = entries[i] as Span;
      const verb = kind === KIND_PUT ? 'put' : 'delete';
      expect(entry.doc).toBe(`one version of ${show(key)}`);
      expect(find(entry, 'tag')[0]?.value).toBe(`${sequence}, ${verb}`);
      expect(find(entry, 'value bytes')[0]?.value).toBe(value.length);
      if (value.length > 0) expect(find(entry, 'value')[0]?.value).toBe(show(value));
    }
  }
});
