// Seven sorted runs, a cursor in each, and the engine's merge of them.
//
//     memtable   frozen   table 9   level 1    level 2          each a cursor that speaks
//         \         \        |         /          /
//          '---------'--- MergeCursor ----------'               engine/lsm/merge.ts
//                            |
//                           Scan: what a reader may see         engine/lsm/scan.ts
//
// 1. The runs are the engine's: memtables, and tables in files, put together as a store does it. So
//    every version can be placed by hand, and the picture is small enough to read.
// 2. The figure listens at each cursor, from outside: `Overheard` passes every call on.
// 3. Two ways to move. A scan goes through in one direction and shows keys. By hand, the merge is
//    moved an entry at a time, in either direction.

import {
  type Cursor,
  type EngineEvent,
  type KeyCursor,
  KIND_DELETE,
  KIND_PUT,
  LevelCursor,
  MemoryFiles,
  Memtable,
  MergeCursor,
  RangeDeletes,
  Scan,
  SEQUENCE_MAX,
  Table,
  TableWriter,
  text,
  utf8,
} from '../../../engine/index.ts';
import type { Context } from '../../player/scenario.ts';

/** One version of a key. Null: it is deleted. */
export interface Version {
  readonly key: string;
  readonly sequence: number;
  readonly value: string | null;
}

/** A range of keys that is deleted, `end` not included. */
export interface DeletedRange {
  readonly start: string;
  readonly end: string;
  readonly sequence: number;
}

export interface RunPlan {
  readonly name: string;
  /** More than one where a level has several. */
  readonly tables: readonly (readonly Version[])[];
  readonly isMemtable: boolean;
  readonly ranges: readonly DeletedRange[];
}

const put = (key: string, sequence: number, value: string): Version => ({ key, sequence, value });
const gone = (key: string, sequence: number): Version => ({ key, sequence, value: null });

/** Newest first. Of two versions of a key, the one further left is newer. */
export const RUNS: readonly RunPlan[] = [
  {
    name: 'memtable',
    tables: [[put('crab', 21, '9'), put('crab', 19, '8'), gone('squid', 20)]],
    isMemtable: true,
    ranges: [],
  },
  {
    name: 'frozen',
    tables: [[put('eel', 18, '7')]],
    isMemtable: true,
    ranges: [{ start: 'krill', end: 'ray', sequence: 17 }],
  },
  {
    name: 'table 9',
    tables: [[put('crab', 14, '6'), put('lobster', 15, '3'), put('tuna', 16, '5')]],
    isMemtable: false,
    ranges: [],
  },
  {
    name: 'level 1',
    tables: [
      [gone('eel', 10), put('krill', 11, '40')],
      [put('shrimp', 12, '90'), put('squid', 13, '2')],
    ],
    isMemtable: false,
    ranges: [],
  },
  {
    name: 'level 2',
    tables: [
      [put('crab', 1, '1'), put('eel', 2, '5'), put('krill', 3, '30'), put('lobster', 4, '2')],
      [put('ray', 5, '4'), put('shrimp', 6, '80'), put('squid', 7, '1')],
    ],
    isMemtable: false,
    ranges: [],
  },
];

export const NEWEST = 21;
export const RACE_KEYS: readonly string[] = [
  ...new Set(RUNS.flatMap(({ tables }) => tables.flat().map(({ key }) => key))),
].sort();
/** Tiny: two entries or so. */
const BLOCK_BYTES = 32;

export type Move = 'first' | 'last' | 'seek' | 'seek before' | 'next' | 'prev';

export type RaceEvent =
  | {
      readonly type: 'race.begin';
      /** Entries up to this sequence number may be seen. */
      readonly snapshot: number;
      readonly direction: 'forward' | 'backward' | 'by hand';
    }
  /** The cursor of a run has moved; it stands at `at`, or off its end. */
  | {
      readonly type: 'race.cursor';
      readonly run: number;
      readonly move: Move;
      readonly at: Version | null;
    }
  /** The merge has chosen the run whose entry comes first. */
  | { readonly type: 'race.merge'; readonly move: Move; readonly at: Version | null }
  | { readonly type: 'race.show'; readonly key: string; readonly value: string }
  | { readonly type: 'race.end'; readonly keys: number };

export type MergeEvent = EngineEvent | RaceEvent;

export type RaceAction =
  | { readonly do: 'scan'; readonly snapshot: number; readonly backward: boolean }
  | { readonly do: 'seek'; readonly key: string }
  | { readonly do: 'next' }
  | { readonly do: 'prev' };

export class RaceWorld {
  readonly #trace: (event: MergeEvent) => void;
  readonly #sources: readonly (() => Cursor)[];
  readonly #ranges: RangeDeletes;
  #snapshot = NEWEST;
  #hand: Cursor | undefined;

  constructor({ trace }: Context<MergeEvent>) {
    this.#trace = trace;
    const files = new MemoryFiles();
    this.#sources = RUNS.map((run, index) => sourceOf(run, index, files, trace));
    this.#ranges = new RangeDeletes(
      RUNS.flatMap(({ ranges }) => ranges).map(({ start, end, sequence }) => ({
        start: utf8(start),
        end: utf8(end),
        sequence,
      })),
    );
  }

  apply(action: RaceAction): void {
    if (action.do === 'scan') this.#scan(action.snapshot, action.backward);
    else this.#move(action);
  }

  #scan(snapshot: number, reverse: boolean): void {
    this.#snapshot = snapshot;
    this.#hand = undefined;
    this.#trace({ type: 'race.begin', snapshot, direction: reverse ? 'backward' : 'forward' });
    const view = {
      entries: this.#merge(),
      rangeDeletes: this.#ranges,
      sequence: snapshot,
      nowMs: 0,
      merge: undefined,
      onClose: () => {},
    };
    const scan = new Scan(view, { reverse });
    let keys = 0;
    for (; scan.next(); keys++)
      this.#trace({ type: 'race.show', key: text(scan.key), value: text(scan.value) });
    this.#trace({ type: 'race.end', keys });
  }

  #move(action: Exclude<RaceAction, { do: 'scan' }>): void {
    const isNew = this.#hand === undefined;
    if (isNew) this.#trace({ type: 'race.begin', snapshot: this.#snapshot, direction: 'by hand' });
    const hand = this.#hand ?? this.#merge();
    this.#hand = hand;
    if (action.do === 'seek') hand.seek(utf8(action.key), SEQUENCE_MAX);
    else if (isNew && action.do === 'next') hand.seekToFirst();
    else if (isNew) hand.seekToLast();
    else if (hand.valid && action.do === 'next') hand.next();
    else if (hand.valid) hand.prev();
  }

  #merge(): Cursor {
    const runs = this.#sources.map(
      (open, run) =>
        new Overheard(open(), (move, at) => this.#trace({ type: 'race.cursor', run, move, at })),
    );
    return new Overheard(new MergeCursor(runs), (move, at) =>
      this.#trace({ type: 'race.merge', move, at }),
    );
  }
}

/** Fills a run, and gives what opens a cursor over it. */
function sourceOf(
  { tables, isMemtable, ranges }: RunPlan,
  index: number,
  files: MemoryFiles,
  trace: (event: MergeEvent) => void,
): () => Cursor {
  if (isMemtable) {
    const memtable = new Memtable({ number: index + 1 });
    for (const version of tables.flat()) memtable.insert(...entryOf(version));
    for (const { start, end, sequence } of ranges)
      memtable.insertRangeDelete(sequence, utf8(start), utf8(end));
    return () => memtable.cursor();
  }
  const opened = tables.map((versions, at) => {
    const number = index * 10 + at;
    return { ...boundsOf(versions), cursor: tableOf(files, number, versions, trace) };
  });
  return () => (opened.length === 1 ? (opened[0]?.cursor() as Cursor) : new LevelCursor(opened));
}

function tableOf(
  files: MemoryFiles,
  number: number,
  versions: readonly Version[],
  trace: (event: MergeEvent) => void,
): () => KeyCursor {
  const name = `${String(number).padStart(6, '0')}.sst`;
  const writer = new TableWriter(files, name, number, { blockBytes: BLOCK_BYTES });
  for (const version of versions) {
    const [sequence, kind, key, value] = entryOf(version);
    writer.add(key, sequence, kind, value);
  }
  writer.finish();
  const table = Table.open(files, name, number, (event) => {
    if (event.type === 'table.block.read') trace(event);
  });
  return () => table.cursor();
}

function entryOf({ key, sequence, value }: Version) {
  const kind = value === null ? KIND_DELETE : KIND_PUT;
  return [sequence, kind, utf8(key), utf8(value ?? '')] as const;
}

function boundsOf(versions: readonly Version[]) {
  const keys = versions.map(({ key }) => key);
  return { smallestKey: utf8(keys[0] as string), largestKey: utf8(keys.at(-1) as string) };
}

/** Passes every call on, and says where the cursor is then. */
class Overheard implements Cursor {
  readonly #inner: Cursor;
  readonly #tell: (move: Move, at: Version | null) => void;

  constructor(inner: Cursor, tell: (move: Move, at: Version | null) => void) {
    this.#inner = inner;
    this.#tell = tell;
  }

  get valid(): boolean {
    return this.#inner.valid;
  }

  get key(): Uint8Array {
    return this.#inner.key;
  }

  get sequence(): number {
    return this.#inner.sequence;
  }

  get kind() {
    return this.#inner.kind;
  }

  get value(): Uint8Array {
    return this.#inner.value;
  }

  seekToFirst(): void {
    this.#inner.seekToFirst();
    this.#say('first');
  }

  seekToLast(): void {
    this.#inner.seekToLast();
    this.#say('last');
  }

  seek(key: Uint8Array, sequence: number): void {
    this.#inner.seek(key, sequence);
    this.#say('seek');
  }

  seekBefore(key: Uint8Array, sequence: number): void {
    this.#inner.seekBefore(key, sequence);
    this.#say('seek before');
  }

  next(): void {
    this.#inner.next();
    this.#say('next');
  }

  prev(): void {
    this.#inner.prev();
    this.#say('prev');
  }

  #say(move: Move): void {
    const { valid } = this.#inner;
    if (!valid) this.#tell(move, null);
    else {
      const { key, sequence, kind, value } = this.#inner;
      const version = kind === KIND_DELETE ? null : text(value);
      this.#tell(move, { key: text(key), sequence, value: version });
    }
  }
}
