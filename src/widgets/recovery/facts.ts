// What the page says in numbers and where its links lead, found by running the scenarios
// when the page is built.

import crashTest from '../../../tests/crash/store.test.ts?raw';
import { run, scriptOf } from '../../player/history.ts';
import { crashAnywhere, recoverySteps } from './scenario.ts';
import type { CrashAction, CrashEvent } from './world.ts';

const { entries } = run(crashAnywhere, scriptOf(crashAnywhere));

/** Places to cut the power in the script, before the first event included. */
export const POSITIONS = entries.length + 1;
export const WRITES = entries.filter(({ event }) => event.type === 'client.write').length;

/** How many crash points the engine's own test tries. */
export const CRASH_POINTS = (/\?\? ([\d_]+)/.exec(crashTest)?.[1] ?? '').replaceAll('_', ',');

/** The cursor right after the first event of a kind. */
function after(is: (event: CrashEvent) => boolean): number {
  return (entries.find(({ event }) => is(event))?.index ?? -1) + 1;
}

const isManifest = (event: CrashEvent) => 'file' in event && event.file === '000001.man';
const isEdit = (event: CrashEvent) =>
  event.type === 'file.append' && isManifest(event) && event.offset > 64;

/** The steps of the flush, in the order in which they happen. */
export const FLUSH = {
  tableWritten: after(({ type }) => type === 'table.block.write') + 1,
  tableSynced: after(({ type }) => type === 'table.open'),
  editAppended: lastBefore('manifest.edit', isEdit),
  editDurable: after(({ type }) => type === 'store.flush.end'),
  logDeleted: after(({ type }) => type === 'file.delete'),
} as const;

/** The cursor right after the last event of a kind that comes before the flush's edit. */
function lastBefore(type: CrashEvent['type'], is: (event: CrashEvent) => boolean): number {
  const end = entries.findLastIndex(({ event }) => event.type === type);
  return entries.slice(0, end).findLastIndex(({ event }) => is(event)) + 1;
}

/** A write that the client was told is written, and that the worst disk loses. */
export const TOLD_WRITTEN = {
  actions: [
    { do: 'disk', keeps: 'nothing', roll: 0, lies: false },
    ...crashAnywhere.script.slice(1),
  ] as readonly CrashAction[],
  cursor: crashAnywhere.poster?.(entries) ?? 0,
};

/** A write that is in the log and in no answer yet, on a disk that keeps it. */
export const NOT_TOLD = {
  actions: [
    { do: 'disk', keeps: 'everything', roll: 0, lies: false },
    ...crashAnywhere.script.slice(1),
  ] as readonly CrashAction[],
  cursor: TOLD_WRITTEN.cursor - 2,
};

/** The same run on a disk that lies, at its end. */
export const LIED_TO: readonly CrashAction[] = [
  { do: 'disk', keeps: 'nothing', roll: 0, lies: true },
  ...crashAnywhere.script.slice(1),
];

/** One more write after a torn tail, and a third recovery. */
export const DECREED: readonly CrashAction[] = [
  ...recoverySteps.script,
  { do: 'write', operations: [['flo', '60']], sync: 'full' },
  { do: 'cut' },
  { do: 'restart', survive: 'nothing' },
];

/** Where a history of the second figure stands when the power is back for the last time. */
export function lastRestart(actions: readonly CrashAction[]): number {
  const lived = run(recoverySteps, { ...scriptOf(recoverySteps), actions });
  return lived.entries.findLastIndex(({ event }) => event.type === 'power.restored') + 1;
}
