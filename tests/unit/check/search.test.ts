// The search itself: other models than a register, budgets, and real registers at random.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../engine/base/random.ts';
import { drawHistory } from '../../../engine/check/draw.ts';
import type { Call, Result } from '../../../engine/check/history.ts';
import { checkLinearizable } from '../../../engine/check/linearizable.ts';
import { type Model, REGISTER } from '../../../engine/check/model.ts';
import { printPicture } from '../../../engine/check/print-picture.ts';
import { type Interval, search } from '../../../engine/check/search.ts';
import { realHistory, type Shape } from './histories.ts';

type QueueCall = { readonly push: string } | 'pop';
type QueueResult = string | null | undefined;

/** First in, first out: the example of Herlihy and Wing's paper. */
const QUEUE: Model<readonly string[], QueueCall, QueueResult> = {
  initial: [],
  apply: (items, call) => (call === 'pop' ? items.slice(1) : [...items, call.push]),
  answer: (items, call) => (call === 'pop' ? (items[0] ?? null) : undefined),
  agree: (expected, given) => expected === given,
  isRead: (call, given) => call === 'pop' && given === null,
  equal: (a, b) => a.join() === b.join(),
  nameOf: (items) => items.join(),
};

function interval(
  call: QueueCall,
  invoked: number,
  returned?: number,
  result?: QueueResult,
): Interval<QueueCall, QueueResult> {
  return { call, invoked, returned, result };
}

const ENOUGH = { stepsMax: 1000 };

describe('a queue', () => {
  test('may give first what was pushed at the same time', () => {
    const history = [
      interval({ push: 'a' }, 0, 3),
      interval({ push: 'b' }, 1, 2),
      interval('pop', 4, 5, 'b'),
      interval('pop', 6, 7, 'a'),
      interval('pop', 8, 9, null),
    ];
    const result = search(QUEUE, history, ENOUGH);
    expect(result).toMatchObject({ found: 'order', order: [1, 0, 2, 3, 4] });
  });

  test('must not give last what was pushed first', () => {
    const history = [
      interval({ push: 'a' }, 0, 1),
      interval({ push: 'b' }, 2, 3),
      interval('pop', 4, 5, 'b'),
    ];
    const result = search(QUEUE, history, ENOUGH);
    expect(result).toMatchObject({
      found: 'none',
      longest: [{ order: [0, 1], state: ['a', 'b'], stuck: [2] }],
    });
  });

  test('may have been given what nobody knows to have been pushed', () => {
    const history = [interval({ push: 'a' }, 2), interval('pop', 3, 4, 'a')];
    expect(search(QUEUE, history, ENOUGH)).toMatchObject({ found: 'order', order: [0, 1] });
    const early = [interval('pop', 0, 1, 'a'), interval({ push: 'a' }, 2)];
    expect(search(QUEUE, early, ENOUGH)).toMatchObject({ found: 'none' });
  });

  test('may need several unknown operations one after the other', () => {
    const history = [
      interval({ push: 'a' }, 0),
      interval('pop', 1),
      interval({ push: 'b' }, 2, 3),
      interval({ push: 'c' }, 4),
      interval('pop', 5),
      interval('pop', 6, 7, 'c'),
    ];
    expect(search(QUEUE, history, ENOUGH).found).toBe('order');
  });
});

describe('a budget', () => {
  const history = [interval({ push: 'a' }, 0, 1), interval('pop', 2, 3, 'b')];

  test('of steps ends the search without a verdict', () => {
    const { steps } = search(QUEUE, history, ENOUGH);
    expect(search(QUEUE, history, { stepsMax: steps }).found).toBe('none');
    expect(search(QUEUE, history, { stepsMax: steps - 1 })).toEqual({
      found: 'unknown',
      steps: steps - 1,
    });
  });

  test('of the caller does too', () => {
    const result = search(QUEUE, history, { ...ENOUGH, shouldStop: () => true });
    expect(result.found).toBe('unknown');
    const verdict = checkLinearizable(realHistory(new Random(1), SHAPE), {
      shouldStop: () => true,
    });
    expect(verdict).toMatchObject({ verdict: 'unknown', keys: { length: 3 } });
  });
});

const SHAPE: Shape = {
  operations: 60,
  clients: 5,
  keys: 3,
  values: 4,
  unknownPercent: 5,
  failedPercent: 5,
};

describe('a real register', () => {
  const shape: fc.Arbitrary<Shape> = fc.record({
    operations: fc.integer({ min: 0, max: 120 }),
    clients: fc.integer({ min: 1, max: 8 }),
    keys: fc.integer({ min: 1, max: 4 }),
    values: fc.constantFrom(1, 2, 5, 1000),
    unknownPercent: fc.constantFrom(0, 2, 10, 30),
    failedPercent: fc.constantFrom(0, 10),
  });

  test('is linearizable, however its clients interleave', () => {
    fc.assert(
      fc.property(fc.integer(), shape, (seed, given) => {
        const history = realHistory(new Random(seed), given);
        const verdict = checkLinearizable(history);
        expect(verdict.verdict, printPicture(drawHistory(history, verdict))).toBe('linearizable');
      }),
      { numRuns: 400 },
    );
  });

  test('takes few steps for ten thousand operations of five clients', () => {
    const big = { ...SHAPE, operations: 10_000, keys: 10, values: 1000, unknownPercent: 1 };
    const history = realHistory(new Random(7), big);
    const { verdict, steps } = checkLinearizable(history);
    expect(verdict).toBe('linearizable');
    expect(steps).toBeLessThan(2 * history.length);
  });
});

type RegisterCall = Interval<Call, Result>;

const put = (value: number): Call => ({ kind: 'put', key: 'x', value: `${value}` });
const GET: Call = { kind: 'get', key: 'x' };

/** Many at once, and then a read of what nobody wrote: all there is must be looked at. */
function hopeless(count: number, one: (i: number) => RegisterCall): RegisterCall[] {
  const many = Array.from({ length: count }, (_, i) => one(i));
  return [...many, { call: GET, invoked: 300, returned: 301, result: 'never' }];
}

describe('it takes few steps to find that there is no order', () => {
  test('of many unknown writes that nobody reads', () => {
    const history = hopeless(200, (i) => ({
      ...{ call: put(i), invoked: i, returned: undefined, result: undefined },
    }));
    const { found, steps } = search(REGISTER, history, { stepsMax: 1_000_000 });
    expect(found).toBe('none');
    expect(steps).toBeLessThan(300 * 200);
  });

  test('of many writes at once: as many as there are sets of them, not orders', () => {
    const history = hopeless(9, (i) => ({
      ...{ call: put(i), invoked: i, returned: 200, result: undefined },
    }));
    const { found, steps } = search(REGISTER, history, { stepsMax: 1_000_000 });
    expect(found).toBe('none');
    expect(steps).toBeLessThan(9 * 9 * 2 ** 9);
  });

  test('of many reads at once: no more than there are', () => {
    const history = hopeless(20, (i) => ({
      ...{ call: GET, invoked: i, returned: 200, result: null },
    }));
    const { found, steps } = search(REGISTER, history, { stepsMax: 1_000_000 });
    expect(found).toBe('none');
    expect(steps).toBeLessThan(3 * 20);
  });
});
