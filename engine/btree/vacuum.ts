// Copying a B-tree without its garbage: leaves first, in order, then what stands above them.
//
//     page    1     2     3     4       5         6
//           leaf  leaf  leaf  leaf    branch    commit
//
// Leaves are filled to seven eighths: a tree that is full to the last byte would split a page with
// every key that comes next. The commit comes after a sync, so that it can say what was durable.

import { EMPTY_BYTES, sharedPrefixBytes } from '../base/bytes.ts';
import { Branch, branchEntryBytes, entryBytes, Leaf, type Node } from './node.ts';
import { type Commit, checksumOf, encodeCommit, encodeNode, PageHeader } from './page.ts';
import { type CommitAt, crcOf, headerPage, type Pages } from './pages.ts';
import { TreeScan } from './scan.ts';

/** A node of the copy, and the shortest key that is not before it. */
interface Placed {
  readonly page: number;
  readonly separator: Uint8Array;
}

/** Copies the tree of this commit into an empty file; returns the commit of the copy. */
export function copyTree(from: Pages, to: Pages, commit: Commit): CommitAt {
  const copy = new Copy(to);
  copy.addHeader();
  let level = copy.leaves(from, commit.root);
  let height = level.length > 0 ? 1 : 0;
  for (; level.length > 1; height++) level = copy.branches(level, height);
  return copy.finish(commit, level[0]?.page ?? 0, height);
}

class Copy {
  readonly #to: Pages;
  readonly #leafBytes: number;
  readonly #branchBytes: number;
  readonly #checksums: number[] = [];

  constructor(to: Pages) {
    this.#to = to;
    const roomBytes = to.pageBytes - PageHeader.size;
    this.#leafBytes = Math.floor((roomBytes * 7) / 8);
    // The longest key takes a quarter, and the last child of a level may come on top.
    this.#branchBytes = Math.floor((roomBytes * 3) / 4) - 8;
  }

  addHeader(): void {
    this.#to.append(headerPage(this.#to.number, this.#to.pageBytes), [], []);
  }

  leaves(from: Pages, root: number): Placed[] {
    const placed: Placed[] = [];
    let leaf = new Leaf();
    let before: Uint8Array | undefined;
    let separator: Uint8Array = EMPTY_BYTES;
    const scan = new TreeScan(from, root, {}, () => {});
    try {
      for (; scan.valid; scan.next()) {
        const { key, value } = scan;
        if (before !== undefined && leaf.bytes + entryBytes(key, value) > this.#leafBytes) {
          placed.push({ page: this.#write(leaf), separator });
          leaf = new Leaf();
          separator = key.slice(0, sharedPrefixBytes(before, key) + 1);
        }
        leaf.set(key, value);
        before = key;
      }
    } finally {
      scan.close();
    }
    if (leaf.keys.length > 0) placed.push({ page: this.#write(leaf), separator });
    return placed;
  }

  branches(children: readonly Placed[], level: number): Placed[] {
    const placed: Placed[] = [];
    let branch = new Branch(level, [], [], 0);
    let separator: Uint8Array = EMPTY_BYTES;
    for (const [index, child] of children.entries()) {
      const bytes = branch.bytes + branchEntryBytes(child.separator);
      // The last child must not be left alone: a branch has two at least.
      const isFull = bytes > this.#branchBytes && children.length - index > 1;
      if (isFull && branch.children.length > 1) {
        placed.push({ page: this.#write(branch), separator });
        branch = new Branch(level, [], [], 0);
      }
      const isFirst = branch.children.length === 0;
      if (isFirst) separator = child.separator;
      branch.insert(branch.children.length, isFirst ? EMPTY_BYTES : child.separator, child.page);
    }
    placed.push({ page: this.#write(branch), separator });
    return placed;
  }

  finish(before: Commit, root: number, height: number): CommitAt {
    this.#to.sync();
    const page = this.#to.nextPage;
    const { durablePages } = this.#to;
    // What is durable by now need not be looked at when the file is opened.
    const isSafe = durablePages >= page;
    const commit: Commit = {
      ...before,
      root,
      height,
      livePages: this.#checksums.length,
      firstPage: isSafe ? page : 1,
      previous: 0,
      durablePages: isSafe ? durablePages : 0,
      pagesCrc: crcOf(isSafe ? [] : this.#checksums),
    };
    const bytes = new Uint8Array(this.#to.pageBytes);
    encodeCommit(bytes, this.#to.number, page, commit);
    this.#to.append(bytes, [], []);
    this.#to.sync();
    return { page, commit };
  }

  #write(node: Node): number {
    const page = this.#to.nextPage;
    const bytes = new Uint8Array(this.#to.pageBytes);
    node.page = page;
    encodeNode(bytes, this.#to.number, page, node);
    this.#to.append(bytes, [node], []);
    this.#to.tell(node, 0);
    this.#checksums.push(checksumOf(bytes));
    return page;
  }
}
