// The two formats that keys and values have below Level's encodings: text and bytes. Every
// other encoding ('json', 'buffer', a user's own) is made of one of them by abstract-level.

import { text, utf8 } from '../base/bytes.ts';

export type Format = 'utf8' | 'view';
export type Formatted = string | Uint8Array;

export function toBytes(given: Formatted): Uint8Array {
  return typeof given === 'string' ? utf8(given) : given;
}

/** `bytes` in a format; in 'view' they are handed out as they are. */
export function fromBytes(bytes: Uint8Array, format: Format): Formatted {
  return format === 'utf8' ? text(bytes) : bytes;
}
