import { describe, expect, test } from 'vitest';
import { checkCuts, checkRewind } from '../../../src/player/check-scenario.ts';
import { run, scriptOf } from '../../../src/player/history.ts';
import { disk } from '../../../src/widgets/disk/scenario.ts';

describe('the figure of one file on one disk', () => {
  test('rewinds', () => checkRewind(disk));
  test('survives a power cut anywhere', () => checkCuts(disk));

  test('the script ends with two durable orders and two volatile ones', () => {
    const { entries } = run(disk, scriptOf(disk));
    const state = entries.reduce(disk.project, disk.initial);
    expect(state.files[0]?.segments.map(({ state }) => state)).toEqual([
      'durable',
      'durable',
      'volatile',
      'volatile',
    ]);
  });
});
