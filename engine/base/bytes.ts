// Bytes: comparing, joining, and crossing to text and hexadecimal.
// Keys are ordered as unsigned bytes, shorter first: the order of memcmp.

const encoder = new TextEncoder();
// With its default a decoder drops a leading U+FEFF; a value must come back as it went in.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export const EMPTY_BYTES = new Uint8Array(0);

/** UTF-8 bytes of `text`. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Text of UTF-8 `bytes`; what isn't UTF-8 becomes U+FFFD. */
export function text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/**
 * Negative, zero or positive as `a` sorts before, equal to or after `b`, as unsigned bytes. They are
 * known to be alike before `from`.
 */
export function compareBytes(a: Uint8Array, b: Uint8Array, from = 0): number {
  const length = a.length < b.length ? a.length : b.length;
  for (let i = from; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** True when both hold the same bytes. Neighboring keys differ at their ends, so it looks there first. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = a.length - 1; i >= 0; i--) if (a[i] !== b[i]) return false;
  return true;
}

/** How many leading bytes `a` and `b` share. */
export function sharedPrefixBytes(a: Uint8Array, b: Uint8Array): number {
  const length = a.length < b.length ? a.length : b.length;
  let shared = 0;
  while (shared < length && a[shared] === b[shared]) shared++;
  return shared;
}

/** Fewer bytes than this are copied faster one by one than by a call. */
const COPY_BYTES_MIN = 32;

/** Copies `from[at, end)` into `into`, from `to` on. */
export function copyBytes(
  from: Uint8Array,
  at: number,
  end: number,
  into: Uint8Array,
  to: number,
): void {
  const length = end - at;
  if (length < COPY_BYTES_MIN)
    for (let i = 0; i < length; i++) into[to + i] = from[at + i] as number;
  else into.set(length === from.length ? from : from.subarray(at, end), to);
}

/** One new array holding all `parts` in order. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/**
 * The smallest key that sorts after every key starting with `prefix`,
 * or undefined when there is none (the prefix is all 0xff, or empty).
 */
export function prefixEnd(prefix: Uint8Array): Uint8Array | undefined {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length--;
  if (length === 0) return undefined;
  const end = prefix.slice(0, length);
  end[length - 1] = (end[length - 1] as number) + 1;
  return end;
}

/** Two lower-case hexadecimal digits a byte. `hex(Uint8Array.of(1, 255))` is `'01ff'`. */
export function hex(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes) digits += byte.toString(16).padStart(2, '0');
  return digits;
}

/**
 * Printable form of a key or value for messages and transcripts: text in quotes
 * where every byte is printable ASCII, hexadecimal otherwise, cut after `maxBytes`.
 */
export function show(bytes: Uint8Array, maxBytes = 32): string {
  const cut = bytes.length > maxBytes ? bytes.subarray(0, maxBytes) : bytes;
  const tail = bytes.length > maxBytes ? `... (${bytes.length} bytes)` : '';
  const printable = cut.every((byte) => byte >= 0x20 && byte < 0x7f);
  return printable ? `"${text(cut)}"${tail}` : `0x${hex(cut)}${tail}`;
}
