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
// 2. A writer may be left out only with all who may have seen what it wrote: gets of that
//    value, compareAndSets that changed it or may have, and those that were refused because
//    of it. Unless another write came after it, and before they were called: then it wasn't
//    that one which they saw.
// 3. Whoever saw a value stays only with at least one writer of it, if there was any: the
//    contradiction is to be seen in the result, not only to follow from it.
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
  const writers = writersByValue(operations);
  let left = operations.filter((operation) => !removed.has(operation));
  for (let count = -1; left.length !== count; ) {
    count = left.length;
    const kept = new Set(left);
    const since = overwrites(left);
    left = left.filter((operation) => {
      const seen = mayHaveSeen(operation, writers);
      const canSpare = (writer: Operation) =>
        kept.has(writer) || isAnsweredBefore(writer, since.get(operation) as number);
      const needsOne = seenBy(operation) !== undefined && seen.length > 0;
      return seen.every(canSpare) && (!needsOne || seen.some((writer) => kept.has(writer)));
    });
  }
  return left;
}

function writersByValue(operations: readonly Operation[]): Map<Value, Operation[]> {
  const writers = new Map<Value, Operation[]>();
  for (const operation of operations) {
    const value = writtenBy(operation.call);
    if (value === undefined || isRefused(operation)) continue;
    const known = writers.get(value);
    if (known === undefined) writers.set(value, [operation]);
    else known.push(operation);
  }
  return writers;
}

/** The writers whose value `operation` may have met, if its answer tells anything of it. */
function mayHaveSeen(
  operation: Operation,
  writers: ReadonlyMap<Value, readonly Operation[]>,
): Operation[] {
  const { call } = operation;
  const isSet = call.kind === 'compareAndSet';
  const value = isSet ? call.expected : seenBy(operation);
  if (value === undefined) return [];
  const candidates = isRefused(operation)
    ? [...writers].flatMap(([other, some]) => (other === value ? [] : some))
    : (writers.get(value) ?? []);
  return candidates.filter(
    (writer) => writer !== operation && isAnsweredAfter(operation, writer.invokedOrder),
  );
}

/** For each operation, the call of the latest write that was answered before it was called. */
function overwrites(operations: readonly Operation[]): Map<Operation, number> {
  const writes = operations
    .filter(
      (operation) =>
        operation.outcome === 'ok' &&
        writtenBy(operation.call) !== undefined &&
        !isRefused(operation),
    )
    .sort((a, b) => (a.returnedOrder as number) - (b.returnedOrder as number));
  const since = new Map<Operation, number>();
  let latest = -1;
  let next = 0;
  for (const operation of operations) {
    for (; isAnsweredBefore(writes[next], operation.invokedOrder); next++)
      latest = Math.max(latest, writes[next]?.invokedOrder as number);
    since.set(operation, latest);
  }
  return since;
}

function isAnsweredBefore(operation: Operation | undefined, order: number): boolean {
  return operation?.returnedOrder !== undefined && operation.returnedOrder < order;
}

function isAnsweredAfter({ returnedOrder }: Operation, order: number): boolean {
  return returnedOrder === undefined || returnedOrder > order;
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

/** Leaves out pieces of `size` operations, the oldest first, where that is still wrong. */
function withoutPieces(
  operations: readonly Operation[],
  size: number,
  isWrong: (some: readonly Operation[]) => boolean,
): readonly Operation[] {
  let core = operations;
  for (let start = 0; start < operations.length; start += size) {
    const piece = operations.slice(start, start + size);
    const present = new Set(core);
    const removed = new Set(piece.filter((operation) => present.has(operation)));
    if (removed.size === 0) continue;
    const fewer = without(core, removed);
    if (isWrong(fewer)) core = fewer;
  }
  return core;
}
