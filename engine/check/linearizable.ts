// Is a history linearizable? (Herlihy and Wing, 1990)
//
//     a  [put x=1]
//     b        [put x=2      ]
//     c             [get x -> 1]   [get x -> 2]
//            ^       ^  ^               ^           yes: it is as if each operation had taken
//            1       2  3               4           place at one moment between call and answer
//
// The verdict is one of three, and never a guess:
//
//     linearizable        with the moments, for each key
//     not linearizable    with the key, how far an order gets, the few operations that are
//                         enough to see it, and the reason in a sentence
//     unknown             the budget was spent before an answer was found
//
// 1. Keys are judged one by one: a history is linearizable if and only if each of its objects
//    is (Herlihy and Wing's locality; Horn and Kroening, 2015, made checkers fast with it).
// 2. An operation that failed is left out: if its effect shows, no order explains that.
// 3. One of unknown outcome may be used at any time after its call, or not at all. A read of
//    unknown outcome says nothing, and is left out.
// 4. The budget is of steps, not of seconds, so the same history has the same verdict
//    everywhere. It is for one key: a hard key doesn't take from the next.
// 5. Finding the few operations that show a fault may take as much again.
// 6. One key that is wrong makes the history wrong, even if another key is unknown.

import { FerrisError } from '../base/errors.ts';
import { explain } from './explain.ts';
import { type Operation, type Value, writtenBy } from './history.ts';
import { REGISTER } from './model.ts';
import { type Prefix, type SearchLimits, type SearchResult, search } from './search.ts';
import { shrink } from './shrink.ts';
import { type Point, pointsOf } from './witness.ts';

/** How much work a verdict may take. */
export interface CheckOptions {
  /** Attempts to place an operation, for each key. Default 1,000,000: about a second. */
  readonly stepsMax?: number;
  /** Asked every now and then; true ends the work. A caller with a clock limits time by it. */
  readonly shouldStop?: () => boolean;
}

/** Why one key isn't linearizable. */
export interface Contradiction {
  readonly key: string;
  /** The longest orders that work: a few, if there are several that end differently. */
  readonly longest: readonly PartialOrder[];
  /**
   * A few operations of this key that no order explains, in the order of their calls. A
   * compareAndSet that was answered only after all of the others is given as unknown.
   */
  readonly core: readonly Operation[];
  /** The longest orders of the core alone. */
  readonly coreLongest: readonly PartialOrder[];
  /** True when no operation of the core can be spared; false when the budget ended before. */
  readonly isMinimal: boolean;
  /** What is wrong, for people. */
  readonly reason: string;
  /** Operations that the reason names besides: a write that failed, or one that came too late. */
  readonly alsoNamed: readonly Operation[];
}

/** An order that explains some operations, but not those that would have to come next. */
export interface PartialOrder {
  readonly order: readonly Operation[];
  /** The key's value after them. */
  readonly value: Value;
  /** Each of these was answered as it can't have been with this value. */
  readonly stuck: readonly Operation[];
}

/** The moments at which the operations of one key can have taken place, in their order. */
export interface Witness {
  readonly key: string;
  readonly points: readonly Point[];
}

export type Verdict =
  | {
      readonly verdict: 'linearizable';
      readonly witnesses: readonly Witness[];
      readonly steps: number;
    }
  | {
      readonly verdict: 'not linearizable';
      readonly contradiction: Contradiction;
      readonly steps: number;
    }
  | {
      readonly verdict: 'unknown';
      /** The keys that there was no budget for. */
      readonly keys: readonly string[];
      readonly steps: number;
    };

const STEPS_MAX = 1_000_000;

/**
 * Judges a history of gets, puts, deletes and compareAndSets, all keys empty to begin with.
 * Wing and Gong's search (1993) with Lowe's memory (2017), key by key.
 * @param history as `HistoryBuilder` gives it.
 * @throws FERRIS_INVALID_ARGUMENT when `stepsMax` isn't a whole number above 0.
 */
export function checkLinearizable(
  history: readonly Operation[],
  { stepsMax = STEPS_MAX, shouldStop }: CheckOptions = {},
): Verdict {
  if (!Number.isSafeInteger(stepsMax) || stepsMax < 1)
    throw new FerrisError('FERRIS_INVALID_ARGUMENT', `${stepsMax} steps: give at least one`);
  const limits = { stepsMax, shouldStop };
  const witnesses: Witness[] = [];
  const unknown: string[] = [];
  let steps = 0;
  for (const [key, operations] of byKey(history)) {
    const result = searchRegister(operations, limits);
    steps += result.steps;
    if (result.found === 'none')
      return {
        verdict: 'not linearizable',
        contradiction: contradictionOf(key, operations, history, result.longest, limits),
        steps,
      };
    if (result.found === 'unknown') unknown.push(key);
    else witnesses.push({ key, points: pointsOf(operations, result.order) });
  }
  if (unknown.length > 0) return { verdict: 'unknown', keys: unknown, steps };
  return { verdict: 'linearizable', witnesses, steps };
}

function contradictionOf(
  key: string,
  operations: readonly Operation[],
  history: readonly Operation[],
  longest: readonly Prefix<Value>[],
  limits: SearchLimits,
): Contradiction {
  let stepsLeft = limits.stepsMax;
  const { core, isMinimal } = shrink(operations, (some) => {
    const { found, steps } = searchRegister(some, { ...limits, stepsMax: stepsLeft });
    stepsLeft -= steps;
    return found;
  });
  const result = searchRegister(core, limits);
  const coreLongest = result.found === 'none' ? partialOrders(core, result.longest) : [];
  const failed = history.filter(({ call, outcome }) => call.key === key && outcome === 'failed');
  return {
    key,
    longest: partialOrders(operations, longest),
    core,
    coreLongest,
    isMinimal,
    ...explain({ key, core, operations, failed, longest: coreLongest[0] }),
  };
}

function partialOrders(
  operations: readonly Operation[],
  prefixes: readonly Prefix<Value>[],
): PartialOrder[] {
  const at = (index: number) => operations[index] as Operation;
  return prefixes.map(({ order, state, stuck }) => ({
    order: order.map(at),
    value: state,
    stuck: stuck.map(at),
  }));
}

/** Looks for an order of the operations of one key, by their index. */
function searchRegister(
  operations: readonly Operation[],
  limits: SearchLimits,
): SearchResult<Value> {
  const intervals = operations.map(({ call, result, invokedOrder, returnedOrder }) => ({
    call,
    result,
    invoked: invokedOrder,
    returned: returnedOrder,
  }));
  return search(REGISTER, intervals, limits);
}

/** What counts of each key: neither failures nor reads that nobody knows the answer of. */
function byKey(history: readonly Operation[]): Map<string, Operation[]> {
  const keys = new Map<string, Operation[]>();
  for (const operation of history) {
    const { call, outcome } = operation;
    const saysNothing = outcome === 'unknown' && writtenBy(call) === undefined;
    if (outcome === 'failed' || saysNothing) continue;
    const known = keys.get(call.key);
    if (known === undefined) keys.set(call.key, [operation]);
    else known.push(operation);
  }
  return keys;
}
