// Codecs: how the contents of a data block are encoded. Their numbers are on the disk.
//
//    0  none       the contents as they are
//    1  deflate    +---------------+--------------------------+
//                  | size unpacked | raw DEFLATE (RFC 1951)   |
//                  | u32           |                          |
//                  +---------------+--------------------------+
//
// 1. A block that does not shrink by an eighth is stored as it is: unpacking costs more
//    than reading so little less.
// 2. Unpacking takes no more memory than the size says, and no size is believed that DEFLATE
//    can't reach: it makes at most 1032 bytes of one.
// 3. The same contents give the same bytes: the code is JavaScript alone, and every setting
//    is given.
//
// DEFLATE is what gzip and PNG use. The code for it is lent (deflate.ts), so that who never
// compresses need not load it: the figures of these pages, for one.

import { FerrisError } from '../../base/errors.ts';
import { viewOf } from '../../base/layout.ts';

/** Names of the codecs; their places are their numbers. */
export const CODECS = ['none', 'deflate'] as const;
export type Codec = (typeof CODECS)[number];

/** Codec 0: the contents as they are. */
export const CODEC_NONE = 0;

/** Bytes before the deflated ones, which say how many they become. */
export const UNPACKED_SIZE_BYTES = 4;

/** Most bytes that DEFLATE makes of one: 258 by a match in two bits. */
const EXPANSION_MAX = 1032;

/** Raw DEFLATE, as somebody has it. */
export interface Deflate {
  deflate(bytes: Uint8Array): Uint8Array;
  /** Into `room`, as much as there is of it. It may throw when the bytes are damaged. */
  inflate(deflated: Uint8Array, room: Uint8Array): Uint8Array;
}

let lent: Deflate | undefined;

/** Makes codec 1 available from now on. */
export function lendDeflate(deflate: Deflate): void {
  lent = deflate;
}

/** @throws FERRIS_UNSUPPORTED when nobody has lent it */
export function needDeflate(): Deflate {
  if (lent !== undefined) return lent;
  const message = "codec 'deflate' is not loaded; call useDeflate() before you open the store";
  throw new FerrisError('FERRIS_UNSUPPORTED', message);
}

/** Contents as they are stored, with the number of the codec that was worth using. */
export interface Encoded {
  readonly codec: number;
  readonly stored: Uint8Array;
}

/** Encodes with `codec` if that saves enough. */
export function encodeContents(contents: Uint8Array, codec: Codec): Encoded {
  if (codec === 'deflate') {
    const deflated = needDeflate().deflate(contents);
    const size = UNPACKED_SIZE_BYTES + deflated.length;
    if (size <= contents.length - contents.length / 8) {
      const stored = new Uint8Array(size);
      viewOf(stored).setUint32(0, contents.length, true);
      stored.set(deflated, UNPACKED_SIZE_BYTES);
      return { codec: CODECS.indexOf('deflate'), stored };
    }
  }
  return { codec: CODEC_NONE, stored: contents };
}

/**
 * Undoes codec 1, in memory of its own; undefined when the bytes are not what it makes.
 * @throws FERRIS_UNSUPPORTED when nobody has lent it
 */
export function inflateContents(stored: Uint8Array): Uint8Array | undefined {
  const deflatedBytes = stored.length - UNPACKED_SIZE_BYTES;
  if (deflatedBytes < 1) return undefined;
  const size = unpackedBytes(stored);
  if (size > deflatedBytes * EXPANSION_MAX) return undefined;
  const { inflate } = needDeflate();
  try {
    const room = new Uint8Array(size + 1); // one more, so that bytes too many are noticed
    const contents = inflate(stored.subarray(UNPACKED_SIZE_BYTES), room);
    return contents.length === size ? contents : undefined;
  } catch {
    return undefined;
  }
}

/** How big the contents say they are, unpacked. */
export function unpackedBytes(stored: Uint8Array): number {
  return viewOf(stored).getUint32(0, true);
}
