// What doesn't work, what is left out on purpose, and what isn't done yet. The one
// place where that is written down; the page Status prints it. Whoever lifts a limit
// takes its line out.

/** `now`: true of what exists. `next`: to be built. */
export interface Limit {
  readonly topic: string;
  readonly when: 'now' | 'next';
  readonly says: string;
}

export const limits: readonly Limit[] = [
  {
    topic: 'Transactions',
    when: 'next',
    says: 'A batch is atomic and a snapshot is stable, but nothing checks that what you read is still true when you write.',
  },
  {
    topic: 'Raft and the cluster',
    when: 'next',
    says: 'There is one node. Replication, ranges and the transaction coordinator are designed and not built.',
  },
  {
    topic: 'Metrics',
    when: 'next',
    says: 'Counters can be read; there is no page that watches a store under load.',
  },
  {
    topic: 'One opener',
    when: 'now',
    says: 'A database is open in one tab, worker or process at a time; the others get FERRIS_LOCKED.',
  },
  {
    topic: 'Checksums are CRC32',
    when: 'now',
    says: 'They find accidents, not an attacker who can write to the files.',
  },
  {
    topic: 'A disk that lies',
    when: 'now',
    says: 'When a disk says that bytes are durable and they are not, acknowledged writes can be lost. Recovery reports the damage where a later record saw them durable.',
  },
  {
    topic: 'IndexedDB',
    when: 'now',
    says: 'There the whole database is mirrored in memory, so it must fit into it.',
  },
  {
    topic: 'Browsers may evict',
    when: 'now',
    says: 'Without persistent storage, a browser short of space may delete all data of a site, whatever was durable.',
  },
  {
    topic: 'The hash table',
    when: 'now',
    says: 'The one of the first pages grows all at once, never shrinks, and hashes without a secret, so whoever chooses its keys can make it slow. The store does not use it.',
  },
  {
    topic: 'Sizes',
    when: 'now',
    says: 'A key has at most 1 MiB, a value at most 10 MiB.',
  },
];
