// One file of pages: read through a cache, written at the end, and searched for its last commit.
//
//     | header | leaf leaf root commit 1 | leaf root commit 2 | leaf ##### commit 3 |
//                                                  ^ whole            ^ not whole
//
// 1. A write is one append: its new nodes, then its commit page. The commit counts if every page
//    that it needs is there. Those below its own `durablePages` were durable before it was
//    written. The others, back to there, are looked at when the file is opened.
// 2. So one sync is enough for a write. (LMDB syncs its pages, then writes the root, and syncs
//    again.) A power cut may keep a commit page and lose what lies before it: then the commit
//    before it counts.
// 3. What lies behind the last whole commit is left there; files only grow. The next write begins
//    at the next page.
// 4. A page that is damaged where it had been durable is corruption, found when it is read. One
//    thing can't be told: whether the very last commit is torn or has rotted. It reads as torn.

import { EMPTY_BYTES } from '../base/bytes.ts';
import { crc32 } from '../base/crc32.ts';
import { isFerrisError } from '../base/errors.ts';
import { viewOf } from '../base/layout.ts';
import type { File } from '../env/files.ts';
import { decodeHeader, encodeHeader, HEADER_BYTES } from '../env/header.ts';
import { syncFile } from '../env/sync.ts';
import type { Trace } from '../trace/events.ts';
import type { NodeSource } from './change.ts';
import type { Node } from './node.ts';
import {
  BTREE_FORMAT,
  type Commit,
  checksumOf,
  damaged,
  decodeCommit,
  decodeNode,
  isSound,
} from './page.ts';

/** A commit, and the page that it is in. */
export interface CommitAt {
  readonly page: number;
  readonly commit: Commit;
}

export interface PagesOptions {
  readonly pageBytes: number;
  /** Nodes kept in memory. */
  readonly cachePages: number;
  readonly trace: Trace | undefined;
}

export class Pages implements NodeSource {
  readonly number: number;
  readonly pageBytes: number;
  readonly #file: File;
  readonly #options: PagesOptions;
  /** The least recently used first. */
  readonly #cache = new Map<number, Node>();
  /** Scans that read this file. */
  holders = 0;

  /** @param pageBytes of this file, which may be another than that of new files */
  constructor(file: File, number: number, pageBytes: number, options: PagesOptions) {
    this.#file = file;
    this.number = number;
    this.pageBytes = pageBytes;
    this.#options = options;
  }

  get name(): string {
    return this.#file.name;
  }

  get sizeBytes(): number {
    return this.#file.size;
  }

  /** True when all of it would survive a power cut. */
  get isDurable(): boolean {
    return this.#file.durableBytes >= this.#file.size;
  }

  /** Pages whose bytes all lie below the watermark. */
  get durablePages(): number {
    return Math.floor(this.#file.durableBytes / this.pageBytes);
  }

  /** Where the next write begins. */
  get nextPage(): number {
    return Math.ceil(this.#file.size / this.pageBytes);
  }

  /** @throws FERRIS_CORRUPTION, FERRIS_IO */
  node(page: number): Node {
    const known = this.#cache.get(page);
    if (known !== undefined) {
      this.#cache.delete(page);
      this.#cache.set(page, known);
      return known;
    }
    const bytes = this.#read(page);
    if (bytes === undefined) throw damaged(this.name, page * this.pageBytes, page);
    const node = decodeNode(bytes, this.number, page, this.name);
    const { level } = node;
    const size = this.pageBytes;
    this.#options.trace?.({ type: 'btree.page.read', tree: this.number, page, level, size });
    this.#keep(node);
    return node;
  }

  /** Appends pages behind whatever there is, and keeps their nodes in memory. */
  append(bytes: Uint8Array, nodes: readonly Node[], freed: readonly number[]): void {
    const gap = this.nextPage * this.pageBytes - this.#file.size;
    if (gap === 0) this.#file.append(bytes);
    else {
      const padded = new Uint8Array(gap + bytes.length);
      padded.set(bytes, gap);
      this.#file.append(padded);
    }
    for (const page of freed) this.#cache.delete(page);
    for (const node of nodes) this.#keep(node);
  }

  /** Says that a node was written. `replaces`: the page it is a changed copy of, or 0. */
  tell(node: Node, replaces: number): void {
    const { page, level } = node;
    this.#options.trace?.({
      type: 'btree.page.write',
      tree: this.number,
      page,
      level,
      entries: node.keys.length,
      firstKey: firstKeyOf(node),
      replaces,
    });
  }

  sync(): void {
    syncFile(this.#file);
  }

  close(): void {
    this.#file.close();
    this.#cache.clear();
  }

  /** The last commit that is whole, if there is one. @throws FERRIS_CORRUPTION, FERRIS_IO */
  lastCommit(): CommitAt | undefined {
    for (let page = this.nextPage - 1; page > 0; page--) {
      const commit = this.#commitAt(page);
      if (commit === undefined || !this.#isWhole({ page, commit })) continue;
      if (!this.#hasHeader()) throw damaged(this.name, 0, 0);
      return { page, commit };
    }
    return undefined;
  }

  #keep(node: Node): void {
    this.#cache.delete(node.page);
    this.#cache.set(node.page, node);
    for (const [page] of this.#cache) {
      if (this.#cache.size <= this.#options.cachePages) break;
      this.#cache.delete(page);
    }
  }

  /** Looks at this commit and those before it, back to what it says was durable. */
  #isWhole(last: CommitAt): boolean {
    const { durablePages } = last.commit;
    let at: CommitAt = last;
    while (at.page >= durablePages) {
      if (!this.#hasPagesOf(at)) return false;
      const { previous } = at.commit;
      if (previous === 0) break;
      const commit = previous < durablePages ? undefined : this.#commitAt(previous);
      if (commit === undefined) return previous < durablePages;
      at = { page: previous, commit };
    }
    return durablePages > 0 || this.#hasHeader();
  }

  #hasPagesOf({ page: end, commit }: CommitAt): boolean {
    const checksums: number[] = [];
    for (let page = commit.firstPage; page < end; page++) {
      const bytes = this.#read(page);
      if (bytes === undefined || !isSound(bytes, this.number, page)) return false;
      checksums.push(checksumOf(bytes));
    }
    return crcOf(checksums) === commit.pagesCrc;
  }

  #commitAt(page: number): Commit | undefined {
    const bytes = this.#read(page);
    return bytes && isSound(bytes, this.number, page) ? decodeCommit(bytes) : undefined;
  }

  #hasHeader(): boolean {
    return readHeader(this.#file) === this.pageBytes;
  }

  /** The bytes of a page, unless the file ends before its end. */
  #read(page: number): Uint8Array | undefined {
    const bytes = new Uint8Array(this.pageBytes);
    const read = this.#file.read(page * this.pageBytes, bytes);
    return read === bytes.length ? bytes : undefined;
  }
}

/** A branch's own first key is empty; where it begins, its parent says. */
function firstKeyOf(node: Node): Uint8Array {
  return (node.keys[node.level === 0 ? 0 : 1] ?? EMPTY_BYTES).slice();
}

/** Bytes of a page, by the header of the file; undefined when that is damaged. @throws FERRIS_UNSUPPORTED */
export function readHeader(file: File): number | undefined {
  const bytes = new Uint8Array(HEADER_BYTES);
  const read = file.read(0, bytes);
  try {
    return decodeHeader(BTREE_FORMAT, bytes.subarray(0, read), file.name).linkA;
  } catch (error) {
    if (isFerrisError(error, 'FERRIS_CORRUPTION')) return undefined;
    throw error;
  }
}

/** The first page of a file. */
export function headerPage(number: number, pageBytes: number): Uint8Array<ArrayBuffer> {
  const page = new Uint8Array(pageBytes);
  const links = { linkA: pageBytes, linkB: 0 };
  page.set(encodeHeader(BTREE_FORMAT, { fileNumber: number, createdMs: 0, ...links }));
  return page;
}

/** Checksum of checksums, so that each page of a commit is known to be of that commit. */
export function crcOf(checksums: readonly number[]): number {
  const bytes = new Uint8Array(4 * checksums.length);
  const view = viewOf(bytes);
  for (const [i, checksum] of checksums.entries()) view.setUint32(4 * i, checksum, true);
  return crc32(bytes);
}
