// Range deletes: "everything from here up to there, as of now, is gone".
//
// As they are written they overlap as they like. For lookups they are cut into pieces
// that don't, each with the sequence numbers of all that cover it, newest first:
//
//     written                              pieces
//
//     a-------------m         seq 3        a--f   f--------m   m-----t
//           f--------------t  seq 9        [3]    [9, 3]       [9]
//
// 1. Pieces are disjoint, in order, and none is empty. Neighbors that touch and have the
//    same sequence numbers are one.
// 2. Whether a key is covered is one binary search. Keys asked for in order mostly fall
//    into the piece, or the gap, of the key before; that is looked at first.
// 3. A range delete hides entries with lower sequence numbers than its own.
//
// The idea is RocksDB's (FragmentedRangeTombstoneList).

import { compareBytes } from '../base/bytes.ts';

/** Deletes every version below `sequence` of the keys from `start` up to `end`, not included. */
export interface RangeDelete {
  readonly start: Uint8Array;
  readonly end: Uint8Array;
  readonly sequence: number;
}

/** Part of the key space and the range deletes that cover the whole of it. */
interface Piece {
  readonly start: Uint8Array;
  readonly end: Uint8Array;
  /** Newest first, each once. */
  readonly sequences: readonly number[];
}

/** More pieces than this are not handed over as arguments. */
const SPLICE_MAX = 1024;

/** A set of range deletes that answers what covers a key. */
export class RangeDeletes implements Iterable<RangeDelete> {
  /** No range deletes: what most memtables and tables have. Add nothing to it. */
  static readonly EMPTY: RangeDeletes = new RangeDeletes([]);

  #pieces: Piece[] = [];
  /** The piece that the last lookup found; see `#pieceBefore`. */
  #last = -1;

  /** @param list in any order, overlapping or not; empty ranges are skipped */
  constructor(list: Iterable<RangeDelete>) {
    const sorted = [...list].sort((a, b) => compareBytes(a.start, b.start));
    for (const range of sorted) this.add(range);
  }

  /** How many disjoint pieces there are; 0 when nothing is deleted. */
  get pieceCount(): number {
    return this.#pieces.length;
  }

  /**
   * The highest sequence number at or below `sequence` of a range delete that covers `key`;
   * 0 when there is none.
   */
  covering(key: Uint8Array, sequence: number): number {
    if (this.#pieces.length === 0) return 0;
    const at = this.#pieceBefore(key);
    if (at < 0) return 0;
    const { end, sequences } = this.#pieces[at] as Piece;
    return compareBytes(key, end) < 0 ? highestUpTo(sequences, sequence) : 0;
  }

  /** Takes in one more; its bytes are kept, not copied. A range without keys changes nothing. */
  add({ start, end, sequence }: RangeDelete): void {
    if (compareBytes(start, end) >= 0) return;
    const pieces = this.#pieces;
    let from = this.#pieceBefore(start);
    if (from < 0 || compareBytes((pieces[from] as Piece).end, start) <= 0) from++;
    const cut: Piece[] = [];
    let to = from;
    let at = start;
    for (; to < pieces.length && compareBytes((pieces[to] as Piece).start, end) < 0; to++) {
      at = overlay(cut, pieces[to] as Piece, at, end, sequence);
    }
    push(cut, at, end, [sequence]);
    this.#replace(from, to, cut);
  }

  /** One for each piece and sequence number, by start ascending, then sequence descending. */
  *[Symbol.iterator](): Generator<RangeDelete, void, void> {
    for (const { start, end, sequences } of this.#pieces) {
      for (const sequence of sequences) yield { start, end, sequence };
    }
  }

  /** `cut` takes the place of the pieces `[from, to)`, joined with its neighbors where they are alike. */
  #replace(from: number, to: number, cut: readonly Piece[]): void {
    const pieces = this.#pieces;
    const first = Math.max(0, from - 1);
    const end = Math.min(pieces.length, to + 1);
    const joined: Piece[] = [];
    for (let i = first; i < from; i++) join(joined, pieces[i] as Piece);
    for (const piece of cut) join(joined, piece);
    for (let i = to; i < end; i++) join(joined, pieces[i] as Piece);
    this.#last = -1;
    if (joined.length <= SPLICE_MAX) pieces.splice(first, end - first, ...joined);
    else this.#pieces = pieces.slice(0, first).concat(joined, pieces.slice(end));
  }

  /** The last piece that starts at or before `key`, or -1. */
  #pieceBefore(key: Uint8Array): number {
    if (this.#isBetween(key, this.#last)) return this.#last;
    let low = 0;
    let high = this.#pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareBytes((this.#pieces[middle] as Piece).start, key) <= 0) low = middle + 1;
      else high = middle;
    }
    this.#last = low - 1;
    return this.#last;
  }

  /** True when `at` is the last piece that starts at or before `key`. */
  #isBetween(key: Uint8Array, at: number): boolean {
    const pieces = this.#pieces;
    if (at >= 0 && compareBytes((pieces[at] as Piece).start, key) > 0) return false;
    return at + 1 >= pieces.length || compareBytes(key, (pieces[at + 1] as Piece).start) < 0;
  }
}

/**
 * What of each range delete lies between `from` and `to` (not included); undefined is no bound.
 * A compaction cuts them so at the borders of the tables it writes.
 */
export function clip(
  list: Iterable<RangeDelete>,
  from: Uint8Array | undefined,
  to: Uint8Array | undefined,
): RangeDelete[] {
  const clipped: RangeDelete[] = [];
  for (const range of list) {
    const start = from !== undefined && compareBytes(from, range.start) > 0 ? from : range.start;
    const end = to !== undefined && compareBytes(to, range.end) < 0 ? to : range.end;
    if (compareBytes(start, end) < 0) clipped.push({ start, end, sequence: range.sequence });
  }
  return clipped;
}

/**
 * Lays a new range, of which `[at, end)` is left, over one old piece that begins before `end`.
 * Returns where the rest of the new range begins.
 */
function overlay(
  into: Piece[],
  old: Piece,
  at: Uint8Array,
  end: Uint8Array,
  sequence: number,
): Uint8Array {
  const begin = compareBytes(old.start, at) < 0 ? at : old.start;
  const stop = compareBytes(old.end, end) < 0 ? old.end : end;
  push(into, old.start, at, old.sequences);
  push(into, at, old.start, [sequence]);
  push(into, begin, stop, including(old.sequences, sequence));
  push(into, end, old.end, old.sequences);
  return stop;
}

/** Adds a piece if it has any keys. */
function push(into: Piece[], start: Uint8Array, end: Uint8Array, sequences: readonly number[]) {
  if (compareBytes(start, end) < 0) into.push({ start, end, sequences });
}

/** Adds a piece, or lengthens the last one if they touch and say the same. */
function join(into: Piece[], piece: Piece): void {
  const last = into.at(-1);
  if (last === undefined || compareBytes(last.end, piece.start) !== 0) into.push(piece);
  else if (!sameNumbers(last.sequences, piece.sequences)) into.push(piece);
  else into[into.length - 1] = { ...last, end: piece.end };
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** The numbers, newest first, with one more; as they are if it is among them. */
function including(sequences: readonly number[], sequence: number): readonly number[] {
  const at = indexUpTo(sequences, sequence);
  if (sequences[at] === sequence) return sequences;
  return [...sequences.slice(0, at), sequence, ...sequences.slice(at)];
}

function highestUpTo(sequences: readonly number[], sequence: number): number {
  return sequences[indexUpTo(sequences, sequence)] ?? 0;
}

/** Where the first number at or below `sequence` stands; they descend. */
function indexUpTo(sequences: readonly number[], sequence: number): number {
  let low = 0;
  let high = sequences.length;
  if (high > 0 && (sequences[0] as number) <= sequence) return 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sequences[middle] as number) <= sequence) high = middle;
    else low = middle + 1;
  }
  return low;
}
