import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from '../../../engine/base/bytes.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import {
  combine,
  fold,
  OPERATORS,
  type OperatorName,
  operatorId,
  operatorName,
  type UserMerge,
} from '../../../engine/lsm/operators.ts';

const KEY = utf8('k');
const BUILT_IN = ['add', 'and', 'or', 'xor', 'min', 'max'] as const;
const merge = (name: OperatorName, operand: Uint8Array) =>
  Uint8Array.of(OPERATORS[name], ...operand);
const bytes = fc.uint8Array({ maxLength: 12 });

/** The definition of each operator, over big integers. */
const NUMERIC: Record<(typeof BUILT_IN)[number], (a: bigint, b: bigint) => bigint> = {
  add: (a, b) => a + b,
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  min: (a, b) => (a < b ? a : b),
  max: (a, b) => (a > b ? a : b),
};
const toNumber = (little: Uint8Array) =>
  little.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
const toLittle = (value: bigint, width: number) =>
  Uint8Array.from({ length: width }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));

const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (isFerrisError(error)) return error.code;
    throw error;
  }
  return 'nothing thrown';
};

test('each operator does to bytes what its definition does to whole numbers', () => {
  fc.assert(
    fc.property(fc.constantFrom(...BUILT_IN), fc.option(bytes), bytes, (name, base, operand) => {
      const width = operand.length;
      const below =
        base === null
          ? name === 'and' || name === 'min'
            ? toNumber(operand)
            : 0n
          : toNumber(base.slice(0, width));
      const expected = toLittle(NUMERIC[name](below, toNumber(operand)), width);
      expect(fold(KEY, base ?? undefined, [merge(name, operand)], undefined)).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

test('combining neighbors changes no result', () => {
  const operands = fc
    .integer({ min: 0, max: 4 })
    .chain((width) =>
      fc.array(
        fc.tuple(
          fc.constantFrom(...BUILT_IN),
          fc.uint8Array({ minLength: width, maxLength: width }),
        ),
        { minLength: 2, maxLength: 6 },
      ),
    );
  fc.assert(
    fc.property(fc.option(bytes), operands, fc.nat(4), (base, written, where) => {
      const chain = written.map(([name, operand]) => merge(name, operand));
      const at = where % (chain.length - 1);
      const combined = combine(chain[at]!, chain[at + 1]!);
      const alike = written[at]![0] === written[at + 1]![0];
      expect(combined !== undefined).toBe(alike);
      if (combined === undefined) return;
      const shorter = [...chain.slice(0, at), combined, ...chain.slice(at + 2)];
      expect(fold(KEY, base ?? undefined, shorter, undefined)).toEqual(
        fold(KEY, base ?? undefined, chain, undefined),
      );
    }),
    { numRuns: 2000 },
  );
});

test('what may not be combined: other widths, other operators, the user function', () => {
  const one = Uint8Array.of(1);
  expect(combine(merge('add', one), merge('add', Uint8Array.of(1, 0)))).toBeUndefined();
  expect(combine(merge('add', one), merge('or', one))).toBeUndefined();
  expect(combine(merge('own', one), merge('own', one))).toBeUndefined();
  expect(combine(Uint8Array.of(9, 1), Uint8Array.of(9, 1))).toBeUndefined();
});

test('the user function sees key, base and operand, oldest first', () => {
  const append: UserMerge = (_key, base, operand) => Uint8Array.of(...(base ?? []), ...operand);
  const chain = [merge('own', utf8('b')), merge('own', utf8('c'))];
  expect(fold(KEY, utf8('a'), chain, append)).toEqual(utf8('abc'));
  expect(fold(KEY, undefined, chain, append)).toEqual(utf8('bc'));
  expect(fold(KEY, undefined, [...chain, merge('max', utf8('d'))], append)).toEqual(utf8('d'));
});

test('no chain is no change', () => {
  expect(fold(KEY, utf8('a'), [], undefined)).toEqual(utf8('a'));
});

test('what can go wrong has a code', () => {
  const own = [merge('own', utf8('x'))];
  const thrower: UserMerge = () => {
    throw new RangeError('no');
  };
  expect(codeOf(() => fold(KEY, undefined, own, undefined))).toBe('FERRIS_INVALID_ARGUMENT');
  expect(codeOf(() => fold(KEY, undefined, own, thrower))).toBe('FERRIS_INVALID_ARGUMENT');
  const text = (() => 'text') as unknown as UserMerge;
  expect(codeOf(() => fold(KEY, undefined, own, text))).toBe('FERRIS_INVALID_ARGUMENT');
  const later = [Uint8Array.of(7, 1)];
  expect(codeOf(() => fold(KEY, undefined, later, undefined))).toBe('FERRIS_UNSUPPORTED');
  expect(codeOf(() => fold(KEY, utf8('a'), later, undefined))).toBe('FERRIS_UNSUPPORTED');
  const nothing = [new Uint8Array(0)];
  expect(codeOf(() => fold(KEY, undefined, nothing, undefined))).toBe('FERRIS_CORRUPTION');
});

test('operators have names and numbers', () => {
  for (const name of Object.keys(OPERATORS) as OperatorName[]) {
    expect(operatorName(operatorId(name))).toBe(name);
  }
  expect(operatorName(9)).toBe('operator 9');
  for (const bad of ['multiply', 'toString', 3]) {
    expect(codeOf(() => operatorId(bad as OperatorName))).toBe('FERRIS_INVALID_ARGUMENT');
  }
});
