// The small parts that are measured, and what each row of a part is called.

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
      'memtable (copies key and value)',
      'sorted-btree, string keys',
      'sorted-btree, byte keys',
      'js-sdsl OrderedMap, string keys',
      'js-sdsl OrderedMap, byte keys',
    ],
  })),
];
