import { describe, expect, test } from 'vitest';
import { text } from '../../../engine/index.ts';
import { captionText } from '../../../src/player/caption.ts';
import { checkCuts, checkRewind } from '../../../src/player/check-scenario.ts';
import { run, scriptOf } from '../../../src/player/history.ts';
import { hashCount } from '../../../src/projections/hash.ts';
import {
  type HashAction,
  type HashFigureState,
  hashTable,
  KEYS_MAX,
} from '../../../src/widgets/hash-table/scenario.ts';

function lived(actions: readonly HashAction[]): {
  states: readonly HashFigureState[];
  captions: readonly string[];
} {
  const { entries, error } = run(hashTable, { ...scriptOf(hashTable), actions });
  expect(error).toBeUndefined();
  const states = [hashTable.initial];
  const captions: string[] = [];
  for (const entry of entries) {
    const state = hashTable.project(states.at(-1) as HashFigureState, entry);
    states.push(state);
    captions.push(captionText(hashTable.caption(entry, state)));
  }
  return { states, captions };
}

const put = (key: string, value = '1'): HashAction => ({ do: 'put', key, value });
const keysOf = ({ table }: HashFigureState) =>
  table.buckets.flatMap((chain) => chain.map(({ key }) => key));

describe('the figure of a hash table', () => {
  test('rewinds', () => checkRewind(hashTable));
  test('is reloaded anywhere, and goes on', () => checkCuts(hashTable));

  test('a full one rewinds too, and lists its keys as the table gives them', () => {
    const names = Array.from({ length: KEYS_MAX }, (_, i) => `key-${i}`);
    const actions: HashAction[] = [...names.map((name) => put(name)), { do: 'list' }];
    checkRewind(hashTable, { ...scriptOf(hashTable), actions });
    const { states, captions } = lived(actions);
    const last = states.at(-1) as HashFigureState;
    expect(last.table.buckets).toHaveLength(16);
    expect(last.calls.at(-1)?.answer).toBe(`[${keysOf(last).join(', ')}]`);
    expect(captions.at(-1)).toContain('That order means nothing.');
    expect(hashTable.offers(last)[0]?.unavailable).toBeDefined();
  });

  test('what is lit is the entry that the event is about', () => {
    const names = ['ann', 'bob', 'cy', 'dee', 'eve', 'flo', 'gus', 'hal', 'ida'];
    const gets = names.map((key): HashAction => ({ do: 'get', key }));
    const { entries } = run(hashTable, {
      ...scriptOf(hashTable),
      actions: [...names.map((name) => put(name)), ...gets],
    });
    let state = hashTable.initial;
    for (const entry of entries) {
      const { event } = entry;
      state = hashTable.project(state, entry);
      if (!['hash.probe', 'hash.put', 'hash.move'].includes(event.type)) continue;
      const { bucket = -1, position = -1 } = state.table.at ?? {};
      const drawn = state.table.buckets[bucket]?.[position]?.key;
      expect(drawn).toBe('key' in event && text(event.key as Uint8Array));
    }
    expect(hashCount(state.table)).toBe(names.length);
  });

  test('growth waits for every entry, and is over when the last one has moved', () => {
    const { states } = lived(['a', 'b', 'c', 'd', 'e'].map((name) => put(name)));
    const growing = states.filter(({ table }) => table.growingFrom !== undefined);
    expect(growing).toHaveLength(4);
    expect(states.at(-1)?.table.moves).toBe(4);
  });

  test('a reload loses everything, and the next call finds an empty table', () => {
    const { states, captions } = lived([put('ann'), { do: 'cut' }, { do: 'get', key: 'ann' }]);
    const reload = states.findIndex(({ gone }) => gone);
    expect(keysOf(states[reload] as HashFigureState)).toEqual(['ann']);
    expect(captions[reload - 1]).toContain('1 entry, all volatile, all lost');
    expect(hashCount((states.at(-1) as HashFigureState).table)).toBe(0);
    expect(states.at(-1)?.calls.at(-1)?.answer).toBe('undefined');
  });

  test('what a link brings is looked at closely', () => {
    expect(hashTable.parse({ do: 'put', key: 'a'.repeat(13), value: '' })).toBeUndefined();
    expect(hashTable.parse({ do: 'put', key: 'a' })).toBeUndefined();
    expect(hashTable.parse({ do: 'get', key: 1 })).toBeUndefined();
    expect(hashTable.parse({ do: 'drop' })).toBeUndefined();
    expect(hashTable.parse({ do: 'list', more: 1 })).toEqual({ do: 'list' });
  });
});
