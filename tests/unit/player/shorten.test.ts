import { expect, test } from 'vitest';
import { fork, rootBranch } from '../../../src/player/branches.ts';
import { actionsAt, run, scriptOf } from '../../../src/player/history.ts';
import { type LedgerAction, ledger } from './ledger.ts';

// Two writes of three: begin written written written end, twice.
const script: LedgerAction[] = [
  { do: 'write', count: 3 },
  { do: 'write', count: 3 },
];
const whole = run(ledger, { ...scriptOf(ledger), actions: script });
const quiet: LedgerAction = { do: 'quiet' };
const shorten = (action: LedgerAction, events: number): LedgerAction | undefined =>
  action.do === 'write' ? { do: 'write', count: events - 1 } : undefined;

test('an action in the middle of another ends that one at its place', () => {
  expect(actionsAt(whole, 8, quiet, shorten)).toEqual([
    script[0],
    { do: 'write', count: 2 },
    quiet,
  ]);
  const short = run(ledger, { ...whole.history, actions: actionsAt(whole, 8, quiet, shorten) });
  const types = (entries: typeof whole.entries) =>
    entries.slice(0, 8).map(({ event }) => event.type);
  expect(types(short.entries)).toEqual(types(whole.entries));
});

test('between two actions nothing is shortened', () => {
  expect(actionsAt(whole, 5, quiet, shorten)).toEqual([script[0], quiet]);
  expect(actionsAt(whole, 10, quiet, shorten)).toEqual([...script, quiet]);
  expect(actionsAt(whole, 0, quiet, shorten)).toEqual([quiet]);
});

test('what can’t be shortened is done whole', () => {
  expect(actionsAt(whole, 8, quiet)).toEqual([...script, quiet]);
  expect(actionsAt(whole, 8, quiet, () => undefined)).toEqual([...script, quiet]);
});

test('shortening the last action loses something, so it starts a branch', () => {
  const root = rootBranch(whole.history, 'script');
  expect(fork(root, whole, 8, quiet, 'quiet', shorten).list).toHaveLength(2);
  expect(fork(root, whole, 10, quiet, 'quiet', shorten).list).toHaveLength(1);
});
