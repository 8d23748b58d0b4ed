// A state as one number, so that tests and pages can ask "is this the same state?"

import { canonical, crc32, utf8 } from '../../engine/index.ts';

/** Eight hexadecimal digits for a state made of plain data, maps, sets and byte arrays. */
export function stateHash(state: unknown): string {
  return crc32(utf8(canonical(plain(state))))
    .toString(16)
    .padStart(8, '0');
}

/** Maps and sets as lists, at any depth; byte arrays are left to `canonical`. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (value instanceof Map) return ['map', ...[...value].map(plain)];
  if (value instanceof Set) return ['set', ...[...value].map(plain)];
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
