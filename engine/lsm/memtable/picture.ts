// A memtable as figures and tests see it: its skip list in memory, node by node, and the way that
// a search takes through it. A store asks for none of this, and doesn't load it.

import { compareEntries, type PointKind } from '../entry.ts';
import type { Memtable } from './memtable.ts';
import { SkipList } from './skip-list.ts';
import { type LevelPath, NONE, type ShownList, type SortedList } from './sorted-list.ts';

/** A step of a search on a level: from one node to the next (0 for the head, or the end), or down. */
export interface MemtableStep {
  readonly level: number;
  readonly from: number;
  readonly next: number;
  readonly goes: 'on' | 'down';
}

/** A node as figures draw it. `offsetBytes` names it; `next` holds one name a level, 0 at the end. */
export interface MemtableNode {
  readonly offsetBytes: number;
  readonly key: Uint8Array;
  readonly sequence: number;
  readonly kind: PointKind;
  readonly value: Uint8Array;
  readonly height: number;
  readonly next: readonly number[];
}

/** The first node of each level, from level 0 up; see `nodesOf`. */
export function headOf({ list }: Memtable): readonly number[] {
  return levelsOf(list).map((entries) => bytesOf(entries[0] ?? NONE));
}

/** All nodes in order, copied. */
export function* nodesOf({ list }: Memtable): Generator<MemtableNode> {
  const { entries } = list;
  const levels = levelsOf(list);
  const indexes = levels.map(() => 0);
  for (const entry of levels[0] as number[]) {
    const height = entries.height(entry);
    for (let level = 0; level < height; level++) (indexes[level] as number)++;
    const next = levels
      .slice(0, height)
      .map((linked, level) => bytesOf(linked[indexes[level] as number] ?? NONE));
    yield {
      offsetBytes: bytesOf(entry),
      key: entries.key(entry).slice(),
      sequence: entries.sequence(entry),
      kind: entries.kind(entry),
      value: entries.value(entry).slice(),
      height,
      next,
    };
  }
}

/** Keys that a search for (key, sequence) decides about, in order. */
export function pathOf({ list }: Memtable, key: Uint8Array, sequence: number): Uint8Array[] {
  const { entries } = list;
  const met = searchOf(list, key, sequence).flatMap((level) => level.entries);
  return [...new Set(met)]
    .filter((entry) => entry !== NONE)
    .map((entry) => entries.key(entry).slice());
}

/** The steps of a search for the newest version of `key` at or below `sequence`. */
export function stepsOf({ list }: Memtable, key: Uint8Array, sequence: number): MemtableStep[] {
  const steps: MemtableStep[] = [];
  let from = NONE;
  for (const { level, entries } of searchOf(list, key, sequence)) {
    const last = entries.length - 1;
    for (const [i, next] of entries.entries()) {
      const goes = i < last ? 'on' : 'down';
      steps.push({ level, from: bytesOf(from), next: bytesOf(next), goes });
      if (goes === 'on') from = next;
    }
  }
  return steps;
}

/** The entries of each level in order, from level 0 up. */
function levelsOf(list: SortedList): number[][] {
  if (!(list instanceof SkipList)) return (list as ShownList).levels();
  return list.heads.map((head) => {
    const entries = [];
    for (let place = list.after(head); place !== NONE; place = list.after(place))
      entries.push(list.entryAt(place));
    return entries;
  });
}

/** The way of a search, from the highest level down. */
function searchOf(list: SortedList, key: Uint8Array, sequence: number): LevelPath[] {
  if (!(list instanceof SkipList)) return (list as ShownList).pathTo(key, sequence);
  const path: LevelPath[] = [];
  const { heads } = list;
  let place = heads.at(-1) as number;
  for (let level = heads.length - 1; ; level--) {
    const entries: number[] = [];
    for (;;) {
      const next = list.after(place);
      const entry = next === NONE ? NONE : list.entryAt(next);
      entries.push(entry);
      if (entry === NONE || !isBefore(list, entry, key, sequence)) break;
      place = next;
    }
    path.push({ level, entries });
    if (level === 0) return path;
    place = list.below(place);
  }
}

function isBefore(
  { entries }: SortedList,
  entry: number,
  key: Uint8Array,
  sequence: number,
): boolean {
  return compareEntries(entries.key(entry), entries.sequence(entry), key, sequence) < 0;
}

/** An entry's address counts words. */
function bytesOf(address: number): number {
  return address * 4;
}
