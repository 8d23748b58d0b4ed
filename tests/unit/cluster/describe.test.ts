// Files of a server, named byte by byte, damaged or not.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from '../../../engine/base/bytes.ts';
import type { Span } from '../../../engine/base/layout.ts';
import { encodeCommand } from '../../../engine/cluster/commands.ts';
import { describeServerFile } from '../../../engine/cluster/describe-server-file.ts';
import { MAP_MACHINE } from '../../../engine/cluster/map-machine.ts';
import { RaftStorage } from '../../../engine/cluster/raft-storage.ts';
import { SnapshotWriter } from '../../../engine/cluster/snapshot-files.ts';
import { storeMachine } from '../../../engine/cluster/store-machine.ts';
import { FaultyFiles } from '../../../engine/env/files-faulty.ts';
import { dumpLines } from '../../../engine/lsm/dump-file.ts';
import { hexdump } from '../../../engine/trace/hexdump.ts';
import { expectGolden } from '../../golden.ts';

/** A server's disk: a Raft log, and a snapshot of each kind. */
function exampleDisk(): FaultyFiles {
  const disk = new FaultyFiles();
  const command = (request: number, key: string, value: string) =>
    encodeCommand({
      ...{ client: 100, request, call: 'put', key: utf8(key), expected: null, value: utf8(value) },
    });
  const entries = ['apple', 'pear', 'plum'].map((key, i) => ({
    ...{ index: i + 1, term: 1, kind: 'command' as const },
    data: command(i + 1, key, `${i}`),
  }));
  for (const [kind, count] of [
    [MAP_MACHINE, 3],
    [storeMachine(), 2],
  ] as const) {
    const machine = kind.open({ files: disk, generation: 0 });
    for (const entry of entries.slice(0, count)) machine.apply(entry);
    const writer = new SnapshotWriter(disk, machine.freeze()!, kind.id);
    while (!writer.isWritten) writer.work();
  }
  const storage = RaftStorage.open(disk);
  storage.persist({ sequence: 1, term: 1, vote: 2, entries });
  storage.sync();
  return disk;
}

function expectTiled(span: Span, offset: number, size: number): void {
  expect([span.offset, span.size], span.name).toEqual([offset, size]);
  if (span.children === undefined) return;
  let at = offset;
  for (const child of span.children) {
    expectTiled(child, at, child.size);
    at += child.size;
  }
  expect(at, `the end of ${span.name}`).toBe(offset + size);
}

const DISK = exampleDisk();
const NAMES = DISK.list();

test('every byte of every file has a name', () => {
  expect(NAMES.map((name) => name.replace(/^.*\./, '')).sort()).toContain('snp');
  for (const name of NAMES) {
    const bytes = DISK.bytesOf(name);
    const span = describeServerFile(name, bytes);
    expectTiled(span, 0, bytes.length);
    expect(span.name, name).not.toBe('bytes');
    expect(JSON.stringify(span), name).not.toContain('"kind":"corrupt"');
  }
});

test('so it has in damaged files, and nothing is thrown', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      fc.nat(),
      (which, at, mask, cut) => {
        const name = NAMES[which % NAMES.length]!;
        const bytes = DISK.bytesOf(name);
        bytes[at % bytes.length]! ^= mask;
        const damaged = cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
        const span = describeServerFile(name, damaged);
        if (damaged.length > 0) expectTiled(span, 0, damaged.length);
        expect(hexdump(damaged, span)).not.toBe(undefined);
      },
    ),
    { numRuns: 1500, seed: 1 },
  );
});

test('golden: a snapshot of a map, byte by byte', () => {
  const bytes = DISK.bytesOf('000003.snp');
  expectGolden('cluster/map_snapshot.dump.txt', hexdump(bytes, describeServerFile('', bytes)));
});

test('a dump knows them', () => {
  const dump = (name: string) => [...dumpLines(name, DISK.bytesOf(name), true, describeServerFile)];
  expect(dump('000001.rft').map((line) => line.slice(0, 40))).toEqual([
    'a Raft log, 238 bytes',
    '00000000  header               64 bytes:',
    '00000040  record               174 bytes',
  ]);
  expect(dump('000003.snp')[0]).toBe('a snapshot of a state machine, 166 bytes');
  expect(dump('000002.snp').some((line) => line.includes('backup'))).toBe(true);
});
