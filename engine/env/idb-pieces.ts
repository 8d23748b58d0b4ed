// How the bytes of a growing file are cut into IndexedDB records.
//
// Each write-behind adds the new bytes as one more piece, keyed [file, offset]: nothing
// is written twice. Many small syncs would leave many small pieces, so a tail of them
// is written again as one:
//
//     |======== 48 KiB ========|==...==|--|-|---|--|-        small pieces
//                                      base          end
//     |======== 48 KiB ========|==...==|-----------|         the same, gathered
//
// A transaction is atomic, so a reader finds the small ones or the gathered one.

/** Chromium moves values of 64 KiB and more to files of their own, which is slow. */
export const PIECE_BYTES_MAX = 48 * 1024;
/** A tail of this many pieces is gathered: each byte is written a few times at most. */
const TAIL_PIECES_MAX = 64;

/** A range of bytes to be stored as one record. */
export interface Piece {
  readonly from: number;
  readonly to: number;
}

/** What a write-behind does to one file's records. */
export interface PiecePlan {
  /** Records with offsets from `from` to before `to` are deleted first. */
  readonly remove: Piece | undefined;
  readonly put: readonly Piece[];
}

/** Keeps account of one file's records. */
export class Pieces {
  /** How many bytes have been given out to be written. */
  end: number;
  /** Where the tail of small pieces begins. */
  #base: number;
  #tailPieces = 0;

  constructor(end: number) {
    this.end = end;
    this.#base = end;
  }

  /** The plan that stores the bytes up to `to`; it must be carried out before the next is made. */
  extend(to: number): PiecePlan {
    const gather =
      this.#tailPieces > 0 &&
      (this.#tailPieces >= TAIL_PIECES_MAX || to - this.#base >= PIECE_BYTES_MAX);
    const remove = gather ? { from: this.#base, to: this.end } : undefined;
    const put = cut(gather ? this.#base : this.end, to);
    this.#account(put, gather, to);
    return { remove, put };
  }

  /** The base moves behind full pieces: those are never gathered again. */
  #account(put: readonly Piece[], gathered: boolean, to: number): void {
    const last = put.at(-1);
    if (last !== undefined) {
      const isFull = last.to - last.from === PIECE_BYTES_MAX;
      if (put.length > 1 || isFull) this.#base = isFull ? to : last.from;
      const isNew = gathered || put.length > 1;
      this.#tailPieces = isFull ? 0 : isNew ? 1 : this.#tailPieces + 1;
    }
    this.end = to;
  }
}

function cut(from: number, to: number): Piece[] {
  const pieces: Piece[] = [];
  for (let at = from; at < to; at += PIECE_BYTES_MAX) {
    pieces.push({ from: at, to: Math.min(at + PIECE_BYTES_MAX, to) });
  }
  return pieces;
}
