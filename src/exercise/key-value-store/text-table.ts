// The engine's hash table with text in and out: what the exercises hand to the reader's code.

import { HashTable, text, utf8 } from '../../../engine/index.ts';

export class TextTable {
  readonly #table = new HashTable();

  get count(): number {
    return this.#table.count;
  }

  put(key: unknown, value: unknown): void {
    this.#table.put(utf8(wanted('key', key)), utf8(wanted('value', value)));
  }

  get(key: unknown): string | undefined {
    const value = this.#table.get(utf8(wanted('key', key)));
    return value && text(value);
  }

  delete(key: unknown): boolean {
    return this.#table.delete(utf8(wanted('key', key)));
  }

  /** Every key with its value, in the order of the buckets. */
  entries(): [key: string, value: string][] {
    return Array.from(this.#table.entries(), ({ key, value }) => [text(key), text(value)]);
  }
}

function wanted(what: string, given: unknown): string {
  if (typeof given === 'string') return given;
  throw new TypeError(`the table takes text as a ${what}, and was given ${shown(given)}`);
}

/** A value as code would write it, whatever it is. */
export function shown(given: unknown): string {
  return JSON.stringify(given) ?? String(given);
}
