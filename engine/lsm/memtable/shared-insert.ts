// An insert into a shared skip list, as a machine: each `step` does one atomic operation on
// the shared memory and nothing else that another thread could notice. A real insert steps to
// its end; a figure or a test steps several in whatever order it likes.
//
//    allocate --> load ... load --> store --> cas --> store --> cas --> done
//        |         ^    search      own       the     one level up
//        v         |                link      link before
//       full       +------------- failed ------+
//
// allocate   takes memory and fills it; no other thread knows of it yet.
// load       reads the next link of the search. On each level the search ends between
//            `before` and `after`: the last node before the new one, and the one after it.
// store      the new node's own link on this level leads to `after`.
// cas        compare-and-swap: the link of `before` leads to the new node, if it still led to
//            `after`. If not, another node came in between: load on from `before`.
//
// Why a failed cas need not begin anew: no node is ever removed, so `before` is still in the
// list of its level, and still before the new node.

import { assert } from '../../base/assert.ts';
import { type NewEntry, NO_NODE, type SharedNodes } from './shared-nodes.ts';

/** What an insert is about to do. */
export type InsertPhase = 'allocate' | 'load' | 'store' | 'cas' | 'done' | 'full';

/** One atomic operation, as it was done. Addresses are of nodes; the level tells the link. */
export interface InsertAction {
  readonly op: 'allocate' | 'load' | 'store' | 'cas';
  readonly level: number;
  /** The node whose link it was (allocate: the new node). */
  readonly node: number;
  /** What was read, or written. */
  readonly value: number;
  /** False for a cas that came too late, and for memory that was not there. */
  readonly succeeded: boolean;
}

export class SharedInsert {
  readonly #nodes: SharedNodes;
  readonly #entry: NewEntry;
  readonly #before: number[];
  readonly #after: number[];
  #phase: InsertPhase = 'allocate';
  #level: number;
  /** Whether the search is over: then a load is for one level alone. */
  #isLinking = false;
  #node = NO_NODE;

  constructor(nodes: SharedNodes, entry: NewEntry) {
    assert(entry.height >= 1 && entry.height <= nodes.levels, 'a height is 1 to the levels');
    this.#nodes = nodes;
    this.#entry = entry;
    this.#level = nodes.levels - 1;
    this.#before = new Array<number>(nodes.levels).fill(nodes.head);
    this.#after = new Array<number>(nodes.levels).fill(NO_NODE);
  }

  /** What the next step does; 'done' or 'full' when there is none. */
  get phase(): InsertPhase {
    return this.#phase;
  }

  get level(): number {
    return this.#level;
  }

  /** The new node, once it is allocated. */
  get node(): number {
    return this.#node;
  }

  /** The last node before the new one, as far as is known, on a level. */
  before(level: number): number {
    return this.#before[level] as number;
  }

  /** The node after the new one, as far as is known, on a level. */
  after(level: number): number {
    return this.#after[level] as number;
  }

  /** Does one atomic operation; returns false when the insert is over. */
  step(): boolean {
    switch (this.#phase) {
      case 'allocate':
        this.#allocate();
        break;
      case 'load':
        this.#load();
        break;
      case 'store':
        this.#store();
        break;
      case 'cas':
        this.#compareAndSwap();
        break;
    }
    return this.#phase !== 'done' && this.#phase !== 'full';
  }

  /** As `step`, and tells what was done: for figures. The insert must not be over. */
  stepAndTell(): InsertAction {
    const op = this.#phase;
    assert(op !== 'done' && op !== 'full', 'the insert is over');
    const level = this.#level;
    const from = this.before(level);
    this.step();
    switch (op) {
      case 'allocate': {
        const succeeded = this.#node !== NO_NODE;
        return { op, level: 0, node: this.#node, value: this.#node, succeeded };
      }
      case 'load': {
        const isNext = this.before(level) !== from;
        const value = isNext ? this.before(level) : this.after(level);
        return { op, level, node: from, value, succeeded: true };
      }
      case 'store':
        return { op, level, node: this.#node, value: this.after(level), succeeded: true };
      case 'cas':
        return { op, level, node: from, value: this.#node, succeeded: this.#phase !== 'load' };
    }
  }

  #allocate(): void {
    this.#node = this.#nodes.allocate(this.#entry);
    this.#phase = this.#node === NO_NODE ? 'full' : 'load';
  }

  #load(): void {
    const nodes = this.#nodes;
    const { key, sequence } = this.#entry;
    const level = this.#level;
    const before = this.#before[level] as number;
    const next = Atomics.load(nodes.words, nodes.linkAt(before, level));
    const order = next === NO_NODE ? 1 : nodes.compare(next, key, sequence);
    assert(order !== 0, 'an entry is inserted once');
    if (order < 0) this.#before[level] = next;
    else this.#endLevel(before, next);
  }

  /** The search of this level ended between two nodes: down, or on to linking. */
  #endLevel(before: number, after: number): void {
    this.#after[this.#level] = after;
    if (this.#isLinking || this.#level === 0) {
      this.#isLinking = true;
      this.#phase = 'store';
    } else {
      this.#level--;
      this.#before[this.#level] = before;
    }
  }

  #store(): void {
    const { words } = this.#nodes;
    const at = this.#nodes.linkAt(this.#node, this.#level);
    Atomics.store(words, at, this.#after[this.#level] as number);
    this.#phase = 'cas';
  }

  #compareAndSwap(): void {
    const { words } = this.#nodes;
    const at = this.#nodes.linkAt(this.#before[this.#level] as number, this.#level);
    const after = this.#after[this.#level] as number;
    if (Atomics.compareExchange(words, at, after, this.#node) !== after) this.#phase = 'load';
    else if (this.#level + 1 === this.#entry.height) this.#phase = 'done';
    else {
      this.#level++;
      this.#phase = 'store';
    }
  }
}
