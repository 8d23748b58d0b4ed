// What only a real disk and real processes can show.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeFiles } from '../../../engine/env/files-node.ts';

const MODULE = pathToFileURL(join(import.meta.dirname, '../../../engine/env/files-node.ts')).href;
const HOLD = (directory: string) => `
  import { nodeFiles } from ${JSON.stringify(MODULE)};
  const { files } = await nodeFiles(${JSON.stringify(directory)}).mount();
  files.create('left behind');
  setInterval(() => {}, 1000);
`;

let directory = '';

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'ferrisdb-')), 'db');
});

afterEach(() => {
  rmSync(join(directory, '..'), { recursive: true, force: true });
});

const locks = () => readdirSync(directory).filter((name) => name.startsWith('=lock'));

async function until(fact: () => boolean): Promise<void> {
  while (!fact()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const GROW = (directory: string, end: string) => `
  import { nodeFiles } from ${JSON.stringify(MODULE)};
  const volume = await nodeFiles(${JSON.stringify(directory)}).mount();
  const log = volume.files.create('000001.wal');
  for (let i = 0; i < 9; i++) {
    log.append(new Uint8Array(100).fill(9));
    log.sync(true);
  }
  ${end}
`;

test.each([
  ['ends without closing its files', 'process.exit()', 800 + 65_536],
  ['closes them', 'await volume.close()', 900],
])('a log has zeros behind its end when its process %s, or not', async (_, end, size) => {
  const code = GROW(directory, end);
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' });
  await once(child, 'exit');
  const volume = await nodeFiles(directory).mount();
  const log = volume.files.open('000001.wal');
  const bytes = new Uint8Array(log.size);
  log.read(0, bytes);
  expect(bytes.length).toBe(size);
  expect(bytes.subarray(0, 900).every((byte) => byte === 9)).toBe(true);
  expect(bytes.subarray(900).every((byte) => byte === 0)).toBe(true);
  await volume.close();
});

test('another process is told whose lock it is; a killed one holds it no longer', async () => {
  const code = `${HOLD(directory)} console.log('open');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await expect(nodeFiles(directory).mount()).rejects.toThrow(
    `FERRIS_LOCKED: the database in ${directory} is open in process ${child.pid}`,
  );
  expect(locks()).toHaveLength(1);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const volume = await nodeFiles(directory).mount();
  expect(volume.files.list()).toEqual(['left behind']);
  expect(locks()).toHaveLength(1);
  await volume.close();
  expect(locks()).toEqual([]);
});

test('two sources in one process, and a worker thread, exclude each other', async () => {
  const volume = await nodeFiles(directory).mount();
  await expect(nodeFiles(directory).mount()).rejects.toThrow('open in this process');
  await volume.close();
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(HOLD(directory))}`));
  await until(() => existsSync(join(directory, '=6c65667420626568696e64')));
  await expect(nodeFiles(directory).mount()).rejects.toThrow('open in this process');
  await worker.terminate();
});

test.runIf(existsSync('/proc/self/stat'))(
  'a process id that now belongs to another process locks nobody out',
  async () => {
    mkdirSync(directory);
    writeFileSync(join(directory, `=lock.${process.pid}.1.x`), '');
    writeFileSync(join(directory, `=lock.${process.ppid}.1.x`), '');
    const volume = await nodeFiles(directory).mount();
    expect(locks()).toHaveLength(1);
    await volume.close();
  },
);

test('a living process whose start is not known keeps its lock', async () => {
  mkdirSync(directory);
  writeFileSync(join(directory, `=lock.${process.ppid}.0.x`), '');
  await expect(nodeFiles(directory).mount()).rejects.toThrow(
    `(the lock is =lock.${process.ppid}.0.x)`,
  );
});

test.runIf(existsSync('/dev/full'))(
  'a full disk is FERRIS_NO_SPACE, with the size as it was',
  async () => {
    const { files } = await nodeFiles(directory).mount();
    files.create('a').close();
    unlinkSync(join(directory, 'a'));
    symlinkSync('/dev/full', join(directory, 'a'));
    const file = files.open('a');
    expect(() => file.append(new Uint8Array(10))).toThrow('FERRIS_NO_SPACE');
    expect(file.size).toBe(0);
  },
);

test('what the system refuses is FERRIS_IO, and says why', async () => {
  const { files } = await nodeFiles(directory).mount();
  files.create('a').close();
  unlinkSync(join(directory, 'a'));
  expect(() => files.open('a').append(new Uint8Array(1))).toThrow(
    /FERRIS_IO: could not append to "a": ENOENT/,
  );
  writeFileSync(join(directory, '..', 'file'), '');
  await expect(nodeFiles(join(directory, '..', 'file', 'db')).mount()).rejects.toThrow('FERRIS_IO');
});

test('a file that was cut from outside is not taken for whole', async () => {
  const { files } = await nodeFiles(directory).mount();
  const a = files.create('a');
  a.append(new Uint8Array(10));
  writeFileSync(join(directory, 'a'), 'short');
  expect(() => a.read(0, new Uint8Array(10))).toThrow(
    'FERRIS_IO: "a" ends at 5 although 10 bytes were written',
  );
});

test('what is not ours is neither listed nor destroyed', async () => {
  const source = nodeFiles(directory);
  const volume = await source.mount();
  volume.files.create('a');
  mkdirSync(join(directory, 'folder'));
  writeFileSync(join(directory, 'README'), 'mine');
  await volume.close();
  const again = await source.mount();
  expect(again.files.list()).toEqual(['a']);
  await again.close();
  await source.destroy();
  expect(readdirSync(directory).sort()).toEqual(['README', 'folder']);
});

test('more open handles than closed ones leave no descriptor behind', async () => {
  const open = () => readdirSync('/proc/self/fd').length;
  if (!existsSync('/proc/self/fd')) return;
  const volume = await nodeFiles(directory).mount();
  const before = open();
  for (let i = 0; i < 50; i++) {
    const file = volume.files.create(`f${i}`);
    file.append(new Uint8Array(1));
    if (i % 2 === 0) file.close();
    if (i % 4 === 1) volume.files.delete(`f${i}`);
  }
  expect(open() - before).toBe(12);
  await volume.close();
  expect(open()).toBe(before);
});
