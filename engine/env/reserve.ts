// Zeros that a file holds ahead of its end, so that a sync has less to record.
//
//     0                              size                    reserved
//     |==== what was appended ========|0000000000000000000000000|     <- the system's file
//                                      ^ the next appends overwrite these
//
// A sync of a file that has grown writes the bytes, and then the file's new blocks and its new
// length, which lie elsewhere on the disk. One that has only changed bytes within what was
// written before ends with the bytes: half the time, for a log of small records.
//
// 1. Only a file that says that it goes on growing gets a reserve (`File.sync`), and not before a
//    few such syncs: most files are synced once.
// 2. The zeros are written, not left as a hole: a hole has no blocks yet.
// 3. A disk that has no room for them refuses them, and that is all that happens.
// 4. When the last handle is closed they are cut off. A process that ends before that leaves
//    them: rule 9 of files.ts.
//
// What it gained is in docs/decisions/0015-logs-sync-into-a-reserve.md.

import { EMPTY_BYTES } from '../base/bytes.ts';
import type { File } from './files.ts';

type Watermark = Pick<File, 'size' | 'durableBytes'>;

/** So many syncs must have found the file longer than its reserve. */
const GROWTHS_MIN = 4;
/** Syncs of more than this take as long as their bytes do; zeros would double those. */
const GROWTH_BYTES_MAX = 1 << 16;
/** As much again as the file has, and some more; up to 1 MiB. */
const RESERVE_BYTES_MIN = 1 << 16;
const RESERVE_BYTES_MAX = 1 << 20;

/** How far the reserve of one file goes. Its backend writes it, and cuts it off. */
export class Reserve {
  #growths = 0;
  #endBytes = 0;

  /**
   * The zeros to write behind the file's end before a sync of it; mostly none. Those that are
   * refused aren't asked for again.
   */
  extend({ size, durableBytes }: Watermark): Uint8Array {
    if (size <= this.#endBytes || size - durableBytes > GROWTH_BYTES_MAX) return EMPTY_BYTES;
    if (++this.#growths < GROWTHS_MIN) return EMPTY_BYTES;
    const bytes = Math.min(size + RESERVE_BYTES_MIN, RESERVE_BYTES_MAX);
    this.#endBytes = size + bytes;
    return new Uint8Array(bytes);
  }
}
