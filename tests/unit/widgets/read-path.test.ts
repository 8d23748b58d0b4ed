import { describe, expect, test } from 'vitest';
import { madeBy } from '../../../src/exercise/history.ts';
import { captionText } from '../../../src/player/caption.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import { scriptOf } from '../../../src/player/history.ts';
import type { AnyAction, AnyScenario } from '../../../src/player/scenario.ts';
import { cachedKeys } from '../../../src/projections/cache.ts';
import { measureAll } from '../../../src/sweep/sweep.ts';
import {
  checkCounts,
  countReads,
  QUESTIONS,
  readsOf,
} from '../../../src/widgets/read-path/check.ts';
import {
  AS_OF_EARLIER,
  COUNTER_READS,
  KNOWN_BITS,
  KNOWN_CACHE,
  keptByScan,
  RACE,
  SEEK_READS,
  STORE,
  TURN,
  turnSeeks,
} from '../../../src/widgets/read-path/facts.ts';
import { runOf, verdictOn } from '../../../src/widgets/read-path/merge-projection.ts';
import { race } from '../../../src/widgets/read-path/merge-scenario.ts';
import {
  NEWEST,
  RACE_KEYS,
  type RaceAction,
  RUNS,
} from '../../../src/widgets/read-path/merge-world.ts';
import { layoutRace, placeOfKey } from '../../../src/widgets/read-path/race-layout.ts';
import { blockCache, KEYS, readPath } from '../../../src/widgets/read-path/scenario.ts';
import { readsByBits, readsByCache } from '../../../src/widgets/read-path/sweeps.ts';
import {
  CACHED_BLOCK_BYTES,
  COUNTER,
  ORDERS,
  orderKey,
  type ReadAction,
  THERE,
} from '../../../src/widgets/read-path/world.ts';

const OPEN: ReadAction = { do: 'open', cacheBlocks: 8, bitsPerKey: 10 };
const read = (...actions: ReadAction[]) => madeBy(readPath, [OPEN, ...actions]);

/** Every event has a sentence that is more than its name. */
function checkSentences(scenario: AnyScenario, actions: readonly AnyAction[]): void {
  let state = scenario.initial;
  for (const entry of madeBy(scenario, actions).entries) {
    state = scenario.project(state, entry);
    expect(captionText(scenario.caption(entry, state))).not.toBe(entry.event.type);
  }
}

describe('the figure of a get on its way down', () => {
  test('rewinds', () => {
    checkRewind(readPath);
    checkRewind(readPath, {
      ...scriptOf(readPath),
      actions: [
        OPEN,
        { do: 'gets', count: 30, asking: 'hot', scanEvery: 10 },
        { do: 'gets', count: 30, asking: 'missing', scanEvery: 0 },
        { do: 'get', key: COUNTER },
      ],
    });
  });

  test('every event has a sentence of its own', () => {
    const many: ReadAction = { do: 'gets', count: 60, asking: 'there', scanEvery: 20 };
    const counter: ReadAction = { do: 'get', key: COUNTER };
    checkSentences(readPath, [...readPath.script, many, counter]);
    const small: ReadAction[] = [
      { do: 'open', cacheBlocks: 2, bitsPerKey: 1 },
      { do: 'gets', count: 40, asking: 'missing', scanEvery: 0 },
    ];
    checkSentences(readPath, small);
  });

  test('finds every order that is there, in the newest version, and no other', () => {
    for (let n = 0; n < ORDERS; n++) {
      const { state, error } = read({ do: 'get', key: orderKey(n) });
      expect(error).toBeUndefined();
      if (THERE.includes(n)) expect(state.reading?.value).toMatch(new RegExp(` crab ${n}$`));
      else expect(state.reading?.value).toBeNull();
    }
    expect(read({ do: 'get', key: COUNTER }).state.reading?.value).toBe('48');
  });

  test('the memtables are the places that the figure draws, and a scan sees all orders', () => {
    const { state } = read({ do: 'get', key: KEYS.missing });
    const { memtable, frozen } = state.floors;
    const names = state.reading?.asked.slice(0, 2).map(({ place }) => place);
    expect(names).toEqual([`memtable ${memtable.number}`, `memtable ${frozen.number}`]);
    expect(read({ do: 'scan' }).state.reading?.keys).toBe(THERE.length + 1);
  });

  test('there is something on every floor, and each block that is read is one of them', () => {
    const { state } = read({ do: 'scan' });
    const rows = layoutRace(state);
    expect(rows.map(({ boxes, ticks }) => boxes.length + ticks.length > 0)).not.toContain(false);
    const drawn = rows.flatMap(({ boxes }) => boxes.map(({ key }) => key));
    expect(new Set(drawn).size).toBe(STORE.blocks);
    expect(state.reading?.touched.map(({ block }) => block).sort()).toEqual(drawn.sort());
    for (const { boxes } of rows)
      for (const { x, width } of boxes) expect(x + width).toBeLessThanOrEqual(1);
  });

  test('keys stand in their order', () => {
    const keys = [COUNTER, ...Array.from({ length: ORDERS }, (_, n) => orderKey(n)), 'z'];
    const places = keys.map(placeOfKey);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test('what it counts is what the cache counts', () => {
    const { state } = read({ do: 'gets', count: 100, asking: 'hot', scanEvery: 0 });
    expect(state.totals.hits).toBe(state.cache.hits);
    expect(state.totals.reads).toBe(state.cache.misses);
    expect(state.totals.lruHits).toBe(state.lru.hits);
    expect(cachedKeys(state.cache).size).toBeLessThanOrEqual(10);
  });

  test('a cached block counts for about what the figure says', () => {
    const { cache } = read({ do: 'open', cacheBlocks: 32, bitsPerKey: 10 }, { do: 'scan' }).state;
    const costs = cache.small.map(({ bytes }) => bytes);
    expect(costs).toHaveLength(STORE.blocks);
    expect(Math.max(...costs)).toBeLessThanOrEqual(CACHED_BLOCK_BYTES);
    expect(Math.max(...costs)).toBeGreaterThan(0.75 * CACHED_BLOCK_BYTES);
  });

  test('links hold nothing but what can be done', () => {
    expect(readPath.parse({ do: 'open', cacheBlocks: 99, bitsPerKey: 10 })).toBeUndefined();
    expect(readPath.parse({ do: 'gets', count: 1e9, asking: 'hot', scanEvery: 0 })).toBeUndefined();
    expect(readPath.parse({ do: 'gets', count: 9, asking: 'hot', scanEvery: 1 })).toBeUndefined();
    expect(readPath.parse({ do: 'scan', key: 'a', limit: 0 })).toBeUndefined();
    for (const action of [...readPath.script, ...blockCache.script])
      expect(readPath.parse({ ...action })).toEqual(action);
  });
});

describe('the figure of the block cache', () => {
  test('rewinds', () => checkRewind(blockCache));

  test('every event has a sentence of its own', () =>
    checkSentences(blockCache, blockCache.script));

  test('the hot blocks outlive a scan, as they would not in an LRU list', () => {
    const { hot, room, scanned, kept, keptByLru, hitsAfter, lruHitsAfter } = keptByScan();
    expect(hot).toBe(4);
    expect(scanned).toBeGreaterThan(2 * room);
    expect(kept).toBe(hot);
    expect(hitsAfter).toBe(hot);
    expect(keptByLru).toBeLessThan(hot);
    expect(lruHitsAfter).toBeLessThan(hitsAfter);
  });
});

describe('the race of cursors', () => {
  const scanOf = (snapshot: number, backward = false): RaceAction => ({
    do: 'scan',
    snapshot,
    backward,
  });

  test('rewinds', () => {
    checkRewind(race);
    checkRewind(race, { ...scriptOf(race), actions: [...TURN, scanOf(9, true)] });
  });

  test('every event has a sentence of its own', () => checkSentences(race, TURN));

  test('what the figure says of each entry is what the engine shows, as of any moment, both ways', () => {
    const all = RUNS.flatMap(({ tables }) => tables.flat());
    for (let snapshot = 0; snapshot <= NEWEST; snapshot++) {
      const expected = all
        .filter((version) => verdictOn(version, snapshot) === 'shown')
        .map(({ key, value }) => ({ key, value }))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
      expect(madeBy(race, [scanOf(snapshot)]).state.shown).toEqual(expected);
      expect(madeBy(race, [scanOf(snapshot, true)]).state.shown).toEqual(expected.reverse());
    }
  });

  test('every verdict occurs, and every entry is passed once', () => {
    const all = RUNS.flatMap(({ tables }) => tables.flat());
    const verdicts = new Set(all.map((version) => verdictOn(version, NEWEST - 1)));
    expect(verdicts.size).toBe(5);
    expect(RACE.entries).toBe(all.length);
    expect(RACE.steps).toBe(all.length);
  });

  test('of two versions of a key, the one in the newer run is newer', () => {
    const versions = RUNS.flatMap(({ tables }) => tables.flat());
    for (const a of versions)
      for (const b of versions)
        if (a.key === b.key && runOf(a) < runOf(b)) expect(a.sequence).toBeGreaterThan(b.sequence);
  });

  test('by hand: a turn costs a seek in every other run', () => {
    expect(turnSeeks()).toBe(RUNS.length - 1);
    const { state } = madeBy(race, TURN);
    expect(state.current?.key).toBe('lobster');
    expect(madeBy(race, [{ do: 'prev' }]).state.current?.key).toBe(RACE_KEYS.at(-1));
    const off = madeBy(race, [{ do: 'prev' }, { do: 'next' }, { do: 'next' }]);
    expect(off.error).toBeUndefined();
    expect(off.state.current).toBeNull();
  });

  test('as of an earlier moment other things are shown', () => {
    const { shown } = madeBy(race, AS_OF_EARLIER).state;
    expect(shown.find(({ key }) => key === 'crab')?.value).not.toBe('9');
    expect(shown.some(({ key }) => key === 'lobster')).toBe(true);
  });
});

describe('what the page says', () => {
  test('one block for a key at the bottom, more for a seek, and for a counter', () => {
    expect(STORE.reads).toBe(1);
    expect(STORE.nos).toBe(4);
    expect(SEEK_READS).toBeGreaterThan(STORE.reads);
    expect(COUNTER_READS).toBe(3);
  });

  test('the sweeps are measured the same again', () => {
    expect(measureAll(readsByCache)).toEqual(KNOWN_CACHE);
    expect(measureAll(readsByBits)).toEqual(KNOWN_BITS);
  });

  test('a larger cache and better filters read less', () => {
    const reads = KNOWN_CACHE.map((values) => values['reads'] ?? 0);
    expect(reads).toEqual([...reads].sort((a, b) => b - a));
    const at8 = KNOWN_CACHE[readsByCache.x.values.indexOf(8)] ?? {};
    expect(at8['reads'] ?? 0).toBeLessThan(at8['lru'] ?? 0);
    const bits = KNOWN_BITS.map((values) => values['reads'] ?? 0);
    expect((bits[0] ?? 0) / (bits.at(-1) ?? 1)).toBeGreaterThan(10);
  });
});

describe('the exercise: count block reads', () => {
  const right = Object.fromEntries(QUESTIONS.map((question) => [question.id, readsOf(question)]));

  test('rewinds', () => checkRewind(countReads));

  test('the counts of the engine are right, and no filter was wrong', () => {
    expect(checkCounts(right).verdict).toBe('right');
    expect(Object.values(right)).toEqual([0, 1, 0, 1, 0, 3, expect.any(Number)]);
    expect(right['scan']).toBeGreaterThan(1);
    const last = QUESTIONS.at(-1);
    expect(madeBy(countReads, last?.actions ?? []).state.totals.filterMistakes).toBe(0);
  });

  test('one for each, none for each, or one for each place: wrong', () => {
    const all = (count: number) => Object.fromEntries(QUESTIONS.map(({ id }) => [id, count]));
    for (const counts of [all(0), all(1), { ...right, again: 1 }, { ...right, counter: 1 }, {}])
      expect(checkCounts(counts).verdict).toBe('wrong');
  });
});
