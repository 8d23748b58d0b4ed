// A record of the Raft log: what one request to persist changes, as one unit.
//
//    0       1            5        13      17            25           33
//    +-------+------------+--------+-------+-------------+------------+-------+
//    | flags | generation | term   | vote  | truncate    | first      | count |
//    +-------+------------+--------+-------+-------------+------------+-------+
//    | snapshot mark, if there is one | entries ...
//
// 1. A term and its vote are never apart, and neither are a snapshot mark and the cut that
//    comes with it: half of a record is no record.
// 2. Records are applied in this order: cut off, forget what the snapshot stands for, append.
//    A file begins with a *whole* record, which stands for everything before it.
// 3. Entries stand without a gap, after the snapshot.

import { assert } from '../base/assert.ts';
import { FerrisError } from '../base/errors.ts';
import { layout, type Span, u8, u32, u64, viewOf } from '../base/layout.ts';
import type { NodeId } from '../env/program.ts';
import type { PersistRequest } from '../raft/effects.ts';
import type { Entry, LogIndex, SnapshotMeta, Term } from '../raft/message.ts';
import { ByteReader, type ByteWriter } from './byte-cursor.ts';
import {
  describeEntries,
  describeSnapshotMeta,
  readEntries,
  readSnapshotMeta,
  writeEntries,
  writeSnapshotMeta,
} from './entry-codec.ts';

export const RaftRecord = layout('raft record', {
  flags: u8('1: stands for all before it; 2: cuts off; 4: has a snapshot mark', 'type'),
  generation: u32("which of the state machine's generations counts"),
  term: u64('the newest term that this server knows', 'sequence'),
  vote: u32('who got its vote in that term; 0: nobody'),
  truncateAfter: u64('entries after this one are cut off, if the flag says so', 'sequence'),
  firstIndex: u64('index of the first entry below', 'sequence'),
  count: u32('how many entries follow', 'length'),
});

const WHOLE = 1;
const TRUNCATES = 2;
const MARKS = 4;

/** What one record says. */
export interface RaftChange {
  readonly isWhole: boolean;
  readonly generation: number;
  readonly term: Term;
  readonly vote: NodeId;
  readonly truncateAfter: LogIndex | undefined;
  readonly snapshot: SnapshotMeta | undefined;
  readonly entries: readonly Entry[];
}

/** Writes the bytes of a record. */
export function writeChange(writer: ByteWriter, change: RaftChange): void {
  const { truncateAfter, snapshot, entries } = change;
  const flags =
    (change.isWhole ? WHOLE : 0) |
    (truncateAfter === undefined ? 0 : TRUNCATES) |
    (snapshot === undefined ? 0 : MARKS);
  writer.u8(flags);
  writer.u32(change.generation);
  writer.u64(change.term);
  writer.u32(change.vote);
  writer.u64(truncateAfter ?? 0);
  writer.u64(entries[0]?.index ?? 0);
  writer.u32(entries.length);
  if (snapshot !== undefined) writeSnapshotMeta(writer, snapshot);
  writeEntries(writer, entries);
}

/** Reads a record; data of entries are copied. @throws FERRIS_CORRUPTION */
export function readChange(payload: Uint8Array): RaftChange {
  const reader = new ByteReader(payload.slice());
  const flags = reader.u8();
  const head = { generation: reader.u32(), term: reader.u64(), vote: reader.u32() };
  const truncateAfter = reader.u64();
  const firstIndex = reader.u64();
  const count = reader.u32();
  const snapshot = (flags & MARKS) === 0 ? undefined : readSnapshotMeta(reader);
  const entries = readEntries(reader, firstIndex, count);
  reader.finish();
  return {
    isWhole: (flags & WHOLE) !== 0,
    ...head,
    truncateAfter: (flags & TRUNCATES) === 0 ? undefined : truncateAfter,
    ...{ snapshot, entries },
  };
}

/** The bytes of a record, named; `offset` is where they begin in the file. An empty one has none. */
export function describeChange(payload: Uint8Array, offset: number): Span[] {
  if (payload.length === 0) return [];
  if (payload.length < RaftRecord.size) throw damaged('a record is too short');
  const view = viewOf(payload);
  const { flags, firstIndex } = RaftRecord.read(view, 0);
  const spans = RaftRecord.spans(view, 0);
  let at = RaftRecord.size;
  if ((flags & MARKS) !== 0) {
    const mark = describeSnapshotMeta(payload, at, payload.length);
    if (mark === undefined) throw damaged('a snapshot mark is cut short');
    spans.push(mark);
    at += mark.size;
  }
  spans.push(...describeEntries(payload, at, payload.length, firstIndex));
  return spans.map((span) => moved(span, offset));
}

/** What all records of a log together say: the state that a server comes back with. */
export class RaftImage {
  term: Term = 0;
  vote: NodeId = 0;
  generation = 0;
  snapshot: SnapshotMeta | undefined;
  #entries: Entry[] = [];

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get lastIndex(): LogIndex {
    return this.#entries.at(-1)?.index ?? this.snapshot?.index ?? 0;
  }

  /** @throws FERRIS_CORRUPTION when the record can't follow what was before it */
  apply(change: RaftChange): void {
    const { term, vote, generation, truncateAfter, snapshot, entries } = change;
    if (change.isWhole) this.#clear();
    if (term < this.term) throw damaged(`term ${term} follows term ${this.term}`);
    this.term = term;
    this.vote = vote;
    this.generation = generation;
    if (truncateAfter !== undefined) this.#truncate(truncateAfter);
    if (snapshot !== undefined) this.#compact(snapshot);
    this.#append(entries);
  }

  /** A record that stands for all of this. */
  whole(): RaftChange {
    const { generation, term, vote, snapshot, entries } = this;
    const head = { isWhole: true, generation, term, vote };
    return { ...head, truncateAfter: undefined, snapshot, entries };
  }

  /** A record for a request. */
  change(request: PersistRequest): RaftChange {
    const { generation } = this;
    const { term, vote, truncateAfter, snapshot, entries } = request;
    return { isWhole: false, generation, term, vote, truncateAfter, snapshot, entries };
  }

  #clear(): void {
    this.snapshot = undefined;
    this.#entries = [];
  }

  #truncate(after: LogIndex): void {
    const keep = after - (this.lastIndex - this.#entries.length);
    this.#entries.length = Math.max(0, Math.min(this.#entries.length, keep));
  }

  /** Paper, 7: what follows the snapshot's last entry stays if that entry is the log's own. */
  #compact(snapshot: SnapshotMeta): void {
    const { index, term } = snapshot;
    const first = this.lastIndex - this.#entries.length + 1;
    const isOurs = this.#entries[index - first]?.term === term;
    const isWhereItBegins = this.snapshot?.index === index && this.snapshot.term === term;
    if (!isWhereItBegins) this.#entries = isOurs ? this.#entries.slice(index - first + 1) : [];
    this.snapshot = snapshot;
  }

  #append(entries: readonly Entry[]): void {
    const first = entries[0];
    if (first === undefined) return;
    if (first.index !== this.lastIndex + 1)
      throw damaged(`entry ${first.index} follows entry ${this.lastIndex}`);
    for (const entry of entries) this.#entries.push(entry);
    assert(this.lastIndex === entries.at(-1)?.index, 'entries stand without a gap');
  }
}

function moved(span: Span, by: number): Span {
  const { children } = span;
  const offset = span.offset + by;
  if (children === undefined) return { ...span, offset };
  return { ...span, offset, children: children.map((child) => moved(child, by)) };
}

function damaged(what: string): FerrisError {
  return new FerrisError('FERRIS_CORRUPTION', `the Raft log makes no sense: ${what}`);
}
