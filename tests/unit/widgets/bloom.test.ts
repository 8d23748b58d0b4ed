import { describe, expect, test } from 'vitest';
import { madeBy } from '../../../src/exercise/history.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import { run, scriptOf } from '../../../src/player/history.ts';
import { historyAt, measureAll, placesOf } from '../../../src/sweep/sweep.ts';
import { reachesOnePercent, SOLUTION } from '../../../src/widgets/bloom/check.ts';
import { ONE_PLACE } from '../../../src/widgets/bloom/facts.ts';
import type { FilterAction } from '../../../src/widgets/bloom/filter.ts';
import { setCount } from '../../../src/widgets/bloom/projection.ts';
import { bloom, filterAsked, percentText } from '../../../src/widgets/bloom/scenario.ts';
import {
  ASKED,
  expectedPercent,
  falsePositiveMap,
  falsePositives,
} from '../../../src/widgets/bloom/sweeps.ts';
import { BLOCK_BYTES, blocks, VALUES } from '../../../src/widgets/bloom/tables.ts';

const history = (actions: readonly FilterAction[]) => ({ ...scriptOf(bloom), actions });
const stateOf = (actions: readonly FilterAction[]) => madeBy(bloom, actions).state;

describe('the figure of a filter', () => {
  test('rewinds', () => checkRewind(bloom));

  test('rewinds a large filter, many questions, and typed keys', () => {
    checkRewind(
      bloom,
      history([...filterAsked(300, 3, 200), { do: 'ask', key: 'crab' }, { do: 'ask', key: '' }]),
    );
  });

  test('the bits shown key by key are together those of the real filter', () => {
    for (const keys of [1, 16, 64]) {
      const { entries } = run(bloom, history([{ do: 'build', keys, bitsPerKey: 9 }]));
      const built = entries[0]?.event;
      expect(built?.type).toBe('filter.build');
      if (built?.type !== 'filter.build') return;
      expect(stateOf([{ do: 'build', keys, bitsPerKey: 9 }]).bits).toEqual(built.bits);
    }
  });

  test('a filter is never wrong about what is there', () => {
    const { entries } = run(
      bloom,
      history([
        { do: 'build', keys: 500, bitsPerKey: 1 },
        { do: 'ask-many', there: true, count: 500 },
      ]),
    );
    const asked = entries.at(-1)?.event;
    expect(asked).toMatchObject({ type: 'filter.asked', count: 500, maybe: 500 });
    expect(entries).toHaveLength(2);
  });

  test('of many questions the wrong answers are told, and the sums are the same as one by one', () => {
    const build: FilterAction = { do: 'build', keys: 16, bitsPerKey: 4 };
    const many = stateOf([build, { do: 'ask-many', there: false, count: 120 }]);
    const few: FilterAction = { do: 'ask-many', there: false, count: 60 };
    const single = stateOf([build, few, few]);
    expect(single.falsePositives).toBeGreaterThan(0);
    expect(many.missingAsked).toBe(single.missingAsked);
    expect(many.falsePositives).toBe(single.falsePositives);
  });

  test('an answer is no exactly where one of the key’s bits is 0', () => {
    const { entries } = run(bloom, scriptOf(bloom));
    let state = bloom.initial;
    for (const entry of entries) {
      state = bloom.project(state, entry);
      if (entry.event.type === 'filter.ask')
        expect(state.shown?.firstZero === -1).toBe(entry.event.verdict === 'maybe');
    }
    expect(setCount(state)).toBeGreaterThan(state.bitCount / 3);
  });

  test('the poster is a false positive', () => {
    const { entries } = run(bloom, scriptOf(bloom));
    const poster = bloom.poster?.(entries) ?? 0;
    expect(entries[poster - 1]?.event).toMatchObject({ verdict: 'maybe', there: false });
  });

  test('the key whose places are one is still such a key', () => {
    const { shown } = stateOf(ONE_PLACE);
    expect(new Set(shown?.places).size).toBe(1);
    expect(shown).toMatchObject({ verdict: 'maybe', there: false });
  });

  test('links that ask for too much are refused', () => {
    expect(bloom.parse({ do: 'build', keys: 1e9, bitsPerKey: 8 })).toBeUndefined();
    expect(bloom.parse({ do: 'build', keys: 8, bitsPerKey: 0.5 })).toBeUndefined();
    expect(bloom.parse({ do: 'ask', key: 'x'.repeat(1000) })).toBeUndefined();
    expect(bloom.parse({ do: 'ask-many', there: false, count: 1e9 })).toBeUndefined();
  });

  test('percents are written with two digits that count', () => {
    expect([percentText(1, 0), percentText(0, 9), percentText(82, 10_000)]).toEqual([
      '–',
      '0 %',
      '0.82 %',
    ]);
  });
});

describe('the sweeps of false positives', () => {
  test('what is measured lies where the formula says, within what chance allows', () => {
    const known = measureAll(falsePositives);
    for (const [index, { measured = -1, formula = -1 }] of known.entries()) {
      // Five standard deviations of a count of ASKED tries, and of the bits that happen to be set.
      const share = formula / 100;
      const allowed = 500 * Math.sqrt((share * (1 - share)) / ASKED) + formula * 0.1;
      expect(Math.abs(measured - formula), `place ${index}`).toBeLessThan(allowed);
    }
  });

  test('every place has a run that ends, and a link that says it all', () => {
    for (const place of placesOf(falsePositiveMap, {})) {
      const opened = historyAt(falsePositiveMap, place);
      for (const action of opened.actions) expect(bloom.parse(action)).toEqual(action);
    }
    expect(measureAll(falsePositiveMap).every(({ measured }) => measured !== undefined)).toBe(true);
  });

  test('the formula is that of the textbook at ten bits', () => {
    expect(expectedPercent(1000, 7, 10_000)).toBeCloseTo(0.82, 1);
  });
});

describe('the exercise "reach 1 %"', () => {
  const judged = (bits: number, keys = 1000, asked = 10_000) =>
    reachesOnePercent(madeBy(bloom, filterAsked(keys, bits, asked))).verdict;

  test('ten bits for each key are right, and nothing else is', () => {
    expect(reachesOnePercent(madeBy(bloom, SOLUTION)).verdict).toBe('right');
    for (const bits of [1, 2, 4, 6, 7, 8, 9]) expect(judged(bits), `${bits} bits`).toBe('wrong');
    for (const bits of [11, 12, 16, 20]) expect(judged(bits), `${bits} bits`).toBe('wrong');
  });

  test('fewer keys, or hardly a question, are no solution', () => {
    expect(judged(10, 100)).toBe('wrong');
    expect(judged(10, 1000, 100)).toBe('open');
  });
});

describe('the figure of compressed blocks', () => {
  test('rewinds', () => checkRewind(blocks));

  test('both tables have the same blocks; text shrinks, noise is stored as it is', () => {
    for (const blockBytes of BLOCK_BYTES) {
      for (const values of VALUES) {
        const { state, error } = madeBy(blocks, [{ do: 'write', values, blockBytes }]);
        expect(error).toBeUndefined();
        const [plain, packed] = state.tables.map((table) => table.blocks);
        expect(packed?.map(({ entries }) => entries)).toEqual(plain?.map(({ entries }) => entries));
        const raw = packed?.filter(({ size }, index) => size === plain?.[index]?.size).length ?? 0;
        if (values === 'orders') expect(raw).toBe(0);
        if (values === 'noise') expect(raw).toBe(plain?.length);
        for (const [index, { size }] of (packed ?? []).entries())
          expect(size).toBeLessThanOrEqual(plain?.[index]?.size ?? 0);
      }
    }
  });

  test('a lookup reads one block of each table, and a missing key none', () => {
    const write = { do: 'write', values: 'orders', blockBytes: 1024 } as const;
    const found = madeBy(blocks, [write, { do: 'get', key: 'order 0030' }]).state;
    const [plain, packed] = found.tables;
    expect(found.read).toHaveLength(2);
    expect(found.read[0]).toBe(found.read[1]);
    expect(packed?.readBytes).toBeLessThan(plain?.readBytes ?? 0);
    expect(plain?.readBytes).toBe(plain?.blocks[found.read[0] ?? -1]?.size);
    const missing = madeBy(blocks, [write, { do: 'get', key: 'ghost 1' }]).state;
    expect([missing.read.length, missing.verdict]).toEqual([0, 'no']);
  });
});
