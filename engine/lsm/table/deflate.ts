// DEFLATE for codec 1, from a library: fflate, in JavaScript alone, so that the same contents
// give the same bytes everywhere. `open` lends it to every database; who makes a `Store` by hand
// and wants to compress calls `useDeflate` first.

import { deflateSync, inflateSync } from 'fflate';
import { lendDeflate } from './codec.ts';

/** The fastest level finds most of what there is in 4 KiB; 4096 places to remember are enough too. */
const OPTIONS = { level: 1, mem: 0 } as const;

/** Makes the codec 'deflate' available to every store from now on. */
export function useDeflate(): void {
  lendDeflate({
    deflate: (bytes) => deflateSync(bytes, OPTIONS),
    inflate: (deflated, room) => inflateSync(deflated, { out: room }),
  });
}
