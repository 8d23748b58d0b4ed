// Numbers that the page says in words, from runs of the engine.

import type { EventOf, Recorded } from '../../../engine/index.ts';
import { madeBy } from '../../exercise/history.ts';
import { actionsAt, run, scriptOf } from '../../player/history.ts';
import { DELETED_KEY, memtable } from './scenario.ts';
import {
  KEYS,
  MEMTABLE_BYTES,
  type MemtableAction,
  type MemtableFigureEvent,
  MemtableWorld,
  type Row,
  SLICE_ENTRIES,
} from './world.ts';

export { DELETED_KEY, MEMTABLE_BYTES, SLICE_ENTRIES };

type Says<T extends MemtableFigureEvent['type']> = Extract<MemtableFigureEvent, { type: T }>;

const script = run(memtable, scriptOf(memtable));

function said<T extends MemtableFigureEvent['type']>(
  entries: readonly Recorded<MemtableFigureEvent>[],
  type: T,
): Says<T>[] {
  return entries.map(({ event }) => event).filter((event): event is Says<T> => event.type === type);
}

const [freeze] = said(script.entries, 'memtable.freeze') as [EventOf<'memtable.freeze'>];
const [first, second] = said(script.entries, 'client.contents');

/** The first memtable that is frozen, and its table. */
export const FLUSHED = {
  entries: freeze.entries,
  bytes: freeze.bytes,
  table: first?.table ?? 0,
  kept: first?.rows.length ?? 0,
  left: freeze.entries - (first?.rows.length ?? 0),
  tombstoneTable: second?.table ?? 0,
} as const;

/** Where in the script the lookup of the deleted key ends. */
export const LOOKUP_CURSOR = script.entries.length;

/** Bytes of the first table's file after these actions. */
function bytesAfter(actions: readonly MemtableAction[]): string {
  const world = new MemtableWorld({ seed: memtable.seed, trace: () => {}, stamp: () => {} });
  for (const action of actions) world.apply(action);
  const file = world.store.disk.open(`${String(FLUSHED.table).padStart(6, '0')}.sst`);
  const bytes = new Uint8Array(file.size);
  file.read(0, bytes);
  file.close();
  return bytes.join(' ');
}

/** Whether the table that holds a key's value is changed by deleting the key and flushing. */
export function isTableChanged(): boolean {
  const deleted = memtable.script.findIndex((action) => action.do === 'delete');
  const before = memtable.script.slice(0, deleted);
  return (
    bytesAfter([...before, { do: 'flush' }]) !==
    bytesAfter([...before, { do: 'flush' }, ...memtable.script.slice(deleted)])
  );
}

/** Rows of the last table after these actions. */
export function lastTable(actions: readonly MemtableAction[]): readonly Row[] {
  return said(madeBy(memtable, actions).entries, 'client.contents').at(-1)?.rows ?? [];
}

/** The same six writes with a snapshot before the second version of a key. */
export const WITH_SNAPSHOT: readonly MemtableAction[] = [
  ...memtable.script.slice(0, 4),
  { do: 'snapshot' },
  ...memtable.script.slice(4, 6),
  { do: 'flush' },
  { do: 'get', key: 'crab', old: true },
];

/** A delete in a store that has no table yet. */
export const ONLY_DELETE: readonly MemtableAction[] = [
  { do: 'put', key: 'crab' },
  { do: 'delete', key: 'eel' },
  { do: 'flush' },
];

/** A range delete over keys of a table, and a lookup below it. */
export const RANGE_DELETED: readonly MemtableAction[] = [
  ...memtable.script.slice(0, 6),
  { do: 'flush' },
  { do: 'delete-range', start: 'krill', end: 'shrimp' },
  { do: 'flush' },
  { do: 'get', key: 'lobster' },
];

export interface CutsTried {
  /** Runs: one for each event after which the power was cut. */
  readonly cuts: number;
  /** Keys, over all runs, that read otherwise than was promised. */
  readonly wrong: number;
}

/** Cuts the power after every event of the script, loses all that is unsynced, and reads all keys. */
export function cutEverywhere(): CutsTried {
  let wrong = 0;
  for (let cursor = 0; cursor <= script.entries.length; cursor++) {
    const actions = [
      ...actionsAt(script, cursor, { do: 'cut' }),
      { do: 'restart', survive: 'nothing' } as const,
      ...KEYS.map((key): MemtableAction => ({ do: 'get', key })),
    ];
    wrong += wrongReads(run(memtable, { ...scriptOf(memtable), actions }).entries);
  }
  return { cuts: script.entries.length + 1, wrong };
}

/** Reads that give neither what was acknowledged nor what was under way. */
function wrongReads(entries: readonly Recorded<MemtableFigureEvent>[]): number {
  const promised = new Map<string, string | null>();
  let pending: readonly [string, string | null] | undefined;
  let wrong = 0;
  for (const { event } of entries) {
    if (event.type === 'client.write') pending = event.operations[0];
    if (event.type === 'store.write.acknowledge' && pending) {
      promised.set(...pending);
      pending = undefined;
    }
    if (event.type !== 'client.read') continue;
    const { key, value } = event;
    const isPending = pending?.[0] === key && pending[1] === value;
    if (!isPending && value !== (promised.get(key) ?? null)) wrong++;
  }
  return wrong;
}
