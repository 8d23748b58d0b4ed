// An exercise on a figure, without a page: its solution is right, other runs are not.

import { expect, test } from 'vitest';
import { madeBy } from '../../../src/exercise/history.ts';
import { losesSynced, SOLUTION } from '../../../src/exercise/lose-synced/check.ts';
import { type DiskAction, disk } from '../../../src/widgets/disk/scenario.ts';

const verdictOn = (actions: readonly DiskAction[]) => losesSynced(madeBy(disk, actions)).verdict;
const CRASH: readonly DiskAction[] = [{ do: 'cut' }, { do: 'restart', luck: 'worst' }];

test('the solution is right', () => {
  const made = madeBy(disk, SOLUTION);
  expect(made.error).toBeUndefined();
  expect(losesSynced(made).verdict).toBe('right');
});

test('the script alone is open, and so is a machine without power', () => {
  expect(verdictOn(disk.script)).toBe('open');
  expect(verdictOn([...disk.script, { do: 'cut' }])).toBe('open');
});

test('what was never synced, or is still there, is wrong', () => {
  expect(verdictOn([...disk.script, ...CRASH])).toBe('wrong');
  expect(verdictOn([{ do: 'append' }, ...CRASH])).toBe('wrong');
});
