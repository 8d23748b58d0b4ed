import { describe, expect, test } from 'vitest';
import { Random } from '../../../engine/index.ts';
import { madeBy } from '../../../src/exercise/history.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import { actionsAt, run, scriptOf } from '../../../src/player/history.ts';
import { encodeLink } from '../../../src/player/link.ts';
import { liveTables } from '../../../src/projections/levels.ts';
import { historyAt, initialSettings, measureAt, placesOf } from '../../../src/sweep/sweep.ts';
import { KEYS_OF_KEEPER, keeper } from '../../../src/widgets/compaction/keeper-scenario.ts';
import { judge } from '../../../src/widgets/compaction/keeper-why.ts';
import type { KeeperAction } from '../../../src/widgets/compaction/keeper-world.ts';
import { beatsThePicker, PICKER, SOLUTION } from '../../../src/widgets/compaction/picker-check.ts';
import {
  beatThePicker,
  type PickerState,
  RUNS_MAX,
  withOverlapping,
} from '../../../src/widgets/compaction/picker-scenario.ts';
import { type PickerAction, WRITES } from '../../../src/widgets/compaction/picker-world.ts';
import { entriesIn, garbageOf } from '../../../src/widgets/compaction/projection.ts';
import { BURST_BATCHES, compaction, treesAfter } from '../../../src/widgets/compaction/scenario.ts';
import {
  againstFanout,
  againstRuns,
  measureTrees,
} from '../../../src/widgets/compaction/sweeps.ts';
import { POLICIES, type TreesAction } from '../../../src/widgets/compaction/world.ts';

const BURST: TreesAction = { do: 'burst', batches: BURST_BATCHES, hurried: false };
const history = (actions: readonly TreesAction[]) => ({ ...scriptOf(compaction), actions });
const small = treesAfter({ keys: 256, levelBytes: 4096 }, BURST_BATCHES);

describe('the figure of two trees', () => {
  test('rewinds, through snapshots, range deletes, haste and a power cut', () => {
    const actions: TreesAction[] = [
      ...small,
      { do: 'snapshot' },
      { do: 'burst', batches: 3, hurried: true },
      { do: 'delete-range' },
      { do: 'release' },
      { do: 'cut' },
      { do: 'restart', survive: 'nothing' },
      { do: 'burst', batches: 2, hurried: false },
    ];
    checkRewind(compaction, history(actions));
  });

  test('both stores get the same, and each costs something else', () => {
    const { state } = madeBy(compaction, compaction.script);
    expect(state.points).toHaveLength(3 * BURST_BATCHES);
    for (const policy of POLICIES) {
      expect(entriesIn(state[policy])).toBeGreaterThanOrEqual(state.liveKeys - 100);
      expect(garbageOf(state[policy])).toEqual([]);
    }
    expect(state.points.at(-1)?.leveled).not.toEqual(state.points.at(-1)?.tiered);
  });

  test('the poster shows outputs that wait, and inputs that still count', () => {
    const { entries } = run(compaction, scriptOf(compaction));
    const shown = entries.slice(0, compaction.poster?.(entries));
    const { tree } = shown.reduce(compaction.project, compaction.initial).leveled;
    expect(tree.waiting.length).toBeGreaterThan(0);
    const live = liveTables(tree).map(({ number }) => number);
    expect(live).toEqual(expect.arrayContaining([...(tree.compaction?.inputs ?? [0])]));
  });

  test('a power cut at any moment loses nothing, and both stores go on', () => {
    const whole = run(compaction, history(small));
    for (let cursor = 1; cursor < whole.entries.length; cursor += 11) {
      for (const survive of ['nothing', 'everything'] as const) {
        const cut = actionsAt(whole, cursor, { do: 'cut' });
        const actions: TreesAction[] = [...cut, { do: 'restart', survive }, BURST];
        const { entries, error } = run(compaction, history(actions));
        expect(error).toBeUndefined();
        const verified = entries.flatMap(({ event }) =>
          event.type === 'client.verify' ? [event.wrong] : [],
        );
        expect(verified, `cut at ${cursor}, ${survive}`).toEqual([0, 0]);
      }
    }
  });

  test('a snapshot keeps entries alive, and its release lets them go', () => {
    const more = [BURST, BURST, BURST] as const;
    const free = madeBy(compaction, [...small, ...more, ...more]).state;
    const held = madeBy(compaction, [...small, { do: 'snapshot' }, ...more, ...more]).state;
    const gone = madeBy(compaction, [
      ...small,
      { do: 'snapshot' },
      ...more,
      { do: 'release' },
      ...more,
    ]).state;
    for (const policy of POLICIES) {
      expect(entriesIn(held[policy])).toBeGreaterThan(entriesIn(free[policy]));
      expect(entriesIn(gone[policy])).toBeLessThan(entriesIn(held[policy]));
    }
  });

  test('keys in order move in the leveled tree, and are rewritten in the tiered one', () => {
    const ordered = treesAfter({ workload: 'sequential' }, 3 * BURST_BATCHES);
    const { state, entries } = madeBy(compaction, ordered);
    const values = measureTrees(entries);
    expect(state.leveled.tree.moves).toBeGreaterThan(10);
    expect(values['tiered.write']).toBeGreaterThan(2 * (values['leveled.write'] ?? 0));
  });

  test('a client in a hurry is held back', () => {
    const hurry = { ...BURST, hurried: true };
    const { entries } = run(compaction, history([...small, hurry, hurry]));
    expect(entries.some(({ event }) => event.type === 'store.stall')).toBe(true);
  });

  test('a link with sizes that no menu comes near is refused', () => {
    const [open] = compaction.script;
    expect(compaction.parse(open)).toEqual(open);
    expect(compaction.parse({ ...open, keys: 1e9 })).toBeUndefined();
    expect(compaction.parse({ ...open, runs: 2.5 })).toBeUndefined();
    expect(compaction.parse({ ...open, workload: 'constructor' })).toBeUndefined();
    expect(compaction.parse({ ...BURST, batches: 1e6 })).toBeUndefined();
    expect(compaction.parse({ do: 'restart', survive: 'half' })).toBeUndefined();
  });
});

describe('the sweeps', () => {
  test('every place has a link, which the figure opens', () => {
    for (const sweep of [againstRuns, againstFanout]) {
      for (const place of placesOf(sweep, initialSettings(sweep))) {
        const opened = historyAt(sweep, place);
        expect(encodeLink(compaction.id, { history: opened, cursor: 0 }).length).toBeLessThan(500);
        for (const action of opened.actions) expect(compaction.parse(action)).toEqual(action);
      }
    }
  });

  test('more runs cost fewer bytes written, and more reads', () => {
    const few = measureAt(againstRuns, { runs: 2 });
    const many = measureAt(againstRuns, { runs: 10 });
    for (const policy of POLICIES) {
      expect(many[`${policy}.write`]).toBeLessThan(few[`${policy}.write`] ?? 0);
      expect(many[`${policy}.read`]).toBeGreaterThan(few[`${policy}.read`] ?? 0);
    }
    expect(many['tiered.write']).toBeLessThan(many['leveled.write'] ?? 0);
  });
});

describe('the keeper', () => {
  test('rewinds', () => void checkRewind(keeper));

  test('a tombstone stays where an older run may hold its key, and goes where none may', () => {
    const { entries } = run(keeper, scriptOf(keeper));
    const judged = entries.flatMap(({ event }) =>
      event.type === 'keeper.ran' && event.outputLevel === 1 ? event.judged : [],
    );
    const deletes = judged.filter(({ isDelete }) => isDelete);
    expect(deletes.map(({ key, isKept }) => [key, isKept])).toEqual([
      ['b', true],
      ['d', false],
    ]);
  });

  test('the reasons agree with the engine, whatever is done (the world throws where not)', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const { error } = madeBy(keeper, anything(new Random(seed)));
      expect(error, `seed ${seed}`).toBeUndefined();
    }
  });

  test('a snapshot from before the first write keeps no tombstone (seed 25)', () => {
    const entries = [{ key: 'd', sequence: 1, isDelete: true }];
    expect(judge(entries, [0], () => false)[0]?.isKept).toBe(false);
  });

  test('of each stratum the newest entry is kept', () => {
    const entries = [2, 4, 5, 7].map((sequence) => ({ key: 'k', sequence, isDelete: false }));
    const kept = judge(entries, [4], () => false).filter(({ isKept }) => isKept);
    expect(kept.map(({ sequence }) => sequence)).toEqual([4, 7]);
  });
});

function anything(random: Random): KeeperAction[] {
  const others: readonly KeeperAction[] = [
    { do: 'snapshot' },
    { do: 'release' },
    { do: 'flush' },
    { do: 'flush' },
    { do: 'compact', what: 'level0' },
    { do: 'compact', what: 'everything' },
  ];
  return Array.from({ length: 60 }, (): KeeperAction => {
    const key = KEYS_OF_KEEPER[random.below(KEYS_OF_KEEPER.length)] as string;
    if (random.chance(2, 3)) return { do: random.chance(1, 3) ? 'delete' : 'put', key };
    return others[random.below(others.length)] as KeeperAction;
  });
}

describe('beat the picker', () => {
  const verdictOf = (actions: readonly PickerAction[]) =>
    beatsThePicker(madeBy(beatThePicker, actions));
  const NEXT: PickerAction = { do: 'next' };
  const NEXTS = WRITES.map(() => NEXT);

  /** Plays all writes; after each, `move` may compact. */
  function played(move: (state: PickerState) => readonly number[]): PickerAction[] {
    const actions: PickerAction[] = [];
    for (const next of NEXTS) {
      actions.push(next);
      const tables = move(madeBy(beatThePicker, actions).state);
      if (tables.length > 0) actions.push({ do: 'compact', tables, level: 1 });
    }
    return actions;
  }
  const numbers = ({ tree }: PickerState) => liveTables(tree).map(({ number }) => number);

  test('rewinds', () =>
    void checkRewind(beatThePicker, { ...scriptOf(beatThePicker), actions: SOLUTION }));

  test('the solution is right', () => {
    const made = madeBy(beatThePicker, SOLUTION);
    expect(made.state.refusal).toBeUndefined();
    expect(beatsThePicker(made)).toMatchObject({ verdict: 'right' });
    expect(made.state.tree.compactedBytes * 3).toBeLessThan(PICKER.bytes);
  });

  test('to merge nothing leaves too many runs', () => {
    expect(verdictOf(NEXTS)).toMatchObject({ verdict: 'wrong' });
  });

  test('to merge everything, whenever the limit is reached, rewrites too much', () => {
    const actions = played((state) => (state.runs >= RUNS_MAX ? numbers(state) : []));
    expect(verdictOf(actions)).toMatchObject({ verdict: 'wrong' });
  });

  test('to merge everything after each write rewrites too much', () => {
    expect(verdictOf(played(numbers))).toMatchObject({ verdict: 'wrong' });
  });

  test('to merge level 0 whole, as the picker does, rewrites too much', () => {
    const actions = played(({ tree }) => {
      const level0 = (tree.levels[0] ?? []).map(({ number }) => number);
      if (level0.length < 4) return [];
      const below = (tree.levels[1] ?? []).map(({ number }) => number);
      return [...level0, ...below];
    });
    expect(verdictOf(actions)).toMatchObject({ verdict: 'wrong' });
  });

  test('too early to tell is no attempt', () => {
    expect(verdictOf(NEXTS.slice(0, 3))).toMatchObject({ verdict: 'open' });
  });

  test('an illegal choice is refused with a sentence, and changes nothing', () => {
    const three = NEXTS.slice(0, 3);
    const { tree } = madeBy(beatThePicker, [...three, NEXT]).state;
    const newestHot = tree.levels[0]?.[0]?.number as number;
    const made = madeBy(beatThePicker, [
      ...three,
      NEXT,
      { do: 'compact', tables: [newestHot], level: 1 },
    ]);
    expect(made.state.refusal).toContain('take it along');
    expect(made.state.tree.levels).toEqual(tree.levels);
    expect(withOverlapping(tree, [newestHot])).toHaveLength(2);
  });

  test('a merge of some tables stays among those of level 0, where it stood', () => {
    const all = [...NEXTS.slice(0, 4)];
    const { tree } = madeBy(beatThePicker, all).state;
    const [newest, , third, oldest] = tree.levels[0] ?? [];
    const tables = [third?.number, oldest?.number] as number[];
    const after = madeBy(beatThePicker, [...all, { do: 'compact', tables, level: 0 }]).state;
    const level0 = after.tree.levels[0] ?? [];
    expect(level0[0]).toEqual(newest);
    expect(level0).toHaveLength(3);
    expect(level0[2]?.number).toBeGreaterThan(newest?.number ?? 0);
  });
});
