// Heads: four bytes of a key as one number, which compares as they do.
//
// Keys that lie side by side begin alike. What follows the part that all of them share tells
// most of them apart, and as a number it is compared at once; numbers lie close together, so
// a search through them touches a line or two of the processor's cache.
//
//    keys     user:00312  user:00387  user:00401       all begin with "user:00"
//    heads        "312"       "387"       "401"
//
// Only where two heads are equal are the keys themselves looked at. (They are those of "Modern
// B-Tree Techniques", Graefe, 2011, section 3.6: poor man's normalized keys.)

export const HEAD_BYTES = 4;

/** Four bytes of `bytes[at, end)` as a number that compares as they do; zeros where the key has ended. */
export function headAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + HEAD_BYTES <= end) {
    const high = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
    const low = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    return ((high << 16) | low) >>> 0;
  }
  let head = 0;
  for (let i = at; i < at + HEAD_BYTES; i++)
    head = (head << 8) | (i < end ? (bytes[i] as number) : 0);
  return head >>> 0;
}

/** How many leading bytes two heads that differ have in common. */
export function sharedHeadBytes(a: number, b: number): number {
  return Math.clz32(a ^ b) >>> 3;
}

/** How many of `count` bytes from `at` on are those of `key` from `from` on. */
export function matchedBytes(
  bytes: Uint8Array,
  at: number,
  count: number,
  key: Uint8Array,
  from: number,
): number {
  const most = Math.min(count, key.length - from);
  let matched = 0;
  while (matched < most && bytes[at + matched] === key[from + matched]) matched++;
  return matched;
}
