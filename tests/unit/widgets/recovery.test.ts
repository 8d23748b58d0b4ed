import { describe, expect, test } from 'vitest';
import { captionText } from '../../../src/player/caption.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import { actionsAt, run, scriptOf } from '../../../src/player/history.ts';
import { decodeLink, encodeLink } from '../../../src/player/link.ts';
import { diskRows, fileNamesOf } from '../../../src/widgets/recovery/disk-rows.ts';
import { type CrashRun, crashAt, stateAfter } from '../../../src/widgets/recovery/outcome.ts';
import {
  type CrashState,
  durableCount,
  livingWrites,
  promisedCount,
  STEPS,
} from '../../../src/widgets/recovery/projection.ts';
import { crashAnywhere, recoverySteps } from '../../../src/widgets/recovery/scenario.ts';
import { stepsOf, verdictOf } from '../../../src/widgets/recovery/verdict.ts';
import type { CrashAction, DiskChoice } from '../../../src/widgets/recovery/world.ts';

/** Every so many events: a prime, so that in the long run all kinds have their turn. */
const EVERY = 7;

/** A run and the state at every position of it. */
function lived(actions: readonly CrashAction[] = crashAnywhere.script): {
  whole: CrashRun;
  states: readonly CrashState[];
} {
  const whole = run(crashAnywhere, { ...scriptOf(crashAnywhere), actions });
  const states = [crashAnywhere.initial];
  for (const entry of whole.entries)
    states.push(crashAnywhere.project(states.at(-1) as CrashState, entry));
  return { whole, states };
}

const { whole, states } = lived();
const names = fileNamesOf(whole.entries);
const crash = (cursor: number, disk: Partial<DiskChoice> = {}) =>
  crashAt(crashAnywhere, whole, cursor, states[cursor] as CrashState, {
    keeps: 'chance',
    roll: 1,
    lies: false,
    ...disk,
  });
const cursorAfter = (count: number, type: string) =>
  (whole.entries.filter(({ event }) => event.type === type)[count - 1]?.index ?? -1) + 1;

describe('crash anywhere', () => {
  test('rewinds', () => checkRewind(crashAnywhere));

  test('what the client may add rewinds too', () => {
    for (const { action } of crashAnywhere.offers(states.at(-1) as CrashState))
      checkRewind(crashAnywhere, {
        ...whole.history,
        actions: [...whole.history.actions, action],
      });
  });

  test('the script has eight writes, two logs, a table, and deletes the first log', () => {
    expect(states.at(-1)?.store.writes).toHaveLength(8);
    expect(names).toEqual(['superblock-0', '000001.man', '000004.sst', '000002.wal', '000003.wal']);
    expect(whole.entries.filter(({ event }) => event.type === 'store.obsolete')).toHaveLength(1);
  });

  test('at every event and for every disk, a prefix with every promise is recovered', () => {
    const disks: Partial<DiskChoice>[] = [
      { keeps: 'nothing' },
      { keeps: 'torn' },
      { keeps: 'everything' },
      ...Array.from({ length: 20 }, (_, roll) => ({ roll })),
    ];
    for (const disk of disks) {
      for (let cursor = 0; cursor < states.length; cursor++) {
        const outcome = crash(cursor, disk);
        const where = `event ${cursor}, disk ${JSON.stringify(disk)}`;
        expect(outcome.kept, where).toBe(true);
        expect(outcome.survived, where).toBeLessThanOrEqual(outcome.asked);
        const found = diskRows(stateAfter(states[cursor] as CrashState, outcome), names);
        expect(found.map(({ file }) => file)).toEqual(names);
      }
    }
  });

  test('the worst disk keeps what is durable by the picture, neither more nor less', () => {
    for (const [cursor, state] of states.entries())
      expect(crash(cursor, { keeps: 'nothing' }).survived, `event ${cursor}`).toBe(
        durableCount(state),
      );
  });

  test('the staircase: every write becomes durable once, and before anybody is told so', () => {
    const { asked, promised, durable } = stepsOf(states);
    expect(durable.flatMap(({ writes }) => writes)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    for (const [at, count] of promised.entries()) {
      expect(count).toBeLessThanOrEqual(durableCount(states[at] as CrashState));
      expect(count).toBeLessThanOrEqual(asked[at] as number);
    }
  });

  test('other rolls are other disks', () => {
    const survivors = (roll: number) => states.map((_, at) => crash(at, { roll }).survived).join();
    expect(new Set([1, 2, 3, 4].map(survivors)).size).toBe(4);
  });

  test('between the edit and the deletion, the old log is there and is not read', () => {
    const cursor = cursorAfter(1, 'store.flush.end');
    const outcome = crash(cursor, { keeps: 'everything' });
    const rows = diskRows(stateAfter(states[cursor] as CrashState, outcome), names);
    const old = rows.find(({ file }) => file === '000002.wal');
    expect(old).toMatchObject({ named: 'durable', note: 'not read: in a table' });
    expect(old?.boxes.every(({ idle }) => idle)).toBe(true);
    expect(outcome.survived).toBe(6);
  });

  test('before the edit, the table is there and nobody names it', () => {
    const cursor = cursorAfter(1, 'table.finish');
    const outcome = crash(cursor, { keeps: 'everything' });
    const rows = diskRows(stateAfter(states[cursor] as CrashState, outcome), names);
    expect(rows.find(({ file }) => file === '000004.sst')?.note).toBe('no manifest names it');
    expect(rows.find(({ file }) => file === '000002.wal')?.note).toBe('6 replayed');
  });

  test('a torn record is drawn torn, and the records before it whole', () => {
    const cursor = cursorAfter(6, 'store.write.acknowledge');
    const outcome = crash(cursor, { keeps: 'torn' });
    const rows = diskRows(stateAfter(states[cursor] as CrashState, outcome), names);
    const log = rows.find(({ file }) => file === '000002.wal');
    expect(log?.note).toBe('5 replayed, torn tail');
    expect(log?.boxes.map(({ concept }) => concept)).toEqual([
      ...Array(5).fill('durable'),
      'corrupt',
    ]);
  });

  test('the poster shows a write that was told "written" and is gone', () => {
    const cursor = crashAnywhere.poster?.(whole.entries) ?? 0;
    const state = states[cursor] as CrashState;
    const outcome = crashAt(crashAnywhere, whole, cursor, state);
    expect(outcome).toMatchObject({ asked: 6, survived: 5, promised: 5 });
    const { say } = verdictOf(outcome, state);
    expect(typeof say === 'string' ? say : captionText(say)).toBe(
      'A prefix: the first 5 of 6 writes. Everything acknowledged as durable is there: writes 1 to 5.',
    );
  });

  test('a disk that lies makes the store break its promises', () => {
    const disk = { do: 'disk', keeps: 'nothing', roll: 1, lies: true } as const;
    const lying = lived([disk, ...crashAnywhere.script.slice(1)]);
    const last = lying.states.at(-1) as CrashState;
    const outcome = crashAt(crashAnywhere, lying.whole, lying.whole.entries.length, last);
    expect(promisedCount(last)).toBe(7);
    expect(outcome).toMatchObject({ kept: false, survived: 0 });
    expect(verdictOf(outcome, last).verdict).toBe('wrong');
  });

  test('on a disk that lies nothing throws, wherever the power goes', () => {
    for (let roll = 0; roll < 5; roll++) {
      const disk = { do: 'disk', keeps: 'chance', roll, lies: true } as const;
      const lying = lived([disk, ...crashAnywhere.script.slice(1)]);
      for (const [cursor, state] of lying.states.entries()) {
        const outcome = crashAt(crashAnywhere, lying.whole, cursor, state);
        expect(outcome.survived ?? outcome.error).toBeDefined();
        const after = stateAfter(state, outcome);
        for (const { boxes, note } of diskRows(after, names)) {
          const replayed = Number(/^(\d+) replayed/.exec(note)?.[1] ?? 0);
          const used = boxes.filter(({ concept, idle }) => concept === 'durable' && !idle);
          if (note.includes('replayed')) expect(used, note).toHaveLength(replayed);
        }
        verdictOf(outcome, state);
      }
    }
  });

  test('any outcome can be looked into, step by step', () => {
    const { actions } = crash(80);
    const link = encodeLink(recoverySteps.id, {
      history: { ...whole.history, actions },
      cursor: 0,
    });
    expect(decodeLink(link, recoverySteps).ok).toBe(true);
    checkRewind(recoverySteps, { ...scriptOf(recoverySteps), actions });
  });

  test('actions from a link are checked', () => {
    const { parse } = crashAnywhere;
    const disk = { do: 'disk', keeps: 'chance', roll: 1, lies: false };
    expect(parse(disk)).toEqual(disk);
    for (const bad of [{ keeps: 'all' }, { roll: -1 }, { roll: 1e9 }, { roll: '1' }, { lies: 1 }])
      expect(parse({ ...disk, ...bad })).toBeUndefined();
    expect(parse({ do: 'restart', survive: 'chance', luck: -1 })).toBeUndefined();
    expect(parse({ do: 'format' })).toBeUndefined();
  });
});

describe('recovery, step by step', () => {
  const script = scriptOf(recoverySteps);

  test('rewinds', () => checkRewind(recoverySteps));

  test('rewinds after a power cut anywhere and a restart', () => {
    const whole = run(recoverySteps, script);
    for (let cursor = 0; cursor <= whole.entries.length; cursor += EVERY) {
      const actions: CrashAction[] = [
        ...actionsAt(whole, cursor, { do: 'cut' } as CrashAction),
        { do: 'restart', survive: 'torn' },
      ];
      checkRewind(recoverySteps, { ...script, actions });
    }
  });

  test('reads two superblocks, a manifest, a table and a log with a torn tail', () => {
    const { entries } = run(recoverySteps, script);
    const begin = recoverySteps.poster?.(entries) ?? 0;
    const types = entries.slice(begin).map(({ event }) => event.type);
    for (const type of [
      'superblock.read',
      'manifest.load',
      'table.open',
      'wal.replay.bad',
    ] as const)
      expect(types).toContain(type);
    const synced = entries
      .slice(begin)
      .flatMap(({ event }) => (event.type === 'file.sync' ? [event.file] : []));
    expect(synced.some((file) => file.endsWith('.wal'))).toBe(true);
    expect(types.filter((type) => type === 'superblock.read')).toHaveLength(2);
    expect(types).not.toContain('file.append');
    expect(types).not.toContain('file.create');
    expect(types).not.toContain('file.delete');
  });

  test('its stages follow each other, and each is reached', () => {
    const { entries } = run(recoverySteps, script);
    const begin = recoverySteps.poster?.(entries) ?? 0;
    let state = recoverySteps.initial;
    const seen: number[] = [];
    for (const entry of entries) {
      state = recoverySteps.project(state, entry);
      if (entry.index >= begin && state.step !== undefined) seen.push(STEPS.indexOf(state.step));
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBe(STEPS.length - 1); // the last one is the event of being open
  });

  test('cut at any of its events, recovery does the same when it is tried again', () => {
    const { entries, spans } = run(recoverySteps, script);
    const end = entries.length;
    const last = entries.reduce(recoverySteps.project, recoverySteps.initial);
    const recovery = spans.at(-1);
    for (let cursor = (recovery?.first ?? 0) + 1; cursor < end; cursor++) {
      const cut = { do: 'cut', after: cursor - (recovery?.first ?? 0) } as const;
      const restart = { do: 'restart', survive: 'nothing' } as const;
      const again = run(recoverySteps, { ...script, actions: [...script.actions, cut, restart] });
      const state = again.entries.reduce(recoverySteps.project, recoverySteps.initial);
      expect(state.map, `cut at ${cursor}`).toEqual(last.map);
      expect(state.outcomes.at(-1)).toEqual(last.outcomes.at(-1));
    }
  });

  test('the next log decrees where the torn one ended', () => {
    const more: CrashAction[] = [
      { do: 'write', operations: [['flo', '60']], sync: 'full' },
      { do: 'cut' },
      { do: 'restart', survive: 'nothing' },
    ];
    const { entries } = run(recoverySteps, { ...script, actions: [...script.actions, ...more] });
    const state = entries.reduce(recoverySteps.project, recoverySteps.initial);
    expect(state.store.logs.map(({ verdict }) => verdict)).toEqual(['ended by decree', 'whole']);
    expect(livingWrites(state).at(-1)?.operations).toEqual([['flo', '60']]);
  });
});
