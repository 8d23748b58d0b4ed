// What the state of a figure means, in the words that the drawing and the captions share.

import type { Concept } from '../../player/caption.ts';
import type { CaseState, LogState, WrittenRecord } from './projection.ts';
import { WRITES } from './world.ts';

/** What recovery made of a range of the log. `bad`: no record is there now. `unread`: the store didn't open. */
export type Fate = 'kept' | 'bad' | 'lost' | 'unread';

/** The sign that each fate wears; what recovery has replayed, it has synced as well. */
export const FATE_CONCEPTS: Record<Fate, Concept | undefined> = {
  kept: 'durable',
  bad: 'corrupt',
  lost: 'lost',
  unread: undefined,
};

/** A part of the log that is judged as a whole. */
export interface Row {
  readonly key: string;
  readonly label: string;
  readonly offset: number;
  readonly size: number;
}

/** `put crab = red` or `delete eel`. */
export function writeText(write: number): string {
  const [key, value] = WRITES[write] ?? ['?', '?'];
  return value === null ? `delete ${key}` : `put ${key} = ${value}`;
}

/** The header, the records, and what was appended to the file behind the store's back. */
export function rowsOf({ bytes, written, records }: LogState): Row[] {
  if (written.length === 0) return [];
  const header = { key: 'header', label: 'header', offset: 0, size: records[0]?.offset ?? 64 };
  const copied = bytes.length - written.length;
  return [
    header,
    ...records.map(rowOf),
    ...(copied > 0
      ? [{ key: 'copy', label: 'appended copy', offset: written.length, size: copied }]
      : []),
  ];
}

function rowOf({ write, offset, size }: WrittenRecord): Row {
  return { key: `record ${write + 1}`, label: writeText(write), offset, size };
}

/** What became of a part of the log in this case; undefined while nobody knows. */
export function fateOf(
  each: CaseState,
  log: LogState,
  { key, offset, size }: Row,
): Fate | undefined {
  const { phase, bad, replayed } = each;
  if (phase === 'waiting') return undefined;
  if (bad.some((place) => place.offset === offset)) return 'bad';
  if (phase === 'refused') return 'unread';
  if (replayed.includes(offset)) return 'kept';
  if (phase === 'opening') return undefined;
  if (key === 'header') return each.replayed.length > 0 ? 'kept' : 'lost';
  return isDamaged(log, offset, size) ? 'bad' : 'lost';
}

/** True when some of these bytes are there and are not what was written. */
function isDamaged({ bytes, written }: LogState, offset: number, size: number): boolean {
  if (offset >= bytes.length) return false;
  for (let at = offset; at < offset + size; at++) if (bytes[at] !== written[at]) return true;
  return false;
}

/** How many of the writes came back. */
export function keptWrites(each: CaseState, { records }: LogState): number {
  return records.filter(({ offset }) => each.replayed.includes(offset)).length;
}

/** Two words for the foot of a case's column: does the store open, and how was the log judged? */
export function verdictText({ phase, verdict }: CaseState): { opens: string; verdict: string } {
  if (phase === 'waiting' || phase === 'opening') return { opens: '', verdict: '' };
  return { opens: phase === 'opened' ? 'opens' : 'refuses', verdict: verdict ?? '' };
}

/** A key of the store that was opened, beside what it should be. */
export interface ResultRow {
  readonly key: string;
  /** What a reader gets now; undefined when the key isn't there. */
  readonly value: string | undefined;
  readonly remark: string;
  readonly right: boolean;
}

/** All keys that were ever written, as this case gives them back. */
export function resultOf({ entries }: CaseState, { records }: LogState): ResultRow[] {
  const now = new Map(entries);
  const last = new Map<string, string | null>();
  for (const { write } of records) last.set(...(WRITES[write] as [string, string | null]));
  return [...last.keys()].sort().flatMap((key) => {
    const value = now.get(key);
    const wanted = last.get(key) ?? undefined;
    if (value === undefined && wanted === undefined) return [];
    return [{ key, value, right: value === wanted, remark: remarkOn(value, wanted) }];
  });
}

function remarkOn(value: string | undefined, wanted: string | undefined): string {
  if (value === wanted) return 'as it was written';
  if (value === undefined) return `lost: it was ${wanted}`;
  return wanted === undefined
    ? 'deleted, and back again'
    : `an older value: it was ${wanted} at last`;
}
