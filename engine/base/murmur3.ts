// MurmurHash3 (Austin Appleby, 2011), the 32-bit one for x86, for two seeds at once.
//
// A bloom filter needs two independent hashes of every key; a hash table takes the first.
// Most of the work, mixing four bytes of the key into one word, doesn't depend on the
// seed, so both together cost little more than one. What is on the disk depends on this
// function: it never changes within a format version.

const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

// The seeds: zero, and the one that Murmur's own tests use.
const SEED_A = 0;
const SEED_B = 0x9747b28c;

/** Hashes bytes; the results of the last call are in `a` and `b`, unsigned. */
export class Murmur3 {
  a = 0;
  b = 0;

  hash(key: Uint8Array): void {
    let a = SEED_A;
    let b = SEED_B | 0;
    const whole = key.length & ~3;
    for (let i = 0; i < whole; i += 4) {
      const mixed = mix(
        (key[i] as number) |
          ((key[i + 1] as number) << 8) |
          ((key[i + 2] as number) << 16) |
          ((key[i + 3] as number) << 24),
      );
      a = turn(a ^ mixed);
      b = turn(b ^ mixed);
    }
    if (whole < key.length) {
      const last = mix(
        (key[whole] as number) | ((key[whole + 1] ?? 0) << 8) | ((key[whole + 2] ?? 0) << 16),
      );
      a ^= last;
      b ^= last;
    }
    this.a = avalanche(a ^ key.length);
    this.b = avalanche(b ^ key.length);
  }
}

function mix(word: number): number {
  const product = Math.imul(word, C1);
  return Math.imul((product << 15) | (product >>> 17), C2);
}

function turn(hash: number): number {
  return (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
}

function avalanche(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
