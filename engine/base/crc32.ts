// CRC32, the checksum of Ethernet, gzip and PNG: polynomial 0x04c11db7, reflected.
//
// A byte at a time the loop waits for each table lookup before the next can start.
// Slicing by sixteen (Kounavis and Berry, Intel, 2005) looks up sixteen bytes in
// sixteen tables and joins the results, so the lookups overlap. `npm run bench`
// measures it; the tables take 16 KiB.
//
// A platform that has a CRC32 of its own may lend it (Node does): its instructions for
// carry-less multiplication do 4 KiB in a third of the time, but each call costs more.

const POLYNOMIAL_REFLECTED = 0xedb88320;
const SLICES = 16;

const tables = new Int32Array(256 * SLICES);

for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL_REFLECTED : crc >>> 1;
  tables[byte] = crc;
}
for (let i = 256; i < 256 * SLICES; i++) {
  const before = tables[i - 256] as number;
  tables[i] = (before >>> 8) ^ (tables[before & 0xff] as number);
}

/** The platform's own: the CRC32 of `bytes`, going on from that of what comes before. */
type PlatformCrc32 = (bytes: Uint8Array, seed: number) => number;

/** Below this the platform's call costs more than it saves. */
const PLATFORM_BYTES_MIN = 1024;

let platformCrc32: PlatformCrc32 | undefined;

/** From now on long ranges are left to the platform's own CRC32; undefined: to none. */
export function lendCrc32(platform: PlatformCrc32 | undefined): void {
  platformCrc32 = platform;
}

/**
 * CRC32 of `bytes[start, end)` as an unsigned 32-bit number.
 * `seed` is the CRC32 of what comes before: `crc32(b, 0, b.length, crc32(a))` is that of a then b.
 */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length, seed = 0): number {
  if (end - start >= PLATFORM_BYTES_MIN && platformCrc32 !== undefined)
    return platformCrc32(bytes.subarray(start, end), seed);
  const t = tables;
  let crc = ~seed;
  let i = start;
  for (const last = end - SLICES; i <= last; i += SLICES) {
    const w =
      crc ^
      ((bytes[i] as number) |
        ((bytes[i + 1] as number) << 8) |
        ((bytes[i + 2] as number) << 16) |
        ((bytes[i + 3] as number) << 24));
    crc =
      (t[0xf00 + (w & 0xff)] as number) ^
      (t[0xe00 + ((w >>> 8) & 0xff)] as number) ^
      (t[0xd00 + ((w >>> 16) & 0xff)] as number) ^
      (t[0xc00 + (w >>> 24)] as number) ^
      (t[0xb00 + (bytes[i + 4] as number)] as number) ^
      (t[0xa00 + (bytes[i + 5] as number)] as number) ^
      (t[0x900 + (bytes[i + 6] as number)] as number) ^
      (t[0x800 + (bytes[i + 7] as number)] as number) ^
      (t[0x700 + (bytes[i + 8] as number)] as number) ^
      (t[0x600 + (bytes[i + 9] as number)] as number) ^
      (t[0x500 + (bytes[i + 10] as number)] as number) ^
      (t[0x400 + (bytes[i + 11] as number)] as number) ^
      (t[0x300 + (bytes[i + 12] as number)] as number) ^
      (t[0x200 + (bytes[i + 13] as number)] as number) ^
      (t[0x100 + (bytes[i + 14] as number)] as number) ^
      (t[bytes[i + 15] as number] as number);
  }
  for (; i < end; i++) crc = (crc >>> 8) ^ (t[(crc ^ (bytes[i] as number)) & 0xff] as number);
  return ~crc >>> 0;
}
