// Keys that differ in case alone are one key. The reader's store keeps them in the engine's
// table, whose keys are bytes and know no letters.

import type { Answer, Case, Harness } from '../code/harness.ts';
import { shown, TextTable } from './text-table.ts';

interface Store {
  put(key: string, value: string): unknown;
  get(key: string): unknown;
  delete(key: string): unknown;
  keys(): unknown;
}

function passes(title: string, run: (store: Store, table: TextTable) => string | undefined): Case {
  const given = (createStore: Answer) => {
    const table = new TextTable();
    return run(createStore(table) as Store, table);
  };
  return { title, run: given };
}

function getGives(store: Store, key: string, wanted: string | undefined): string | undefined {
  const found = store.get(key);
  return found === wanted
    ? undefined
    : `get of ${shown(key)} gives ${shown(found)}, not ${shown(wanted)}.`;
}

function keysAre(store: Store, wanted: readonly string[]): string | undefined {
  const keys = store.keys();
  const found = Array.isArray(keys) ? shown(keys.toSorted()) : shown(keys);
  const right = shown(wanted.toSorted());
  return found === right ? undefined : `keys() gives ${found}, not ${right}.`;
}

export const harness: Harness = {
  functionName: 'createStore',
  cases: [
    passes('what was put as “Ann” is found as “ANN” and “ann”', (store) => {
      store.put('Ann', '10');
      return ['Ann', 'ANN', 'ann'].map((key) => getGives(store, key, '10')).find(Boolean);
    }),
    passes('two spellings are one entry', (store, table) => {
      store.put('Ann', '10');
      store.put('aNN', '11');
      const { count } = table;
      return (
        getGives(store, 'Ann', '11') ??
        (count === 1 ? undefined : `The table holds ${count} entries.`)
      );
    }),
    passes('keys() has the spelling that was put last', (store) => {
      store.put('ann', '10');
      store.put('Bob', '20');
      store.put('ANN', '11');
      return keysAre(store, ['ANN', 'Bob']);
    }),
    passes('delete takes any spelling', (store) => {
      store.put('Ann', '10');
      store.put('Bob', '20');
      const found = store.delete('aNn');
      if (found !== true) return `delete of "aNn" gives ${shown(found)}, not true.`;
      return getGives(store, 'Ann', undefined) ?? keysAre(store, ['Bob']);
    }),
    passes('letters beyond A to Z have case, too', (store) => {
      store.put('Émile', '30');
      return getGives(store, 'ÉMILE', '30') ?? getGives(store, 'émile', '30');
    }),
    passes('values keep their case, whatever is in them', (store) => {
      for (const value of ['Crab', '', '["A","b"]', '|']) {
        store.put('k', value);
        const say = getGives(store, 'K', value);
        if (say !== undefined) return say;
      }
      return undefined;
    }),
  ],
};
