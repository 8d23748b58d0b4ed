import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { fixedClock } from '../../../engine/env/clock.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { describeFile } from '../../../engine/lsm/describe-file.ts';
import {
  decodeEdit,
  describeEdit,
  encodeEdit,
  type VersionEdit,
} from '../../../engine/lsm/manifest/edit.ts';
import { Manifest } from '../../../engine/lsm/manifest/manifest.ts';
import { readSuperblocks, writeSuperblock } from '../../../engine/lsm/manifest/superblock.ts';
import { applyEdit, EMPTY_VERSION, snapshotEdit } from '../../../engine/lsm/manifest/version.ts';

const count = fc.nat({ max: 2 ** 40 });
const key = fc.uint8Array({ maxLength: 40 });
const table = fc.record({
  level: fc.nat({ max: 6 }),
  hasRangeDeletes: fc.boolean(),
  number: count,
  sizeBytes: count,
  entries: count,
  smallestSequence: count,
  largestSequence: count,
  smallestKey: key,
  largestKey: key,
});
const edit: fc.Arbitrary<VersionEdit> = fc.record({
  logNumber: count,
  nextFileNumber: count,
  lastSequence: count,
  removed: fc.array(count, { maxLength: 5 }),
  added: fc.array(table, { maxLength: 5 }),
});

const refusal = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (isFerrisError(error)) return error.code;
    throw error;
  }
  return undefined;
};

test('an edit is read as it was written', () => {
  fc.assert(
    fc.property(edit, (written) => {
      expect(decodeEdit(encodeEdit(written))).toEqual(written);
    }),
  );
});

test('spans of an edit tile it', () => {
  fc.assert(
    fc.property(edit, fc.nat(1000), (written, offset) => {
      const bytes = encodeEdit(written);
      let at = offset;
      for (const span of describeEdit(bytes, offset)) {
        expect(span.offset).toBe(at);
        let inside = at;
        for (const child of span.children ?? []) {
          expect(child.offset).toBe(inside);
          inside += child.size;
        }
        if (span.children) expect(inside).toBe(at + span.size);
        at += span.size;
      }
      expect(at).toBe(offset + bytes.length);
    }),
  );
});

test('damaged edits are refused or are other edits, never anything else', () => {
  fc.assert(
    fc.property(edit, fc.nat(), fc.nat(255), fc.nat(), (written, where, byte, cut) => {
      const bytes = encodeEdit(written);
      const damaged = bytes.slice(0, 1 + (cut % bytes.length));
      damaged[where % damaged.length] = byte;
      expect([undefined, 'FERRIS_CORRUPTION']).toContain(refusal(() => decodeEdit(damaged)));
    }),
  );
});

test('a version is made again by its own snapshot edit', () => {
  const first = { ...EMPTY_VERSION, nextFileNumber: 9 };
  const added = [3, 5].map((number) => ({
    level: 0,
    hasRangeDeletes: false,
    number,
    sizeBytes: 1,
    entries: 1,
    smallestSequence: number,
    largestSequence: number,
    smallestKey: Uint8Array.of(1),
    largestKey: Uint8Array.of(2),
  }));
  const version = applyEdit(first, { ...first, removed: [], added });
  expect(version.tables.map(({ number }) => number)).toEqual([5, 3]);
  expect(applyEdit(EMPTY_VERSION, snapshotEdit(version))).toEqual(version);
  const edit = { logNumber: 1, nextFileNumber: 9, lastSequence: 5, added: [] };
  expect(applyEdit(version, { ...edit, removed: [3] }).tables.map(({ number }) => number)).toEqual([
    5,
  ]);
  expect(refusal(() => applyEdit(version, { ...edit, removed: [4] }))).toBe('FERRIS_CORRUPTION');
  expect(refusal(() => applyEdit(version, { ...edit, removed: [], added }))).toBe(
    'FERRIS_CORRUPTION',
  );
});

test('superblocks take turns, and a damaged one leaves the other', () => {
  const files = new MemoryFiles();
  const one = writeSuperblock(files, undefined, 7, 0).superblock;
  const two = writeSuperblock(files, one, 9, 0).superblock;
  const three = writeSuperblock(files, two, 11, 0).superblock;
  expect([one, two, three].map(({ slot }) => slot)).toEqual([0, 1, 0]);
  expect(readSuperblocks(files).valid.map(({ manifestNumber }) => manifestNumber)).toEqual([11, 9]);
  files.delete('superblock-0');
  files.create('superblock-0').append(new Uint8Array(20));
  const { valid, damagedSlots } = readSuperblocks(files);
  expect(valid).toEqual([two]);
  expect(damagedSlots).toEqual([0]);
});

test('each session begins a manifest of its own, which opens with everything', () => {
  const files = new MemoryFiles();
  const options = { files, clock: fixedClock(0) };
  for (let session = 1; session <= 3; session++) {
    const manifest = Manifest.open(options, session > 1);
    expect(manifest.version.logNumber).toBe(session - 1);
    manifest.apply({ logNumber: session });
    manifest.apply({ lastSequence: session * 10 });
    manifest.close();
  }
  expect(Manifest.open(options, true).version).toMatchObject({
    logNumber: 3,
    lastSequence: 30,
  });
});

test('every file of a database, and none, can be described', () => {
  const files = new MemoryFiles();
  const manifest = Manifest.open({ files, clock: fixedClock(0) }, false);
  manifest.apply({});
  manifest.close();
  for (const name of files.list()) {
    const file = files.open(name);
    const bytes = new Uint8Array(file.size);
    file.read(0, bytes);
    for (const length of [0, 1, 63, 64, 65, bytes.length]) {
      const cut = bytes.subarray(0, length);
      expect(describeFile(name, cut)).toMatchObject({ offset: 0, size: cut.length });
    }
  }
  expect(describeFile('notes.txt', Uint8Array.of(1, 2))).toMatchObject({ name: 'bytes', size: 2 });
});
