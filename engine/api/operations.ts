// From what a program asks for to the bytes of a batch.
//
//     { type: 'put', key: 'a', value: '1', ttlMs: 5000 }   ->   expiring put, a, now + 5000, 1
//     { type: 'merge', key: 'n', operator: 'add', operand: 1 } ->   merge, n, add, 01 00 00 ...
//     { type: 'deleteRange', prefix: 'a' }                 ->   range delete, a, b
//
// A range without an upper end ("from k on") has no end key that could be written down:
// there is always a longer key. Such an entry is written as the shortest range there is and
// its place noted; the store's thread, which knows what is the last key when the batch's
// turn comes, writes it anew (`closeRanges`).

import { compareBytes, EMPTY_BYTES, prefixEnd } from '../base/bytes.ts';
import { FerrisError } from '../base/errors.ts';
import { Batch, readBatch } from '../lsm/batch.ts';
import { KIND_DELETE, KIND_DELETE_RANGE, KIND_EXPIRING, KIND_PUT } from '../lsm/entry.ts';
import { expiresMsOf, expiringValue } from '../lsm/expiry.ts';
import { type OperatorName, operatorNameOf } from '../lsm/operators.ts';
import { type BytesLike, toBytes } from './encoding.ts';

/** An operand: bytes, or a number that is written as 8 bytes, the lowest first. */
export type Operand = BytesLike | number | bigint;

/** Which keys a range delete takes: one lower and one upper bound at most, or a prefix. */
export interface KeyRange {
  /** From this key on. */
  readonly gte?: BytesLike | undefined;
  /** From after this key on. */
  readonly gt?: BytesLike | undefined;
  /** Up to and with this key. */
  readonly lte?: BytesLike | undefined;
  /** Up to before this key. */
  readonly lt?: BytesLike | undefined;
  /** Only keys that begin with this. */
  readonly prefix?: BytesLike | undefined;
}

/** One step of a batch. */
export type BatchOperation =
  | {
      readonly type: 'put';
      readonly key: BytesLike;
      readonly value: BytesLike;
      /** Milliseconds from now on after which the key is gone. Default: it stays. */
      readonly ttlMs?: number | undefined;
    }
  | { readonly type: 'delete'; readonly key: BytesLike }
  | {
      readonly type: 'merge';
      readonly key: BytesLike;
      readonly operator: OperatorName;
      readonly operand: Operand;
    }
  | ({ readonly type: 'deleteRange' } & KeyRange);

/** A batch on its way to the store. */
export interface EncodedBatch {
  readonly payload: Uint8Array;
  /** Which of its entries are range deletes without an upper end; undefined: none. */
  readonly openEnded: readonly number[] | undefined;
}

/** Bytes of an operation's operand. @throws FERRIS_INVALID_ARGUMENT for a number that 8 bytes can't hold */
export function operandBytes(operator: OperatorName, operand: Operand): Uint8Array {
  if (typeof operand !== 'number' && typeof operand !== 'bigint')
    return toBytes('operand', operand);
  if (typeof operand === 'number' && !Number.isSafeInteger(operand))
    throw badOperand(operator, operand);
  const number = BigInt(operand);
  const low = operator === 'add' ? -(1n << 63n) : 0n; // adding 2^64 - 1 is taking 1 away
  if (number < low || number >= 1n << 64n) throw badOperand(operator, operand);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, number), true);
  return bytes;
}

/** An unsigned whole number from its bytes, the lowest first: what `add` and its kind keep. */
export function numberOf(bytes: Uint8Array): bigint {
  let number = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) number = (number << 8n) | BigInt(bytes[i] as number);
  return number;
}

/**
 * The bytes of a batch.
 * @param nowMs what the clock says, for the operations that say how long a value lives
 * @throws FERRIS_INVALID_ARGUMENT, FERRIS_TOO_LARGE
 */
export function encodeOperations(
  operations: Iterable<BatchOperation>,
  nowMs: () => number,
): EncodedBatch {
  const batch = new Batch();
  const openEnded: number[] = [];
  for (const operation of operations) {
    if (operation.type === 'deleteRange') addRange(batch, operation, openEnded);
    else addOne(batch, operation, nowMs);
  }
  return { payload: batch.bytes, openEnded: openEnded.length > 0 ? openEnded : undefined };
}

/**
 * The batch with an end for its open-ended ranges: after the last key that there is.
 * @param lastKey the last key of the store at this moment, undefined when it is empty
 */
export function closeRanges(
  payload: Uint8Array,
  openEnded: readonly number[],
  lastKey: Uint8Array | undefined,
): Uint8Array {
  const batch = new Batch(payload.length + (lastKey?.length ?? 0));
  let last = lastKey ?? EMPTY_BYTES;
  let index = 0;
  readBatch(payload, (kind, key, value) => {
    const isOpen = openEnded.includes(index++);
    if (isOpen && compareBytes(key, last) > 0) return;
    if (isOpen) batch.deleteRange(key, successor(last));
    else if (kind === KIND_DELETE) batch.delete(key);
    else if (kind === KIND_PUT) batch.put(key, value);
    else if (kind === KIND_EXPIRING)
      batch.putExpiring(key, expiringValue(value), expiresMsOf(value));
    else if (kind === KIND_DELETE_RANGE) batch.deleteRange(key, value);
    else batch.merge(key, operatorNameOf(value), value.subarray(1));
    if (compareBytes(key, last) > 0) last = key;
  });
  return batch.bytes;
}

/** The half-open range that `range` means; no `end` when it goes on for ever. */
export function boundsOf(range: KeyRange): { start: Uint8Array; end: Uint8Array | undefined } {
  const { gte, gt, lte, lt, prefix } = range;
  if (gte !== undefined && gt !== undefined) throw invalid('give gte or gt, not both');
  if (lte !== undefined && lt !== undefined) throw invalid('give lte or lt, not both');
  if (prefix !== undefined) {
    if ((gte ?? gt ?? lte ?? lt) !== undefined) throw invalid('give a prefix or bounds, not both');
    const start = toBytes('bound', prefix);
    return { start, end: prefixEnd(start) };
  }
  const after = gt === undefined ? EMPTY_BYTES : successor(toBytes('bound', gt));
  const start = gte === undefined ? after : toBytes('bound', gte);
  const through = lte === undefined ? undefined : successor(toBytes('bound', lte));
  return { start, end: lt === undefined ? through : toBytes('bound', lt) };
}

type SingleKey = Exclude<BatchOperation, { type: 'deleteRange' }>;

function addOne(batch: Batch, operation: SingleKey, nowMs: () => number): void {
  const key = toBytes('key', operation.key);
  if (operation.type === 'put') {
    const value = toBytes('value', operation.value);
    if (operation.ttlMs === undefined) batch.put(key, value);
    else batch.putExpiring(key, value, nowMs() + checkTtl(operation.ttlMs));
  } else if (operation.type === 'delete') batch.delete(key);
  else if (operation.type === 'merge') {
    const { operator, operand } = operation;
    batch.merge(key, operator, operandBytes(operator, operand));
  } else throw badOperation(operation);
}

function addRange(batch: Batch, range: KeyRange, openEnded: number[]): void {
  const { gte, gt, lte, lt, prefix } = range;
  if ((gte ?? gt ?? lte ?? lt ?? prefix) === undefined)
    throw invalid("deleteRange needs a bound or a prefix; to delete everything say { gte: '' }");
  const { start, end } = boundsOf(range);
  if (end === undefined) openEnded.push(batch.count);
  // A range whose bounds cross has no keys, as in a scan.
  if (end === undefined || compareBytes(start, end) < 0)
    batch.deleteRange(start, end ?? successor(start));
}

function checkTtl(ttlMs: number): number {
  if (Number.isSafeInteger(ttlMs) && ttlMs > 0 && ttlMs <= TTL_MS_MAX) return ttlMs;
  throw invalid(`ttlMs must be a whole number of milliseconds above 0, not ${String(ttlMs)}`);
}

/** Some 140,000 years; more than that is a mistake. */
const TTL_MS_MAX = 2 ** 52;

/** The smallest key after `key`. */
function successor(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}

function badOperation(operation: never): FerrisError {
  const { type } = operation as { type: unknown };
  const types = "'put', 'delete', 'merge' or 'deleteRange'";
  return invalid(`a batch operation's type must be ${types}, not ${String(type)}`);
}

function badOperand(operator: OperatorName, operand: number | bigint): FerrisError {
  const what = `the operand of ${operator} must be bytes, or a whole number that fits into 8 bytes`;
  return invalid(`${what}, not ${operand}; give larger numbers as a bigint or as bytes`);
}

function invalid(message: string): FerrisError {
  return new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}
