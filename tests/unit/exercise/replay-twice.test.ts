// Recovery that may be interrupted: what passes, and each likely mistake.

import { expect, test } from 'vitest';
import { type Answer, runCase } from '../../../src/exercise/code/harness.ts';
import { SOLUTION, START } from '../../../src/exercise/replay-twice/answers.ts';
import { harness } from '../../../src/exercise/replay-twice/harness.ts';

interface State {
  balances: Record<string, number>;
  // biome-ignore lint/suspicious/noExplicitAny: whatever an answer keeps
  [kept: string]: any;
}
interface Given {
  offset: number;
  account: string;
  amount: number;
}

const declaredBy = (code: string) => new Function(`${code}; return apply;`)() as Answer;

function failed(apply: Answer): number[] {
  return harness.cases.flatMap((one, index) => (runCase(one, apply).passed ? [] : [index]));
}

function add(state: State, { account, amount }: Given): void {
  state.balances[account] = (state.balances[account] ?? 0) + amount;
}

test('the solution passes', () => {
  expect(failed(declaredBy(SOLUTION))).toEqual([]);
});

test('a set of offsets is right too', () => {
  const bySet = (state: State, record: Given) => {
    state['seen'] ??= {};
    if (state['seen'][record.offset]) return;
    state['seen'][record.offset] = true;
    add(state, record);
  };
  expect(failed(bySet)).toEqual([]);
});

test('what the reader begins with counts payments twice', () => {
  expect(failed(declaredBy(START))).toEqual([1, 2, 3, 4, 5]);
  const { say } = runCase(harness.cases[1]!, declaredBy(START));
  expect(say).toBe('Cut after 1 record, and recovered again, Ada has 350 and should have 345.');
});

test('telling records apart by what they say loses one of two alike', () => {
  const byContent = (state: State, record: Given) => {
    const key = `${record.account} ${record.amount}`;
    state['seen'] ??= {};
    if (state['seen'][key]) return;
    state['seen'][key] = true;
    add(state, record);
  };
  expect(failed(byContent)).toEqual([4, 5]);
});

test('remembering outside of the state is a memory that a machine without power has lost', () => {
  const seen = new Set<number>();
  const byMemory = (state: State, record: Given) => {
    if (seen.has(record.offset)) return;
    seen.add(record.offset);
    add(state, record);
  };
  expect(failed(byMemory).length).toBeGreaterThan(0);
});

test('counting records that were seen, not which, fails after the second cut', () => {
  const byCount = (state: State, record: Given) => {
    state['count'] = (state['count'] ?? 0) + 1;
    if (state['count'] <= 6) add(state, record);
  };
  expect(failed(byCount)).toContain(2);
});

test.each([
  ['throws', () => JSON.parse('{')],
  ['deletes the balances', (state: Partial<State>) => delete state.balances],
  ['does nothing', () => undefined],
])('a function that %s fails every case, and nothing else breaks', (_what, apply) => {
  expect(failed(apply)).toEqual([0, 1, 2, 3, 4, 5]);
});
