// A store that is restored begins a new generation of files on a disk that held another one.

import { expect, test } from 'vitest';
import { utf8 } from '../../../engine/base/bytes.ts';
import { encodeCommand } from '../../../engine/cluster/commands.ts';
import { inGeneration } from '../../../engine/cluster/file-names.ts';
import type { StateMachine } from '../../../engine/cluster/state-machine.ts';
import { storeMachine } from '../../../engine/cluster/store-machine.ts';
import { FaultyFiles } from '../../../engine/env/files-faulty.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { parseFileName } from '../../../engine/lsm/file-names.ts';
import type { Entry } from '../../../engine/raft/message.ts';

const KIND = storeMachine({ memtableBytes: 1 << 20, logBytes: 1024 });

/** Entry `index` of one log; all servers apply the same ones. */
function entry(index: number): Entry {
  const data = encodeCommand({
    ...{ client: 101, request: index, call: 'put', key: utf8(`key ${index}`) },
    value: utf8(`value ${index}`),
    expected: null,
  });
  return { index, term: 1, kind: 'command', data };
}

function apply(machine: StateMachine, from: number, to: number): void {
  for (let index = from; index <= to; index++) machine.apply(entry(index));
}

/** A snapshot of entries up to `index`, by a server that has used fewer file numbers. */
function snapshotAt(index: number): Uint8Array[] {
  const machine = storeMachine().open({ files: new MemoryFiles(), generation: 0 });
  apply(machine, 1, index);
  const frozen = machine.freeze();
  const parts: Uint8Array[] = [];
  for (let next = frozen?.parts.next(); next?.done === false; next = frozen?.parts.next())
    parts.push(next.value);
  return parts;
}

function logNumbers(files: FaultyFiles, generation: number): number[] {
  return files.namesNow.flatMap((name) => {
    const file = inGeneration(name);
    const parsed = file?.generation === generation ? parseFileName(file.name) : undefined;
    return parsed?.kind === 'wal' || parsed?.kind === 'manifest' ? [parsed.number] : [];
  });
}

test('logs of a new generation have numbers that no log on this disk had', () => {
  const files = new FaultyFiles();
  const used = new Set<number>();
  for (let generation = 0; generation < 4; generation++) {
    const place = { files, generation };
    const parts = snapshotAt(generation * 100);
    const machine = generation === 0 ? KIND.open(place) : KIND.restore(place, parts);
    apply(machine, generation * 100 + 1, generation * 100 + 60);
    machine.close();
    // The first manifest came with the snapshot, and was durable before it counted.
    const [, ...numbers] = logNumbers(files, generation).sort((a, b) => a - b);
    expect(numbers.filter((number) => used.has(number))).toEqual([]);
    for (const number of numbers) used.add(number);
    KIND.discardOthers(place);
  }
});

test('the numbers stay taken when the first log of a generation vanished in a power cut', () => {
  let files = new FaultyFiles();
  apply(KIND.open({ files, generation: 0 }), 1, 60);
  const before = Math.max(...logNumbers(files, 0));
  const place = { files, generation: 1 };
  KIND.restore(place, snapshotAt(100));
  KIND.discardOthers(place);
  files.syncDirectory();
  files.powerCut();
  files = files.restart({ policy: 'lose-all' });
  apply(KIND.open({ files, generation: 1 }), 101, 101);
  expect(Math.max(...logNumbers(files, 1))).toBeGreaterThan(before);
});

/** A server's disk after so many runs, each of which ended in a flush. */
function usedDisk(runs: number): FaultyFiles {
  const files = new FaultyFiles({ durability: 'manual' });
  for (let run = 0; run < runs; run++) {
    const machine = KIND.open({ files, generation: 0 });
    apply(machine, run * 10 + 1, run * 10 + 10);
    flush(machine, files);
    machine.close();
    files.completeSync();
  }
  return files;
}

function flush(machine: StateMachine, files: FaultyFiles): void {
  for (let frozen = machine.freeze(); frozen === undefined; frozen = machine.freeze())
    files.completeSync();
}

// The sync of a new log or manifest was lost with the power, and where its bytes were to be the
// disk shows an older generation's. The superblock that names the manifest was written.
test.each([0, 1, 2, 3, 4])(
  'stale files of an older generation count no more, %i restarts',
  (restarts) => {
    const parts = snapshotAt(100);
    for (let syncs = 0; syncs < 12; syncs++) {
      const files = usedDisk(3);
      const stale = new Map(files.namesNow.map((name) => [nameInside(name), files.bytesOf(name)]));
      const place = { files, generation: 1 };
      let machine = KIND.restore(place, parts);
      files.completeSync();
      for (let restart = 1; restart <= restarts; restart++) {
        apply(machine, 100 + restart, 100 + restart);
        machine.close();
        files.completeSync();
        machine = KIND.open(place);
      }
      apply(machine, 101 + restarts, 120);
      for (let sync = 0; sync < syncs; sync++) {
        machine.freeze();
        files.completeSync(1);
      }
      files.powerCut();
      const after = files.restart({
        policy: {
          sector: (file) => (file.includes('superblock') ? 'kept' : 'lost'),
          fill(file, offset, into) {
            const bytes = stale.get(nameInside(file));
            into.set(bytes?.subarray(offset, offset + into.length) ?? []);
          },
        },
      });
      const { appliedIndex } = KIND.open({ files: after, generation: 1 });
      expect(appliedIndex).toBeGreaterThanOrEqual(100);
    }
  },
);

function nameInside(name: string): string {
  return inGeneration(name)?.name ?? name;
}
