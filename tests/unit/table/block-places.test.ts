import { expect, test } from 'vitest';
import { compareBytes } from '../../../engine/base/bytes.ts';
import { Random } from '../../../engine/base/random.ts';
import { compareEntries, Found, KIND_PUT } from '../../../engine/lsm/entry.ts';
import { Block } from '../../../engine/lsm/table/block.ts';
import { BlockBuilder } from '../../../engine/lsm/table/block-builder.ts';
import { BlockCursor } from '../../../engine/lsm/table/block-cursor.ts';
import { findInBlock } from '../../../engine/lsm/table/block-find.ts';

interface Entry {
  readonly key: Uint8Array;
  readonly sequence: number;
}

/** A block of all entries, which are in order. */
function blockOf(entries: readonly Entry[]): Block {
  const builder = new BlockBuilder(1 << 20, 16);
  let before = new Uint8Array(0);
  for (const { key, sequence } of entries) {
    let shared = 0;
    while (shared < before.length && before[shared] === key[shared]) shared++;
    builder.add(key, shared, sequence, KIND_PUT, Uint8Array.of(sequence));
    before = key.slice();
  }
  return new Block(builder.finish().slice(), 'test', 0);
}

/** Keys of few letters, zeros among them: many agree for long, or begin another. */
function keysOf(random: Random, prefixBytes: number, count: number): Uint8Array[] {
  const keys = new Map<string, Uint8Array>();
  for (let i = 0; i < count; i++) {
    const key = new Uint8Array(prefixBytes + random.below(8)).fill(7);
    for (let at = prefixBytes; at < key.length; at++) key[at] = random.below(3);
    keys.set(key.join(), key);
  }
  return [...keys.values()].sort(compareBytes);
}

test.each([0, 3, 14, 63, 64, 90])(
  'what is looked for is found behind %i shared bytes',
  (prefix) => {
    const random = new Random(prefix + 1);
    for (let round = 0; round < 20; round++) {
      const keys = keysOf(random, prefix, 60);
      const held = keys.filter((_, i) => i % 2 === 0);
      const entries = held.flatMap((key) => {
        const versions = random.below(6) === 0 ? 40 : 1; // more than lie between restart points
        return Array.from({ length: versions }, (_, i) => ({ key, sequence: 2 * (versions - i) }));
      });
      const block = blockOf(entries);
      const cursor = new BlockCursor();
      cursor.enter(block);
      for (const key of [...keys, Uint8Array.of(), Uint8Array.of(6), Uint8Array.of(8)]) {
        for (const sequence of [0, 1, 2, 33, 80]) {
          const next = entries.find((e) => compareEntries(e.key, e.sequence, key, sequence) >= 0);
          cursor.seek(key, sequence);
          expect(cursor.valid).toBe(next !== undefined);
          if (next) expect([...cursor.key, cursor.sequence]).toEqual([...next.key, next.sequence]);
          const found = new Found();
          const isHere = next !== undefined && compareBytes(next.key, key) === 0;
          expect(findInBlock(block, key, sequence, found)).toBe(isHere);
          if (isHere) expect(found.sequence).toBe(next.sequence);
        }
      }
    }
  },
);
