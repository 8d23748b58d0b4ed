// The bodies of Raft's messages: for each a layout table of its fixed part, and beside it
// the code that writes and reads it. Most are fixed; three end in something of any length:
//
//    append       | fixed part | entries              (entry-codec.ts)
//    snapshot     | fixed part | mark | bytes of the snapshot
//    propose      | fixed part | a command
//
// The tables name the bytes for people and for hex views; messages themselves are written
// and read field by field, because a simulation does it a hundred thousand times a second.
// tests/unit/cluster/codec.test.ts holds the two together.

import { layout, type Span, u8, u32, u64 } from '../base/layout.ts';
import type { Message } from '../raft/message.ts';
import type { ByteReader, ByteWriter } from './byte-cursor.ts';
import { describeCommand } from './commands.ts';
import {
  describeEntries,
  describeSnapshotMeta,
  readEntries,
  readSnapshotMeta,
  writeEntries,
  writeSnapshotMeta,
} from './entry-codec.ts';
import type { ClusterMessage } from './message.ts';

/** How one type of message is written, read and described. */
export interface Body<M extends ClusterMessage = ClusterMessage> {
  /** In the envelope; never used for anything else. */
  readonly kind: number;
  readonly fixed: { readonly size: number; spans(view: DataView, offset: number): Span[] };
  write(writer: ByteWriter, message: M): void;
  /** @throws FERRIS_CORRUPTION */
  read(reader: ByteReader): M;
  /** Names what follows the fixed part: the bytes from `offset` on. */
  describeRest?(bytes: Uint8Array, offset: number): Span[];
}

type OfType<T extends ClusterMessage['type']> = Extract<ClusterMessage, { type: T }>;
/** A body for each type of message. */
export type Bodies<T extends ClusterMessage['type']> = { readonly [K in T]: Body<OfType<K>> };

const term = u64('the term of the sender', 'sequence');
const round = u64('counts the heartbeat rounds of this leader', 'sequence');
const lastIndex = u64("index of the last entry in the sender's log", 'sequence');
const lastTerm = u64('term of that entry', 'sequence');
const granted = u8('1: yes', 'type');
const context = u64('which read this is about', 'sequence');

const PreVoteBody = layout('pre-vote', { term, lastIndex, lastTerm });
const VoteBody = layout('vote', {
  ...{ term, lastIndex, lastTerm },
  transfer: u8('1: the old leader asked for this election', 'type'),
});
const VoteReplyBody = layout('vote reply', { term, granted });
export const AppendBody = layout('append', {
  term,
  previousIndex: u64('index of the entry before the first one here', 'sequence'),
  previousTerm: u64('term of that entry', 'sequence'),
  commitIndex: u64('everything up to here is committed', 'sequence'),
  round,
  count: u32('how many entries follow; 0: a heartbeat', 'length'),
});
export const AppendReplyBody = layout('append reply', {
  ...{ term, round },
  index: u64('the logs agree up to here; or the previous index that was refused', 'sequence'),
  conflictTerm: u64('refused: the term found there', 'sequence'),
  conflictIndex: u64('refused: try from here', 'sequence'),
  rejected: u8('1: refused', 'type'),
});
const SnapshotBody = layout('snapshot chunk', {
  ...{ term, round },
  offsetBytes: u64('where in the snapshot these bytes belong', 'offset'),
  totalBytes: u64('bytes of the whole snapshot', 'length'),
});
const SnapshotReplyBody = layout('snapshot reply', {
  ...{ term, round },
  index: u64('the snapshot that this is about', 'sequence'),
  offsetBytes: u64('the next byte wanted', 'offset'),
  installed: u8('1: it is installed and durable', 'type'),
});
const TermBody = layout('term', { term });
const ReadIndexBody = layout('read index', { term, context });
const ReadIndexReplyBody = layout('read index reply', {
  ...{ term, context },
  index: u64('answer once this is applied; 0: refused', 'sequence'),
});

const flag = (reader: ByteReader): boolean => reader.u8() === 1;

export const RAFT_BODIES: Bodies<Message['type']> = {
  'pre-vote': {
    kind: 1,
    fixed: PreVoteBody,
    write(w, m) {
      w.u64(m.term);
      w.u64(m.lastIndex);
      w.u64(m.lastTerm);
    },
    read: (r) => ({ type: 'pre-vote', term: r.u64(), lastIndex: r.u64(), lastTerm: r.u64() }),
  },
  'pre-vote-reply': {
    kind: 2,
    fixed: VoteReplyBody,
    write(w, m) {
      w.u64(m.term);
      w.u8(Number(m.granted));
    },
    read: (r) => ({ type: 'pre-vote-reply', term: r.u64(), granted: flag(r) }),
  },
  vote: {
    kind: 3,
    fixed: VoteBody,
    write(w, m) {
      w.u64(m.term);
      w.u64(m.lastIndex);
      w.u64(m.lastTerm);
      w.u8(Number(m.transfer));
    },
    read: (r) => ({
      ...{ type: 'vote', term: r.u64(), lastIndex: r.u64(), lastTerm: r.u64() },
      transfer: flag(r),
    }),
  },
  'vote-reply': {
    kind: 4,
    fixed: VoteReplyBody,
    write(w, m) {
      w.u64(m.term);
      w.u8(Number(m.granted));
    },
    read: (r) => ({ type: 'vote-reply', term: r.u64(), granted: flag(r) }),
  },
  append: {
    kind: 5,
    fixed: AppendBody,
    write(w, m) {
      w.u64(m.term);
      w.u64(m.previousIndex);
      w.u64(m.previousTerm);
      w.u64(m.commitIndex);
      w.u64(m.round);
      w.u32(m.entries.length);
      writeEntries(w, m.entries);
    },
    read(r) {
      const head = { term: r.u64(), previousIndex: r.u64(), previousTerm: r.u64() };
      const { term, previousIndex, previousTerm } = head;
      const commitIndex = r.u64();
      const round = r.u64();
      const entries = readEntries(r, previousIndex + 1, r.u32());
      return { type: 'append', term, previousIndex, previousTerm, commitIndex, round, entries };
    },
    describeRest(bytes, offset) {
      const view = new DataView(bytes.buffer, bytes.byteOffset + offset - AppendBody.size);
      const { previousIndex } = AppendBody.read(view, 0);
      return describeEntries(bytes, offset, bytes.length, previousIndex + 1);
    },
  },
  'append-reply': {
    kind: 6,
    fixed: AppendReplyBody,
    write(w, m) {
      w.u64(m.term);
      w.u64(m.round);
      w.u64(m.index);
      w.u64(m.conflictTerm);
      w.u64(m.conflictIndex);
      w.u8(Number(m.rejected));
    },
    read(r) {
      const term = r.u64();
      const round = r.u64();
      const index = r.u64();
      const conflictTerm = r.u64();
      const conflictIndex = r.u64();
      const rejected = flag(r);
      return { type: 'append-reply', term, round, index, conflictTerm, conflictIndex, rejected };
    },
  },
  snapshot: {
    kind: 7,
    fixed: SnapshotBody,
    write(w, m) {
      w.u64(m.term);
      w.u64(m.round);
      w.u64(m.offsetBytes);
      w.u64(m.totalBytes);
      writeSnapshotMeta(w, m.meta);
      w.raw(m.bytes);
    },
    read(r) {
      const term = r.u64();
      const round = r.u64();
      const offsetBytes = r.u64();
      const totalBytes = r.u64();
      const meta = readSnapshotMeta(r);
      return { type: 'snapshot', term, round, offsetBytes, totalBytes, meta, bytes: r.rest() };
    },
    describeRest: describeChunk,
  },
  'snapshot-reply': {
    kind: 8,
    fixed: SnapshotReplyBody,
    write(w, m) {
      w.u64(m.term);
      w.u64(m.round);
      w.u64(m.index);
      w.u64(m.offsetBytes);
      w.u8(Number(m.installed));
    },
    read: (r) => ({
      ...{ type: 'snapshot-reply', term: r.u64(), round: r.u64(), index: r.u64() },
      ...{ offsetBytes: r.u64(), installed: flag(r) },
    }),
  },
  'timeout-now': {
    kind: 9,
    fixed: TermBody,
    write: (w, m) => w.u64(m.term),
    read: (r) => ({ type: 'timeout-now', term: r.u64() }),
  },
  propose: {
    kind: 10,
    fixed: TermBody,
    write(w, m) {
      w.u64(m.term);
      w.raw(m.data);
    },
    read: (r) => ({ type: 'propose', term: r.u64(), data: r.rest() }),
    describeRest: (bytes, offset) => describeCommand(bytes.subarray(offset), offset),
  },
  'read-index': {
    kind: 11,
    fixed: ReadIndexBody,
    write(w, m) {
      w.u64(m.term);
      w.u64(m.context);
    },
    read: (r) => ({ type: 'read-index', term: r.u64(), context: r.u64() }),
  },
  'read-index-reply': {
    kind: 12,
    fixed: ReadIndexReplyBody,
    write(w, m) {
      w.u64(m.term);
      w.u64(m.context);
      w.u64(m.index);
    },
    read: (r) => ({
      ...{ type: 'read-index-reply', term: r.u64(), context: r.u64(), index: r.u64() },
    }),
  },
};

function describeChunk(bytes: Uint8Array, offset: number): Span[] {
  const mark = describeSnapshotMeta(bytes, offset, bytes.length);
  const at = mark === undefined ? offset : offset + mark.size;
  const size = bytes.length - at;
  const kind = mark === undefined ? 'corrupt' : 'value';
  const rest: Span = { name: 'bytes', kind, offset: at, size, doc: 'a piece of the snapshot' };
  return [...(mark === undefined ? [] : [mark]), ...(size > 0 ? [rest] : [])];
}
