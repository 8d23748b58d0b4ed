// The small parts that are measured, and what each row of a part is called.

export const OURS = 'memtable (copies key and value)';

/** What the memtable is judged by: structures that keep as little of the caller's as it does. */
export const RIVALS: readonly string[] = [
  'sorted-btree (copies key and value)',
  'js-sdsl OrderedMap (copies key and value)',
];

export const PARTS = [
  {
    name: 'crc32 of 4 KiB blocks',
    unit: 'MB/s',
    rows: ['slicing by 16', 'a byte at a time', "Node's own, in C++"],
  },
  { name: 'varints of 1 to 5 bytes', unit: 'million/s', rows: ['write', 'read'] },
  ...['100000', '1000000'].map((count) => ({
    name: `sorted inserts in random order, ${count} keys`,
    unit: 'thousand/s',
    rows: [
      OURS,
      ...RIVALS,
      'the copies alone, unsorted',
      'sorted-btree, strings made before',
      'sorted-btree, byte keys by reference',
      'js-sdsl OrderedMap, strings made before',
      'js-sdsl OrderedMap, byte keys by reference',
    ],
  })),
];
