import { expect, test } from 'vitest';
import { MemoryFiles, memoryFiles } from '../../../engine/env/files-memory.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

test('append copies, read copies, and both handles see the same bytes', () => {
  const files = new MemoryFiles();
  const one = files.create('a');
  const two = files.open('a');
  const mine = bytes(1, 2, 3);
  one.append(mine);
  mine[0] = 9;
  const into = new Uint8Array(5);
  expect(two.read(0, into)).toBe(3);
  expect([...into]).toEqual([1, 2, 3, 0, 0]);
  into[1] = 9;
  expect(two.read(1, into)).toBe(2);
  expect([...into.subarray(0, 2)]).toEqual([2, 3]);
});

test('bytes outlive a mount, not the source', async () => {
  const source = memoryFiles();
  const first = await source.mount();
  first.files.create('a').append(bytes(7));
  await first.close();
  const second = await source.mount();
  expect(second.files.open('a').size).toBe(1);
  const other = await memoryFiles().mount();
  expect(other.files.list()).toEqual([]);
});

test('deleting gives space back', () => {
  const files = new MemoryFiles({ capacityBytes: 4 });
  files.create('a').append(new Uint8Array(4));
  const b = files.create('b');
  expect(() => b.append(bytes(1))).toThrow('FERRIS_NO_SPACE');
  files.delete('a');
  b.append(bytes(1));
  expect(b.size).toBe(1);
});
