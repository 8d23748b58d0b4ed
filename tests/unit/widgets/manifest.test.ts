import { describe, expect, test } from 'vitest';
import { madeBy } from '../../../src/exercise/history.ts';
import { checkCuts, checkRewind } from '../../../src/player/check-scenario.ts';
import { actionsAt, run, scriptOf } from '../../../src/player/history.ts';
import { leavesThree, SOLUTION } from '../../../src/widgets/manifest/check.ts';
import { damage } from '../../../src/widgets/manifest/damage.ts';
import type { DamageAction } from '../../../src/widgets/manifest/damage-world.ts';
import { afterCut, cutBeforeSync, FACTS } from '../../../src/widgets/manifest/facts.ts';
import { treeOf, versionAfter } from '../../../src/widgets/manifest/files.ts';
import { betweenSteps, manifest } from '../../../src/widgets/manifest/scenario.ts';
import { viewOf } from '../../../src/widgets/manifest/view.ts';
import type { ManifestAction } from '../../../src/widgets/manifest/world.ts';

const stateAfter = (actions: readonly ManifestAction[]) => madeBy(manifest, actions).state;

describe('the figure of the manifest', () => {
  test('rewinds', () => {
    checkRewind(manifest);
    checkRewind(betweenSteps);
    checkRewind(damage);
  });

  test('rewinds after a power cut at any event of a compaction', () =>
    checkCuts({ ...manifest, script: [{ do: 'open' }, { do: 'fill' }, { do: 'compact' }] }));

  test('after a cut at any event, both ways, all that was acknowledged is there, and what is left is named', () => {
    const whole = run(manifest, scriptOf(manifest));
    for (let cursor = 0; cursor <= whole.entries.length; cursor++) {
      for (const survive of ['nothing', 'everything'] as const) {
        const actions = [
          ...actionsAt(whole, cursor, { do: 'cut' }),
          { do: 'restart', survive } as const,
        ];
        const { state, error } = madeBy(manifest, actions);
        expect(error, `cut at ${cursor}`).toBeUndefined();
        expect(state.check?.wrong, `cut at ${cursor}, ${survive} survived`).toBe(0);
        const unneeded = viewOf(state).files.filter(({ isNeeded }) => !isNeeded);
        const named = state.check?.leftovers.map(({ file }) => file) ?? [];
        expect(named.toSorted(), `cut at ${cursor}`).toEqual(unneeded.map(({ name }) => name));
      }
    }
  });

  test('a table is drawn once, also between its edit and the word of the store', () => {
    const { entries } = run(manifest, scriptOf(manifest));
    let state = manifest.initial;
    let between = 0;
    for (const entry of entries) {
      state = manifest.project(state, entry);
      const { current } = viewOf(state);
      if (!current) continue;
      const tree = treeOf(versionAfter(current.edits, current.edits.length), state.waiting);
      const drawn = [...tree.levels.flat(), ...tree.waiting].map(({ number }) => number);
      expect(new Set(drawn).size, `after event ${entry.index}`).toBe(drawn.length);
      if (state.waiting.length > tree.waiting.length) between++;
    }
    expect(between, 'the moment occurs').toBeGreaterThan(0);
  });

  test('the picture is what the bytes say: each edit makes the version that the store had', () => {
    const { entries } = run(manifest, scriptOf(manifest));
    let state = manifest.initial;
    let tables: readonly number[] = [];
    for (const entry of entries) {
      state = manifest.project(state, entry);
      if (entry.event.type !== 'manifest.edit') continue;
      const { added, removed } = entry.event;
      tables = [...tables.filter((number) => !removed.includes(number)), ...added];
      const { current } = viewOf(state);
      if (!current) throw new Error('no manifest');
      const version = versionAfter(current.edits, current.edits.length);
      const drawn = treeOf(version)
        .levels.flat()
        .map(({ number }) => number);
      expect(drawn.toSorted((a, b) => a - b)).toEqual(tables.toSorted((a, b) => a - b));
      expect(current.shown.every(({ concept }) => concept === 'durable')).toBe(true);
    }
  });

  test('superblocks take turns, one session each', () => {
    const session: ManifestAction[] = [{ do: 'fill' }, { do: 'reopen' }];
    const slots = [1, 2, 3].map((count) => {
      const actions: ManifestAction[] = [
        { do: 'open' },
        ...Array.from({ length: count }, () => session).flat(),
      ];
      return viewOf(stateAfter(actions)).slots.findIndex(({ counts }) => counts);
    });
    expect(slots).toEqual([0, 1, 0]);
  });

  test('a scan keeps the files of its version until it ends', () => {
    const before: ManifestAction[] = [
      ...manifest.script.slice(0, 4),
      { do: 'scan' },
      { do: 'compact' },
    ];
    const needs = (actions: readonly ManifestAction[]) =>
      viewOf(stateAfter(actions)).files.filter(({ need }) => need === 'a scan reads it').length;
    expect(needs(before)).toBe(3);
    expect(needs([...before, { do: 'end-scan' }])).toBe(0);
    expect(stateAfter([...before, { do: 'end-scan' }, { do: 'reopen' }]).check).toMatchObject({
      wrong: 0,
      leftovers: [],
    });
  });

  test('links hold known actions only', () => {
    for (const action of [
      { do: 'burn' },
      { do: 'restart', survive: 'some' },
      { do: 'cut', after: 0 },
    ])
      expect(manifest.parse(action)).toBeUndefined();
    expect(damage.parse({ do: 'rot', file: '../x' })).toBeUndefined();
  });

  test('the page says true things', () => {
    expect(afterCut('nothing')).toEqual({ tables: [8, 6, 4], wrong: 0 });
    expect(afterCut('everything')).toEqual({ tables: [9], wrong: 0 });
    expect(cutBeforeSync().after).toBeGreaterThan(1);
    expect(FACTS).toMatchObject({ addBytes: 97, swapBytes: 121 });
  });
});

describe('the exercise: a crash between two steps', () => {
  const judged = (actions: readonly ManifestAction[]) =>
    leavesThree(madeBy(betweenSteps, actions)).verdict;
  const cutAt = (after: number): ManifestAction => ({ do: 'cut', after });
  const LOST: ManifestAction = { do: 'restart', survive: 'nothing' };
  const KEPT: ManifestAction = { do: 'restart', survive: 'everything' };
  const { script } = betweenSteps;

  test('the solution is right, whatever got through', () => {
    expect(judged(SOLUTION)).toBe('right');
    expect(judged(SOLUTION.map((action) => (action.do === 'restart' ? KEPT : action)))).toBe(
      'right',
    );
  });

  test('one cut is not enough, wherever it is; nor are cuts in the wrong places', () => {
    const { spans } = run(betweenSteps, scriptOf(betweenSteps));
    const { first = 0, end = 0 } = spans.at(-1) ?? {};
    expect(judged(script)).toBe('open');
    for (let after = 1; after <= end - first; after++)
      for (const restart of [LOST, KEPT])
        expect(judged([...script, cutAt(after), restart])).toBe('open');
    for (const [a, b] of [
      [3, 3],
      [8, 12],
      [14, 14],
      [36, 36],
    ] as const)
      expect(
        judged([...script, cutAt(a), LOST, { do: 'compact' }, cutAt(b), LOST]),
        `${a} ${b}`,
      ).toBe('wrong');
    expect(judged([...SOLUTION, { do: 'cut' }, LOST])).toBe('wrong');
  });
});

describe('the figure of damage', () => {
  const damaged = (...actions: DamageAction[]) =>
    madeBy(damage, [{ do: 'begin' }, ...actions]).state;

  test('verify names each file that was deleted or rotted and is needed, and nothing else', () => {
    const names = damaged().here.map(({ name }) => name);
    for (const file of names)
      for (const how of ['rot', 'delete'] as const) {
        const { verified, problems } = damaged({ do: how, file }, { do: 'verify' });
        if (file.endsWith('.wal')) continue; // of the newest log the last record may be torn
        expect(problems.length, `${how} ${file}`).toBeGreaterThan(0);
        // Without a superblock nobody can say which files count.
        const isFile = how === 'rot' && !file.startsWith('superblock');
        if (isFile) expect(verified.get(file), file).toBe('damaged');
      }
  });

  test('repair gives a database that opens, whatever is broken, with no wrong value for a right one', () => {
    for (const file of damaged().here.map(({ name }) => name)) {
      const { reading, here } = damaged({ do: 'rot', file }, { do: 'repair' }, { do: 'read' });
      expect(reading?.refused, file).toBe(0);
      expect(here.length).toBeGreaterThan(0);
    }
  });

  test('a second checkpoint copies what is new; restoring gives what the copy has', () => {
    const { entries } = madeBy(damage, [
      { do: 'begin' },
      { do: 'checkpoint' },
      { do: 'checkpoint' },
      { do: 'delete', file: '000006.sst' },
      { do: 'restore' },
      { do: 'read' },
    ]);
    const reports = entries.flatMap(({ event }) =>
      event.type === 'client.checkpoint' ? [event.report] : [],
    );
    expect(reports.map(({ copiedTables, keptTables }) => [copiedTables, keptTables])).toEqual([
      [5, 0],
      [1, 5],
    ]);
    const reading = entries.flatMap(({ event }) =>
      event.type === 'client.read' ? [event.reading] : [],
    )[0];
    expect(reading).toMatchObject({ refused: 0 });
    expect(reading?.right).toBeGreaterThan(40);
  });
});
