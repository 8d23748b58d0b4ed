// The exercises of the first page without a worker: what passes, what fails, what is said.

import { describe, expect, test } from 'vitest';
import { type Answer, type Harness, runCase } from '../../../src/exercise/code/harness.ts';
import * as answers from '../../../src/exercise/key-value-store/answers.ts';
import { harness as deleteHarness } from '../../../src/exercise/key-value-store/delete-harness.ts';
import { harness as expireHarness } from '../../../src/exercise/key-value-store/expire-harness.ts';
import { harness as foldHarness } from '../../../src/exercise/key-value-store/fold-case-harness.ts';
import { harness as prefixHarness } from '../../../src/exercise/key-value-store/prefix-scan-harness.ts';

/** Titles of the cases that code fails, and what is said of each. */
function failures(harness: Harness, code: string): [title: string, say: string][] {
  const answer = new Function(`${code}; return ${harness.functionName};`)() as Answer;
  return harness.cases
    .map((one) => runCase(one, answer))
    .filter(({ passed }) => !passed)
    .map(({ title, say }) => [title, say ?? '']);
}
const titles = (harness: Harness, code: string) => failures(harness, code).map(([title]) => title);

const ALL: readonly [name: string, Harness, start: string, solution: string][] = [
  ['delete', deleteHarness, answers.DELETE_START, answers.DELETE_SOLUTION],
  ['expire', expireHarness, answers.EXPIRE_START, answers.EXPIRE_SOLUTION],
  ['fold case', foldHarness, answers.FOLD_START, answers.FOLD_SOLUTION],
  ['prefix scan', prefixHarness, answers.PREFIX_START, answers.PREFIX_SOLUTION],
];

test.each(ALL)('%s: the solution passes, what is there does not', (_, harness, start, solution) => {
  expect(failures(harness, solution)).toEqual([]);
  const failed = failures(harness, start);
  expect(failed.length).toBeGreaterThan(0);
  for (const [title, say] of failed) expect(say, title).toMatch(/\.$/);
});

test.each(ALL)('%s: nonsense is answered by a sentence', (_, harness) => {
  const name = harness.functionName;
  for (const body of ['', 'return 7', 'return []', 'throw new Error("no")'])
    expect(titles(harness, `function ${name}() { ${body} }`).length).toBeGreaterThan(1);
});

describe('likely mistakes are found out', () => {
  test('delete: the rest of the chain is dropped', () => {
    const code = answers.DELETE_SOLUTION.replace(
      'buckets[bucket] = entry.next',
      'buckets[bucket] = null',
    );
    expect(failures(deleteHarness, code)[0]).toEqual([
      'the first of three in a chain',
      'After remove of "ann", bucket 0 holds nothing. It should hold bob, cy.',
    ]);
  });

  test('delete: a chain that leads back to itself', () => {
    const code = answers.DELETE_SOLUTION.replace(
      'previous.next = entry.next',
      'previous.next = previous',
    );
    expect(failures(deleteHarness, code).join()).toContain('a chain that never ends');
  });

  test('expire: at the very millisecond, and the stale entry', () => {
    const late = answers.EXPIRE_SOLUTION.replace('now() < endMs', 'now() <= endMs');
    expect(titles(expireHarness, late)).toContain('when its time is over, it is gone');
    const stale = answers.EXPIRE_SOLUTION.replace('table.delete(key);', '');
    expect(titles(expireHarness, stale)).toEqual([
      'a get that finds a value over takes its entry out of the table',
    ]);
  });

  test('expire: a separator that a value may hold', () => {
    const code = `function createCache(table, now) {
      return {
        put(key, value, ttl) { table.put(key, value + '|' + (ttl === undefined ? '' : now() + ttl)); },
        get(key) {
          const kept = table.get(key);
          if (kept === undefined) return undefined;
          const [value, end] = kept.split('|');
          if (end === '' || now() < Number(end)) return value;
          table.delete(key);
        },
      };
    }`;
    expect(titles(expireHarness, code)).toEqual(['any text comes back as it was']);
  });

  test('fold case: the spelling is lost', () => {
    const code = answers.FOLD_SOLUTION.replace('[key, value]', '[fold(key), value]');
    expect(titles(foldHarness, code)).toHaveLength(2);
  });

  test('fold case: A to Z alone', () => {
    const code = answers.FOLD_SOLUTION.replace(
      'key.toLowerCase()',
      'key.replace(/[A-Z]/g, (letter) => letter.toLowerCase())',
    );
    expect(titles(foldHarness, code)).toEqual(['letters beyond A to Z have case, too']);
  });

  test('prefix scan: unsorted, or sorted by number', () => {
    const unsorted = answers.PREFIX_SOLUTION.replace(/\.sort\(.*\)/, '');
    expect(titles(prefixHarness, unsorted).length).toBeGreaterThan(1);
    const numeric = answers.PREFIX_SOLUTION.replace(
      '(a < b ? -1 : 1)',
      'a.localeCompare(b, undefined, { numeric: true })',
    );
    expect(titles(prefixHarness, numeric)).toContain('orders: “order/10” is before “order/2”');
  });

  test('prefix scan: includes instead of startsWith', () => {
    const code = answers.PREFIX_SOLUTION.replace('startsWith', 'includes');
    expect(titles(prefixHarness, code).length).toBeGreaterThan(0);
  });
});
