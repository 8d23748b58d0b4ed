// Walking over a B-tree in order, as it was when the walk began.
//
//     path    root [2]  >  branch [0]  >  leaf [5]        which entry of each node
//
// The next key is the next entry of the leaf. At its end the path goes up to the first node that
// has a next child, and down again along first children. So a page is read once, when the walk
// comes to it. (LMDB walks like this; trees that link their leaves can't copy a leaf without
// copying its neighbor too.)

import { compareBytes, EMPTY_BYTES } from '../base/bytes.ts';
import { Branch, type Leaf, lowerBound, type Node } from './node.ts';
import type { Pages } from './pages.ts';

/** Keys from `start` on, up to `end`, which is not in it. */
export interface TreeScanRange {
  readonly start?: Uint8Array | undefined;
  readonly end?: Uint8Array | undefined;
}

interface Step {
  readonly node: Node;
  at: number;
}

export class TreeScan {
  readonly #pages: Pages | undefined;
  readonly #end: Uint8Array | undefined;
  readonly #release: () => void;
  #path: Step[] = [];
  #isOpen: boolean;

  /** @param release called when it lets go of the file */
  constructor(
    pages: Pages | undefined,
    root: number,
    { start = EMPTY_BYTES, end }: TreeScanRange,
    release: () => void,
  ) {
    this.#pages = pages;
    this.#end = end;
    this.#release = release;
    this.#isOpen = pages !== undefined;
    if (pages === undefined) return;
    pages.holders++;
    if (root !== 0) this.#descend(root, start);
    this.#skipEmpty();
  }

  get valid(): boolean {
    return this.#path.length > 0;
  }

  /** The entry it is at; `valid` must be true. */
  get key(): Uint8Array {
    const { node, at } = this.#leaf;
    return node.keys[at] as Uint8Array;
  }

  get value(): Uint8Array {
    const { node, at } = this.#leaf;
    return node.values[at] as Uint8Array;
  }

  /** @throws FERRIS_CORRUPTION, FERRIS_IO */
  next(): void {
    this.#leaf.at++;
    this.#skipEmpty();
  }

  /** Lets go of the file; closing twice is fine. */
  close(): void {
    this.#path = [];
    if (!this.#isOpen || this.#pages === undefined) return;
    this.#isOpen = false;
    this.#pages.holders--;
    this.#release();
  }

  get #leaf(): { readonly node: Leaf; at: number } {
    return this.#path.at(-1) as { node: Leaf; at: number };
  }

  /** Down to the leaf that `key` belongs into, and to the first entry that is not before it. */
  #descend(page: number, key: Uint8Array): void {
    let node = (this.#pages as Pages).node(page);
    while (node instanceof Branch) {
      const at = node.indexOf(key);
      this.#path.push({ node, at });
      node = (this.#pages as Pages).node(node.children[at] as number);
    }
    this.#path.push({ node, at: lowerBound(node.keys, key) });
  }

  /** On to the next leaf where this one has no more; ends the walk behind the range. */
  #skipEmpty(): void {
    while (this.valid && this.#leaf.at >= this.#leaf.node.keys.length) this.#nextLeaf();
    const isBehind =
      this.valid && this.#end !== undefined && compareBytes(this.key, this.#end) >= 0;
    if (isBehind || !this.valid) this.close();
  }

  #nextLeaf(): void {
    this.#path.pop();
    for (let step = this.#path.at(-1); step !== undefined; step = this.#path.at(-1)) {
      step.at++;
      if (step.at < step.node.keys.length) {
        this.#descend((step.node as Branch).children[step.at] as number, EMPTY_BYTES);
        return;
      }
      this.#path.pop();
    }
  }
}
