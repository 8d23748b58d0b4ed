import { expect, test } from 'vitest';
import { utf8 } from '../../../engine/base/bytes.ts';
import { Murmur3 } from '../../../engine/base/murmur3.ts';
import { Random } from '../../../engine/base/random.ts';
import { Bloom, BloomBuilder, bitPlacesOf } from '../../../engine/lsm/table/bloom.ts';

function filterOf(keys: readonly Uint8Array[], bitsPerKey: number): Bloom {
  const builder = new BloomBuilder();
  for (const key of keys) builder.add(key);
  return new Bloom(builder.finish(bitsPerKey));
}

/** Share of 20,000 other keys that the filter lets through. */
function mistakes(filter: Bloom, missing: (i: number) => Uint8Array): number {
  let maybes = 0;
  for (let i = 0; i < 20_000; i++) if (filter.mayContain(missing(i))) maybes++;
  return maybes / 20_000;
}

test('the hash is MurmurHash3: published values for both seeds', () => {
  const hasher = new Murmur3();
  const of = (key: string) => {
    hasher.hash(utf8(key));
    return [hasher.a, hasher.b];
  };
  expect(of('')).toEqual([0, 0xebb6c228]);
  expect(of('test')).toEqual([0xba6bd213, 0x704b81dc]);
  expect(of('Hello, world!')).toEqual([0xc0363e43, 0x24884cba]);
  const fox = 'The quick brown fox jumps over the lazy dog';
  expect(of(fox)).toEqual([0x2e4ff723, 0x2fa826cd]);
});

test('no key that was added is denied', () => {
  const random = new Random(1);
  for (const count of [1, 2, 10, 1000, 20_000]) {
    const keys = Array.from({ length: count }, () => random.bytes(random.below(20)));
    for (const bits of [1, 4, 10, 64]) {
      const filter = filterOf(keys, bits);
      expect(keys.every((key) => filter.mayContain(key))).toBe(true);
    }
  }
});

test('mistakes are as rare as the theory says', () => {
  const keys = Array.from({ length: 20_000 }, (_, i) => utf8(`key ${i}`));
  const missing = (i: number) => utf8(`key ${i + 20_000}`);
  for (const bits of [5, 8, 10, 16]) {
    const share = mistakes(filterOf(keys, bits), missing);
    const theory = 0.6185 ** bits;
    expect(share).toBeGreaterThan(theory * 0.5);
    expect(share).toBeLessThan(theory * 1.5 + 0.0005);
  }
  expect(filterOf(keys, 10).probes).toBe(7);
});

test('short counting keys, as bytes, spread just as well', () => {
  const key = (i: number) => Uint8Array.of(i & 0xff, (i >>> 8) & 0xff, i >>> 16);
  const keys = Array.from({ length: 20_000 }, (_, i) => key(i));
  expect(mistakes(filterOf(keys, 10), (i) => key(i + 20_000))).toBeLessThan(0.0125);
});

test('the places of a key are the bits that are set', () => {
  const key = utf8('apple');
  const builder = new BloomBuilder();
  builder.add(key);
  const contents = builder.finish(100);
  const filter = new Bloom(contents);
  const set = [];
  for (let i = 0; i < filter.bitCount; i++) {
    if (((contents[i >>> 3] as number) >>> (i & 7)) & 1) set.push(i);
  }
  expect([...new Set(bitPlacesOf(filter, key))].sort((a, b) => a - b)).toEqual(set);
});
