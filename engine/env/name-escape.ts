// Names as a file system that is not ours accepts them, and tells them apart.
//
//     000001.wal    ->  000001.wal          lower-case letters, digits and - _ .
//     Größe/2       ->  =4772c3b6c39f652f32 everything else: = and hexadecimal UTF-8
//
// 1. No two names become one, even where the file system ignores case (Windows,
//    macOS) or rewrites accents: what is kept as it is has neither.
// 2. 120 bytes become at most 241 characters, and every file system takes 255.
// 3. `=` and something that is not hexadecimal is never a name: it is free for the
//    backend's own files.

import { hex, text, utf8 } from '../base/bytes.ts';

const PLAIN = /^[a-z0-9_-](?:[a-z0-9_.-]*[a-z0-9_-])?$/;
// Windows opens a device when a file's name begins with one of these and a dot.
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/;
const ESCAPED = /^=((?:[0-9a-f]{2})+)$/;

/** What to call the file named `name`. */
export function escapeName(name: string): string {
  return PLAIN.test(name) && !DEVICE.test(name) ? name : `=${hex(utf8(name))}`;
}

/** The name that was escaped to `escaped`; undefined when none could have been. */
export function unescapeName(escaped: string): string | undefined {
  const digits = ESCAPED.exec(escaped)?.[1];
  const name = digits === undefined ? escaped : text(bytesOfHex(digits));
  return escapeName(name) === escaped ? name : undefined;
}

function bytesOfHex(digits: string): Uint8Array {
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
