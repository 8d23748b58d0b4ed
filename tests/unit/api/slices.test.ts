import { expect, test } from 'vitest';
import { memoryFiles, open } from '../../../engine/index.ts';

const tiny = {
  memtableBytes: 512,
  level0Tables: 2,
  slowdownTables: 3,
  stopTables: 5,
  levelBytes: 2048,
  tableBytes: 1024,
};

test('writers that arrive faster than compaction works wait, and level 0 stays bounded', async () => {
  const db = await open({ files: memoryFiles(), ...tiny });
  const value = 'x'.repeat(40);
  for (let round = 0; round < 150; round++) {
    const puts = Array.from({ length: 40 }, (_, i) => {
      const key = `key ${String((round * 997 + i * 101) % 4000).padStart(4, '0')}`;
      return { type: 'put' as const, key, value };
    });
    await db.batch(puts);
    expect((await db.stats()).levels[0]?.tables).toBeLessThanOrEqual(tiny.stopTables + 1);
  }
  const stats = await db.stats();
  expect(stats.slowdowns + stats.stops).toBeGreaterThan(0);
  expect(stats.compactions).toBeGreaterThan(0);
  expect(await db.get('key 0997', { encoding: 'utf8' })).toBe(value);
  await db.close();
});

test('without writes the work goes on until nothing is due', async () => {
  const db = await open({ files: memoryFiles(), ...tiny, sync: 'none' });
  const puts = Array.from({ length: 300 }, (_, i) => db.put(`key ${i}`, 'x'.repeat(40)));
  await Promise.all(puts);
  for (let i = 0; i < 2000 && ((await db.stats()).levels[0]?.tables ?? 0) >= 2; i++)
    await new Promise((resolve) => setTimeout(resolve, 1));
  expect((await db.stats()).levels[0]?.tables).toBeLessThan(2);
  await db.close();
});
