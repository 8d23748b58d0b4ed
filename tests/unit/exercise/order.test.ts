// The reverse scan without a worker: what passes, what fails, what is said.

import { expect, test } from 'vitest';
import { type Answer, runCase } from '../../../src/exercise/code/harness.ts';
import { SOLUTION, START } from '../../../src/exercise/order/answers.ts';
import { harness } from '../../../src/exercise/order/harness.ts';

/** Titles of the cases that code fails, and what is said of each. */
function failures(code: string): [title: string, say: string][] {
  const answer = new Function(`${code}; return ${harness.functionName};`)() as Answer;
  return harness.cases
    .map((one) => runCase(one, answer))
    .filter(({ passed }) => !passed)
    .map(({ title, say }) => [title, say ?? '']);
}

test('the solution passes', () => expect(failures(SOLUTION)).toEqual([]));

test('walking forward gives the right entries, and is told what it cost', () => {
  const failed = failures(START);
  expect(failed.map(([title]) => title)).toContain(
    'the newest ten of five thousand orders, in a dozen steps',
  );
  expect(failed.at(-1)?.[1]).toMatch(
    /is right, but took 5001 steps of the cursor for 10 entries\.$/,
  );
});

test('seeking the end and stepping back fails where there is nothing at the end', () => {
  const code = SOLUTION.replace('cursor.seekBefore(end);', 'cursor.seek(end); cursor.prev();');
  const failed = failures(code);
  expect(failed.map(([title]) => title)).toContain('a range that goes beyond the last key');
  expect(failed[0]?.[1]).toContain('prev of a cursor that is at no entry');
});

test.each([
  [
    'the end included',
    'cursor.seekBefore(end);',
    'cursor.seek(end); if (!cursor.valid) cursor.seekBefore(end);',
  ],
  ['the start left out', 'cursor.key >= start', 'cursor.key > start'],
  ['no start', 'cursor.key >= start && ', ''],
  ['no limit', ' && found.length < limit', ''],
  ['one too many', 'found.length < limit', 'found.length <= limit'],
  ['valid forgotten', 'cursor.valid && ', ''],
  ['forward', 'cursor.prev()', 'cursor.next()'],
])('%s is found out', (_, from, to) => {
  expect(SOLUTION).toContain(from);
  const failed = failures(SOLUTION.replace(from, to));
  expect(failed.length).toBeGreaterThan(0);
  for (const [title, say] of failed) expect(say.length, title).toBeGreaterThan(10);
});
