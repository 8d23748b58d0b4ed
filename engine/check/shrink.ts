// From a history that no order explains to the few operations of it that show why.
//
//     a thousand operations of one key
//       ->  up to the first answer that can't be right              bisection
//       ->  without all that the contradiction can do without       delta debugging
//       ->  put x=1, put x=2, get x -> 1
//
// Operations can't be left out at will. Without the put, any get of its value would be a
// contradiction, and a sound history would look wrong. So a removal must be faithful: if
// what there was before can be explained, so can what is left.
//
// 1. A beginning of a history is faithful: what no order explains at the end of it no later
//    event explains. What has no answer by then is unknown.
// 2. Whoever saw a value goes with any one that may have written it. So does a
//    compareAndSet that may have changed that value, even if nobody knows whether it did.
// 3. A refused compareAndSet saw that there was some other value than it expected: it goes
//    with any writer of another value.
// 4. The result is minimal: leaving out any one more, with those that go with it, leaves an
//    order. It need not be the smallest there is.
//
// Delta debugging is Zeller and Hildebrandt's (2002): large pieces first, then smaller ones.

import { isRefused, type Operation, seenBy, type Value, writtenBy } from './history.ts';

/** Operations of one key, as few as were found to be wrong. */
export interface Shrunk {
  readonly core: readonly Operation[];
  /** False when one more could perhaps be spared, had there been a budget to see. */
  readonly isMinimal: boolean;
}

/** Is there an order? 'unknown' when the budget ended. */
export type Judge = (operations: readonly Operation[]) => 'order' | 'none' | 'unknown';

/** Shrinks operations of one key that have no order, by asking `judge` about parts of them. */
export function shrink(operations: readonly Operation[], judge: Judge): Shrunk {
  let isMinimal = true;
  const isWrong = (some: readonly Operation[]) => {
    const verdict = judge(some);
    if (verdict === 'unknown') isMinimal = false;
    return verdict === 'none';
  };
  let core = firstWrong(operations, isWrong);
  let sizeMax = core.length;
  while (sizeMax > 1) {
    sizeMax = (sizeMax + 1) >>> 1;
    core = withoutPieces(core, sizeMax, isWrong);
  }
  for (let length = Number.POSITIVE_INFINITY; core.length < length; ) {
    length = core.length;
    core = withoutPieces(core, 1, isWrong);
  }
  return { core, isMinimal };
}

/** `operations` without those of `removed`, and without those that must go with them. */
export function without(
  operations: readonly Operation[],
  removed: ReadonlySet<Operation>,
): Operation[] {
  const gone = new Set(removed);
  const goneValues = new Set<Value>();
  let left = operations.slice();
  for (let size = -1; gone.size !== size; ) {
    size = gone.size;
    for (const operation of gone) if (mayWrite(operation)) goneValues.add(valueFrom(operation));
    for (const operation of left) if (goesWith(operation, goneValues)) gone.add(operation);
    left = left.filter((operation) => !gone.has(operation));
  }
  return left;
}

function goesWith(operation: Operation, goneValues: ReadonlySet<Value>): boolean {
  const { call, outcome } = operation;
  if (call.kind === 'compareAndSet') {
    if (!isRefused(operation)) return goneValues.has(call.expected);
    return goneValues.size > (goneValues.has(call.expected) ? 1 : 0);
  }
  const seen = outcome === 'ok' ? seenBy(operation) : undefined;
  return seen !== undefined && goneValues.has(seen);
}

function mayWrite(operation: Operation): boolean {
  return writtenBy(operation.call) !== undefined && !isRefused(operation);
}

function valueFrom({ call }: Operation): Value {
  return writtenBy(call) ?? null;
}

/** The operations called before the first answer that leaves no order. */
function firstWrong(
  operations: readonly Operation[],
  isWrong: (some: readonly Operation[]) => boolean,
): readonly Operation[] {
  const answers = operations
    .flatMap(({ returnedOrder }) => returnedOrder ?? [])
    .sort((a, b) => a - b);
  const known = new Map(operations.map((operation) => [operation.id, operation]));
  let low = 0;
  let high = answers.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isWrong(upTo(operations, answers[middle] as number))) high = middle;
    else low = middle + 1;
  }
  return upTo(operations, answers[high] as number).map((operation) => {
    // A write whose answer came later was answered all the same. What a compareAndSet answered
    // may be due to operations that were called later: it stays unknown.
    const isSet = operation.call.kind === 'compareAndSet';
    return isSet ? operation : (known.get(operation.id) as Operation);
  });
}

/** What was known of them when the event `order` had happened. */
function upTo(operations: readonly Operation[], order: number): Operation[] {
  return operations.flatMap((operation) => {
    const { call, invokedOrder, returnedOrder } = operation;
    if (invokedOrder > order) return [];
    if (returnedOrder === undefined || returnedOrder <= order) return [operation];
    if (call.kind === 'get') return [];
    return [
      {
        ...operation,
        outcome: 'unknown',
        result: undefined,
        returnedTicks: undefined,
        returnedOrder: undefined,
      },
    ];
  });
}

/** Leaves out pieces of `size` operations, from the end on, where that is still wrong. */
function withoutPieces(
  operations: readonly Operation[],
  size: number,
  isWrong: (some: readonly Operation[]) => boolean,
): readonly Operation[] {
  let core = operations;
  for (let end = operations.length; end > 0; end -= size) {
    const piece = operations.slice(Math.max(0, end - size), end);
    const present = new Set(core);
    const removed = new Set(piece.filter((operation) => present.has(operation)));
    if (removed.size === 0) continue;
    const fewer = without(core, removed);
    if (isWrong(fewer)) core = fewer;
  }
  return core;
}
