// The checker's answers, found in the simplest way there is: try all orders.
//
// It shares no code with the checker but the shape of an operation. It remembers nothing,
// and leaves out nothing but orders that real time forbids or that give a wrong answer.

import type { Operation, Value } from '../../../engine/check/history.ts';

/** How many answered operations of one key an order can place, at most: all of them, if good. */
export function placedMax(operations: readonly Operation[]): number {
  const counted = operations.filter(({ outcome }) => outcome !== 'failed');
  return placedFrom(counted, null);
}

export function isLinearizable(history: readonly Operation[]): boolean {
  const keys = new Set(history.map(({ call }) => call.key));
  return [...keys].every((key) => {
    const operations = history.filter(({ call }) => call.key === key);
    return placedMax(operations) === operations.filter(({ outcome }) => outcome === 'ok').length;
  });
}

function placedFrom(left: readonly Operation[], value: Value): number {
  let best = 0;
  for (const operation of left) {
    const answer = replay(operation, value);
    if (left.some((other) => precedes(other, operation))) continue;
    const isAnswered = operation.outcome === 'ok';
    if (isAnswered && answer.result !== operation.result) continue;
    const others = left.filter((other) => other !== operation);
    best = Math.max(best, Number(isAnswered) + placedFrom(others, answer.value));
  }
  return best;
}

function precedes(a: Operation, b: Operation): boolean {
  return a.returnedOrder !== undefined && a.returnedOrder < b.invokedOrder;
}

/** What a register with this value answers, and its value then. */
export function replay({ call }: Operation, value: Value): { result: unknown; value: Value } {
  if (call.kind === 'get') return { result: value, value };
  if (call.kind === 'put') return { result: undefined, value: call.value };
  if (call.kind === 'delete') return { result: undefined, value: null };
  if (call.expected !== value) return { result: false, value };
  return { result: true, value: call.value };
}
