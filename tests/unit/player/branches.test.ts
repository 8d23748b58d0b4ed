import { expect, test } from 'vitest';
import {
  BRANCHES_MAX,
  type Branches,
  currentBranch,
  fork,
  rootBranch,
  switchTo,
} from '../../../src/player/branches.ts';
import { run, scriptOf } from '../../../src/player/history.ts';
import { type LedgerAction, ledger } from './ledger.ts';

const root = rootBranch(scriptOf(ledger), 'script');
const act = (branches: Branches<LedgerAction>, cursor: number, action: LedgerAction) =>
  fork(
    branches,
    run(ledger, currentBranch(branches).history),
    cursor,
    action,
    ledger.label(action),
  );

test('changing the past starts a branch and keeps the old one', () => {
  const forked = act(root, 7, { do: 'cut' });
  expect(forked.list).toHaveLength(2);
  expect(forked.list[0]?.history).toBe(root.list[0]?.history);
  expect(currentBranch(forked)).toMatchObject({ name: 'cut at 7', parent: 0, forkedAt: 7 });
  expect(root.list).toHaveLength(1);
});

test('acting at the end makes the branch longer', () => {
  const longer = act(root, 14, { do: 'write', count: 1 });
  expect(longer.list).toHaveLength(1);
  expect(currentBranch(longer).history.actions).toHaveLength(4);
});

test('a cut inside the last action is a branch, even though no action is dropped', () => {
  expect(act(root, 10, { do: 'cut' }).list).toHaveLength(2);
});

test('switching remembers where the reader stood', () => {
  const back = switchTo(act(root, 7, { do: 'cut' }), 0, 8);
  expect(back.currentId).toBe(0);
  expect(currentBranch(back).cursor).toBe(7);
  expect(back.list[1]?.cursor).toBe(8);
  expect(switchTo(back, 99, 0)).toBe(back);
});

test('the number of branches is bounded; the first and the last left are kept', () => {
  let branches = root;
  for (let i = 0; i < BRANCHES_MAX * 2; i++)
    branches = act(switchTo(branches, 0, 0), 2, { do: 'cut' });
  expect(branches.list).toHaveLength(BRANCHES_MAX);
  expect(branches.list[0]?.id).toBe(0);
  expect(new Set(branches.list.map(({ id }) => id)).size).toBe(BRANCHES_MAX);
});
