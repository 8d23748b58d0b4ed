// Log entries as bytes, the same in a message and in the log on disk.
//
//    0        8      9        13
//    +--------+------+--------+------+
//    | term   | kind | length | data |      as many as there are, one after the other
//    +--------+------+--------+------+
//
// An entry's index isn't in it: entries stand without a gap, and what holds them says where
// the first one belongs.

import { FerrisError } from '../base/errors.ts';
import { layout, type Span, u8, u32, u64, viewOf } from '../base/layout.ts';
import { decodeConfiguration, encodeConfiguration } from '../raft/configuration.ts';
import type { Configuration, Entry, LogIndex, SnapshotMeta } from '../raft/message.ts';
import type { ByteReader, ByteWriter } from './byte-cursor.ts';
import { describeCommand } from './commands.ts';

/** What stands before the data of an entry. */
export const EntryHead = layout('log entry', {
  term: u64('the term of the leader that made it', 'sequence'),
  kind: u8('1 no-op, 2 command, 3 configuration', 'type'),
  length: u32('bytes of the data', 'length'),
});

/** What a snapshot stands for; its configuration follows. */
export const SnapshotHead = layout('snapshot mark', {
  index: u64('the last entry that the snapshot holds', 'sequence'),
  term: u64('the term of that entry', 'sequence'),
  configurationBytes: u32('bytes of the configuration at that entry', 'length'),
});

const KINDS: readonly Entry['kind'][] = ['noop', 'command', 'configuration'];

export function writeEntries(writer: ByteWriter, entries: readonly Entry[]): void {
  for (const { term, kind, data } of entries) {
    writer.u64(term);
    writer.u8(KINDS.indexOf(kind) + 1);
    writer.u32(data.length);
    writer.raw(data);
  }
}

/** Reads `count` entries; their data are views. @throws FERRIS_CORRUPTION */
export function readEntries(reader: ByteReader, firstIndex: LogIndex, count: number): Entry[] {
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    const term = reader.u64();
    const kind = KINDS[reader.u8() - 1];
    if (kind === undefined) throw new FerrisError('FERRIS_CORRUPTION', 'an entry of no known kind');
    entries.push({ index: firstIndex + i, term, kind, data: reader.raw(reader.u32()) });
  }
  return entries;
}

export function writeSnapshotMeta(writer: ByteWriter, meta: SnapshotMeta): void {
  const configuration = encodeConfiguration(meta.configuration);
  writer.u64(meta.index);
  writer.u64(meta.term);
  writer.u32(configuration.length);
  writer.raw(configuration);
}

/** @throws FERRIS_CORRUPTION */
export function readSnapshotMeta(reader: ByteReader): SnapshotMeta {
  const index = reader.u64();
  const term = reader.u64();
  const configuration = decodeConfiguration(reader.raw(reader.u32()));
  return { index, term, configuration };
}

/** The entries from `offset` up to `end`, named, the first with this index. */
export function describeEntries(
  bytes: Uint8Array,
  offset: number,
  end: number,
  firstIndex: LogIndex,
): Span[] {
  const view = viewOf(bytes);
  const spans: Span[] = [];
  let at = offset;
  for (let index = firstIndex; at < end; index++) {
    const dataAt = at + EntryHead.size;
    const next = dataAt <= end ? dataAt + view.getUint32(at + EntryHead.at.length, true) : end + 1;
    if (next > end) return [...spans, cutShort(at, end)];
    const data = bytes.subarray(dataAt, next);
    const kind = view.getUint8(at + EntryHead.at.kind);
    const children = [...EntryHead.spans(view, at), ...describeData(kind, data, dataAt)];
    const doc = 'one entry of the replicated log';
    spans.push({
      name: `entry ${index}`,
      kind: 'header',
      offset: at,
      size: next - at,
      doc,
      children,
    });
    at = next;
  }
  return spans;
}

/** A snapshot mark at `offset`, named; undefined when it doesn't fit before `end`. */
export function describeSnapshotMeta(
  bytes: Uint8Array,
  offset: number,
  end: number,
): Span | undefined {
  const dataAt = offset + SnapshotHead.size;
  if (dataAt > end) return undefined;
  const view = viewOf(bytes);
  const next = dataAt + view.getUint32(offset + SnapshotHead.at.configurationBytes, true);
  if (next > end) return undefined;
  const data = bytes.subarray(dataAt, next);
  const children = [...SnapshotHead.spans(view, offset), configurationSpan(data, dataAt)];
  const doc = 'a snapshot stands for all entries up to its index';
  return { name: 'snapshot', kind: 'header', offset, size: next - offset, doc, children };
}

/** `1,2,3`, and what else there is: `1,2,4 and 1,2,3, learners 5`. */
export function showConfiguration({ voters, outgoing, learners }: Configuration): string {
  const joint = outgoing.length > 0 ? ` and ${outgoing}` : '';
  return `${voters}${joint}${learners.length > 0 ? `, learners ${learners}` : ''}`;
}

function describeData(kind: number, data: Uint8Array, offset: number): Span[] {
  if (data.length === 0) return [];
  const name = KINDS[kind - 1];
  if (name === 'command') return describeCommand(data, offset);
  if (name === 'configuration') return [configurationSpan(data, offset)];
  return [{ name: 'data', kind: 'corrupt', offset, size: data.length, doc: 'of no known kind' }];
}

function configurationSpan(data: Uint8Array, offset: number): Span {
  const span = { name: 'configuration', offset, size: data.length };
  try {
    const value = showConfiguration(decodeConfiguration(data));
    return { ...span, kind: 'value', value, doc: 'who votes: a flag, then four lists of varints' };
  } catch (error) {
    if (!(error instanceof FerrisError)) throw error;
    return { ...span, kind: 'corrupt', doc: 'no configuration' };
  }
}

function cutShort(offset: number, end: number): Span {
  return { name: 'entry', kind: 'corrupt', offset, size: end - offset, doc: 'it is cut short' };
}
