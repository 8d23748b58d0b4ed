// Any file of a database as text: its bytes in hexadecimal, and beside them what they are.
//
//     a sorted table, 412 bytes
//     00000000  46 44 42 5f 53 53 54 00      magic      FDB_SST\0   what kind of file this is
//     ...
//     1 damaged place: contents at 64 (their checksum or their codec is wrong)
//
// It goes through the file window by window, and what a caller doesn't take is never made, so
// the size of a file costs nothing but time.

import type { Span } from '../base/layout.ts';
import { hexdump } from '../trace/hexdump.ts';
import { describeFile, fileKind } from './describe-file.ts';
import { type BlockContents, describeBlockContents } from './table/describe.ts';

/** How much of a file is described at once. */
const WINDOW_BYTES = 1 << 20;

/** A part of a file as its description has it, from the outermost level: a record, a block, a footer. */
export interface FilePart {
  readonly span: Span;
  /** What is in a compressed block; offsets in it count from its own beginning. */
  readonly unpacked?: BlockContents;
}

/** The parts of a file, one after the other. */
export function* partsOf(
  name: string,
  bytes: Uint8Array,
  nameBytes: typeof describeFile = describeFile,
): Generator<FilePart> {
  const isTable = fileKind(name, bytes) === 'table';
  for (let from = 0; from < bytes.length; ) {
    const window = { from, to: Math.min(from + WINDOW_BYTES, bytes.length) };
    const whole = nameBytes(name, bytes, { window, ...(from > 0 && { near: from }) });
    for (const span of whole.children?.length ? whole.children : [whole]) {
      const unpacked = isTable ? unpackedBlock(bytes, span) : undefined;
      yield unpacked === undefined ? { span } : { span, unpacked };
      from = span.offset + span.size;
    }
  }
}

/** What is in a compressed data block; undefined for anything else. */
function unpackedBlock(table: Uint8Array, span: Span): BlockContents | undefined {
  const [, digits] = /^block (\d+)$/.exec(span.name) ?? [];
  const isCompressed = span.children?.some(({ name }) => name === 'deflated') ?? false;
  return isCompressed ? describeBlockContents(table, Number(digits)) : undefined;
}

/**
 * The lines of a dump, without line feeds; `parts` gives one line to each part. Another `nameBytes`
 * knows files of other kinds too.
 */
export function* dumpLines(
  name: string,
  bytes: Uint8Array,
  parts = false,
  nameBytes: typeof describeFile = describeFile,
): Generator<string> {
  const whole = nameBytes(name, bytes, { window: { from: 0, to: 0 } });
  yield `${whole.name}, ${count(bytes.length, 'byte')}`;
  const damaged: Span[] = [];
  for (const part of partsOf(name, bytes, nameBytes)) {
    damaged.push(...damagedIn(part.span));
    if (parts) yield partLine(part);
    else yield* partLines(bytes, part);
  }
  if (damaged.length > 0) {
    const places = damaged.map(({ name: what, offset, doc }) => `${what} at ${offset} (${doc})`);
    yield `${count(damaged.length, 'damaged place')}: ${places.join('; ')}`;
  }
}

function* partLines(bytes: Uint8Array, { span, unpacked }: FilePart): Generator<string> {
  yield* linesOf(hexdump(bytes, span));
  if (unpacked === undefined) return;
  yield `${span.name}, unpacked; offsets count from the beginning of its contents`;
  yield* linesOf(hexdump(unpacked.bytes, unpacked.span));
}

function partLine({ span, unpacked }: FilePart): string {
  const offset = span.offset.toString(16).padStart(8, '0');
  const entries = (unpacked?.span ?? span).children?.filter(({ name }) => name === 'entry') ?? [];
  const holds = entries.length > 0 ? `, ${count(entries.length, 'entry', 'entries')}` : '';
  const from = unpacked === undefined ? '' : `, unpacked ${count(unpacked.bytes.length, 'byte')}`;
  const name = `${span.name}${span.kind === 'corrupt' ? ' (damaged)' : ''}`;
  return `${offset}  ${name.padEnd(20)} ${count(span.size, 'byte')}${from}${holds}: ${span.doc}`;
}

/** The innermost ranges that are damaged. */
function damagedIn(span: Span): Span[] {
  const inner = span.children?.flatMap(damagedIn) ?? [];
  return span.kind === 'corrupt' && inner.length === 0 ? [span] : inner;
}

function linesOf(dump: string): string[] {
  return dump.slice(0, -1).split('\n');
}

function count(many: number, one: string, several = `${one}s`): string {
  return `${many} ${many === 1 ? one : several}`;
}
