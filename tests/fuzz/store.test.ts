// Damaged files: each byte of a small database changed, each file cut at each length.
//
// Whatever is done to the files, opening and reading gives a typed error, or a report of
// what was dropped, or the right answer: never a wrong value, another exception, or a hang.
// Bytes that a checksum covers can't be changed unseen; those that no reader uses may be.
//
//     FUZZ_RUNS=100000 npx vitest run --project node tests/fuzz      more random damage

import { expect, test } from 'vitest';
import { text, utf8 } from '../../engine/base/bytes.ts';
import { isFerrisError } from '../../engine/base/errors.ts';
import { Random } from '../../engine/base/random.ts';
import { MemoryFiles } from '../../engine/env/files-memory.ts';
import { Batch } from '../../engine/lsm/batch.ts';
import { Store } from '../../engine/lsm/store.ts';
import { RECOVERY_MODES, type RecoveryMode } from '../../engine/lsm/wal/recovery-report.ts';

const FUZZ_RUNS = Number(process.env['FUZZ_RUNS'] ?? 2000);
const MODES = Object.keys(RECOVERY_MODES) as RecoveryMode[];

type Image = Map<string, Uint8Array>;

/** Every value that each key has ever had; undefined where it was deleted or not there yet. */
const history = new Map<string, Set<string | undefined>>();

/** Two tables, a log with the newest writes, a manifest, a superblock. */
function makeDatabase(): Image {
  const files = new MemoryFiles();
  const store = Store.open({ files, blockBytes: 128, seed: 1 });
  const write = (key: string, value: string | undefined) => {
    const batch = new Batch();
    if (value === undefined) batch.delete(utf8(key));
    else batch.put(utf8(key), utf8(value));
    store.write(batch);
    if (!history.has(key)) history.set(key, new Set([undefined]));
    history.get(key)?.add(value);
  };
  for (let round = 0; round < 3; round++) {
    for (let i = round; i < 8; i++) write(`key ${i}`, `round ${round} of ${i}`);
    write(`key ${round}`, undefined);
    if (round < 2) store.flush();
  }
  store.close();
  return new Map(files.list().map((name) => [name, bytesOf(files, name)]));
}

function bytesOf(files: MemoryFiles, name: string): Uint8Array {
  const file = files.open(name);
  const bytes = new Uint8Array(file.size);
  file.read(0, bytes);
  return bytes;
}

const image = makeDatabase();

/** Opens the damaged files in a mode, reads everything, and judges what came back. */
function judge(damaged: Image, mode: RecoveryMode, where: string): void {
  const files = new MemoryFiles();
  for (const [name, bytes] of damaged) files.create(name).append(bytes);
  try {
    const store = Store.open({ files, recovery: mode });
    const scan = store.scan();
    while (scan.next()) expectWritten(text(scan.key), text(scan.value), where);
    for (const key of history.keys()) {
      const value = store.get(utf8(key));
      expectWritten(key, value && text(value), where);
    }
    store.write(new Batch().put(utf8('after'), utf8('all')));
    store.close();
  } catch (error) {
    if (!isFerrisError(error, 'FERRIS_CORRUPTION') && !isFerrisError(error, 'FERRIS_UNSUPPORTED')) {
      throw new Error(`${where}: ${error}`, { cause: error });
    }
  }
}

function expectWritten(key: string, value: string | undefined, where: string): void {
  if (!history.get(key)?.has(value))
    throw new Error(`${where}: ${key} = ${value} was never written`);
}

function withFile(name: string, bytes: Uint8Array): Image {
  return new Map(image).set(name, bytes);
}

for (const [name, bytes] of image) {
  test(`${name}: each byte changed in turn`, () => {
    for (let offset = 0; offset < bytes.length; offset++) {
      const damaged = bytes.slice();
      damaged[offset] = (damaged[offset] as number) ^ (1 << (offset & 7));
      const mode = MODES[offset % MODES.length] as RecoveryMode;
      judge(withFile(name, damaged), mode, `${name} byte ${offset}, ${mode}`);
    }
  });

  test(`${name}: cut at each length, and gone`, () => {
    for (let length = 0; length < bytes.length; length++) {
      const mode = MODES[length % MODES.length] as RecoveryMode;
      judge(withFile(name, bytes.subarray(0, length)), mode, `${name} cut at ${length}, ${mode}`);
    }
    const without = new Map(image);
    without.delete(name);
    for (const mode of MODES) judge(without, mode, `without ${name}, ${mode}`);
  });
}

test('random damage anywhere', () => {
  const random = new Random(1);
  const names = [...image.keys()];
  for (let run = 0; run < FUZZ_RUNS; run++) {
    const damaged = new Map(image);
    for (let hits = random.between(1, 4); hits > 0; hits--) {
      const name = random.pick(names);
      const bytes = (damaged.get(name) as Uint8Array).slice();
      const from = random.below(bytes.length);
      const to = Math.min(bytes.length, from + random.between(1, 40));
      bytes.set(random.chance(1, 2) ? new Uint8Array(to - from) : random.bytes(to - from), from);
      damaged.set(name, bytes);
    }
    judge(damaged, random.pick(MODES), `run ${run}`);
  }
});

test('a table whose damage is met by a read is an error of that read alone', () => {
  const name = [...image.keys()].find((file) => file.endsWith('.sst')) as string;
  const bytes = (image.get(name) as Uint8Array).slice();
  bytes[70] = (bytes[70] as number) ^ 1;
  const files = new MemoryFiles();
  for (const [file, content] of withFile(name, bytes)) files.create(file).append(content);
  const store = Store.open({ files });
  let refused = 0;
  for (const key of history.keys()) {
    try {
      store.get(utf8(key));
    } catch (error) {
      if (!isFerrisError(error, 'FERRIS_CORRUPTION')) throw error;
      expect(error.place.file).toBe(name);
      refused++;
    }
  }
  expect(refused).toBeLessThan(history.size);
  store.write(new Batch().put(utf8('still'), utf8('writing')));
});
