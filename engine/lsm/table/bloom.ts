// A bloom filter: says of a key "not here" or "maybe here" (Bloom, 1970).
//
// It is an array of bits. Each key sets k of them, at places that its hash decides.
// If one of a key's places is still 0, the key was never added. If all are 1, it may
// have been, or other keys have set those bits. With b bits a key and k = b * ln 2,
// the chance of that mistake is about 0.6185^b: 0.8 % at ten bits.
//
//    +---------------------------+----------+
//    | bits                      | probes   |      the filter block's contents
//    |                           | u8 (k)   |
//    +---------------------------+----------+
//
// Two hashes a and b give all k places: a, a + b, a + 2b, ... (Kirsch and
// Mitzenmacher, 2006), each modulo the number of bits. Bit i is bit i % 8 of byte i / 8.

import { Murmur3 } from '../../base/murmur3.ts';

const hasher = new Murmur3();

/** Reads a filter. Its bits are a view, not a copy. */
export class Bloom {
  readonly probes: number;
  readonly #bits: Uint8Array;

  /** @param contents of a filter block, at least two bytes. */
  constructor(contents: Uint8Array) {
    this.#bits = contents.subarray(0, contents.length - 1);
    this.probes = contents[contents.length - 1] as number;
  }

  get bitCount(): number {
    return this.#bits.length * 8;
  }

  /** False when `key` was certainly never added. */
  mayContain(key: Uint8Array): boolean {
    hasher.hash(key);
    const bits = this.#bits;
    const count = (bits.length * 8) >>> 0;
    const step = hasher.b;
    let hash = hasher.a;
    for (let i = 0; i < this.probes; i++) {
      const place = hash % count;
      if (((bits[place >>> 3] as number) & (1 << (place & 7))) === 0) return false;
      hash = (hash + step) >>> 0;
    }
    return true;
  }
}

/** The places of `key`'s bits in a filter, for figures. */
export function bitPlacesOf({ probes, bitCount }: Bloom, key: Uint8Array): number[] {
  hasher.hash(key);
  const { a, b } = hasher;
  return Array.from({ length: probes }, (_, i) => ((a + i * b) % 2 ** 32) % bitCount);
}

/** Collects keys, then makes their filter: its size depends on how many there are. */
export class BloomBuilder {
  #hashes = new Uint32Array(512);
  #count = 0;

  /** Adds a key; adding one twice only wastes bits. */
  add(key: Uint8Array): void {
    hasher.hash(key);
    if (this.#count * 2 === this.#hashes.length) this.#grow();
    this.#hashes[this.#count * 2] = hasher.a;
    this.#hashes[this.#count * 2 + 1] = hasher.b;
    this.#count++;
  }

  /** Contents of the filter block. */
  finish(bitsPerKey: number): Uint8Array {
    const probes = probesFor(bitsPerKey);
    const bytes = Math.max(8, Math.ceil((this.#count * bitsPerKey) / 8)); // tiny filters would always say maybe
    const contents = new Uint8Array(bytes + 1);
    contents[bytes] = probes;
    const bitCount = (bytes * 8) >>> 0;
    for (let i = 0; i < this.#count; i++) {
      let hash = this.#hashes[i * 2] as number;
      const step = this.#hashes[i * 2 + 1] as number;
      for (let probe = 0; probe < probes; probe++) {
        const place = hash % bitCount;
        contents[place >>> 3] = (contents[place >>> 3] as number) | (1 << (place & 7));
        hash = (hash + step) >>> 0;
      }
    }
    return contents;
  }

  #grow(): void {
    const grown = new Uint32Array(this.#hashes.length * 2);
    grown.set(this.#hashes);
    this.#hashes = grown;
  }
}

/** How many places a key has: bits * ln 2 makes the fewest mistakes. */
function probesFor(bitsPerKey: number): number {
  return Math.min(30, Math.max(1, Math.round(bitsPerKey * 0.69)));
}
