// Scan backwards over the engine's memtable, with a cursor of it in the reader's hands.
// Every step of the cursor is counted: who walks the whole range to get its end is told so.

import { KIND_PUT, Memtable, SEQUENCE_MAX, text, utf8 } from '../../../engine/index.ts';
import type { Answer, Case, Harness } from '../code/harness.ts';

type Pair = readonly [key: string, value: string];

/** The memtable's cursor with text in and out; it counts, and refuses a step from nowhere. */
class TextCursor {
  readonly #cursor;
  steps = 0;

  constructor(memtable: Memtable) {
    this.#cursor = memtable.cursor();
  }

  get valid(): boolean {
    return this.#cursor.valid;
  }
  get key(): string {
    this.#demand('key');
    return text(this.#cursor.key);
  }
  get value(): string {
    this.#demand('value');
    return text(this.#cursor.value);
  }
  seek(key: unknown): void {
    this.steps++;
    this.#cursor.seek(utf8(wanted(key)), SEQUENCE_MAX);
  }
  seekBefore(key: unknown): void {
    this.steps++;
    this.#cursor.seekBefore(utf8(wanted(key)), SEQUENCE_MAX);
  }
  next(): void {
    this.#demand('next');
    this.steps++;
    this.#cursor.next();
  }
  prev(): void {
    this.#demand('prev');
    this.steps++;
    this.#cursor.prev();
  }

  #demand(what: string): void {
    if (!this.#cursor.valid)
      throw new Error(`${what} of a cursor that is at no entry: look at valid before`);
  }
}

function wanted(key: unknown): string {
  if (typeof key === 'string') return key;
  throw new TypeError('the cursor seeks text');
}

function shown(given: unknown): string {
  return JSON.stringify(given) ?? String(given);
}

/** A scan: its range, its limit, and how many steps of the cursor are plenty. */
interface Scan {
  readonly start: string;
  readonly end: string;
  readonly limit?: number;
}

function scans(title: string, keys: readonly string[], ...all: readonly Scan[]): Case {
  const run = (scanReverse: Answer) => {
    const memtable = new Memtable({ number: 1 });
    const pairs = keys.map((key, i): Pair => [key, `${i}`]);
    for (const [i, [key, value]] of pairs.entries())
      memtable.insert(i + 1, KIND_PUT, utf8(key), utf8(value));
    return all.map((scan) => fault(scan, pairs, memtable, scanReverse)).find(Boolean);
  };
  return { title, run };
}

function fault(
  { start, end, limit = 1000 }: Scan,
  pairs: readonly Pair[],
  memtable: Memtable,
  scanReverse: Answer,
): string | undefined {
  const right = pairs
    .filter(([key]) => key >= start && key < end)
    .toSorted(([a], [b]) => (a < b ? 1 : -1))
    .slice(0, limit);
  const cursor = new TextCursor(memtable);
  const given = scanReverse(cursor, start, end, limit);
  const call = `scanReverse(cursor, ${shown(start)}, ${shown(end)}, ${limit})`;
  if (shown(given) !== shown(right)) return `${call} gives ${shown(given)}, not ${shown(right)}.`;
  const stepsMax = right.length + 3;
  if (cursor.steps <= stepsMax) return undefined;
  return `${call} is right, but took ${cursor.steps} steps of the cursor for ${right.length} entries.`;
}

const NAMES = ['hal', 'cy', 'ann', 'gus', 'dee', 'bob', 'flo', 'eve'];
/** Orders of one day, named by their time; in any order. */
const ORDERS = Array.from(
  { length: 5000 },
  (_, i) => `order/${String((i * 3571) % 5000).padStart(4, '0')}`,
);

export const harness: Harness = {
  functionName: 'scanReverse',
  cases: [
    scans('from d up to h, the last first', NAMES, { start: 'd', end: 'h' }),
    scans('the start is included, the end is not', NAMES, { start: 'dee', end: 'gus' }),
    scans('a range that goes beyond the last key', NAMES, { start: 'flo', end: 'zoe' }),
    scans('a range from before the first key', NAMES, { start: '', end: 'c' }),
    scans(
      'ranges with nothing in them',
      NAMES,
      { start: 'x', end: 'z' },
      { start: '', end: 'a' },
      { start: 'da', end: 'db' },
      { start: 'h', end: 'd' },
    ),
    scans('the last two', NAMES, { start: 'a', end: 'i', limit: 2 }),
    scans('the newest ten of five thousand orders, in a dozen steps', ORDERS, {
      start: 'order/',
      end: 'order0',
      limit: 10,
    }),
    scans('an empty memtable', [], { start: '', end: 'z' }),
  ],
};
