// Two threads insert into one list at once, and the reader says whose turn it is: each turn is one
// atomic operation of the engine's own insert.
//
// The links that are shown are read from memory after each turn. "Broken" is an insert that
// changes links by a plain store: it writes without asking whether the link still leads where it
// did. The list's insert has no such mode, so its swap is made to succeed: what it expects is
// written to the link right before it. What is in memory afterwards is what a store would leave.

import {
  Found,
  type InsertPhase,
  KIND_PUT,
  NO_NODE,
  SEQUENCE_MAX,
  type SharedInsert,
  SharedSkipList,
  text,
  utf8,
} from '../../../engine/index.ts';
import type { Context } from '../../player/scenario.ts';
import { END, HEAD } from './world.ts';

export const THREAD_LEVELS = 2;
export const THREADS = ['A', 'B'] as const;
export type Thread = (typeof THREADS)[number];

/** What is there, and what each thread brings. */
export const THERE = [
  { name: 'a', height: 2 },
  { name: 'f', height: 2 },
] as const;
export const COMING: Readonly<Record<Thread, { name: string; height: number }>> = {
  A: { name: 'c', height: 2 },
  B: { name: 'd', height: 1 },
};

export type ThreadsAction =
  | { readonly do: 'begin'; readonly swap: 'compare' | 'store' }
  | { readonly do: 'step'; readonly thread: Thread };

/** A node as it is in memory. */
export interface NodeSeen {
  readonly name: string;
  readonly height: number;
  /** For each of its levels, where its link leads; undefined while nothing was written there. */
  readonly links: readonly (string | undefined)[];
  /** On how many levels, from 0 up, following links from the head comes by. */
  readonly linked: number;
}

/** What a thread is about to do. */
export interface Next {
  readonly phase: InsertPhase;
  readonly level: number;
  readonly before: string;
  readonly after: string;
}
export type NextOf = Readonly<Record<Thread, Next>>;

export type ThreadsEvent =
  | {
      readonly type: 'threads.begin';
      readonly swap: 'compare' | 'store';
      readonly nodes: readonly NodeSeen[];
      readonly next: NextOf;
    }
  | {
      readonly type: 'thread.step';
      readonly thread: Thread;
      readonly op: 'allocate' | 'load' | 'store' | 'cas';
      readonly level: number;
      /** Whose link it was, and what was read or written. */
      readonly node: string;
      readonly value: string;
      readonly succeeded: boolean;
      readonly nodes: readonly NodeSeen[];
      readonly next: NextOf;
    }
  /** Both are done; searched for, these keys are not found. */
  | { readonly type: 'threads.end'; readonly lost: readonly string[] };

const MEMORY_BYTES = 1024;

interface Known {
  readonly name: string;
  readonly height: number;
  readonly stored: Set<number>;
}

export class ThreadsWorld {
  readonly #trace: (event: ThreadsEvent) => void;
  #swap: 'compare' | 'store' = 'compare';
  #list: SharedSkipList;
  #inserts: Record<Thread, SharedInsert>;
  /** Nodes that are in memory by now, by address. */
  #known = new Map<number, Known>();
  #isOver = false;

  constructor({ trace }: Pick<Context<ThreadsEvent>, 'trace'>) {
    this.#trace = trace;
    this.#list = this.#fresh();
    this.#inserts = this.#begun();
  }

  apply(action: ThreadsAction): void {
    if (action.do === 'begin') this.#begin(action.swap);
    else this.#step(action.thread);
  }

  #fresh(): SharedSkipList {
    const heights = [...THERE, COMING.A, COMING.B].map(({ height }) => height);
    return SharedSkipList.create(MEMORY_BYTES, {
      levels: THREAD_LEVELS,
      heights: (nth) => heights[nth] as number,
      shared: false,
    });
  }

  #begun(): Record<Thread, SharedInsert> {
    this.#known = new Map();
    for (const [i, { name, height }] of THERE.entries()) {
      const node = this.#list.insert(utf8(name), i + 1, KIND_PUT, utf8(''));
      this.#known.set(node, { name, height, stored: new Set([0, 1]) });
    }
    const [A, B] = THREADS.map((thread, i) =>
      this.#list.begin(utf8(COMING[thread].name), THERE.length + i + 1, KIND_PUT, utf8('')),
    );
    return { A: A as SharedInsert, B: B as SharedInsert };
  }

  #begin(swap: 'compare' | 'store'): void {
    this.#swap = swap;
    this.#isOver = false;
    this.#list = this.#fresh();
    this.#inserts = this.#begun();
    this.#trace({ type: 'threads.begin', swap, nodes: this.#nodes(), next: this.#next() });
  }

  #step(thread: Thread): void {
    const insert = this.#inserts[thread];
    if (insert.phase === 'done') return;
    if (insert.phase === 'cas' && this.#swap === 'store') this.#forceLink(insert);
    const { op, level, node, value, succeeded } = insert.stepAndTell();
    if (op === 'allocate') this.#known.set(node, { ...COMING[thread], stored: new Set() });
    if (op === 'store') this.#known.get(node)?.stored.add(level);
    const told = { op, level, node: this.#name(node), value: this.#name(value), succeeded };
    const [nodes, next] = [this.#nodes(), this.#next()];
    this.#trace({ type: 'thread.step', thread, ...told, nodes, next });
    this.#endOnce();
  }

  /** Makes the swap that comes next succeed, whatever has happened in between. */
  #forceLink(insert: SharedInsert): void {
    const { entries } = this.#list;
    const at = entries.linkAt(insert.before(insert.level), insert.level);
    Atomics.store(entries.words, at, insert.after(insert.level));
  }

  #endOnce(): void {
    if (this.#isOver || THREADS.some((thread) => this.#inserts[thread].phase !== 'done')) return;
    this.#isOver = true;
    const lost = [...this.#known.values()]
      .map(({ name }) => name)
      .filter((name) => !this.#list.find(utf8(name), SEQUENCE_MAX, new Found()));
    this.#trace({ type: 'threads.end', lost });
  }

  #next(): NextOf {
    const of = (thread: Thread): Next => {
      const insert = this.#inserts[thread];
      const { phase, level } = insert;
      const [before, after] = [insert.before(level), insert.after(level)];
      return { phase, level, before: this.#name(before), after: this.#name(after) };
    };
    return { A: of('A'), B: of('B') };
  }

  /** The head and all nodes that are in memory, linked or not. */
  #nodes(): NodeSeen[] {
    const levels = this.#list.levels();
    const head = { name: HEAD, height: THREAD_LEVELS, stored: new Set([0, 1]) };
    return [[this.#list.entries.head, head] as const, ...this.#known].map(([node, known]) => {
      const { name, height, stored } = known;
      const links = Array.from({ length: height }, (_, level) =>
        stored.has(level) ? this.#name(this.#list.next(node, level)) : undefined,
      );
      const isIn = (level: number) => name === HEAD || (levels[level]?.includes(node) ?? false);
      const linked = isIn(0) ? (isIn(1) ? 2 : 1) : 0;
      return { name, height, links, linked };
    });
  }

  #name(node: number): string {
    const { entries } = this.#list;
    if (node === NO_NODE) return END;
    return node === entries.head ? HEAD : text(entries.key(node));
  }
}
