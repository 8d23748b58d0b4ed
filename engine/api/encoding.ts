// Keys and values are bytes. Text is accepted wherever bytes are, as UTF-8, and
// results come back as bytes unless the encoding 'utf8' was asked for: for one call,
// or for all calls of a database when it is opened.

import { text, utf8 } from '../base/bytes.ts';
import { FerrisError } from '../base/errors.ts';

/** What is accepted as a key or value. */
export type BytesLike = Uint8Array | string;

/** How keys and values are handed out. */
export type Encoding = 'bytes' | 'utf8';

/** The type that an encoding hands out. */
export type Encoded<E extends Encoding> = E extends 'utf8' ? string : Uint8Array;

/** Bytes of a key or value. @throws FERRIS_INVALID_ARGUMENT when it is neither bytes nor a string */
export function toBytes(what: 'key' | 'value' | 'bound' | 'operand', given: BytesLike): Uint8Array {
  if (typeof given === 'string') return utf8(given);
  if (given instanceof Uint8Array) return given;
  const kind = given === null ? 'null' : typeof given;
  throw new FerrisError(
    'FERRIS_INVALID_ARGUMENT',
    `${what === 'operand' ? 'an' : 'a'} ${what} must be a Uint8Array or a string, not ${kind}`,
  );
}

/** `bytes` as the encoding wants them. The bytes must be the caller's own. */
export function encode<E extends Encoding>(bytes: Uint8Array, encoding: E): Encoded<E> {
  return (encoding === 'utf8' ? text(bytes) : bytes) as Encoded<E>;
}

/** @throws FERRIS_INVALID_ARGUMENT for anything but 'bytes' and 'utf8' */
export function checkEncoding<E extends Encoding>(encoding: E): E {
  if (encoding === 'bytes' || encoding === 'utf8') return encoding;
  const message = `encoding must be 'bytes' or 'utf8', not ${String(encoding)}`;
  throw new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}
