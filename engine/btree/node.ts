// The nodes of a B-tree in memory, and the four things that are done to them.
//
//     branch        [      | f      | m      ]      keys[0] is empty: everything before "f"
//                    /       |         \
//     leaves   [a b d]    [f g k]    [m p]           keys in order, a value each
//
//     set     a key in its place                cut    one node becomes two, at a key
//     remove  a key, or a child                 join   a node takes in its right neighbor
//
// 1. A node with a page is as it is on the disk, and must not be changed: `copy` it. A copy has
//    no page until it is written.
// 2. `bytes` is what the entries take in a page. A branch has at least two children, but for the
//    moment between a join and the look at its parent.
// 3. A separator need not be a key: the shortest text that tells two leaves apart will do (Bayer
//    and Unterauer, 1977).

import { compareBytes, EMPTY_BYTES, sharedPrefixBytes } from '../base/bytes.ts';
import { varintSize } from '../base/varint.ts';

export type Node = Leaf | Branch;
/** A child is named by its page, or is there itself while it has none. */
export type Child = number | Node;

const CHILD_BYTES = 4;

/** What an entry takes in a leaf. */
export function entryBytes(key: Uint8Array, value: Uint8Array): number {
  return varintSize(key.length) + varintSize(value.length) + key.length + value.length;
}

/** What a separator and its child take in a branch. */
export function branchEntryBytes(key: Uint8Array): number {
  return CHILD_BYTES + varintSize(key.length) + key.length;
}

/** A page of entries. */
export class Leaf {
  readonly level = 0;
  readonly keys: Uint8Array[];
  readonly values: Uint8Array[];
  bytes: number;
  /** Where it lies in the file; 0 while it is new. */
  page: number;

  constructor(keys: Uint8Array[] = [], values: Uint8Array[] = [], bytes = 0, page = 0) {
    this.keys = keys;
    this.values = values;
    this.bytes = bytes;
    this.page = page;
  }

  copy(): Leaf {
    return new Leaf(this.keys.slice(), this.values.slice(), this.bytes);
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const at = lowerBound(this.keys, key);
    return this.#isAt(at, key) ? this.values[at] : undefined;
  }

  /** Puts an entry in its place; true when there was none of that key. */
  set(key: Uint8Array, value: Uint8Array): boolean {
    const at = lowerBound(this.keys, key);
    const replaces = this.#isAt(at, key);
    if (replaces) this.bytes -= entryBytes(key, this.values[at] as Uint8Array);
    this.keys.splice(at, replaces ? 1 : 0, key);
    this.values.splice(at, replaces ? 1 : 0, value);
    this.bytes += entryBytes(key, value);
    return !replaces;
  }

  remove(key: Uint8Array): void {
    const at = lowerBound(this.keys, key);
    if (!this.#isAt(at, key)) return;
    this.bytes -= entryBytes(key, this.values[at] as Uint8Array);
    this.keys.splice(at, 1);
    this.values.splice(at, 1);
  }

  /** Gives the entries from `at` on to a new right neighbor. */
  cut(at: number): { right: Leaf; separator: Uint8Array } {
    const keys = this.keys.splice(at);
    const values = this.values.splice(at);
    let bytes = 0;
    for (let i = 0; i < keys.length; i++)
      bytes += entryBytes(keys[i] as Uint8Array, values[i] as Uint8Array);
    this.bytes -= bytes;
    const separator = separatorOf(this.keys.at(-1) as Uint8Array, keys[0] as Uint8Array);
    return { right: new Leaf(keys, values, bytes), separator };
  }

  join(right: Leaf): void {
    this.keys.push(...right.keys);
    this.values.push(...right.values);
    this.bytes += right.bytes;
  }

  /** What the entry at `at` takes. */
  bytesAt(at: number): number {
    return entryBytes(this.keys[at] as Uint8Array, this.values[at] as Uint8Array);
  }

  #isAt(at: number, key: Uint8Array): boolean {
    const there = this.keys[at];
    return there !== undefined && compareBytes(there, key) === 0;
  }
}

/** A page of separators and of the pages between them. */
export class Branch {
  readonly level: number;
  readonly keys: Uint8Array[];
  readonly children: Child[];
  bytes: number;
  page: number;

  constructor(level: number, keys: Uint8Array[], children: Child[], bytes: number, page = 0) {
    this.level = level;
    this.keys = keys;
    this.children = children;
    this.bytes = bytes;
    this.page = page;
  }

  /** A new root over two nodes. */
  static over(left: Node, right: Node, separator: Uint8Array): Branch {
    const keys = [EMPTY_BYTES, separator];
    return new Branch(left.level + 1, keys, [left, right], bytesOf(keys));
  }

  copy(): Branch {
    return new Branch(this.level, this.keys.slice(), this.children.slice(), this.bytes);
  }

  /** Index of the child that `key` belongs into. */
  indexOf(key: Uint8Array): number {
    const at = lowerBound(this.keys, key);
    const there = this.keys[at];
    return there !== undefined && compareBytes(there, key) === 0 ? at : Math.max(at - 1, 0);
  }

  insert(at: number, separator: Uint8Array, child: Child): void {
    this.keys.splice(at, 0, separator);
    this.children.splice(at, 0, child);
    this.bytes += branchEntryBytes(separator);
  }

  /** Forgets a child that is not the first; returns the separator before it. */
  drop(at: number): Uint8Array {
    const [separator] = this.keys.splice(at, 1) as [Uint8Array];
    this.children.splice(at, 1);
    this.bytes -= branchEntryBytes(separator);
    return separator;
  }

  cut(at: number): { right: Branch; separator: Uint8Array } {
    const keys = this.keys.splice(at);
    const children = this.children.splice(at);
    this.bytes -= bytesOf(keys);
    const separator = keys[0] as Uint8Array;
    keys[0] = EMPTY_BYTES;
    return { right: new Branch(this.level, keys, children, bytesOf(keys)), separator };
  }

  join(right: Branch, separator: Uint8Array): void {
    const keys = [separator, ...right.keys.slice(1)];
    this.keys.push(...keys);
    this.children.push(...right.children);
    this.bytes += bytesOf(keys);
  }

  bytesAt(at: number): number {
    return branchEntryBytes(this.keys[at] as Uint8Array);
  }
}

function bytesOf(keys: readonly Uint8Array[]): number {
  return keys.reduce((sum, key) => sum + branchEntryBytes(key), 0);
}

/** Index of the first key that is not before `key`. */
export function lowerBound(keys: readonly Uint8Array[], key: Uint8Array): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareBytes(keys[middle] as Uint8Array, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The shortest beginning of `after` that sorts after `before`. */
function separatorOf(before: Uint8Array, after: Uint8Array): Uint8Array {
  return after.slice(0, sharedPrefixBytes(before, after) + 1);
}
