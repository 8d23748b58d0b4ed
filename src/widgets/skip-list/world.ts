// A real skip list of a few keys, whose heights the reader decides.
//
// It is the shared one, used by one thread: its nodes are Pugh's, a tower of links each, so the
// picture has the links that are in memory and nothing else. What is compared is what the list
// says it has looked at.

import {
  compareBytes,
  KIND_PUT,
  NO_NODE,
  SEQUENCE_MAX,
  SharedSkipList,
  text,
  utf8,
} from '../../../engine/index.ts';
import type { Context } from '../../player/scenario.ts';

/** Levels of the lists here; the engine's have 12. */
export const LEVELS = 4;
/** Every other letter, so that there is a place between any two. */
export const KEYS: readonly string[] = [...'bdfhjlnprtvx'];
/** Columns that the figure has room for. */
export const NODES_MAX = 14;
/** What the names of the two ends are; no key is as long. */
export const HEAD = 'head';
export const END = 'end';

const MEMORY_BYTES = 4096;

export type ListAction =
  /** A list of `KEYS`, the nth of which has the nth height. */
  | { readonly do: 'build'; readonly heights: readonly number[] }
  | { readonly do: 'search'; readonly key: string }
  | { readonly do: 'insert'; readonly key: string; readonly height: number };

/** How what was looked at sorts: relative to what is searched for. */
export type Order = 'before' | 'at' | 'after' | 'end';

export interface ListNode {
  readonly key: string;
  readonly height: number;
  /** Of its first word; the links of a node lie before its address. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

export type ListEvent =
  | {
      readonly type: 'list.build';
      readonly nodes: readonly ListNode[];
      readonly memory: Uint8Array;
    }
  | { readonly type: 'search.begin'; readonly key: string; readonly height: number | undefined }
  /** The link of `from` was read; it leads to `to`. */
  | {
      readonly type: 'search.compare';
      readonly level: number;
      readonly from: string;
      readonly to: string;
      readonly order: Order;
    }
  | { readonly type: 'search.end'; readonly key: string; readonly found: boolean }
  /** On this level the new node stands between two others now. */
  | {
      readonly type: 'list.link';
      readonly key: string;
      readonly level: number;
      readonly from: string;
      readonly to: string;
    }
  | {
      readonly type: 'list.grown';
      readonly node: ListNode;
      readonly nodes: readonly ListNode[];
      readonly memory: Uint8Array;
    };

export class ListWorld {
  readonly #trace: (event: ListEvent) => void;
  #list: SharedSkipList;
  #heights: number[] = [];
  #sequence = 0;

  constructor({ trace }: Pick<Context<ListEvent>, 'trace'>) {
    this.#trace = trace;
    this.#list = this.#empty();
  }

  apply(action: ListAction): void {
    if (action.do === 'build') this.#build(action.heights);
    else if (action.do === 'search') this.#search(action.key);
    else this.#insert(action.key, action.height);
  }

  #empty(): SharedSkipList {
    const heights = (nth: number) => this.#heights[nth] as number;
    return SharedSkipList.create(MEMORY_BYTES, { levels: LEVELS, heights, shared: false });
  }

  #build(heights: readonly number[]): void {
    this.#list = this.#empty();
    this.#heights = [...heights];
    for (const key of KEYS.slice(0, heights.length)) this.#put(key);
    this.#trace({ type: 'list.build', nodes: this.#nodes(), memory: this.#memory() });
  }

  #put(key: string): number {
    return this.#list.insert(utf8(key), ++this.#sequence, KIND_PUT, utf8(key.toUpperCase()));
  }

  /** The way of the list's own search, step by step. */
  #search(key: string, height?: number): boolean {
    this.#trace({ type: 'search.begin', key, height });
    let before: number = this.#list.entries.head;
    let order: Order = 'end';
    for (const { level, entries } of this.#list.pathTo(utf8(key), SEQUENCE_MAX)) {
      for (const node of entries) {
        order = this.#orderOf(node, key);
        const [from, to] = [this.#name(before), this.#name(node)];
        this.#trace({ type: 'search.compare', level, from, to, order });
        if (order === 'before') before = node;
      }
    }
    const found = order === 'at';
    this.#trace({ type: 'search.end', key, found });
    return found;
  }

  #insert(key: string, height: number): void {
    const full = this.#heights.length >= NODES_MAX;
    if (this.#search(key, height) || full) return;
    this.#heights.push(height);
    const address = this.#put(key);
    for (let level = 0; level < height; level++) {
      const to = this.#name(this.#list.next(address, level));
      this.#trace({ type: 'list.link', key, level, from: this.#before(address, level), to });
    }
    const [node, nodes] = [this.#nodeAt(address), this.#nodes()];
    this.#trace({ type: 'list.grown', node, nodes, memory: this.#memory() });
  }

  #before(address: number, level: number): string {
    const nodes = this.#list.levels()[level] ?? [];
    return this.#name(nodes[nodes.indexOf(address) - 1] ?? this.#list.entries.head);
  }

  #orderOf(node: number, key: string): Order {
    if (node === NO_NODE) return 'end';
    const order = compareBytes(this.#list.entries.key(node), utf8(key));
    if (order === 0) return 'at';
    return order < 0 ? 'before' : 'after';
  }

  #name(node: number): string {
    const { entries } = this.#list;
    if (node === NO_NODE) return END;
    return node === entries.head ? HEAD : text(entries.key(node));
  }

  #nodes(): ListNode[] {
    return (this.#list.levels()[0] ?? []).map((address) => this.#nodeAt(address));
  }

  #nodeAt(address: number): ListNode {
    const { entries } = this.#list;
    const height = entries.height(address);
    const offsetBytes = 4 * entries.linkAt(address, height - 1);
    const value = entries.value(address);
    const endBytes = Math.ceil((value.byteOffset + value.length) / 4) * 4;
    return { key: this.#name(address), height, offsetBytes, sizeBytes: endBytes - offsetBytes };
  }

  #memory(): Uint8Array {
    return new Uint8Array(this.#list.buffer, 0, this.#list.usedBytes).slice();
  }
}
