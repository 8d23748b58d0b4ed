// The options of a store, each with what a control of it needs. A test holds them against the
// engine: every option is here, its default is the engine's, and its ends are those it takes.

import type { Tuning, TuningOptions } from '../../../engine/index.ts';
import type { OpeningOptions } from './protocol.ts';

export type TuningName = keyof Tuning;

interface OptionBase<N> {
  readonly name: N;
  readonly label: string;
  readonly doc: string;
}

/** A number, in a unit. Its buttons go one step, or double and halve. */
export interface NumberOption<N = TuningName | keyof OpeningOptions> extends OptionBase<N> {
  readonly kind: 'bytes' | 'count';
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly byDefault: number;
}

/** One of a few. Values are texts that `settingOf` turns into what the engine takes. */
export interface ChoiceOption extends OptionBase<TuningName> {
  readonly kind: 'choice';
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly byDefault: string;
}

export type TuningControl = NumberOption<TuningName> | ChoiceOption;

export interface OptionGroup {
  readonly title: string;
  readonly controls: readonly TuningControl[];
}

const KIB = 2 ** 10;
const MIB = 2 ** 20;
const GIB = 2 ** 30;

function bytes<N>(
  name: N,
  label: string,
  [low, high]: [number, number],
  byDefault: number,
  doc: string,
): NumberOption<N> {
  return { kind: 'bytes', unit: 'bytes', name, label, low, high, byDefault, doc };
}

function count<N>(
  name: N,
  label: string,
  unit: string,
  [low, high]: [number, number],
  byDefault: number,
  doc: string,
): NumberOption<N> {
  return { kind: 'count', unit, name, label, low, high, byDefault, doc };
}

const plain = (...values: string[]) => values.map((value) => ({ value, label: value }));

const WRITES: readonly TuningControl[] = [
  {
    kind: 'choice',
    name: 'sync',
    label: 'Sync',
    choices: plain('full', 'normal', 'none'),
    byDefault: 'full',
    doc: 'Full: a write is acknowledged when it would survive a power cut. The others answer at once.',
  },
  bytes('memtableBytes', 'Memtable', [256, GIB], 4 * MIB, 'At this size it is frozen and flushed.'),
  bytes('logBytes', 'Log', [256, GIB], 16 * MIB, 'At this size a new log begins.'),
  bytes(
    'syncEveryBytes',
    'Sync every',
    [1, GIB],
    MIB,
    'With sync normal: how much may be unsynced.',
  ),
];

const TABLES: readonly TuningControl[] = [
  bytes('blockBytes', 'Block', [128, MIB], 4 * KIB, 'What one read of a table fetches.'),
  count(
    'bloomBitsPerKey',
    'Bloom filter',
    'bits a key',
    [1, 64],
    10,
    'More bits, fewer reads for nothing.',
  ),
  {
    kind: 'choice',
    name: 'codec',
    label: 'Compression',
    choices: [
      { value: 'none', label: 'none' },
      { value: 'none,none,deflate', label: 'deflate from level 2 on' },
      { value: 'deflate', label: 'deflate everywhere' },
    ],
    byDefault: 'none',
    doc: 'Of blocks in new tables; by level, if you like. Blocks that don’t shrink stay as they are.',
  },
  bytes('tableBytes', 'Table', [256, GIB], 4 * MIB, 'Compaction cuts its tables at this size.'),
];

const COMPACTION: readonly TuningControl[] = [
  {
    kind: 'choice',
    name: 'compaction',
    label: 'Policy',
    choices: plain('leveled', 'tiered', 'none'),
    byDefault: 'leveled',
    doc: 'Leveled reads less and rewrites more, tiered the other way round; none waits for you.',
  },
  count(
    'level0Tables',
    'Level 0 due',
    'tables',
    [1, 1024],
    4,
    'So many tables (tiered: runs) are compacted.',
  ),
  bytes('levelBytes', 'Level 1', [256, 2 ** 40], 16 * MIB, 'What it holds before it is compacted.'),
  count('levelFanout', 'Fan-out', 'times', [2, 1024], 10, 'How much more each deeper level holds.'),
  count(
    'slowdownTables',
    'Slow down at',
    'tables',
    [1, 65_536],
    8,
    'From so many in level 0 on, writers wait a little.',
  ),
  count(
    'stopTables',
    'Stop at',
    'tables',
    [2, 65_536],
    16,
    'At so many, writers wait until there are fewer.',
  ),
];

export const GROUPS: readonly OptionGroup[] = [
  { title: 'Writes', controls: WRITES },
  { title: 'Tables', controls: TABLES },
  { title: 'Compaction', controls: COMPACTION },
];

/** These are read when a database is opened. */
export const OPENING_CONTROLS: readonly NumberOption<keyof OpeningOptions>[] = [
  bytes(
    'blockCacheBytes',
    'Block cache',
    [0, GIB],
    32 * MIB,
    'What unpacked blocks may take in memory.',
  ),
  count(
    'openTablesMax',
    'Open tables',
    'tables',
    [1, 2 ** 20],
    256,
    'How many are kept open at once.',
  ),
];

/** Smaller than the engine's defaults, so that several levels fill while one looks on. */
export const START_TUNING: TuningOptions = {
  sync: 'normal',
  memtableBytes: MIB,
  levelBytes: 4 * MIB,
  levelFanout: 4,
  tableBytes: MIB,
};

export const START_OPENING: OpeningOptions = { blockCacheBytes: 4 * MIB, openTablesMax: 256 };

/** The engine's own defaults, all of them. */
export function defaultTuning(): TuningOptions {
  const controls = GROUPS.flatMap((group) => group.controls);
  return Object.fromEntries(
    controls.map((control) => [control.name, settingOf(control, String(control.byDefault))]),
  );
}

/** What the engine takes, from the text of a control. Numbers must be parsed by then. */
export function settingOf(control: TuningControl, text: string): unknown {
  if (control.kind !== 'choice') return Number(text);
  return control.name === 'codec' ? text.split(',') : text;
}

/** The text of a control, from what is in force. */
export function textOf(control: TuningControl, tuning: Tuning): string {
  const value = tuning[control.name];
  return Array.isArray(value) ? value.join(',') : String(value);
}

/** One step up or down from `value`, within the range: sizes double and halve. */
export function stepped({ kind, low, high }: NumberOption, value: number, up: boolean): number {
  const next = kind === 'bytes' ? (up ? value * 2 : Math.floor(value / 2)) : value + (up ? 1 : -1);
  return Math.min(Math.max(kind === 'bytes' && value === 0 && up ? MIB : next, low), high);
}
