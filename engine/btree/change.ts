// One write to a B-tree, before it is on the disk: a new root, and what hangs on it that is new.
//
//     before        root 9                     after        root *
//                  /      \                                /      \
//             leaf 7      leaf 8                      leaf 7      leaf *      * has no page yet
//
// Nothing is changed in place. A changed leaf is a new leaf, so its parent is a new parent, up to
// the root; all the rest is shared with the tree before (shadow paging: Lorie, 1977; with B-trees:
// Rodeh, 2008). Who holds the old root sees the old tree.
//
// 1. A node that takes more than a page is cut in two. At the right end of the tree the left part
//    stays full: keys that come in order leave no half-empty pages behind.
// 2. One of which a delete leaves less than a quarter is joined with a neighbor, and cut again if
//    that is too much.
// 3. `freed` are the pages that the new tree doesn't reach. They stay in the file.

import { assert } from '../base/assert.ts';
import type { Trace } from '../trace/events.ts';
import { Branch, type Child, Leaf, type Node } from './node.ts';
import { encodeNode, PageHeader } from './page.ts';

/** Where clean nodes come from. */
export interface NodeSource {
  node(page: number): Node;
}

export class Change {
  readonly #source: NodeSource;
  readonly #roomBytes: number;
  readonly #trace: Trace | undefined;
  readonly #replaced = new Map<Node, number>();
  readonly freed: number[] = [];
  #root: Child;
  #added = 0;
  #written: Node[] = [];

  /** @param root page of the tree's root, 0 when it is empty */
  constructor(source: NodeSource, root: number, pageBytes: number, trace: Trace | undefined) {
    this.#source = source;
    this.#root = root;
    this.#roomBytes = pageBytes - PageHeader.size;
    this.#trace = trace;
  }

  /** Entries that were added, less those that were removed. */
  get added(): number {
    return this.#added;
  }

  get isEmpty(): boolean {
    return typeof this.#root === 'number' && this.freed.length === 0;
  }

  get height(): number {
    if (this.#root === 0) return 0;
    return this.#node(this.#root).level + 1;
  }

  /** Page of the root; after `encode`. */
  get rootPage(): number {
    return typeof this.#root === 'number' ? this.#root : this.#root.page;
  }

  /** The new nodes in the order of their pages; after `encode`. */
  get written(): readonly Node[] {
    return this.#written;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    const root = this.#root === 0 ? new Leaf() : this.#own(this.#root);
    if (this.#putInto(root, key, value, true)) this.#added++;
    this.#settleRoot(root, isAtEnd(root, key));
  }

  /** Removes a key, if it is there. */
  delete(key: Uint8Array): void {
    if (this.#root === 0 || !this.#has(key)) return;
    const root = this.#own(this.#root);
    this.#removeFrom(root, key);
    this.#added--;
    this.#settleRoot(root, false);
  }

  /**
   * Gives pages from `firstPage` on to the new nodes, children before parents, and returns their
   * bytes with room for one page more.
   */
  encode(file: number, firstPage: number, pageBytes: number): Uint8Array<ArrayBuffer> {
    this.#written = [];
    if (typeof this.#root !== 'number') this.#collect(this.#root);
    const bytes = new Uint8Array((this.#written.length + 1) * pageBytes);
    for (const [index, node] of this.#written.entries()) {
      const page = firstPage + index;
      node.page = page;
      if (node instanceof Branch) node.children.forEach(toPage);
      const into = bytes.subarray(index * pageBytes, (index + 1) * pageBytes);
      encodeNode(into, file, page, node);
    }
    return bytes;
  }

  /** The page that a written node is a changed copy of; 0: none. */
  replacedBy(node: Node): number {
    return this.#replaced.get(node) ?? 0;
  }

  #collect(node: Node): void {
    if (node instanceof Branch) {
      for (const child of node.children) if (typeof child !== 'number') this.#collect(child);
    }
    this.#written.push(node);
  }

  #node(child: Child): Node {
    return typeof child === 'number' ? this.#source.node(child) : child;
  }

  /** The child itself if it is new, else a copy of it. */
  #own(child: Child): Node {
    if (typeof child !== 'number') return child;
    const copy = this.#source.node(child).copy();
    this.freed.push(child);
    this.#replaced.set(copy, child);
    return copy;
  }

  #has(key: Uint8Array): boolean {
    let node = this.#node(this.#root);
    while (node instanceof Branch) node = this.#node(node.children[node.indexOf(key)] as Child);
    return node.get(key) !== undefined;
  }

  /** True when the key is new. `isLast`: nothing in the tree is right of this node. */
  #putInto(node: Node, key: Uint8Array, value: Uint8Array, isLast: boolean): boolean {
    if (node instanceof Leaf) return node.set(key, value);
    const at = node.indexOf(key);
    const child = this.#own(node.children[at] as Child);
    node.children[at] = child;
    const isLastChild = isLast && at === node.children.length - 1;
    const isNew = this.#putInto(child, key, value, isLastChild);
    if (child.bytes > this.#roomBytes) this.#cut(node, at, isLastChild && isAtEnd(child, key));
    return isNew;
  }

  #removeFrom(node: Node, key: Uint8Array): void {
    if (node instanceof Leaf) {
      node.remove(key);
      return;
    }
    const at = node.indexOf(key);
    const child = this.#own(node.children[at] as Child);
    node.children[at] = child;
    this.#removeFrom(child, key);
    const isSmall = child.bytes < this.#roomBytes >>> 2;
    if (isSmall && node.children.length > 1) this.#join(node, Math.max(at - 1, 0));
  }

  #settleRoot(root: Node, isAppend: boolean): void {
    if (root.bytes > this.#roomBytes) {
      const { right, separator } = this.#cutNode(root, isAppend);
      this.#root = Branch.over(root, right, separator);
    } else if (root instanceof Branch && root.children.length === 1) {
      this.#root = root.children[0] as Child;
    } else {
      this.#root = root.keys.length === 0 ? 0 : root;
    }
  }

  #cut(parent: Branch, at: number, isAppend: boolean): void {
    const { right, separator } = this.#cutNode(parent.children[at] as Node, isAppend);
    parent.insert(at + 1, separator, right);
  }

  #cutNode(node: Node, isAppend: boolean): { right: Node; separator: Uint8Array } {
    const made = node.cut(cutPlace(node, isAppend));
    const { level, keys } = node;
    const [left, right] = [keys.length, made.right.keys.length];
    this.#trace?.({ type: 'btree.split', level, left, right, separator: made.separator });
    return made;
  }

  #join(parent: Branch, at: number): void {
    const left = this.#own(parent.children[at] as Child);
    const right = this.#own(parent.children[at + 1] as Child);
    parent.children[at] = left;
    const separator = parent.drop(at + 1);
    if (left instanceof Leaf) left.join(right as Leaf);
    else left.join(right as Branch, separator);
    this.#trace?.({ type: 'btree.merge', level: left.level, entries: left.keys.length });
    if (left.bytes > this.#roomBytes) this.#cut(parent, at, false);
  }
}

/** Index of the first entry that goes to the right: where half of the bytes are on either side. */
function cutPlace(node: Node, isAppend: boolean): number {
  const count = node.keys.length;
  // A branch needs two children, also on its right.
  const most = count - (node instanceof Branch ? 2 : 1);
  assert(most > 0, 'a node that is too large has several entries');
  if (isAppend) return most;
  let left = 0;
  for (let at = 0; at < most; at++) {
    left += node.bytesAt(at);
    if (left * 2 >= node.bytes) return at + 1;
  }
  return most;
}

/** True when `key` has just been put at the node's right end, or below it. */
function isAtEnd(node: Node, key: Uint8Array): boolean {
  if (node instanceof Leaf) return node.keys.at(-1) === key;
  return node.indexOf(key) >= node.children.length - 2;
}

function toPage(child: Child, index: number, children: Child[]): void {
  if (typeof child !== 'number') children[index] = child.page;
}
