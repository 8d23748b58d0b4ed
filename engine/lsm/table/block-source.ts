// Where blocks come from: the seam at which a block cache stands, and behind which
// codecs are.
//
//    table, cursor  ->  BlockSource  ->  file
//                       read, check, decode

import { EMPTY_BYTES } from '../../base/bytes.ts';
import { FerrisError } from '../../base/errors.ts';
import { viewOf } from '../../base/layout.ts';
import type { File } from '../../env/files.ts';
import type { Trace } from '../../trace/events.ts';
import { CODEC_NONE, CODECS, inflateContents } from './codec.ts';
import { BlockTrailer, blockCrc, corruptTable } from './format.ts';

/** Gives the contents of blocks: checked, decoded, and never written to by anyone. */
export interface BlockSource {
  /**
   * Contents of the block that takes `size` bytes at `offset`, trailer included. `isKept`: it
   * has memory of its own, since it may be kept when those read before and after it aren't.
   * @throws FERRIS_CORRUPTION, FERRIS_UNSUPPORTED for a codec of a later version, FERRIS_IO
   */
  read(offset: number, size: number, isKept: boolean): Uint8Array;
}

/** Blocks up to a quarter of this share a piece of memory. */
const PIECE_BYTES_MAX = 1 << 16;

/**
 * Reads each block from the file, into memory of its own. It is cut from larger pieces,
 * because making a typed array for each block costs about as much as reading it does.
 * Whoever keeps a block keeps its piece, of 64 KiB at most.
 */
export class FileBlocks implements BlockSource {
  readonly #file: File;
  readonly #fileNumber: number;
  readonly #trace: Trace | undefined;
  #piece: Uint8Array = EMPTY_BYTES;
  #pieceUsedBytes = 0;

  constructor(file: File, fileNumber: number, trace: Trace | undefined) {
    this.#file = file;
    this.#fileNumber = fileNumber;
    this.#trace = trace;
  }

  read(offset: number, size: number, isKept: boolean): Uint8Array {
    const bytes = isKept ? new Uint8Array(size) : this.#room(size);
    fillFrom(this.#file, offset, bytes);
    const contents = openBlock(bytes, this.#fileNumber, this.#file.name, offset);
    this.#trace?.({ type: 'table.block.read', table: this.#fileNumber, offset, size });
    return contents;
  }

  /** Memory that nobody has used. Pieces grow with the number of reads. */
  #room(size: number): Uint8Array {
    if (size > PIECE_BYTES_MAX / 4) return new Uint8Array(size);
    if (this.#pieceUsedBytes + size > this.#piece.length) {
      const pieceBytes = Math.min(Math.max(size, this.#piece.length * 2), PIECE_BYTES_MAX);
      this.#piece = new Uint8Array(pieceBytes);
      this.#pieceUsedBytes = 0;
    }
    this.#pieceUsedBytes += size;
    return this.#piece.subarray(this.#pieceUsedBytes - size, this.#pieceUsedBytes);
  }
}

/** `size` bytes at `offset`. @throws FERRIS_CORRUPTION when the file ends before */
export function readExactly(file: File, offset: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  fillFrom(file, offset, bytes);
  return bytes;
}

function fillFrom(file: File, offset: number, bytes: Uint8Array): void {
  if (file.read(offset, bytes) === bytes.length) return;
  throw corruptTable(file.name, offset, 'ends in a block');
}

/**
 * Checks and decodes a block with its trailer; returns its contents, a view.
 * @throws FERRIS_CORRUPTION when the checksum is wrong, FERRIS_UNSUPPORTED for an unknown codec
 */
export function openBlock(
  bytes: Uint8Array,
  fileNumber: number,
  file: string,
  offset: number,
): Uint8Array {
  const { stored, codec } = checkBlock(bytes, fileNumber, file, offset);
  if (codec === CODEC_NONE) return stored;
  if (CODECS[codec] === undefined) {
    const message = `${file} has a block in codec ${codec}, of a later version; open it with that`;
    throw new FerrisError('FERRIS_UNSUPPORTED', message, { file, offsetBytes: offset });
  }
  const contents = inflateContents(stored);
  if (contents !== undefined) return contents;
  throw corruptTable(file, offset, 'has a compressed block that can not be unpacked');
}

/** The contents of a block as they are stored, a view. @throws FERRIS_CORRUPTION */
function checkBlock(
  bytes: Uint8Array,
  fileNumber: number,
  file: string,
  offset: number,
): { readonly stored: Uint8Array; readonly codec: number } {
  const size = bytes.length - BlockTrailer.size;
  if (size < 0) throw corruptTable(file, offset, 'has a block shorter than its trailer');
  const stored = bytes.subarray(0, size);
  const codec = bytes[size] as number;
  const crc = viewOf(bytes).getUint32(size + BlockTrailer.at.crc, true);
  if (crc !== blockCrc(stored, codec, fileNumber, offset)) {
    throw corruptTable(file, offset, 'has a damaged block: its checksum is wrong');
  }
  return { stored, codec };
}
