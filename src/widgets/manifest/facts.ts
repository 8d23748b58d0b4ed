// What the page says in numbers, found by running the figure's scenario.

import { type History, run, scriptOf } from '../../player/history.ts';
import { manifest } from './scenario.ts';
import type { ManifestAction, Survival } from './world.ts';

const whole = run(manifest, scriptOf(manifest));
const { script } = manifest;

/** Where the compaction's edit is appended and not synced. */
export function cutBeforeSync(): { cursor: number; action: number; after: number } {
  const action = script.findIndex(({ do: name }) => name === 'compact');
  const { first = 0, end = 0 } = whole.spans[action] ?? {};
  const at = whole.entries.findIndex(
    ({ event, index }) =>
      index >= first && index < end && event.type === 'file.append' && event.file.endsWith('.man'),
  );
  return { cursor: at + 1, action, after: at + 1 - first };
}

export function historyOfCut(survive: Survival): History<ManifestAction> {
  const { action, after } = cutBeforeSync();
  const actions: ManifestAction[] = [
    ...script.slice(0, action + 1),
    { do: 'cut', after },
    { do: 'restart', survive },
  ];
  return { ...scriptOf(manifest), actions };
}

/** The tables that recovery finds after that cut, and how many keys are wrong. */
export function afterCut(survive: Survival): { tables: readonly number[]; wrong: number } {
  const { entries } = run(manifest, historyOfCut(survive));
  let tables: readonly number[] = [];
  let wrong = 0;
  for (const { event } of entries) {
    if (event.type === 'manifest.load') tables = event.tables;
    if (event.type === 'client.check') wrong += event.wrong;
  }
  return { tables, wrong };
}

const edits = whole.entries.flatMap(({ event }) =>
  event.type === 'file.append' && event.file.endsWith('.man') && event.offset > 0
    ? [event.bytes.length]
    : [],
);

export const FACTS = {
  steps: whole.entries.length,
  /** Bytes of the edit that adds the first table, and of the one that swaps three for one. */
  addBytes: edits[1] ?? 0,
  swapBytes: edits[4] ?? 0,
  /** Where the compaction begins, where its edit is durable, where the superblocks are switched. */
  compaction: cursorOf('compaction.begin'),
  deleting: whole.entries.findIndex(
    ({ event }) => event.type === 'store.obsolete' && event.file.endsWith('.sst'),
  ),
  switched: lastCursorOf('superblock.write'),
} as const;

function cursorOf(type: string): number {
  return whole.entries.findIndex(({ event }) => event.type === type) + 1;
}

function lastCursorOf(type: string): number {
  return whole.entries.findLastIndex(({ event }) => event.type === type) + 1;
}
