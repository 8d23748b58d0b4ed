// Why no order explains a history, in a sentence.
//
// What is left of a contradiction (shrink.ts) is a few operations. Most are of a
// kind that has been seen often, and are told as such; each sentence states only what is
// true of the history. For the rest there is the plain account: how far an order gets, and
// which answer is wrong then. All begin with an operation that could not be placed.

import { isRefused, type Operation, seenBy, type Value, writtenBy } from './history.ts';
import type { PartialOrder } from './linearizable.ts';

interface Reasons {
  readonly key: string;
  /** The few operations that are wrong together. */
  readonly core: readonly Operation[];
  /** All of this key that count. */
  readonly operations: readonly Operation[];
  /** Those of this key that failed. */
  readonly failed: readonly Operation[];
  /** As far as an order of the core gets. */
  readonly longest: PartialOrder | undefined;
}

/** The reason in words, and the operations outside the core that it names. */
interface Reason {
  readonly reason: string;
  readonly alsoNamed: readonly Operation[];
}

/** Why the core is wrong. */
export function explain(reasons: Reasons): Reason {
  const { core, longest } = reasons;
  const suspects = [...(longest?.stuck ?? []), ...core.toReversed()];
  for (const suspect of suspects) {
    const found = neverWritten(suspect, reasons);
    if (found !== undefined) return found;
  }
  for (const tell of [setTwice, wentBack]) {
    for (const suspect of suspects) {
      const reason = tell(suspect, reasons);
      if (reason !== undefined) return { reason: `${reason}.`, alsoNamed: [] };
    }
  }
  return { reason: `${plainAccount(reasons)}.`, alsoNamed: [] };
}

/** A value that nobody can have written by then. */
function neverWritten(suspect: Operation, { operations, failed }: Reasons): Reason | undefined {
  const value = seenBy(suspect);
  if (value === undefined || value === null) return undefined;
  const writers = operations.filter((other) => other !== suspect && writes(other, value));
  if (writers.some((writer) => !isBefore(suspect, writer))) return undefined;
  const failure = failed.find((other) => writes(other, value) && !isBefore(suspect, other));
  const late = writers[0];
  if (failure !== undefined) {
    const reason = `${did(suspect)}, but ${failure.client}'s ${name(failure)} failed: it must not show.`;
    return { reason, alsoNamed: [failure] };
  }
  if (late === undefined)
    return { reason: `${did(suspect)}, which nobody had written.`, alsoNamed: [] };
  const reason = `${did(suspect)} before ${late.client} began to ${toWrite(late)} ${when(late)}.`;
  return { reason, alsoNamed: [late] };
}

/** Two compareAndSets that both found what only one of them can have found. */
function setTwice(suspect: Operation, { core, key }: Reasons): string | undefined {
  const expected = seenBy(suspect);
  if (suspect.call.kind !== 'compareAndSet' || expected === undefined) return undefined;
  const isTwin = ({ call }: Operation) => call.kind === 'compareAndSet';
  const twin = core.find(
    (other) => other !== suspect && isTwin(other) && seenBy(other) === expected,
  );
  const times = core.filter((other) => writes(other, expected)).length;
  if (twin === undefined || times > (expected === null ? 0 : 1)) return undefined;
  const [first, second] = [twin, suspect].sort((a, b) => a.invokedOrder - b.invokedOrder);
  return (
    `${first?.client} and ${second?.client} both changed ${key} from ${show(expected)} ` +
    `(to ${show(written(first))} and to ${show(written(second))}), ` +
    `and nobody set it back to ${show(expected)}`
  );
}

/** A value that another had taken the place of, as somebody knew before. */
function wentBack(suspect: Operation, { core }: Reasons): string | undefined {
  const seen = seenBy(suspect);
  if (seen === undefined) return undefined;
  const earlier = core
    .filter((other) => isBefore(other, suspect) && isNews(other, seen))
    .sort((a, b) => (b.returnedOrder as number) - (a.returnedOrder as number));
  for (const other of earlier) {
    const since = sinceWhen(other, seen, core);
    if (since !== undefined) return `${did(suspect)} after ${had(other)}${since}`;
  }
  return undefined;
}

/** Does the operation prove that there was another value? */
function isNews(operation: Operation, than: Value): boolean {
  const shown = shownBy(operation);
  return shown !== undefined && shown !== than;
}

/** Why `seen` can't come back after `other` showed another value; undefined if it could. */
function sinceWhen(other: Operation, seen: Value, core: readonly Operation[]): string | undefined {
  const value = shownBy(other) as Value;
  const olds = core.filter((each) => writes(each, seen));
  const news = core.filter((each) => writes(each, value));
  const isOver = olds.every((old) => isBefore(old, other));
  const isReplaced =
    news.length > 0 && news.every((young) => olds.every((old) => isBefore(old, young)));
  if (isOver || isReplaced)
    return olds.length === 0 ? '' : `, and ${had(lastAnswered(olds))} before that`;
  const witness = core.find((each) => isBefore(each, other) && seenBy(each) === seen);
  if (witness === undefined || olds.length > (seen === null ? 0 : 1)) return undefined;
  return `, and ${had(witness)} before that: nobody set it back`;
}

function lastAnswered(operations: readonly Operation[]): Operation {
  return operations.reduce((a, b) => ((a.returnedOrder ?? 0) > (b.returnedOrder ?? 0) ? a : b));
}

/** What holds for every contradiction: the longest order, and what doesn't fit after it. */
function plainAccount({ core, key, longest }: Reasons): string {
  const stuck = longest?.stuck ?? [];
  if (longest === undefined || stuck.length === 0)
    return `no order of these ${core.length} operations gives the answers that were given`;
  const before =
    longest.order.length === 0
      ? 'at the start'
      : `after ${list(longest.order.map((each) => `${each.client}'s ${name(each)}`))},`;
  return (
    `${list(stuck.map(did))}, but ${before} ${key} is ${show(longest.value)}, ` +
    'and no other order gets further'
  );
}

/** May it have written this value? */
function writes(operation: Operation, value: Value): boolean {
  return !isRefused(operation) && writtenBy(operation.call) === value;
}

function written(operation: Operation | undefined): Value {
  return (operation && writtenBy(operation.call)) ?? null;
}

/** The value that was there when the operation was answered, for one that proves it. */
function shownBy(operation: Operation): Value | undefined {
  const { call, outcome } = operation;
  if (outcome !== 'ok' || isRefused(operation)) return undefined;
  return call.kind === 'get' ? seenBy(operation) : writtenBy(call);
}

/** Was one answered before the other was called? */
function isBefore(a: Operation, b: Operation): boolean {
  return a.returnedOrder !== undefined && a.returnedOrder < b.invokedOrder;
}

// ------------------------------------------------------------------------------------ words

/** An operation in a few words: `put x=1`, `get x`, `compareAndSet x 1->2`. */
export function name({ call }: Operation): string {
  if (call.kind === 'put') return `put ${call.key}=${show(call.value)}`;
  if (call.kind !== 'compareAndSet') return `${call.kind} ${call.key}`;
  return `compareAndSet ${call.key} ${show(call.expected)}->${show(call.value)}`;
}

const VALUE_LENGTH_MAX = 16;

/** A value as it stands in a label: a long one by its beginning. */
export function show(value: Value): string {
  if (value === null) return 'nothing';
  if (value === '') return '""';
  return value.length <= VALUE_LENGTH_MAX ? value : `${value.slice(0, VALUE_LENGTH_MAX - 3)}...`;
}

/** `b read x = 1 (ticks 4 to 6)` */
function did(operation: Operation): string {
  return `${operation.client} ${past(operation, 'wrote', 'began')} ${when(operation)}`;
}

/** `b had read x = 1` */
function had(operation: Operation): string {
  return `${operation.client} had ${past(operation, 'written', 'begun')}`;
}

function past(operation: Operation, wrote: string, began: string): string {
  const { call, outcome, result } = operation;
  const { key } = call;
  if (outcome !== 'ok') return `${began} to ${toWrite(operation)}`;
  if (call.kind === 'get') return `read ${key} = ${show(result as Value)}`;
  if (call.kind === 'delete') return `deleted ${key}`;
  if (call.kind === 'put') return `${wrote} ${key} = ${show(call.value)}`;
  if (result === true) return `changed ${key} from ${show(call.expected)} to ${show(call.value)}`;
  return `found ${key} other than ${show(call.expected)}`;
}

function toWrite({ call }: Operation): string {
  if (call.kind === 'delete') return `delete ${call.key}`;
  if (call.kind === 'compareAndSet') return `change ${call.key} to ${show(call.value)}`;
  return `write ${call.key} = ${show(writtenBy(call) ?? null)}`;
}

function when({ invokedTicks, returnedTicks }: Operation): string {
  if (returnedTicks === undefined) return `(from tick ${invokedTicks})`;
  return `(ticks ${invokedTicks} to ${returnedTicks})`;
}

function list(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
