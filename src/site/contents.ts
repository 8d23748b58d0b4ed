/**
 * The contents of the whole book, as planned. A page that exists has its address;
 * the others are named so that a reader sees where the path leads. Once a page
 * is written, it gets its `slug` here and its line in the sidebar.
 */

/** One page: its number, its title, and its address below the base if it exists. */
export type Chapter = { number: number; title: string; slug?: string };

/** A part of the book. */
export type Part = { letter: string; title: string; chapters: Chapter[] };

/** A part from its titles; a title with an address is a page that exists. */
function part(
  letter: string,
  title: string,
  first: number,
  chapters: (string | [title: string, slug: string])[],
): Part {
  return {
    letter,
    title,
    chapters: chapters.map((chapter, index) =>
      typeof chapter === 'string'
        ? { number: first + index, title: chapter }
        : { number: first + index, title: chapter[0], slug: chapter[1] },
    ),
  };
}

export const parts: Part[] = [
  part('A', 'One node, in memory', 1, [
    ['Build a key-value store', 'memory/key-value-store'],
    ['Order', 'memory/order'],
    'TypeScript by example',
  ]),
  part('B', 'Durability', 4, [
    ['Files, sync and crash', 'durability/files-sync-crash'],
    ['The log’s bytes', 'durability/log-bytes'],
    ['Group commit and rotation', 'durability/group-commit'],
    ['Recovery', 'durability/recovery'],
  ]),
  part('C', 'The LSM tree', 8, [
    ['Skip list', 'tree/skip-list'],
    ['Memtable freeze and flush', 'tree/memtable'],
    ['SSTable', 'tree/table'],
    ['Bloom filter and compression', 'tree/bloom-and-compression'],
    ['Read path and iterators', 'tree/read-path'],
    ['Compaction', 'tree/compaction'],
    ['Manifest, garbage, backup', 'tree/manifest'],
    ['LSM against B-tree', 'tree/b-tree'],
  ]),
  part('D', 'Transactions', 16, [
    'MVCC',
    'Snapshot isolation and its anomalies',
    'Serializable by validation',
    'Retries and long transactions',
  ]),
  part('E', 'Distribution', 20, [
    ['Messages, time, failure detection', 'distribution/messages'],
    ['Election', 'distribution/election'],
    ['Replication and commit', 'distribution/replication'],
    ['Raft on a real log', 'distribution/real-log'],
    ['Snapshots', 'distribution/snapshots'],
    ['Membership', 'distribution/membership'],
    ['Linearizability', 'distribution/linearizability'],
    'Ranges and routing',
    'Distributed commit',
    'Splitting and moving ranges',
  ]),
  part('F', 'The whole machine', 30, [
    'Metrics, load, back-pressure',
    'Deterministic simulation',
    'One put, from keystroke to bytes',
    'Where it could go',
    ['Lab', 'lab/benchmarks'],
  ]),
];
