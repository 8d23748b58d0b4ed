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
// DEFLATE is what gzip and PNG use. The implementation is that of fflate.

import { deflateSync, inflateSync } from 'fflate';
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

/** The fastest level finds most of what there is in 4 KiB; 4096 places to remember are enough too. */
const DEFLATE_OPTIONS = { level: 1, mem: 0 } as const;

/** Contents as they are stored, with the number of the codec that was worth using. */
export interface Encoded {
  readonly codec: number;
  readonly stored: Uint8Array;
}

/** Encodes with `codec` if that saves enough. */
export function encodeContents(contents: Uint8Array, codec: Codec): Encoded {
  if (codec === 'deflate') {
    const deflated = deflateSync(contents, DEFLATE_OPTIONS);
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

/** Undoes codec 1, in memory of its own; undefined when the bytes are not what it makes. */
export function inflateContents(stored: Uint8Array): Uint8Array | undefined {
  const deflatedBytes = stored.length - UNPACKED_SIZE_BYTES;
  if (deflatedBytes < 1) return undefined;
  const size = unpackedBytes(stored);
  if (size > deflatedBytes * EXPANSION_MAX) return undefined;
  try {
    const room = new Uint8Array(size + 1); // one more, so that bytes too many are noticed
    const contents = inflateSync(stored.subarray(UNPACKED_SIZE_BYTES), { out: room });
    return contents.length === size ? contents : undefined;
  } catch {
    return undefined;
  }
}

/** How big the contents say they are, unpacked. */
export function unpackedBytes(stored: Uint8Array): number {
  return viewOf(stored).getUint32(0, true);
}
