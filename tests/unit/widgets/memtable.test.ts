import { describe, expect, test } from 'vitest';
import { madeBy } from '../../../src/exercise/history.ts';
import { captionText } from '../../../src/player/caption.ts';
import { checkCuts, checkRewind } from '../../../src/player/check-scenario.ts';
import { scriptOf } from '../../../src/player/history.ts';
import {
  cutEverywhere,
  FLUSHED,
  isTableChanged,
  lastTable,
  ONLY_DELETE,
  RANGE_DELETED,
  WITH_SNAPSHOT,
} from '../../../src/widgets/memtable/facts.ts';
import {
  allPlaces,
  askedFor,
  checkOrders,
  probeOrder,
  SOUGHT,
} from '../../../src/widgets/memtable/probe.ts';
import { isHidden } from '../../../src/widgets/memtable/projection.ts';
import { DELETED_KEY, memtable } from '../../../src/widgets/memtable/scenario.ts';
import { KEYS, type MemtableAction } from '../../../src/widgets/memtable/world.ts';

const stateAfter = (actions: readonly MemtableAction[]) => madeBy(memtable, actions).state;
const history = (actions: readonly MemtableAction[]) => ({ ...scriptOf(memtable), actions });
const versions = (rows: readonly { key: string; sequence: number }[], key: string) =>
  rows.filter((row) => row.key === key).map(({ sequence }) => sequence);

describe('the figure of three lanes', () => {
  test('rewinds', () => {
    checkRewind(memtable);
    for (const actions of [WITH_SNAPSHOT, RANGE_DELETED, ONLY_DELETE])
      checkRewind(memtable, history(actions));
  });

  test('survives a power cut anywhere', () => checkCuts(memtable));

  test('every event has a sentence of its own', () => {
    const cut: MemtableAction[] = [...RANGE_DELETED, { do: 'put', key: 'tuna' }];
    for (const actions of [memtable.script, WITH_SNAPSHOT, cut]) {
      const { entries } = madeBy(memtable, [
        ...actions,
        { do: 'release' },
        { do: 'cut' },
        { do: 'restart', survive: 'nothing' },
      ]);
      let state = memtable.initial;
      for (const entry of entries) {
        state = memtable.project(state, entry);
        expect(captionText(memtable.caption(entry, state))).not.toBe(entry.event.type);
      }
    }
  });

  test('the lanes show what the store has, wherever an entry is', () => {
    const actions: MemtableAction[] = [];
    let seed = 7;
    for (let i = 0; i < 40; i++) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      const key = KEYS[(seed >> 8) % KEYS.length] as string;
      const kind = (seed >> 16) % 7;
      if (kind < 3) actions.push({ do: 'put', key });
      else if (kind === 3) actions.push({ do: 'delete', key });
      else if (kind === 4) actions.push({ do: 'work' });
      else actions.push({ do: 'get', key });
      const { state, error } = madeBy(memtable, [...actions, ...KEYS.map(ask)]);
      expect(error).toBeUndefined();
      for (const sought of KEYS) {
        const { state: asked } = madeBy(memtable, [...actions, ask(sought)]);
        expect(asked.lookup?.value, sought).toBe(valueIn(state, sought));
      }
    }
  });

  test('the deleted key is answered by its tombstone, in the newer table', () => {
    const { lookup } = stateAfter(memtable.script);
    expect(lookup).toMatchObject({ key: DELETED_KEY, value: null });
    expect(lookup?.asked.at(-1)).toEqual({
      place: `table ${FLUSHED.tombstoneTable}`,
      answer: 'delete',
      ends: true,
    });
  });

  test('links hold nothing but what can be pressed', () => {
    expect(memtable.parse({ do: 'put', key: 'whale' })).toBeUndefined();
    expect(memtable.parse({ do: 'get', key: 'crab', old: 'yes' })).toBeUndefined();
    expect(memtable.parse({ do: 'restart', survive: 'most' })).toBeUndefined();
    for (const action of [...memtable.script, ...WITH_SNAPSHOT, ...RANGE_DELETED])
      expect(memtable.parse({ ...action })).toEqual(action);
  });
});

const ask = (key: string): MemtableAction => ({ do: 'get', key });

/** The newest row of a key that nothing hides. */
function valueIn(state: ReturnType<typeof stateAfter>, key: string): string | null {
  const places = [state.memtable, ...(state.frozen ? [state.frozen] : []), ...state.tables];
  const rows = places.flatMap(({ rows: all }) => all.filter((row) => row.key === key));
  return rows.find((row) => !isHidden(state, row))?.value ?? null;
}

describe('what the page says', () => {
  test('the flush leaves behind what nobody can see', () => {
    expect(FLUSHED).toMatchObject({ entries: 6, kept: 5, left: 1 });
  });

  test('deleting a key changes no byte of the table that holds it', () =>
    expect(isTableChanged()).toBe(false));

  test('a snapshot keeps the older version in the flush, and reads it', () => {
    expect(versions(lastTable(WITH_SNAPSHOT), 'crab')).toEqual([5, 1]);
    const { lookup } = stateAfter(WITH_SNAPSHOT);
    expect(lookup?.value).toBe('1');
    const without = WITH_SNAPSHOT.filter((action) => action.do !== 'snapshot').slice(0, -1);
    expect(versions(lastTable(without), 'crab')).toEqual([5]);
  });

  test('a tombstone that can hide nothing is not even written', () =>
    expect(lastTable(ONLY_DELETE).map(({ key }) => key)).toEqual(['crab']));

  test('a range delete is one entry of a table, and an answer', () => {
    expect(lastTable(RANGE_DELETED)).toEqual([
      { key: 'krill', end: 'shrimp', sequence: 7, value: null },
    ]);
    expect(stateAfter(RANGE_DELETED).lookup).toMatchObject({ value: null });
  });

  test('a power cut at any event loses nothing that was acknowledged', () => {
    const { cuts, wrong } = cutEverywhere();
    expect(cuts).toBeGreaterThan(70);
    expect(wrong).toBe(0);
  });
});

describe('the exercise: name the probe order', () => {
  const right = Object.fromEntries(
    SOUGHT.map((key) => [key, askedFor(key).map(({ place }) => place)]),
  );

  test('rewinds', () => checkRewind(probeOrder));

  test('the keys end in a value, a range delete, and a tombstone', () => {
    const ends = SOUGHT.map((key) => askedFor(key).at(-1)?.answer);
    expect(ends).toEqual(['put', 'range delete', 'put', 'delete']);
    expect(new Set(SOUGHT.map((key) => askedFor(key).length)).size).toBe(3);
  });

  test('what the engine asks is right', () => expect(checkOrders(right).verdict).toBe('right'));

  test('nothing named is too early to tell', () => {
    expect(checkOrders({}).verdict).toBe('open');
    expect(checkOrders({ ...right, ray: [] }).verdict).toBe('open');
  });

  test('the likeliest mistakes are wrong', () => {
    const all = allPlaces().sort((a, b) => rank(a) - rank(b));
    const everyPlace = Object.fromEntries(SOUGHT.map((key) => [key, all]));
    const oldestFirst = Object.fromEntries(
      SOUGHT.map((key) => [key, [...(right[key] as string[])].reverse()]),
    );
    const pastTheTombstone = { ...right, ray: [...(right['ray'] as string[]), all.at(-1)] };
    const tooEarly = { ...right, shrimp: right['shrimp']?.slice(0, -1) };
    const asksAll = { ...right, shrimp: all };
    for (const orders of [everyPlace, oldestFirst, pastTheTombstone, tooEarly, asksAll])
      expect(checkOrders(orders as typeof right).verdict).toBe('wrong');
  });
});

/** Memtables first, then the newest table. */
function rank(place: string): number {
  const number = Number(place.split(' ')[1]);
  return (place.startsWith('memtable') ? 0 : 100) - number;
}
