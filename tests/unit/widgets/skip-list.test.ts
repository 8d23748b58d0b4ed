import { describe, expect, test } from 'vitest';
import { madeBy } from '../../../src/exercise/history.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import { run, scriptOf } from '../../../src/player/history.ts';
import { spansOf } from '../../../src/widgets/skip-list/bytes.ts';
import { cost, withAllOdds } from '../../../src/widgets/skip-list/cost-scenario.ts';
import { allOf, CODES, COMPARED, KNOWN_COST, PROBE } from '../../../src/widgets/skip-list/facts.ts';
import {
  type Answers,
  COMING,
  checkInsert,
  NO_ANSWERS,
  realAnswers,
  TOWERS,
} from '../../../src/widgets/skip-list/insert.ts';
import { comparisons, linksOf, towersOf } from '../../../src/widgets/skip-list/projection.ts';
import { flipCoins, HEIGHTS, skipList } from '../../../src/widgets/skip-list/scenario.ts';
import { costSweep } from '../../../src/widgets/skip-list/sweep.ts';
import { THREADS, type ThreadsAction } from '../../../src/widgets/skip-list/threads.ts';
import { BROKEN, threads } from '../../../src/widgets/skip-list/threads-scenario.ts';
import { KEYS, LEVELS, type ListAction } from '../../../src/widgets/skip-list/world.ts';

const build: ListAction = { do: 'build', heights: HEIGHTS };
const history = (actions: readonly ListAction[]) => ({ ...scriptOf(skipList), actions });

describe('the figure of a skip list', () => {
  test('rewinds', () => checkRewind(skipList));

  test('rewinds inserts, one that is there, and other coins', () => {
    const insert = { do: 'insert', key: 'm', height: 3 } as const;
    checkRewind(skipList, history([build, insert, insert, { do: 'search', key: 'z' }]));
    for (let seed = 1; seed < 9; seed++)
      checkRewind(
        skipList,
        history([
          { do: 'build', heights: flipCoins(seed) },
          { do: 'search', key: 'n' },
        ]),
      );
  });

  test('every key is found, and none between them, whatever the coins', () => {
    for (const heights of [HEIGHTS, flipCoins(3), KEYS.map(() => 1), KEYS.map(() => LEVELS)]) {
      for (const key of 'abcdefghijklmnopqrstuvwxyz') {
        const { state } = madeBy(skipList, [
          { do: 'build', heights },
          { do: 'search', key },
        ]);
        expect(state.found, key).toBe(KEYS.includes(key));
      }
    }
  });

  test('heights all 1 are a list; all the greatest are one too, looked at on every level', () => {
    const nth = KEYS.indexOf('p') + 1;
    expect(COMPARED.lowest).toBe(nth);
    expect(COMPARED.highest).toBe(nth + LEVELS - 1);
    expect(COMPARED.coins).toBeLessThan(COMPARED.lowest);
  });

  test('the links that are drawn are the words in memory', () => {
    for (const actions of [
      skipList.script,
      allOf(LEVELS),
      [build, { do: 'insert', key: 'm', height: 2 } as const],
    ]) {
      const { state } = madeBy(skipList, actions);
      const addressOf = new Map(
        state.nodes.map(({ key, height, offsetBytes }) => [key, offsetBytes / 4 + height]),
      );
      const drawn = linksOf(towersOf(state), LEVELS);
      for (const node of state.nodes) {
        const spans = spansOf(node, state.memory, node.offsetBytes);
        for (let level = 0; level < node.height; level++) {
          const link = drawn.find((one) => one.level === level && one.from === node.key);
          const { value } = spans.find(({ name }) => name === `link ${level}`) ?? {};
          expect(value, `${node.key} ${level}`).toBe(addressOf.get(link?.to ?? '') ?? 0);
        }
        expect(spans.reduce((sum, { size }) => sum + size, 0)).toBe(node.sizeBytes);
        expect(spans.find(({ name }) => name === 'key bytes')?.value).toBe(1);
      }
    }
  });

  test('an insert links from level 0 up and touches no more levels than it is high', () => {
    const { entries, state } = madeBy(skipList, [build, { do: 'insert', key: 'm', height: 3 }]);
    const linked = entries.flatMap(({ event }) => (event.type === 'list.link' ? [event] : []));
    expect(linked.map(({ level, from, to }) => [level, from, to])).toEqual([
      [0, 'l', 'n'],
      [1, 'h', 'n'],
      [2, 'h', 'r'],
    ]);
    expect(state.nodes.map(({ key }) => key).join('')).toBe('bdfhjlmnprtvx');
    expect(comparisons(state)).toBe(7);
  });

  test('links that ask for nonsense are refused', () => {
    const bad = [
      { do: 'build', heights: [1] },
      { do: 'build', heights: KEYS.map(() => 9) },
      { do: 'search', key: 'head' },
      { do: 'insert', key: 'm', height: 0 },
      { do: 'insert', key: 'm', height: 2.5 },
      { do: 'x' },
    ];
    for (const action of bad) expect(skipList.parse(action)).toBeUndefined();
  });
});

describe('the exercise "insert by hand"', () => {
  test('what the engine does is right', () => {
    expect(checkInsert(realAnswers()).verdict).toBe('right');
    expect(realAnswers().filter(({ from }) => from !== 'none')).toHaveLength(COMING.height);
  });

  test('the neighbors of level 0 on all levels are wrong, and so is one answer changed', () => {
    const naive = TOWERS.map(() => ({ from: 'l', to: 'n' })).slice(0, LEVELS);
    expect(checkInsert(naive).verdict).toBe('wrong');
    for (let level = 0; level < LEVELS; level++) {
      const given: Answers = realAnswers().map((answer, i) =>
        i === level ? { from: 'head', to: 'end' } : answer,
      );
      expect(checkInsert(given), `level ${level}`).toMatchObject({ verdict: 'wrong' });
      expect(checkInsert(given).say).toContain(`level ${level}`);
    }
  });

  test('the right link that leads to the wrong node is wrong', () => {
    const given = realAnswers().map((answer, i) => (i === 1 ? { ...answer, to: 'n' } : answer));
    expect(checkInsert(given)).toMatchObject({ verdict: 'wrong' });
    expect(checkInsert(given).say).toContain('the link of j is right');
  });

  test('without an answer for every level it is too early', () => {
    expect(checkInsert(NO_ANSWERS).verdict).toBe('open');
    expect(checkInsert([...realAnswers().slice(0, 3), {}]).verdict).toBe('open');
  });
});

describe('the figure of two threads', () => {
  const begin = (swap: 'compare' | 'store'): ThreadsAction => ({ do: 'begin', swap });

  test('rewinds', () => checkRewind(threads));
  test('rewinds broken', () => checkRewind(threads, { ...scriptOf(threads), actions: BROKEN }));

  test('the poster is the swap that comes too late', () => {
    const { entries } = run(threads, scriptOf(threads));
    const poster = threads.poster?.(entries) ?? 0;
    expect(entries[poster - 1]?.event).toMatchObject({ op: 'cas', succeeded: false });
  });

  test('the same turns lose nothing with compare-and-swap, and a key with plain stores', () => {
    expect(madeBy(threads, threads.script).state).toMatchObject({ lost: [], retries: 1 });
    expect(madeBy(threads, BROKEN).state).toMatchObject({ lost: ['d'], retries: 0 });
  });

  test('no order of turns loses anything, and many lose something when it is broken', () => {
    const outcomes = { compare: 0, store: 0 };
    for (const swap of ['compare', 'store'] as const) {
      for (let order = 0; order < 1 << 8; order++) {
        const chosen = Array.from({ length: 24 }, (_, i): ThreadsAction => {
          return { do: 'step', thread: THREADS[(order >> (i % 8)) & 1] ?? 'A' };
        });
        const rest = THREADS.flatMap((thread) =>
          Array.from({ length: 20 }, (): ThreadsAction => ({ do: 'step', thread })),
        );
        const { state } = madeBy(threads, [begin(swap), ...chosen, ...rest]);
        expect(state.lost).toBeDefined();
        if (state.lost?.length) outcomes[swap]++;
      }
    }
    expect(outcomes.compare).toBe(0);
    expect(outcomes.store).toBeGreaterThan(25);
    expect(outcomes.store).toBeLessThan(256);
  });
});

describe('the sweep of large lists', () => {
  test('rewinds', () => checkRewind(cost, { ...scriptOf(cost), actions: withAllOdds(64) }));

  test('coins cost about the logarithm; without them a search walks half of the list', () => {
    for (const [i, { half = 0, quarter = 0, none = 0 }] of KNOWN_COST.entries()) {
      const keys = costSweep.x.values[i] ?? 0;
      const levels = Math.log2(keys);
      expect(Math.abs(none - keys / 2 - 0.5)).toBeLessThanOrEqual(0.5);
      expect(half).toBeLessThan(2.5 * levels);
      expect(quarter).toBeLessThan(2.5 * levels);
      expect(half).toBeGreaterThan(levels);
    }
  });

  test('a link that asks for too much is refused', () => {
    expect(cost.parse({ do: 'measure', keys: 1e6, odds: 2 })).toBeUndefined();
    expect(cost.parse({ do: 'measure', keys: 64, odds: 3 })).toBeUndefined();
    for (const action of withAllOdds(4096)) expect(cost.parse(action)).toEqual(action);
  });
});

test('the codes in the prose say what the prose says', () => {
  const bandit = CODES.find(({ key }) => key === 'bandit');
  expect(PROBE.offset).toBe(bandit?.offset);
  expect(Number.parseInt(bandit?.code ?? '', 16)).toBeLessThan(Number.parseInt(PROBE.code, 16));
});
