// Write `encodeVarint(value)`: the engine itself reads back what it gives.

import { hex, Random, readVarint, varintSize } from '../../../engine/index.ts';
import type { Answer, Case, Harness } from '../code/harness.ts';

/** Says what is wrong with the bytes of one value, as the engine's reader sees them. */
function wrong(value: number, answer: Answer): string | undefined {
  const given = answer(value);
  if (!Array.isArray(given) && !(given instanceof Uint8Array))
    return `encodeVarint(${value}) gives ${String(given)}, and not an array of bytes.`;
  const bytes = Uint8Array.from(given);
  const gave = `encodeVarint(${value}) gives ${hex(bytes) || 'no bytes'}`;
  const odd = given.findIndex((byte, index) => byte !== bytes[index]);
  if (odd >= 0) return `encodeVarint(${value}) gives ${String(given[odd])}, which is no byte.`;
  let read: number;
  try {
    read = readVarint(bytes, 0);
  } catch (error) {
    return `${gave}. The engine refuses it: ${(error as Error).message}`;
  }
  if (read !== value) return `${gave}, which the engine reads as ${read}.`;
  if (bytes.length !== varintSize(value)) return `${gave}: some of these bytes are never read.`;
  return undefined;
}

function all(title: string, values: readonly number[]): Case {
  const run = (answer: Answer) => {
    for (const value of values) {
      const say = wrong(value, answer);
      if (say !== undefined) return say;
    }
    return undefined;
  };
  return { title, run };
}

const EDGES = [7, 14, 21, 28].flatMap((bits) => [2 ** bits - 1, 2 ** bits, 2 ** bits + 1]);

function someNumbers(count: number): number[] {
  const random = new Random(7);
  return Array.from({ length: count }, () => random.below(2 ** (1 + random.below(31))));
}

export const harness: Harness = {
  functionName: 'encodeVarint',
  cases: [
    all('0 to 127 take one byte', [0, 1, 127]),
    all('300 takes two bytes', [300]),
    all('numbers at the edge of one more byte', EDGES),
    all('the largest, 4294967295', [2 ** 31, 2 ** 32 - 1]),
    all('a thousand numbers of any size', someNumbers(1000)),
  ],
};
