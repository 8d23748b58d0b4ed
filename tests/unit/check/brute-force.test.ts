// The checker against a search through all orders, on thousands of small histories.
//
//     CHECK_RUNS=100000 npx vitest run --project node tests/unit/check/brute-force

import { describe, expect, test } from 'vitest';
import { Random } from '../../../engine/base/random.ts';
import { drawHistory } from '../../../engine/check/draw.ts';
import { type Operation, seenBy, writtenBy } from '../../../engine/check/history.ts';
import {
  type CheckOptions,
  type Contradiction,
  checkLinearizable,
  type Verdict,
} from '../../../engine/check/linearizable.ts';
import { printPicture } from '../../../engine/check/print-picture.ts';
import { without } from '../../../engine/check/shrink.ts';
import { isLinearizable, placedMax, replay } from './brute-force.ts';
import { realHistory, type Shape, tampered } from './histories.ts';

const RUNS = Number(process.env['CHECK_RUNS'] ?? 4000);

function shapeOf(random: Random): Shape {
  return {
    operations: random.between(2, 8),
    clients: random.between(1, 4),
    keys: random.chance(1, 5) ? 2 : 1,
    values: random.between(1, 3),
    unknownPercent: random.pick([0, 10, 40]),
    failedPercent: random.pick([0, 10]),
  };
}

/** A small history, right or wrong, which only the seed knows. */
function anyHistory(seed: number): readonly Operation[] {
  const random = new Random(seed);
  const shape = shapeOf(random);
  let history = realHistory(random, shape);
  for (let times = random.below(4); times > 0; times--)
    history = tampered(random, history, shape.values);
  return history;
}

function picture(history: readonly Operation[], verdict: Verdict, seed: number): string {
  return `seed ${seed}\n${printPicture(drawHistory(history, verdict, { all: true }))}`;
}

/** The order has each answered operation once, inside its bar, and gives its answers. */
function expectWitness(history: readonly Operation[], verdict: Verdict): void {
  if (verdict.verdict !== 'linearizable') throw new Error('no witness');
  const placed: number[] = [];
  for (const { key, points } of verdict.witnesses) {
    let value: string | null = null;
    let last = 0;
    for (const { id, order } of points) {
      const operation = history[id] as Operation;
      const { invokedOrder, returnedOrder, outcome, result, call } = operation;
      expect(call.key).toBe(key);
      expect(outcome).not.toBe('failed');
      expect(order).toBeGreaterThanOrEqual(Math.max(last, invokedOrder));
      if (returnedOrder !== undefined) expect(order).toBeLessThanOrEqual(returnedOrder);
      const answer = replay(operation, value);
      if (outcome === 'ok') expect(answer.result).toBe(result);
      value = answer.value;
      last = order;
      placed.push(id);
    }
  }
  expect(new Set(placed).size).toBe(placed.length);
  const answered = history.filter(({ outcome }) => outcome === 'ok').map(({ id }) => id);
  expect(placed).toEqual(expect.arrayContaining(answered));
}

/**
 * Whoever saw a value is there with all who may have written it, but for those whose value was
 * plainly overwritten before; and with one of them at least.
 */
function expectHonest(core: readonly Operation[], history: readonly Operation[]): void {
  const key = core[0]?.call.key;
  const ids = new Set(core.map(({ id }) => id));
  const writes = history.filter(
    ({ call, outcome, result }) =>
      call.key === key && call.kind !== 'get' && outcome !== 'failed' && result !== false,
  );
  for (const reader of core) {
    const seen = seenBy(reader);
    const writers = writes.filter(
      ({ id, call, invokedOrder }) =>
        id !== reader.id &&
        writtenBy(call) === seen &&
        invokedOrder < (reader.returnedOrder as number),
    );
    if (seen === undefined || writers.length === 0) continue;
    expect(writers.some(({ id }) => ids.has(id))).toBe(true);
    for (const writer of writers.filter(({ id }) => !ids.has(id)))
      expect(writes.some((between) => isBefore(writer, between) && isBefore(between, reader))).toBe(
        true,
      );
  }
}

function isBefore(a: Operation, b: Operation): boolean {
  return a.returnedOrder !== undefined && a.returnedOrder < b.invokedOrder;
}

function expectContradiction(history: readonly Operation[], contradiction: Contradiction): void {
  const { core, coreLongest, isMinimal, key, longest } = contradiction;
  expect(isMinimal).toBe(true);
  expect(isLinearizable(core)).toBe(false);
  for (const operation of core)
    expect(isLinearizable(without(core, new Set([operation])))).toBe(true);
  expectHonest(core, history);
  const ofKey = history.filter(({ call }) => call.key === key);
  for (const [operations, orders] of [
    [ofKey, longest],
    [core, coreLongest],
  ] as const) {
    expect(orders.length).toBeGreaterThan(0);
    for (const { order, stuck } of orders) {
      const answered = order.filter(({ outcome }) => outcome === 'ok');
      expect(answered).toHaveLength(placedMax(operations));
      expect(stuck.length).toBeGreaterThan(0);
    }
  }
  expect(contradiction.reason).toMatch(/^\S.* x?.*\.$/);
}

describe('small histories', () => {
  test('the verdict is that of a search through all orders, and its proof holds', () => {
    const counts = { linearizable: 0, 'not linearizable': 0, unknown: 0 };
    let withUnknown = 0;
    for (let seed = 1; seed <= RUNS; seed++) {
      const history = anyHistory(seed);
      const verdict = checkLinearizable(history);
      const expected = isLinearizable(history) ? 'linearizable' : 'not linearizable';
      expect(verdict.verdict, picture(history, verdict, seed)).toBe(expected);
      if (verdict.verdict === 'linearizable') expectWitness(history, verdict);
      if (verdict.verdict === 'not linearizable')
        expectContradiction(history, verdict.contradiction);
      counts[verdict.verdict]++;
      if (history.some(({ outcome }) => outcome === 'unknown')) withUnknown++;
    }
    expect(counts.unknown).toBe(0);
    expect(counts.linearizable).toBeGreaterThan(RUNS / 5);
    expect(counts['not linearizable']).toBeGreaterThan(RUNS / 5);
    expect(withUnknown).toBeGreaterThan(RUNS / 10);
  });

  test('what is left after a removal can be explained if what there was can', () => {
    for (let seed = 1; seed <= RUNS / 4; seed++) {
      const random = new Random(seed);
      const history = realHistory(random, { ...shapeOf(random), keys: 1 });
      const counted = history.filter(({ outcome }) => outcome !== 'failed');
      if (counted.length === 0) continue;
      const left = without(counted, new Set([random.pick(counted)]));
      expect(checkLinearizable(left).verdict, `seed ${seed}`).toBe('linearizable');
    }
  });

  // Found by chance: leaving out a later one made it possible to leave out an earlier one.
  test.each([12394, 13373, 16574])('nothing more can be left out: seed %i', (seed) => {
    const random = new Random(seed);
    const shape = {
      ...{ operations: random.between(6, 40), clients: random.between(2, 5), keys: 1 },
      ...{ values: random.between(1, 3), unknownPercent: random.pick([0, 10]), failedPercent: 0 },
    };
    let history = realHistory(random, shape);
    for (let times = 1 + random.below(3); times > 0; times--)
      history = tampered(random, history, shape.values);
    const verdict = checkLinearizable(history);
    if (verdict.verdict !== 'not linearizable') throw new Error('expected a contradiction');
    const { core } = verdict.contradiction;
    for (const operation of core)
      expect(isLinearizable(without(core, new Set([operation])))).toBe(true);
  });

  test('a budget too small gives no verdict, and never another one', () => {
    const counts = { same: 0, unknown: 0 };
    for (let seed = 1; seed <= RUNS / 4; seed++) {
      const history = anyHistory(seed);
      const full = checkLinearizable(history);
      for (const options of budgets(new Random(seed), full.steps)) {
        const { verdict } = checkLinearizable(history, options);
        if (verdict === 'unknown') counts.unknown++;
        else {
          expect(verdict, `seed ${seed}`).toBe(full.verdict);
          counts.same++;
        }
      }
    }
    expect(counts.same).toBeGreaterThan(RUNS / 20);
    expect(counts.unknown).toBeGreaterThan(RUNS / 20);
  });
});

function budgets(random: Random, steps: number): CheckOptions[] {
  return [{ stepsMax: 1 + random.below(steps + 2) }, { stepsMax: 1 }];
}
