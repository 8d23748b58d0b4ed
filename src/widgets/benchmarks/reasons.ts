// Why a mark was not reached, as far as profiles tell. Shown only for marks that a run missed.

import type { Mark } from '../../../tests/bench/marks.ts';

const BATCH =
  'A batch costs what its bytes cost: fetching the keys and values of the caller, copying them to the log and to the memtable, a checksum, and finding the place of each key. No part is left that is most of it.';

const SAME_THREAD =
  'LevelDB and RocksDB do the same work in C++, and write and merge tables in threads of their own. Here that is done between the writes, and counts.';

const DISK_LESS =
  'With a thousand records to a transaction the disk is no longer what a writer waits for. The flush is less than a fifth, and the rest is what an unsynced batch costs.';

/** By what the mark is on; a place with the number of records goes before one without. */
const REASONS: Readonly<Record<string, string>> = {
  'browser fillrandom-100': BATCH,
  'browser 200000 fillrandom-100': `${BATCH} With so many records tables are written and merged in the same thread, between the writes, and that counts too.`,
  'browser fillsync-1000': DISK_LESS,
  'browser readrandom':
    'Both stores have all blocks in memory. What is left of a get is finding the block and the key in it, and making a view of the value.',
  'browser reopen':
    'Most of it is the browser, which gives out a handle for each file, some of them spare ones for the first writes.',
  'node fillrandom-100': SAME_THREAD,
  'node fillsync-1000': `${DISK_LESS} ${SAME_THREAD}`,
  'node readrandom':
    'LMDB maps its file and gives out one buffer again and again. Here, half of a get is waiting for memory that anyone must touch, the key asked for and the value, and making a view of it. That leaves too little for finding the place.',
  'node memtable insert':
    'At a million keys an insert waits for memory: for the block where the key belongs, and for the key after it. The memtable of a store never grows that large; at 4 MiB it is flushed.',
  bundle:
    'The codec, a library, is a tenth of it. The sentences of errors, which say what to do, are another fourteenth.',
};

/** The marks that were missed and have a known reason. */
export function reasons(marks: readonly Mark[]): { mark: Mark; why: string }[] {
  return marks.flatMap((mark) => {
    const why = mark.passed ? undefined : reasonOf(mark);
    return why === undefined ? [] : [{ mark, why }];
  });
}

function reasonOf({ suite, records, workload }: Mark): string | undefined {
  if (suite === 'bundle') return REASONS['bundle'];
  return REASONS[`${suite} ${records} ${workload}`] ?? REASONS[`${suite} ${workload}`];
}
