// The bytes of a batch, named: for hex views, dumps and the tables on the pages.
// The format is in batch.ts; what stands in a value is in docs/decisions/0007.

import { show } from '../base/bytes.ts';
import { type Span, type SpanKind, viewOf } from '../base/layout.ts';
import { varintSize } from '../base/varint.ts';
import { BatchHeader, readBatch } from './batch.ts';
import {
  type EntryKind,
  KIND_DELETE,
  KIND_DELETE_RANGE,
  KIND_EXPIRING,
  KIND_MERGE,
  KIND_PUT,
} from './entry.ts';
import { EXPIRY_BYTES, expiresMsOf } from './expiry.ts';
import { operatorName } from './operators.ts';

/** What each kind is called, in pictures and in the docs. */
const VERBS: Record<EntryKind, string> = {
  [KIND_DELETE]: 'delete',
  [KIND_PUT]: 'put',
  [KIND_MERGE]: 'merge',
  [KIND_EXPIRING]: 'expiring put',
  [KIND_DELETE_RANGE]: 'range delete',
};

const KINDS_DOC =
  '0 deletes the key, 1 puts a value, 2 merges, 3 puts a value that expires, 4 deletes a range';

/** The batch's bytes, named. Needs a batch that `checkBatch` accepts. */
export function describeBatch(bytes: Uint8Array, offset = 0): Span[] {
  const spans: Span[] = BatchHeader.spans(viewOf(bytes), 0).map((span) => ({
    ...span,
    offset: offset + span.offset,
  }));
  readBatch(bytes, (kind, key, value, sequence) => {
    const last = spans[spans.length - 1] as Span;
    spans.push(describeEntry(kind, key, value, sequence, last.offset + last.size));
  });
  return spans;
}

function describeEntry(
  kind: EntryKind,
  key: Uint8Array,
  value: Uint8Array,
  sequence: number,
  offset: number,
): Span {
  const parts = new Parts(offset);
  const verb = VERBS[kind];
  parts.add('kind', 'type', 1, verb, KINDS_DOC);
  parts.addLength('key', key.length);
  parts.addBytes('key', key);
  if (kind !== KIND_DELETE) parts.addLength('value', value.length);
  addValue(parts, kind, value);
  const doc = `${verb}, with sequence number ${sequence}`;
  return { name: 'entry', kind: 'header', offset, size: parts.size, doc, children: parts.spans };
}

function addValue(parts: Parts, kind: EntryKind, value: Uint8Array): void {
  if (kind === KIND_PUT) parts.addBytes('value', value);
  if (kind === KIND_DELETE_RANGE)
    parts.add('end', 'key', value.length, show(value), 'the key that the range ends before');
  if (kind === KIND_EXPIRING) {
    const doc = 'from when on the value is gone, ms of the clock';
    parts.add('expires', 'header', EXPIRY_BYTES, expiresMsOf(value), doc);
    parts.addBytes('value', value.subarray(EXPIRY_BYTES));
  }
  if (kind === KIND_MERGE) {
    parts.add('operator', 'type', 1, operatorName(value[0] as number), 'what the operand does');
    const operand = value.subarray(1);
    if (operand.length > 0)
      parts.add('operand', 'value', operand.length, show(operand), 'what it is done with');
  }
}

/** Spans that follow one another without a gap. */
class Parts {
  readonly spans: Span[] = [];
  readonly #offset: number;
  size = 0;

  constructor(offset: number) {
    this.#offset = offset;
  }

  add(name: string, kind: SpanKind, size: number, value: string | number, doc: string): void {
    this.spans.push({ name, kind, offset: this.#offset + this.size, size, value, doc });
    this.size += size;
  }

  addLength(name: 'key' | 'value', length: number): void {
    const doc = `bytes of the ${name}, as a varint`;
    this.add(`${name} length`, 'length', varintSize(length), length, doc);
  }

  addBytes(name: 'key' | 'value', bytes: Uint8Array): void {
    if (bytes.length > 0) this.add(name, name, bytes.length, show(bytes), `the ${name} itself`);
  }
}
