// Every order in which the atomic steps of several inserts can happen, one after the other.

import { expect, test } from 'vitest';
import { EMPTY_BYTES, text, utf8 } from '../../../engine/base/bytes.ts';
import { Found, KIND_PUT, SEQUENCE_MAX } from '../../../engine/lsm/entry.ts';
import type { SharedInsert } from '../../../engine/lsm/memtable/shared-insert.ts';
import { SharedSkipList } from '../../../engine/lsm/memtable/shared-skip-list.ts';

interface Planned {
  readonly key: string;
  readonly height: number;
}

/** A list with some nodes, and inserts that wait for their steps. */
function begin(levels: number, there: readonly Planned[], coming: readonly Planned[]) {
  const all = [...there, ...coming];
  const heights = (nth: number) => (all[nth] as Planned).height;
  const list = SharedSkipList.create(4096, { levels, heights, shared: false });
  const at = (i: number) => [utf8((all[i] as Planned).key), i + 1, KIND_PUT, EMPTY_BYTES] as const;
  for (const i of there.keys()) list.insert(...at(i));
  const inserts = coming.map((_, i) => list.begin(...at(there.length + i)));
  return { list, inserts };
}

const keysOf = (list: SharedSkipList) =>
  list.levels().map((nodes) => nodes.map((node) => text(list.entries.key(node))));

/** Whatever is on a level is on the one below, in the same order, and what is in is found. */
function checkMeanwhile(list: SharedSkipList, inserts: readonly SharedInsert[], keys: string[]) {
  const levels = keysOf(list);
  for (const [level, there] of levels.entries()) {
    if (there.some((key, i) => i > 0 && key <= (there[i - 1] as string)))
      throw new Error(`level ${level} is out of order: ${there}`);
    const below = levels[level - 1] ?? there;
    if (!there.every((key) => below.includes(key))) throw new Error(`level ${level} is ahead`);
  }
  for (const [i, insert] of inserts.entries()) {
    const isIn = insert.phase === 'done' || (insert.level > 0 && insert.phase === 'store');
    if (isIn && !list.find(utf8(keys[i] as string), SEQUENCE_MAX, new Found()))
      throw new Error(`${keys[i]} is inserted and not found`);
  }
}

/** Runs all interleavings, depth first; returns how many there are and how many had a swap fail. */
function explore(levels: number, there: readonly Planned[], coming: readonly Planned[]) {
  const keys = coming.map(({ key }) => key);
  const expected = Array.from({ length: levels }, (_, level) =>
    [...there, ...coming]
      .filter(({ height }) => height > level)
      .map(({ key }) => key)
      .sort(),
  ).filter((list, level) => level === 0 || list.length > 0);
  const schedule: number[] = [];
  const seen = { schedules: 0, retried: 0 };
  do {
    const { list, inserts } = begin(levels, there, coming);
    for (const insert of inserts) insert.step(); // taking memory touches no link
    let retries = 0;
    for (let step = 0; ; step++) {
      const open = [...inserts.keys()].filter((i) => inserts[i]?.phase !== 'done');
      if (open.length === 0) break;
      const choice = open[schedule[step] ?? (schedule[step] = 0)] as number;
      widths[step] = open.length;
      const insert = inserts[choice] as SharedInsert;
      const { op, succeeded } = insert.stepAndTell();
      if (op === 'cas' && !succeeded) retries++;
      if (op === 'cas' && succeeded) checkMeanwhile(list, inserts, keys); // nothing else shows
    }
    if (JSON.stringify(keysOf(list)) !== JSON.stringify(expected))
      throw new Error(`${schedule}: ${JSON.stringify(keysOf(list))}`);
    seen.schedules++;
    if (retries > 0) seen.retried++;
  } while (nextSchedule(schedule));
  return seen;
}

/** How many inserts could have stepped, at each step of the schedule. */
const widths: number[] = [];

/** The next schedule in order: the last choice that can be another one is. */
function nextSchedule(schedule: number[]): boolean {
  while (schedule.length > 0) {
    const last = schedule.length - 1;
    schedule[last] = (schedule[last] as number) + 1;
    if ((schedule[last] as number) < (widths[last] as number)) return true;
    schedule.pop();
  }
  return false;
}

test('two inserts side by side on one level', () => {
  const seen = explore(
    1,
    [{ key: 'a', height: 1 }],
    [
      { key: 'b', height: 1 },
      { key: 'c', height: 1 },
    ],
  );
  expect(seen).toEqual({ schedules: 70, retried: 60 });
});

test('two inserts at one place on two levels', () => {
  const seen = explore(
    2,
    [],
    [
      { key: 'b', height: 2 },
      { key: 'a', height: 2 },
    ],
  );
  expect(seen).toEqual({ schedules: 2350, retried: 2348 });
});

test('a high one and a low one between others', () => {
  const there = [
    { key: 'a', height: 2 },
    { key: 'e', height: 1 },
  ];
  const seen = explore(2, there, [
    { key: 'c', height: 2 },
    { key: 'd', height: 1 },
  ]);
  expect(seen).toEqual({ schedules: 2934, retried: 2555 });
});

test('three inserts at one place', () => {
  const seen = explore(
    1,
    [],
    [
      { key: 'b', height: 1 },
      { key: 'a', height: 1 },
      { key: 'c', height: 1 },
    ],
  );
  expect(seen).toEqual({ schedules: 114_155, retried: 114_108 });
});

test('a step tells what it did', () => {
  const { list, inserts } = begin(
    1,
    [],
    [
      { key: 'b', height: 1 },
      { key: 'a', height: 1 },
    ],
  );
  const [b, a] = inserts as [SharedInsert, SharedInsert];
  const { head } = list.entries;
  expect(b.stepAndTell()).toEqual({
    op: 'allocate',
    level: 0,
    node: b.node,
    value: b.node,
    succeeded: true,
  });
  a.stepAndTell();
  b.stepAndTell();
  expect(a.stepAndTell()).toEqual({ op: 'load', level: 0, node: head, value: 0, succeeded: true });
  b.stepAndTell();
  b.stepAndTell();
  expect(b.phase).toBe('done');
  expect(a.stepAndTell()).toEqual({
    op: 'store',
    level: 0,
    node: a.node,
    value: 0,
    succeeded: true,
  });
  expect(a.stepAndTell()).toEqual({
    op: 'cas',
    level: 0,
    node: head,
    value: a.node,
    succeeded: false,
  });
  expect(a.stepAndTell()).toEqual({
    op: 'load',
    level: 0,
    node: head,
    value: b.node,
    succeeded: true,
  });
  a.stepAndTell();
  expect(a.stepAndTell()).toMatchObject({ op: 'cas', succeeded: true });
  expect(keysOf(list)).toEqual([['a', 'b']]);
});
