// An append that the system cut in two, on a real file: node:fs fails when told to.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { nodeFiles } from '../../../engine/env/files-node.ts';

const plan = vi.hoisted(() => ({ writes: [] as (number | string)[], truncateFails: false }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    writeSync(
      descriptor: number,
      bytes: Uint8Array,
      offset: number,
      length: number,
      position: number,
    ) {
      const next = plan.writes.shift();
      if (typeof next === 'string') throw Object.assign(new Error(next), { code: next });
      return fs.writeSync(descriptor, bytes, offset, next ?? length, position);
    },
    ftruncateSync(descriptor: number, size: number) {
      if (plan.truncateFails) throw new Error('EIO');
      fs.ftruncateSync(descriptor, size);
    },
  };
});

test.each([
  ['ENOSPC', 'FERRIS_NO_SPACE'],
  ['EDQUOT', 'FERRIS_NO_SPACE'],
  ['EIO', 'FERRIS_IO'],
])(
  '%s after a part was written: nothing was appended, and the next append lies where it should',
  async (code, error) => {
    const directory = mkdtempSync(join(tmpdir(), 'ferrisdb-'));
    const volume = await nodeFiles(directory).mount();
    const a = volume.files.create('a');
    a.append(Uint8Array.of(1, 2));
    plan.writes = [3, code];
    expect(() => a.append(new Uint8Array(9).fill(7))).toThrow(error);
    expect(a.size).toBe(2);
    expect(readFileSync(join(directory, 'a'))).toHaveLength(2);
    plan.writes = [3, code];
    plan.truncateFails = true;
    expect(() => a.append(new Uint8Array(9).fill(7))).toThrow(error);
    plan.truncateFails = false;
    expect(a.read(0, new Uint8Array(9))).toBe(2);
    plan.writes = [1, 1];
    a.append(Uint8Array.of(3, 4, 5, 6));
    expect([...readFileSync(join(directory, 'a'))]).toEqual([1, 2, 3, 4, 5, 6]);
    await volume.close();
    rmSync(directory, { recursive: true });
  },
);
