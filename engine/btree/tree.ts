// A B-tree on files that only grow: the other way to keep a key in its place.
//
//     write(puts and deletes)
//        new leaf, new parents, new root, commit page     one append, one sync
//                                              |
//     get, scan  <-- root <--------------------+
//
// It is here to be compared with the log-structured tree (lsm/store.ts): same files, same
// promises, another bargain. A read goes down one path of pages. A write of one entry writes
// every page on that path anew, and leaves the old ones behind as garbage. CouchDB keeps its data
// like this; LMDB shares the idea, and uses the old pages again, for which it has to overwrite.
//
// 1. A write is atomic: its commit page is there with all that it needs, or the tree before
//    counts (pages.ts). What was acknowledged as durable stays; what survives is a prefix.
// 2. There is no log, and nothing is replayed: opening finds the last commit, and writes nothing.
// 3. A scan reads the tree as it was when it began. Nothing is ever changed in place, so that
//    costs nothing, but for the garbage that it may hold.
// 4. `vacuum` copies what can be reached to a new file. It counts once its commit is whole; the
//    old file is deleted when that is durable and no scan reads it.
// 5. After a failure of unknown outcome nothing more is written until it is opened again.
//
// The B-tree is Bayer and McCreight's (1972). We keep it simple: an entry takes at most a quarter
// of a page, keys of a page don't share prefixes, and there is one writer.

import { FerrisError } from '../base/errors.ts';
import type { Files } from '../env/files.ts';
import { Health } from '../env/health.ts';
import { discard, syncFile, syncNames } from '../env/sync.ts';
import type { Trace } from '../trace/events.ts';
import { Change } from './change.ts';
import { Branch, type Child, entryBytes } from './node.ts';
import { type Commit, checksumOf, encodeCommit, PageHeader } from './page.ts';
import { type CommitAt, crcOf, headerPage, Pages, type PagesOptions, readHeader } from './pages.ts';
import { TreeScan, type TreeScanRange } from './scan.ts';
import { copyTree } from './vacuum.ts';

export interface BTreeOptions {
  readonly files: Files;
  /** Of a new tree, 256 to 65536; default 4096. */
  readonly pageBytes?: number;
  /** Pages kept in memory; default 256. */
  readonly cachePages?: number;
  readonly trace?: Trace | undefined;
}

/** A key, and what it becomes; undefined: it is deleted. */
export type TreeOperation = readonly [key: Uint8Array, value: Uint8Array | undefined];

export interface BTreeStats {
  readonly entries: number;
  readonly height: number;
  readonly commits: number;
  readonly pageBytes: number;
  /** Pages of the file, and those of them that can be reached from the root. */
  readonly pages: number;
  readonly livePages: number;
}

const PAGE_BYTES_MIN = 256;
const PAGE_BYTES_MAX = 65536;

const NOTHING: CommitAt = {
  page: 0,
  commit: {
    commit: 0,
    root: 0,
    height: 0,
    entries: 0,
    livePages: 0,
    firstPage: 0,
    previous: 0,
    durablePages: 0,
    pagesCrc: 0,
  },
};

/** An open B-tree. One at a time for a directory of files. */
export class BTree {
  readonly #files: Files;
  readonly #health: Health;
  readonly #options: PagesOptions;
  #pages: Pages | undefined;
  #last: CommitAt;
  /** Files that are not needed once the current one is durable. */
  #old: string[];
  #retired: Pages[] = [];
  #highestNumber: number;
  #closed = false;

  /**
   * Opens the tree in `options.files`, or begins one where there is none.
   * @throws FERRIS_CORRUPTION, FERRIS_UNSUPPORTED, FERRIS_IO, FERRIS_INVALID_ARGUMENT
   */
  static open(options: BTreeOptions): BTree {
    return new BTree(options);
  }

  private constructor({ files, pageBytes = 4096, cachePages = 256, trace }: BTreeOptions) {
    if (!(pageBytes >= PAGE_BYTES_MIN && pageBytes <= PAGE_BYTES_MAX)) {
      const message = `a page has ${PAGE_BYTES_MIN} to ${PAGE_BYTES_MAX} bytes, not ${pageBytes}`;
      throw new FerrisError('FERRIS_INVALID_ARGUMENT', message);
    }
    this.#files = files;
    this.#health = new Health(files);
    this.#options = { pageBytes, cachePages, trace };
    const numbers = numbersIn(files);
    this.#highestNumber = numbers[0] ?? 0;
    this.#last = NOTHING;
    this.#find(numbers);
    this.#old = numbers.filter((number) => number !== this.#pages?.number).map(treeName);
    const { commit, root, entries, height } = this.#last.commit;
    const tree = this.#pages?.number ?? 0;
    trace?.({ type: 'btree.open', tree, commit, root, entries, height });
    files.onDurable = () => this.#reap();
  }

  get stats(): BTreeStats {
    const { entries, height, livePages, commit } = this.#last.commit;
    const pages = this.#pages?.nextPage ?? 0;
    const pageBytes = this.#pages?.pageBytes ?? this.#options.pageBytes;
    return { entries, height, commits: commit, pageBytes, pages, livePages };
  }

  /** True when every write so far would survive a power cut. */
  get isDurable(): boolean {
    return this.#pages === undefined || (this.#pages.isDurable && this.#files.directoryDurable);
  }

  /** The value of `key`, or undefined. It must not be changed. @throws FERRIS_CORRUPTION, FERRIS_IO */
  get(key: Uint8Array): Uint8Array | undefined {
    this.#assertOpen();
    const { root } = this.#last.commit;
    if (this.#pages === undefined || root === 0) return undefined;
    let node = this.#pages.node(root);
    while (node instanceof Branch)
      node = this.#pages.node(pageOf(node.children[node.indexOf(key)]));
    return node.get(key);
  }

  /** The keys of a range in order, as of now. Read it to its end or close it. */
  scan(range: TreeScanRange = {}): TreeScan {
    this.#assertOpen();
    return new TreeScan(this.#pages, this.#last.commit.root, range, () => {
      if (this.#retired.length > 0) this.#reap();
    });
  }

  /**
   * Applies all operations in order, or none; returns the number of the commit. `isDurable` says
   * when it would survive a power cut; without `sync` that is when a later one has asked for it.
   * @throws FERRIS_TOO_LARGE, FERRIS_NO_SPACE (nothing has changed), FERRIS_IO (unknown; open it
   *   again), FERRIS_CORRUPTION, FERRIS_CLOSED
   */
  write(operations: readonly TreeOperation[], sync = true): number {
    this.#assertWritable();
    const pageBytes = this.#pages?.pageBytes ?? this.#options.pageBytes;
    for (const operation of operations) assertFits(operation, pageBytes);
    const source = { node: (page: number) => (this.#pages as Pages).node(page) };
    const change = new Change(source, this.#last.commit.root, pageBytes, this.#options.trace);
    for (const [key, value] of operations) {
      if (value === undefined) change.delete(key);
      else change.put(key.slice(), value.slice());
    }
    if (!change.isEmpty) this.#commit(change, sync);
    return this.#last.commit.commit;
  }

  /**
   * Copies the tree to a new file, in order and without garbage. False when it waits for an
   * earlier step to be durable.
   * @throws FERRIS_NO_SPACE (nothing has changed), FERRIS_IO, FERRIS_CORRUPTION
   */
  vacuum(): boolean {
    this.#assertWritable();
    const from = this.#pages;
    if (from === undefined) return true;
    if (!this.isDurable) return false;
    const to = this.#create(from.pageBytes);
    let copied = NOTHING;
    this.#into(to, () => {
      copied = copyTree(from, to, this.#last.commit);
      syncNames(this.#files);
    });
    this.#last = copied;
    this.#retired.push(from);
    const pages = to.nextPage;
    this.#options.trace?.({ type: 'btree.vacuum', from: from.number, to: to.number, pages });
    this.#reap();
    return true;
  }

  /** Lets go of all files; it syncs nothing. */
  close(): void {
    this.#closed = true;
    this.#files.onDurable = undefined;
    this.#pages?.close();
    for (const pages of this.#retired) pages.close();
  }

  /** The highest file with a whole commit counts. */
  #find(numbers: readonly number[]): void {
    for (const number of numbers) {
      const file = this.#files.open(treeName(number));
      const pageBytes = readHeader(file) ?? this.#options.pageBytes;
      const pages = new Pages(file, number, pageBytes, this.#options);
      const last = pages.lastCommit();
      if (last !== undefined) {
        this.#pages = pages;
        this.#last = last;
        // A process may have ended between an append and its sync.
        syncFile(file);
        syncNames(this.#files);
        return;
      }
      pages.close();
    }
  }

  #commit(change: Change, sync: boolean): void {
    const pages = this.#pages ?? this.#create(this.#options.pageBytes);
    const first = Math.max(pages.nextPage, 1);
    const bytes = change.encode(pages.number, first, pages.pageBytes);
    const { written, freed } = change;
    const page = first + written.length;
    const commit = this.#next(change, pages, first, bytes);
    const at = bytes.subarray(written.length * pages.pageBytes);
    encodeCommit(at, pages.number, page, commit);
    this.#into(pages, () => {
      const isFirst = pages.nextPage === 0;
      pages.append(isFirst ? withHeader(pages, bytes) : bytes, written, freed);
      if (sync) pages.sync();
      if (isFirst) syncNames(this.#files);
    });
    this.#last = { page, commit };
    for (const node of written) pages.tell(node, change.replacedBy(node));
    const { root } = commit;
    const tree = pages.number;
    this.#options.trace?.({ type: 'btree.commit', tree, commit: commit.commit, page, root, freed });
    this.#reap();
  }

  #next(change: Change, pages: Pages, firstPage: number, bytes: Uint8Array): Commit {
    const { page: previous, commit: last } = this.#last;
    const { pageBytes } = pages;
    const checksums = change.written.map((_, i) => checksumOf(bytes.subarray(i * pageBytes)));
    return {
      commit: last.commit + 1,
      root: change.rootPage,
      height: change.height,
      entries: last.entries + change.added,
      livePages: last.livePages + change.written.length - change.freed.length,
      firstPage,
      previous,
      durablePages: pages.durablePages,
      pagesCrc: crcOf(checksums),
    };
  }

  #create(pageBytes: number): Pages {
    const number = ++this.#highestNumber;
    const file = this.#files.create(treeName(number));
    return new Pages(file, number, pageBytes, this.#options);
  }

  /** Deletes what the current file stands for, once it is durable. */
  #reap(): void {
    if (this.#closed || !this.isDurable) return;
    this.#retired = this.#retired.filter((pages) => {
      if (pages.holders > 0) return true;
      pages.close();
      this.#old.push(pages.name);
      return false;
    });
    for (const name of this.#old.splice(0)) discard(this.#files, name);
  }

  /**
   * Writes to a file, which is the current one from then on. After a refusal all is as before; after
   * anything else nobody knows, and a file that was given up might come back and count.
   */
  #into(pages: Pages, write: () => void): void {
    try {
      this.#health.guard(write);
      this.#pages = pages;
    } catch (error) {
      if (pages !== this.#pages) {
        pages.close();
        discard(this.#files, pages.name);
      }
      throw error;
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new FerrisError('FERRIS_CLOSED', 'this tree is closed; open it again');
  }

  #assertWritable(): void {
    this.#assertOpen();
    this.#health.assertMayWrite();
  }
}

/** Name of the tree's file of this number: `000001.btree`. */
export function treeName(number: number): string {
  return `${String(number).padStart(6, '0')}.btree`;
}

function numbersIn(files: Files): number[] {
  const numbers = files.list().flatMap((name) => {
    const digits = /^(\d{6,})\.btree$/.exec(name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
  return numbers.sort((a, b) => b - a);
}

function withHeader(pages: Pages, bytes: Uint8Array): Uint8Array {
  const header = headerPage(pages.number, pages.pageBytes);
  const whole = new Uint8Array(header.length + bytes.length);
  whole.set(header);
  whole.set(bytes, header.length);
  return whole;
}

function pageOf(child: Child | undefined): number {
  return child as number; // nodes that were read have pages for children
}

function assertFits([key, value]: TreeOperation, pageBytes: number): void {
  const bytes = entryBytes(key, value ?? new Uint8Array(0));
  const most = (pageBytes - PageHeader.size) >>> 2;
  if (bytes <= most) return;
  const message = `an entry takes ${bytes} bytes; with pages of ${pageBytes} bytes ${most} is the most: take larger pages`;
  throw new FerrisError('FERRIS_TOO_LARGE', message);
}
