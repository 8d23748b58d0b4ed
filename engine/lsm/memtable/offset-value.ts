// Offset-value codes: comparing two keys by one integer, without looking at either.
//
// Keys that lie in order share their beginnings. So each place in a sorted list carries,
// beside the key's address, how its key differs from the key before it: at which offset,
// and the three bytes that it has there.
//
//    list        offset, value        code
//
//    apple       0  "app"             127 - 0 | "app"
//    apply       4  "y"               127 - 4 | "y"      the first 4 bytes are as above
//    banana      0  "ban"             127 - 0 | "ban"
//    bandit      3  "dit"             127 - 3 | "dit"
//
// A search for P that stands on A (A < P) knows the same of P: its own code after A. Let B
// be the key after A in the list. d(X, Y) is the first offset at which X and Y differ, the
// end of a key being before all bytes. Then one comparison of integers decides:
//
//    code(A, B) < code(A, P)   B is before P: go on to B.
//    code(A, B) > code(A, P)   B is after P: stop.
//    equal                     look at B itself.
//
// Why, in three cases. All of A, B, P agree below both offsets.
//
//    d(A, B) > d(A, P)   At d(A, P), B is still as A is, and P is above A: B < P. So
//                        code(B, P) = code(A, P): the search keeps its code.
//    d(A, B) < d(A, P)   At d(A, B), P is still as A is, and B is above A: P < B. So
//                        code(P, B) = code(A, B): if P goes in here, B keeps its code.
//    both equal d        B and P agree below d, and the three bytes decide. If they differ in
//                        the first, d(B, P) = d, and both codes stay as they are. Else the
//                        new offset is d and as many as they agree in.
//
// A greater offset makes a lower code, so that both parts are one comparison. Bytes past a
// key's end count as zero. That can make codes equal whose keys are not, never the other way
// round, since the end comes before zero. But where both have a zero, one may have ended: how
// far they agree is then unknown. (Not in the first byte: a key above A has not ended there.)
//
// Offsets from 127 on all have the code 0, and so has a key that equals the one before (entries
// of one key differ in their sequence numbers). The three cases hold, since "at 127 or later"
// is past every other offset; between two of them the codes are equal, and say: look.
//
// The idea is Conner's (1977); Graefe and Do (EDBT 2023) tell what else it is good for.

/** The first offset that codes don't tell from later ones. */
export const OFFSET_END = 127;

/** The code of the key in `bytes` from `at` on, `keyBytes` long, that first differs at `offset`. */
export function codeOf(bytes: Uint8Array, at: number, keyBytes: number, offset: number): number {
  if (offset >= OFFSET_END) return 0;
  const left = keyBytes - offset;
  let code = (OFFSET_END - offset) << 24;
  if (left > 0) code |= (bytes[at + offset] as number) << 16;
  if (left > 1) code |= (bytes[at + offset + 1] as number) << 8;
  if (left > 2) code |= bytes[at + offset + 2] as number;
  return code;
}

/** The offset in a code. */
export function offsetOf(code: number): number {
  return OFFSET_END - (code >>> 24);
}

/**
 * Two codes agree when they have the same offset and the same first byte there. The lowest code
 * that agrees with `code`: a search with `code` passes whatever is below.
 */
export function lowestAgreeing(code: number): number {
  return code & ~0xffff;
}

/**
 * The offset at which the keys of two codes differ, which agree and are not equal; -1 if only the
 * keys can tell, since the second byte is zero in both: it may be past the end of one of them.
 */
export function offsetBetween(code: number, other: number): number {
  if ((code ^ other) >>> 8 !== 0) return offsetOf(code) + 1;
  return (code & 0xff00) === 0 ? -1 : offsetOf(code) + 2;
}
