import { describe, expect, test } from 'vitest';
import { madeBy } from '../../../src/exercise/history.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import { run, scriptOf } from '../../../src/player/history.ts';
import { historyAt, measureAll, placesOf } from '../../../src/sweep/sweep.ts';
import {
  CHOICES,
  type ChoiceName,
  JOBS,
  meetsAll,
  resultOf,
  SOLUTION,
} from '../../../src/widgets/b-tree/choose.ts';
import {
  AT_RANDOM,
  CROSSING,
  IN_ORDER,
  INSERTED,
  RATIO,
} from '../../../src/widgets/b-tree/facts.ts';
import { both, loadOf, SIZES } from '../../../src/widgets/b-tree/scenario.ts';
import { BTreeSide, LsmSide } from '../../../src/widgets/b-tree/sides.ts';
import { readShare } from '../../../src/widgets/b-tree/sweeps.ts';
import { KINDS, Workload } from '../../../src/widgets/b-tree/workload.ts';
import type { BothAction } from '../../../src/widgets/b-tree/world.ts';

const OPEN: BothAction = { do: 'open', ...SIZES };
const after = (...actions: BothAction[]) => madeBy(both, [OPEN, ...actions]).state;

describe('the figure of both trees', () => {
  test('rewinds', () => {
    checkRewind(both, {
      ...scriptOf(both),
      actions: [OPEN, loadOf('inserts', 48), loadOf('reads', 8)],
    });
  });

  test('what it draws is what the tree says of itself', () => {
    const { state, entries, error } = madeBy(both, [
      OPEN,
      loadOf('inserts', 320),
      loadOf('overwrites', 160),
      loadOf('in order', 80),
    ]);
    expect(error).toBeUndefined();
    const leaves = [...state.tree.live.values()].filter(({ level }) => level === 0);
    expect(leaves.reduce((sum, { entries: count }) => sum + count, 0)).toBe(state.keys);
    expect(entries.some(({ event }) => event.type === 'btree.vacuum')).toBe(true);
    for (const { level, entries: children } of state.tree.live.values())
      if (level > 0) expect(children).toBeGreaterThan(1);
    const height = Math.max(...[...state.tree.live.values()].map(({ level }) => level));
    for (let level = 1; level <= height; level++) {
      const of = (at: number) => [...state.tree.live.values()].filter((page) => page.level === at);
      expect(of(level).reduce((sum, page) => sum + page.entries, 0)).toBe(of(level - 1).length);
    }
    const { btree } = state.points.at(-1) ?? {};
    expect(btree?.spaceBytes).toBe(state.tree.pages * SIZES.pageBytes);
  });

  test('both find every key that was written, and scans find as many', () => {
    const workload = new Workload(3);
    const lsm = new LsmSide(SIZES, () => {});
    const btree = new BTreeSide(SIZES, () => {});
    const keys = new Set<string>();
    for (const kind of ['inserts', 'in order', 'overwrites'] as const) {
      for (const step of workload.steps({ kind, operations: 200, batch: 7, reads: 0 })) {
        if (step.do !== 'write') throw new Error('only writes');
        for (const side of [lsm, btree]) side.write(step.operations);
        for (const [key] of step.operations) keys.add(key);
      }
    }
    for (const key of keys) expect([lsm.get(key), btree.get(key)]).toEqual([true, true]);
    expect([lsm.get('nothing'), btree.get('nothing')]).toEqual([false, false]);
    expect([lsm.scan('', 1000), btree.scan('', 1000)]).toEqual([keys.size, keys.size]);
  });

  test('links hold known loads only', () => {
    for (const action of [
      { do: 'open', memtableBytes: 1, pageBytes: 512, memoryBytes: 16384 },
      { do: 'load', kind: 'bulk', operations: 8, batch: 8, reads: 0 },
      { do: 'load', kind: 'reads', operations: 1e9, batch: 8, reads: 0 },
    ])
      expect(both.parse(action)).toBeUndefined();
    for (const kind of KINDS) expect(both.parse(loadOf(kind, 16))).toEqual(loadOf(kind, 16));
  });

  test('the page says true things', () => {
    expect(INSERTED.operations).toBe(320);
    expect(RATIO).toBeGreaterThan(3);
    expect(RATIO).toBeLessThan(12);
    expect(IN_ORDER.btree).toBeLessThan(AT_RANDOM.btree / 2);
    expect(IN_ORDER.lsm).toBeLessThan(AT_RANDOM.lsm);
    expect(CROSSING).toBeGreaterThan(70);
    expect(CROSSING).toBeLessThan(100);
    // "Pages twice as large make it write more than one and a half times as much."
    const written = [512, 1024].map((pageBytes) => {
      const actions: BothAction[] = [{ ...OPEN, pageBytes } as BothAction, loadOf('inserts', 320)];
      return madeBy(both, actions).state.points.at(-1)?.btree.writtenBytes ?? 0;
    });
    expect((written[1] ?? 0) / (written[0] ?? 1)).toBeGreaterThan(1.5);
    // A scan of 20 keys reads less of the B-tree, over the same keys.
    const scanned = after(loadOf('inserts', 320), loadOf('scans', 24)).points;
    const [before, end] = [scanned.at(-25), scanned.at(-1)];
    const read = (side: 'lsm' | 'btree') =>
      (end?.[side].readBytes ?? 0) - (before?.[side].readBytes ?? 0);
    expect(read('btree')).toBeLessThan(read('lsm'));
  });
});

describe('the sweep', () => {
  test('every place is a run that ends, whose link the figure takes, and measures alike', () => {
    const values = measureAll(readShare);
    expect(values).toEqual(measureAll(readShare));
    for (const { lsm, btree, lsmWritten = 0, lsmRead = 0 } of values) {
      expect(btree).toBeGreaterThan(0);
      expect(lsm).toBeCloseTo(lsmWritten + lsmRead);
    }
    const largest = { reads: 0, pageBytes: 256, memtableBytes: 1024 };
    const { entries, error } = run(
      both,
      historyAt(readShare, largest) as ReturnType<typeof scriptOf<never, BothAction, never, never>>,
    );
    expect(error).toBeUndefined();
    expect(entries.length).toBeLessThan(5000);
    for (const action of readShare.actions(placesOf(readShare, largest)[0] ?? {}))
      expect(both.parse(action)).toBeDefined();
  });

  test('writing favors one, reading the other', () => {
    const [first, ...rest] = measureAll(readShare);
    expect(first?.['lsm'] ?? 0).toBeLessThan((first?.['btree'] ?? 0) / 2);
    const last = rest.at(-1);
    expect(last?.['btree'] ?? 0).toBeLessThan(last?.['lsm'] ?? 0);
  });
});

describe('the exercise: choose by workload', () => {
  const verdictOf = (choices: Readonly<Record<string, ChoiceName | undefined>>) =>
    meetsAll(
      JOBS.flatMap((job) => {
        const choice = choices[job.id];
        return choice ? [resultOf(job, choice)] : [];
      }),
    ).verdict;

  test('the solution is right; a missing choice is none', () => {
    expect(verdictOf(SOLUTION)).toBe('right');
    expect(verdictOf({ ...SOLUTION, reports: undefined })).toBe('open');
  });

  test('each job has one choice that keeps within its bounds, and no one choice does for all', () => {
    for (const job of JOBS) {
      const fitting = CHOICES.filter((choice) => resultOf(job, choice).fits);
      expect(fitting, job.id).toEqual([SOLUTION[job.id]]);
    }
    for (const choice of CHOICES)
      expect(verdictOf({ sensors: choice, catalog: choice, reports: choice })).toBe('wrong');
  });
});
