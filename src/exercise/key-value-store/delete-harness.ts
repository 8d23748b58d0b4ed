// Delete from a chain. The chains are laid out as the engine's table has them, and what
// the reader's function leaves is compared with what the engine's own delete leaves.

import { HashTable, Random, text, utf8 } from '../../../engine/index.ts';
import type { Answer, Case, Harness } from '../code/harness.ts';
import { shown } from './text-table.ts';

interface Entry {
  readonly key: string;
  readonly value: string;
  next: Entry | null;
}
type Chains = (Entry | null)[];

/** A table of these keys; `buckets: 1` puts them all into one chain. */
function tableOf(keys: readonly string[], buckets: number): HashTable {
  const table = new HashTable({ buckets, loadMax: keys.length });
  for (const key of keys) table.put(utf8(key), utf8(`${key}!`));
  return table;
}

/** The table's chains as plain objects. */
function chainsOf(table: HashTable): Chains {
  const chains: Chains = Array.from({ length: table.bucketCount }, () => null);
  for (const { key, value } of [...table.entries()].reverse()) {
    const bucket = table.bucketOf(key);
    chains[bucket] = { key: text(key), value: text(value), next: chains[bucket] ?? null };
  }
  return chains;
}

/** Keys of a chain in order, or what is wrong with it. */
function keysOf(first: unknown, lengthMax: number): string {
  const keys: string[] = [];
  for (let entry = first as Entry | null | undefined; entry; entry = entry.next) {
    if (keys.length > lengthMax) return 'a chain that never ends';
    keys.push(entry.key);
  }
  return keys.length === 0 ? 'nothing' : keys.join(', ');
}

/** Deletes `wanted` one after the other, with the reader's function and with the engine. */
function deletes(
  title: string,
  keys: readonly string[],
  buckets: number,
  wanted: readonly string[],
): Case {
  const run = (remove: Answer) => {
    const table = tableOf(keys, buckets);
    const chains = chainsOf(table);
    for (const key of wanted) {
      const bucket = table.bucketOf(utf8(key));
      const given = remove(chains, bucket, key);
      const right = table.delete(utf8(key));
      if (given !== right) return `remove of ${shown(key)} gives ${shown(given)}, not ${right}.`;
      const say = difference(chains, chainsOf(table), key, keys.length);
      if (say !== undefined) return say;
    }
    return undefined;
  };
  return { title, run };
}

function difference(
  chains: Chains,
  right: Chains,
  key: string,
  lengthMax: number,
): string | undefined {
  for (const [bucket, first] of right.entries()) {
    const found = keysOf(chains[bucket], lengthMax);
    const wanted = keysOf(first, lengthMax);
    if (found !== wanted)
      return `After remove of ${shown(key)}, bucket ${bucket} holds ${found}. It should hold ${wanted}.`;
  }
  return undefined;
}

const CHAIN = ['ann', 'bob', 'cy'];
const MANY = Array.from({ length: 200 }, (_, i) => `user-${i}`);

export const harness: Harness = {
  functionName: 'remove',
  cases: [
    deletes('a key that is alone in its bucket', ['ann'], 4, ['ann']),
    deletes('the first of three in a chain', CHAIN, 1, ['ann']),
    deletes('the one in the middle', CHAIN, 1, ['bob']),
    deletes('the last one', CHAIN, 1, ['cy']),
    deletes('a key that is not there, in a chain and in an empty bucket', CHAIN, 1, ['dee']),
    deletes('the same key twice', CHAIN, 1, ['bob', 'bob']),
    deletes('two hundred keys in any order', MANY, 64, shuffled(MANY)),
  ],
};

function shuffled(keys: readonly string[]): string[] {
  const random = new Random(1);
  const left = [...keys];
  return keys.map(() => left.splice(random.below(left.length), 1)[0] as string);
}
