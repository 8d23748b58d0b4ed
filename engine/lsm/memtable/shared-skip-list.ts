// A skip list that several threads read and write at once, without locks (Pugh's lists;
// compare-and-swap inserts as in Fraser, "Practical lock-freedom", 2004, and RocksDB's
// InlineSkipList). It lies in one SharedArrayBuffer that every thread attaches to. Over a plain
// ArrayBuffer, the same code serves one thread.
//
//    level 1   head ------------------> c ------->
//                  \ cas               ^
//    level 0   head --> a --(cas)--> b --> c ---->        b comes in: first on level 0, then up
//
// Why it is correct. Nodes are never removed, moved or freed, and links change in one way only:
// from a node X to a new node whose own link leads to X.
//
// 1. *An insert takes effect at one point*: its successful compare-and-swap on level 0. Before
//    it no thread can reach the node; after it, every search passes it or finds it, since level 0
//    alone decides what is in the list. It finds the place right: the swap succeeds only if
//    nothing has come in between the nodes that the search stood between.
// 2. *Nobody sees a half-built node.* A node's content and its own link are written before the
//    swap that makes it reachable. The swap is sequentially consistent, and so is the load that
//    finds the node, so all that was written before the swap is there after the load.
// 3. *Levels may lag.* Links above level 0 are short cuts. A node is linked bottom-up, so one
//    that is met on a level is in all below; one that is not there yet is found further down.
// 4. *ABA cannot happen.* A swap fails unless the link still leads to the node that was read. A
//    link that has led elsewhere since never leads back: it only ever moves to new nodes, and
//    no address is used twice.
// 5. *Someone always gets on.* A swap fails only because another one has succeeded.
//
// Codes in links (offset-value.ts) are not here: a link and its code are two words, and no
// thread could change both at once. Sequence numbers make every (key, sequence) different.

import { assert } from '../../base/assert.ts';
import { FerrisError } from '../../base/errors.ts';
import { Random } from '../../base/random.ts';
import type { Found, PointKind } from '../entry.ts';
import { SharedInsert } from './shared-insert.ts';
import { NO_NODE, SHARED_LEVELS_MAX, SharedNodes } from './shared-nodes.ts';
import type { LevelPath, ShownList } from './sorted-list.ts';

export interface SharedSkipListOptions {
  /** Decides the heights of what is inserted here. */
  readonly seed?: number;
  /** Levels of the list, 1 to 12. */
  readonly levels?: number;
  /** False takes memory for one thread, where SharedArrayBuffer is not to be had. */
  readonly shared?: boolean;
  /** Dictates the height of the nth entry that is inserted here, from 0 on, in place of coins. */
  readonly heights?: ((nth: number) => number) | undefined;
}

/** One thread's hold on a list. */
export class SharedSkipList implements ShownList {
  readonly entries: SharedNodes;
  readonly #random: Random;
  readonly #heights: ((nth: number) => number) | undefined;
  #begun = 0;
  #count = 0;

  private constructor(entries: SharedNodes, { seed = 1, heights }: SharedSkipListOptions) {
    this.entries = entries;
    this.#random = new Random(seed);
    this.#heights = heights;
  }

  /**
   * A new list, in memory that never grows.
   * @throws FERRIS_UNSUPPORTED where there is no SharedArrayBuffer
   */
  static create(capacityBytes: number, options: SharedSkipListOptions = {}): SharedSkipList {
    const { levels = SHARED_LEVELS_MAX, shared = true } = options;
    assert(levels >= 1 && levels <= SHARED_LEVELS_MAX, 'a shared skip list has 1 to 12 levels');
    const bytes = Math.ceil(capacityBytes / 4) * 4 + (2 + levels) * 4;
    const buffer = shared ? sharedBuffer(bytes) : new ArrayBuffer(bytes);
    return new SharedSkipList(new SharedNodes(buffer, levels), options);
  }

  /** The list in memory that another thread has created. Give each thread its own seed. */
  static attach(buffer: ArrayBufferLike, seed: number): SharedSkipList {
    return new SharedSkipList(new SharedNodes(buffer), { seed });
  }

  /** The memory, to be sent to another thread. */
  get buffer(): ArrayBufferLike {
    return this.entries.words.buffer;
  }

  /** How many entries were inserted from here; other threads count theirs. */
  get count(): number {
    return this.#count;
  }

  get usedBytes(): number {
    return this.entries.usedBytes;
  }

  /** Adds an entry, whose key and sequence number must be new; returns its node, 0 if it is full. */
  insert(key: Uint8Array, sequence: number, kind: PointKind, value: Uint8Array): number {
    const insert = this.begin(key, sequence, kind, value);
    while (insert.step());
    if (insert.phase === 'full') return NO_NODE;
    this.#count++;
    return insert.node;
  }

  insertFrom(
    bytes: Uint8Array,
    kind: PointKind,
    keyAt: number,
    keyEnd: number,
    valueAt: number,
    valueEnd: number,
    sequence: number,
  ): number {
    const value = bytes.subarray(valueAt, valueEnd);
    return this.insert(bytes.subarray(keyAt, keyEnd), sequence, kind, value);
  }

  /** An insert that does nothing until it is stepped. */
  begin(key: Uint8Array, sequence: number, kind: PointKind, value: Uint8Array): SharedInsert {
    const height = this.#drawHeight();
    return new SharedInsert(this.entries, { key, sequence, kind, value, height });
  }

  /** As `Memtable.find`. */
  find(key: Uint8Array, sequence: number, found: Found): boolean {
    const { entries } = this;
    const node = this.seek(key, sequence);
    if (node === NO_NODE || !entries.holds(node, key)) return false;
    found.sequence = entries.sequence(node);
    found.kind = entries.kind(node);
    found.value = entries.value(node);
    return true;
  }

  /** The first node at or after (key, sequence), or 0. */
  seek(key: Uint8Array, sequence: number): number {
    return this.#search(key, sequence).after;
  }

  /** The last node before (key, sequence), or 0. */
  seekBefore(key: Uint8Array, sequence: number): number {
    return this.#unlessHead(this.#search(key, sequence).before);
  }

  first(): number {
    return this.after(this.entries.head);
  }

  last(): number {
    const { entries } = this;
    let node = entries.head;
    for (let level = entries.levels - 1; level >= 0; level--) {
      for (let next = this.next(node, level); next !== NO_NODE; next = this.next(node, level))
        node = next;
    }
    return this.#unlessHead(node);
  }

  after(node: number): number {
    return this.next(node, 0);
  }

  before(node: number): number {
    return this.seekBefore(this.entries.key(node), this.entries.sequence(node));
  }

  /** A node's place is the node. */
  entryAt(node: number): number {
    return node;
  }

  /** The node that follows on a level, or 0. Level by level from the head: `entries.head`. */
  next(node: number, level: number): number {
    const { entries } = this;
    return Atomics.load(entries.words, entries.linkAt(node, level));
  }

  levels(): number[][] {
    const { head, levels } = this.entries;
    const lists = Array.from({ length: levels }, (_, level) => [...this.#walk(head, level)]);
    const height = lists.findLastIndex((list) => list.length > 0) + 1;
    return lists.slice(0, Math.max(1, height));
  }

  pathTo(key: Uint8Array, sequence: number): LevelPath[] {
    const path: { level: number; entries: number[] }[] = [];
    this.#search(key, sequence, (level, node) => {
      if (path.at(-1)?.level !== level) path.push({ level, entries: [] });
      path.at(-1)?.entries.push(node);
    });
    return path;
  }

  *#walk(from: number, level: number): Generator<number> {
    for (let node = this.next(from, level); node !== NO_NODE; node = this.next(node, level))
      yield node;
  }

  #unlessHead(node: number): number {
    return node === this.entries.head ? NO_NODE : node;
  }

  /** The neighbors of (key, sequence) on level 0. `visit` is told of every node that is looked at. */
  #search(key: Uint8Array, sequence: number, visit?: (level: number, node: number) => void) {
    const { entries } = this;
    let before = entries.head;
    let after = NO_NODE;
    for (let level = entries.levels - 1; level >= 0; level--) {
      for (;;) {
        after = this.next(before, level);
        visit?.(level, after);
        if (after === NO_NODE || entries.compare(after, key, sequence) >= 0) break;
        before = after;
      }
    }
    return { before, after };
  }

  /** 1, and one more for each of two-bit draws that comes up zero: a quarter goes up. */
  #drawHeight(): number {
    const { levels } = this.entries;
    if (this.#heights !== undefined) return this.#heights(this.#begun++);
    const draw = this.#random.u32() | (1 << (2 * (levels - 1)));
    const zeros = 31 - Math.clz32(draw & -draw);
    return 1 + (zeros >> 1);
  }
}

function sharedBuffer(bytes: number): SharedArrayBuffer {
  if (typeof SharedArrayBuffer === 'undefined')
    throw new FerrisError(
      'FERRIS_UNSUPPORTED',
      'shared memory needs a cross-origin isolated page; ask for it with `shared: false`',
    );
  return new SharedArrayBuffer(bytes);
}
