// A state as one number, so that tests and pages can ask "is this the same state?"
//
// Every object of a state has a number of its own, made from those of what it holds. States
// share what an event didn't touch, so with a memory of the numbers a run of thousands of
// states costs what its changes cost.

import { crc32, hex, utf8 } from '../../engine/index.ts';

/** The numbers of objects that were seen. What is changed in place afterwards isn't noticed. */
export type HashMemory = WeakMap<object, string>;

/** Eight hexadecimal digits for a state made of plain data, maps, sets and byte arrays. */
export function stateHash(state: unknown, memory: HashMemory = new WeakMap()): string {
  if (typeof state !== 'object' || state === null) return digits(String(JSON.stringify(state)));
  const known = memory.get(state);
  if (known !== undefined) return known;
  const hash = digits(textOf(state, memory));
  memory.set(state, hash);
  return hash;
}

function textOf(value: object, memory: HashMemory): string {
  const part = (inner: unknown) =>
    typeof inner === 'object' && inner !== null
      ? `#${stateHash(inner, memory)}`
      : JSON.stringify(inner);
  const list = (items: Iterable<unknown>) => Array.from(items, (item) => part(item) ?? '').join();
  if (value instanceof Uint8Array) return `0x${hex(value)}`;
  if (value instanceof Map) return `map ${list([...value].flat())}`;
  if (value instanceof Set) return `set ${list(value)}`;
  if (Array.isArray(value)) return `[${list(value)}]`;
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${fields.map(([name, inner]) => `${name}:${part(inner)}`).join()}}`;
}

function digits(text: string): string {
  return crc32(utf8(text)).toString(16).padStart(8, '0');
}
