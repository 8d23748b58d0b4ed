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
    topic: 'The cluster',
    when: 'next',
    says: 'One group of servers replicates one key-value store. Ranges, the transaction coordinator and the cluster controller are designed and not built.',
  },
  {
    topic: 'Replicas and their disks',
    when: 'now',
    says: 'A replica whose disk fails a sync stops, and the others carry on; one whose disk is full stops until there is room. A snapshot is restored in one step, and sessions of clients never expire.',
  },
  {
    topic: 'The end of a Raft log',
    when: 'now',
    says: 'Damage to the last durable record of a Raft log is told from a torn tail by an empty record behind it. That one is not synced: when a power cut takes it, and the record before it rots too, a vote or an entry may be forgotten.',
  },
  {
    topic: 'Simulated latencies',
    when: 'now',
    says: 'In figures a message takes 6 to 14 ms and an election timeout is 150 to 300 ms, so that they can be watched. Five idle servers run over a thousand times faster than real time; under a heavy load it is tens of times.',
  },
  {
    topic: 'One thread writes',
    when: 'now',
    says: 'The skip list over shared memory takes inserts from several threads and is tested so; a store itself runs in one thread, with a list that is faster for one.',
  },
  {
    topic: 'Logs',
    when: 'now',
    says: 'A log is a new file. On OPFS the file comes from a pool of open ones; nothing is written over an old log (docs/decisions/0009).',
  },
  {
    topic: 'Importing',
    when: 'now',
    says: 'An import counts all at once, as of its end. It needs room for its tables beside what is there; if more than 131,072 writes are made meanwhile, for two copies of them, and writes then wait while the second is made.',
  },
  {
    topic: 'Exporting',
    when: 'now',
    says: 'A value that expires and was changed by merges since is exported without its time of expiry.',
  },
  {
    topic: 'Checkpoints',
    when: 'now',
    says: 'Where the store runs in a worker, a copy is made by backup and restore; checkpoint needs the files in the same thread.',
  },
  {
    topic: 'Repair',
    when: 'now',
    says: 'It works in one go and keeps what it reads of damaged files in memory. Without a manifest, keys that were deleted may come back; the report says what was lost.',
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
