// Merge operators: changes that are written without reading what they change.
//
//     merge value:   operator id u8 | operand
//
//     put n 10      add n 5      add n 1          a read folds:  10 -> 15 -> 16
//
// 1. The built-in ones (FoundationDB's atomic operations) work on unsigned little-endian
//    integers as wide as the operand. A longer value below is cut to that width, a shorter
//    one is padded with zeros, and `add` wraps. Where there is no value, there are zeros;
//    for `and` and `min` the operand itself.
// 2. They are associative: two neighbors of the same operator and width can be combined
//    before anybody knows what lies below (`combine`), so a chain in a table can be short.
// 3. Operator 0 is the user's own function, given when the store is opened. It must be pure:
//    it runs again whenever a chain is read.
//
// The names and the idea of folding on read and in compaction are RocksDB's (merge operator).

import { EMPTY_BYTES, show } from '../base/bytes.ts';
import { FerrisError } from '../base/errors.ts';

/** The built-in operators and their numbers on the disk; 'own' is the user's function. */
export const OPERATORS = { own: 0, add: 1, and: 2, or: 3, xor: 4, min: 5, max: 6 } as const;

/** Names a merge operator. */
export type OperatorName = keyof typeof OPERATORS;

/**
 * A merge function of the user's own: what `key` holds after `operand`, when `base` is what it
 * held before (undefined: nothing). It must give the same for the same, and change neither.
 */
export type UserMerge = (
  key: Uint8Array,
  base: Uint8Array | undefined,
  operand: Uint8Array,
) => Uint8Array;

const { add: ADD, and: AND, or: OR, xor: XOR, min: MIN, max: MAX, own: OWN } = OPERATORS;

/** The number of an operator. @throws FERRIS_INVALID_ARGUMENT when there is none of that name */
export function operatorId(name: OperatorName): number {
  if (Object.hasOwn(OPERATORS, name)) return OPERATORS[name];
  const names = Object.keys(OPERATORS).join(', ');
  const message = `a merge operator must be one of ${names}, not ${String(name)}`;
  throw new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}

/** The name of an operator, for messages and pictures. */
export function operatorName(id: number): string {
  return nameOf(id) ?? `operator ${id}`;
}

/** The operator of a merge value. @throws FERRIS_UNSUPPORTED, FERRIS_CORRUPTION as `fold` does */
export function operatorNameOf(merge: Uint8Array): OperatorName {
  const id = idOf(merge);
  const name = nameOf(id);
  if (name !== undefined) return name;
  throw unknownOperator(id);
}

function nameOf(id: number): OperatorName | undefined {
  const names = Object.keys(OPERATORS) as OperatorName[];
  return names.find((name) => OPERATORS[name] === id);
}

/**
 * What `key` holds after a chain of merges.
 *
 * @param base what lies below the chain; undefined when that is nothing or a delete
 * @param merges values of merge entries (operator id, operand), the oldest first
 * @throws FERRIS_INVALID_ARGUMENT when one of them needs the user's function and that is missing,
 *   throws, or returns no bytes; FERRIS_UNSUPPORTED for an operator of a later version;
 *   FERRIS_CORRUPTION for a merge value without its operator
 */
export function fold(
  key: Uint8Array,
  base: Uint8Array | undefined,
  merges: readonly Uint8Array[],
  userMerge: UserMerge | undefined,
): Uint8Array {
  let value = base;
  for (const merge of merges) {
    const operand = merge.subarray(1);
    const id = idOf(merge);
    value =
      id === OWN ? applyOwn(userMerge, key, value, operand) : applyBuiltIn(id, value, operand);
  }
  return value ?? EMPTY_BYTES;
}

/**
 * Two neighboring merge values as one, or undefined when they can't be joined without knowing
 * what lies below: different operators, different widths, or the user's own.
 */
export function combine(older: Uint8Array, newer: Uint8Array): Uint8Array | undefined {
  const id = idOf(older);
  if (id !== idOf(newer) || older.length !== newer.length) return undefined;
  if (id < ADD || id > MAX) return undefined;
  const combined = new Uint8Array(newer.length);
  combined[0] = id;
  combined.set(applyBuiltIn(id, older.subarray(1), newer.subarray(1)), 1);
  return combined;
}

function idOf(merge: Uint8Array): number {
  const id = merge[0];
  if (id !== undefined) return id;
  throw new FerrisError('FERRIS_CORRUPTION', 'a merge has no operator; its bytes are damaged');
}

/** A new array as wide as the operand. */
function applyBuiltIn(
  id: number,
  base: Uint8Array | undefined,
  operand: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const value = new Uint8Array(operand.length);
  if (base === undefined) {
    if (id < ADD || id > MAX) throw unknownOperator(id);
    value.set(operand); // with zeros below, add, or, xor and max give the operand too
    return value;
  }
  value.set(base.length > value.length ? base.subarray(0, value.length) : base);
  switch (id) {
    case ADD:
      addInto(value, operand);
      break;
    case AND:
      for (let i = 0; i < value.length; i++) value[i] = byte(value, i) & byte(operand, i);
      break;
    case OR:
      for (let i = 0; i < value.length; i++) value[i] = byte(value, i) | byte(operand, i);
      break;
    case XOR:
      for (let i = 0; i < value.length; i++) value[i] = byte(value, i) ^ byte(operand, i);
      break;
    case MIN:
      if (compareNumbers(operand, value) < 0) value.set(operand);
      break;
    case MAX:
      if (compareNumbers(operand, value) > 0) value.set(operand);
      break;
    default:
      throw unknownOperator(id);
  }
  return value;
}

/** The carry out of the highest byte is dropped. */
function addInto(value: Uint8Array, operand: Uint8Array): void {
  let carry = 0;
  for (let i = 0; i < value.length; i++) {
    const sum = byte(value, i) + byte(operand, i) + carry;
    value[i] = sum;
    carry = sum >> 8;
  }
}

/** As unsigned little-endian integers of the same width. */
function compareNumbers(a: Uint8Array, b: Uint8Array): number {
  for (let i = a.length - 1; i >= 0; i--) {
    const difference = byte(a, i) - byte(b, i);
    if (difference !== 0) return difference;
  }
  return 0;
}

function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}

function applyOwn(
  userMerge: UserMerge | undefined,
  key: Uint8Array,
  base: Uint8Array | undefined,
  operand: Uint8Array,
): Uint8Array {
  if (userMerge === undefined) {
    throw ownFails(key, 'is missing; give the same `merge` function as when this was written');
  }
  let merged: unknown;
  try {
    merged = userMerge(key, base, operand);
  } catch (error) {
    throw ownFails(key, `threw (${String(error)}); it must return a value for any input`, error);
  }
  if (merged instanceof Uint8Array) return merged;
  const kind = merged === null ? 'null' : typeof merged;
  throw ownFails(key, `returned ${kind}; it must return a Uint8Array`);
}

function ownFails(key: Uint8Array, what: string, cause?: unknown): FerrisError {
  const message = `the merge function that key ${show(key)} needs ${what}`;
  return new FerrisError('FERRIS_INVALID_ARGUMENT', message, {}, cause);
}

function unknownOperator(id: number): FerrisError {
  const message = `merge operator ${id} is of a later version; open it with that`;
  return new FerrisError('FERRIS_UNSUPPORTED', message);
}
