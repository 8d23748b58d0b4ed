// The sentence for every event: what moves from which lane to which, and what is safe meanwhile.

import { type EventOf, type Recorded, text } from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import type { MemtableState } from './projection.ts';
import type { MemtableFigureEvent } from './world.ts';

const DURABLE = { concept: 'durable' } as const;
const VOLATILE = { concept: 'volatile' } as const;

export const OPENING: Caption = [
  'A store with nothing in it, and a client that is about to write.',
];

type Says = {
  readonly [T in MemtableFigureEvent['type']]?: (
    event: Extract<MemtableFigureEvent, { type: T }>,
    state: MemtableState,
  ) => Caption;
};

const SENTENCES: Says = {
  'client.write': ({ operations: [operation] }) =>
    operation?.[1] === null
      ? ['The client deletes ', { code: operation[0] }, '. That is a write, too.']
      : ['The client writes ', { code: operation?.[0] ?? '' }, ` = ${operation?.[1]}.`],
  'client.delete-range': ({ start, end }) => [
    'The client deletes all keys from ',
    { code: start },
    ' up to ',
    { code: end },
    ', however many there are.',
  ],
  'client.get': ({ key, sequence }) => [
    'Where is ',
    { code: key },
    `? The lookup sees what has a sequence number up to ${sequence}.`,
  ],
  'client.read': ({ key, value }) =>
    value === null
      ? ['The client is told: no ', { code: key }, '.']
      : [{ code: key }, ` is ${value}.`],
  'client.snapshot': ({ sequence }) => [
    `A snapshot is taken at ${sequence}: what can be seen now stays readable until it is released.`,
  ],
  'client.release': ({ sequence }) => [
    `The snapshot at ${sequence} is released. Nobody reads as of then any more.`,
  ],
  'client.work': ({ entries }) => [
    `A slice of background work: ${entries} entries of the frozen memtable at most.`,
  ],
  'client.contents': ofContents,
  'client.refused': ({ message }) => ['The store refuses. ', { code: message }],

  'wal.create': ({ log, previousLog }) =>
    previousLog === 0
      ? [`Log ${log} begins, the first one.`]
      : [`Log ${log} begins. The writes of the next memtable go there.`],
  'wal.append': ({ log, size }) => [
    `The log comes first: ${size} bytes are appended to log ${log}. They are `,
    VOLATILE,
    '.',
  ],
  'wal.sync': ({ log, size }) => [`Log ${log} is `, DURABLE, ` up to byte ${size}.`],
  'wal.replay.end': ({ log, records }) => [
    `Log ${log} is replayed: ${records} ${records === 1 ? 'record is' : 'records are'} in memory again.`,
  ],

  'memtable.insert': ofInsert,
  'memtable.range-delete': ({ start, end, sequence }) => [
    'One entry says it all: ',
    { code: `${text(start)} to ${text(end)}` },
    ` deleted, with the sequence number ${sequence}. No key was touched.`,
  ],
  'memtable.freeze': ({ memtable, entries, bytes }) => [
    `Memtable ${memtable} is frozen with its ${entries} entries, ${bytes} bytes. An empty one takes the writes from now on.`,
  ],

  'lookup.ask': ofAsk,

  'store.flush.begin': ({ memtable, table }) => [
    `The flush of memtable ${memtable} begins: it is to become table ${table}.`,
  ],
  'table.create': ({ table }) => [
    `The file of table ${table} is made. Nobody knows it, so nothing depends on it.`,
  ],
  'table.block.write': ({ table, entries, firstKey, lastKey }) => [
    `A block of table ${table}: ${entries} entries, from `,
    { code: text(firstKey) },
    ' to ',
    { code: text(lastKey) },
    '.',
  ],
  'table.finish': ({ table, entries, size }, { frozen }) => [
    `Table ${table} is whole: ${entries} ${entries === 1 ? 'entry' : 'entries'} of ${frozen?.rows.length ?? 0}, ${size} bytes, and the manifest does not name it yet.`,
  ],
  'file.durable': ({ file, durableBytes }) => [
    `All ${durableBytes} bytes of `,
    { code: file },
    ' are ',
    DURABLE,
    '.',
  ],
  'manifest.edit': ({ added, logNumber }) => [
    `One record in the manifest, synced: table ${added.join(', ')} is part of the database, and logs before ${logNumber} are not needed.`,
  ],
  'store.flush.end': ({ memtable, table }) => [
    `Memtable ${memtable} is dropped from memory. Readers find its entries in table ${table}.`,
  ],
  'file.delete': ({ file }) => [{ code: file }, ' is deleted: a table has what it held.'],

  'power.cut': () => ['The power is gone, and with it both memtables.'],
  'power.file': ({ file, outcome }) =>
    outcome === 'vanished'
      ? [
          'Nobody had synced the name of ',
          { code: file },
          ': the file is ',
          { concept: 'lost' },
          '.',
        ]
      : ['The disk still has ', { code: file }, '.'],
  'power.restored': () => ['The power is back.'],
  'store.open.begin': (_event, { logs, tables }) =>
    logs.length + tables.length === 0
      ? ['The store is opened, on an empty disk.']
      : ['The store is opened again, with empty memory.'],
  'manifest.load': ({ tables }) =>
    tables.length === 0
      ? ['The manifest names no table.']
      : [
          `The manifest names ${tables.length === 1 ? 'table' : 'tables'} ${tables.join(', ')}. Other tables are leftovers.`,
        ],
  'store.open.end': ({ tables, records, logs }) => [
    logs === 0 && tables === 0 ? 'Nothing to recover. ' : '',
    `The store is open: ${tables} ${tables === 1 ? 'table' : 'tables'}, and ${records} ${records === 1 ? 'write' : 'writes'} from the logs in memory.`,
  ],
  'store.write.acknowledge': () => ['The client is told: done, and ', DURABLE, '.'],
};

export function caption({ event }: Recorded<MemtableFigureEvent>, state: MemtableState): Caption {
  const says = SENTENCES[event.type] as
    | ((event: MemtableFigureEvent, state: MemtableState) => Caption)
    | undefined;
  return says?.(event, state) ?? [event.type];
}

function ofInsert({ key, kind, sequence }: EventOf<'memtable.insert'>): Caption {
  if (kind === 'delete')
    return [
      'Nothing is taken out. A tombstone goes in: ',
      { code: text(key) },
      ` is deleted as of ${sequence}.`,
    ];
  return ['The memtable has ', { code: text(key) }, ` as of ${sequence}, where readers see it.`];
}

function ofContents(
  { table, rows }: Extract<MemtableFigureEvent, { type: 'client.contents' }>,
  { frozen, snapshot }: MemtableState,
): Caption {
  const left = (frozen?.rows.length ?? 0) - rows.length;
  const tombstones = rows.filter(({ value }) => value === null).length;
  const stones = tombstones === 0 ? '' : `, ${tombstones} of them a delete`;
  const kept =
    left === 0
      ? '.'
      : `. ${left} ${left === 1 ? 'entry stays' : 'entries stay'} behind: nobody can see ${left === 1 ? 'it' : 'them'} any more${snapshot === undefined ? '' : ', not even the snapshot'}.`;
  return [`In the file of table ${table}: ${rows.length} entries${stones}${kept}`];
}

const NAMES = { memtable: 'Memtable', table: 'Table' } as const;

function ofAsk(
  { run, number, answer, ends }: EventOf<'lookup.ask'>,
  state: MemtableState,
): Caption {
  const isFrozen = run === 'memtable' && number === state.frozen?.number;
  const place = `${isFrozen ? 'Frozen memtable' : NAMES[run]} ${number}`;
  if (answer === 'nothing') return [`${place} says: nothing about this key. On to the next.`];
  if (answer === 'delete')
    return [`${place} has a tombstone. That is an answer, and nothing older is asked.`];
  if (answer === 'range delete')
    return [`${place} has a range delete over this key. Nothing older is asked.`];
  return [`${place} has it${ends ? '. Nothing older is asked.' : '.'}`];
}
