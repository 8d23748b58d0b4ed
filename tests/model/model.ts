// What a store must show, by the meaning of the words alone: a map from keys to what is known of
// them. All five kinds of entries, snapshots (copies of the map) and the clock are in it; levels,
// files and caches aren't.
//
//     key    known
//     a      put 5 (until 130), then add 1, then max 9       at 129: 9       at 130: from nothing
//
// A merge over a value that expires counts from nothing once the value is gone, so the chain is
// kept and folded when it is read.

import { compareBytes, concatBytes } from '../../engine/base/bytes.ts';
import type { Batch } from '../../engine/lsm/batch.ts';
import { fold, type OperatorName, operatorId, type UserMerge } from '../../engine/lsm/operators.ts';
import type { ScanRange } from '../../engine/lsm/scan.ts';

export type Entry = readonly [key: Uint8Array, value: Uint8Array];

/** One entry of a batch. */
export type Operation =
  | { do: 'put'; key: Uint8Array; value: Uint8Array; expiresMs?: number | undefined }
  | { do: 'delete'; key: Uint8Array }
  | { do: 'delete range'; from: Uint8Array; to: Uint8Array }
  | { do: 'merge'; key: Uint8Array; operator: OperatorName; operand: Uint8Array };

/** The user's own operator in all tests: it appends, up to a bound, so order matters. */
export const appendBytes: UserMerge = (_key, base, operand) =>
  concatBytes(base ?? new Uint8Array(0), operand).slice(-20);

/** Adds an operation to a batch. */
export function encode(batch: Batch, operation: Operation): void {
  if (operation.do === 'delete') batch.delete(operation.key);
  else if (operation.do === 'merge')
    batch.merge(operation.key, operation.operator, operation.operand);
  else if (operation.do === 'delete range') {
    const [from, to] = inOrder(operation);
    batch.deleteRange(from, to);
  } else if (operation.expiresMs === undefined) batch.put(operation.key, operation.value);
  else batch.putExpiring(operation.key, operation.value, operation.expiresMs);
}

interface Known {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
  readonly expiresMs: number | undefined;
  /** Oldest first, each with its operator's number in front. */
  readonly merges: readonly { operator: OperatorName; operand: Uint8Array }[];
}

/** The map. What is known of a key is replaced, never changed, so copies are cheap. */
export class Model {
  readonly #known: Map<string, Known>;

  constructor(known: Iterable<readonly [string, Known]> = []) {
    this.#known = new Map(known);
  }

  /** The same map, which goes its own way from now on. */
  copy(): Model {
    return new Model(this.#known);
  }

  apply(operation: Operation): void {
    if (operation.do === 'delete range') this.#deleteRange(inOrder(operation));
    else if (operation.do === 'delete') this.#known.delete(nameOf(operation.key));
    else if (operation.do === 'put') {
      const { key, value, expiresMs } = operation;
      this.#known.set(nameOf(key), { key, value, expiresMs, merges: [] });
    } else this.#merge(operation);
  }

  /** What is there at `nowMs`, in order. */
  at(nowMs: number): Entry[] {
    const entries: Entry[] = [];
    for (const known of this.#known.values()) {
      const value = shownOf(known, nowMs);
      if (value !== undefined) entries.push([known.key, value]);
    }
    return entries.sort(([a], [b]) => compareBytes(a, b));
  }

  /** The value of one key at `nowMs`. */
  get(key: Uint8Array, nowMs: number): Uint8Array | undefined {
    const known = this.#known.get(nameOf(key));
    return known && shownOf(known, nowMs);
  }

  #merge({ key, operator, operand }: Operation & { do: 'merge' }): void {
    const name = nameOf(key);
    const before = this.#known.get(name);
    const known = before ?? { key, value: undefined, expiresMs: undefined, merges: [] };
    this.#known.set(name, { ...known, merges: [...known.merges, { operator, operand }] });
  }

  #deleteRange([from, to]: readonly [Uint8Array, Uint8Array]): void {
    for (const [name, { key }] of this.#known) {
      if (compareBytes(key, from) >= 0 && compareBytes(key, to) < 0) this.#known.delete(name);
    }
  }
}

/** What a scan of `range` shows of `entries`, which are in order. */
export function select(
  entries: readonly Entry[],
  { gte, gt, lte, lt, prefix, reverse, limit }: ScanRange,
): Entry[] {
  const inside = entries.filter(
    ([key]) =>
      (gte === undefined || compareBytes(key, gte) >= 0) &&
      (gt === undefined || compareBytes(key, gt) > 0) &&
      (lte === undefined || compareBytes(key, lte) <= 0) &&
      (lt === undefined || compareBytes(key, lt) < 0) &&
      (prefix === undefined || compareBytes(key.subarray(0, prefix.length), prefix) === 0),
  );
  const ordered = reverse ? inside.reverse() : inside;
  return limit === undefined ? ordered : ordered.slice(0, limit);
}

/** Entries as one text, for comparing quickly and for messages that a person can read. */
export function textOf(entries: readonly Entry[]): string {
  return entries.map(([key, value]) => `${nameOf(key)}=${nameOf(value)}`).join('\n');
}

/** Bytes as text, each byte a character: the same text for the same bytes only. */
export function nameOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function shownOf({ key, value, expiresMs, merges }: Known, nowMs: number): Uint8Array | undefined {
  let shown = expiresMs !== undefined && expiresMs <= nowMs ? undefined : value;
  for (const { operator, operand } of merges) {
    if (operator === 'own') shown = appendBytes(key, shown, operand);
    else shown = fold(key, shown, [Uint8Array.of(operatorId(operator), ...operand)], undefined);
  }
  return shown;
}

function inOrder({ from, to }: { from: Uint8Array; to: Uint8Array }): [Uint8Array, Uint8Array] {
  return compareBytes(from, to) <= 0 ? [from, to] : [to, from];
}
