// The sentence for every event of a store's life, from its first write to its recovery.

import { type EventOf, type Recorded, text } from '../../../engine/index.ts';
import type { Caption, CaptionPart } from '../../player/caption.ts';
import type { StoreFigureEvent } from '../store/world.ts';
import type { CrashState } from './projection.ts';
import type { CrashEvent, DiskChoice } from './world.ts';

const DURABLE = { concept: 'durable' } as const;
const VOLATILE = { concept: 'volatile' } as const;

type Says = {
  readonly [T in CrashEvent['type']]?: (
    event: Extract<CrashEvent, { type: T }>,
    state: CrashState,
  ) => Caption;
};

const SENTENCES: Says = {
  'client.disk': ofDisk,
  'client.write': ({ write, operations, sync }) => [
    `The client asks for write ${write + 1}: `,
    { code: operationsText(operations) },
    ', sync ',
    { code: sync },
    '.',
  ],
  'client.refused': ({ message }) => ['The store refuses. ', { code: message }],
  'client.map': ({ entries }) => [
    `The client reads everything back: ${counted(entries.length, 'key')}.`,
  ],
  'client.read': ({ key, value }) => [
    'The client reads ',
    { code: key },
    value === null ? ': it is not there.' : ` and gets ${value}.`,
  ],

  'store.open.begin': () => [
    'The store is opened. Opening is recovering: first it lists the files.',
  ],
  'store.open.end': ({ tables, records, lastSequence }) => [
    `The store is open: ${counted(tables, 'table')}, ${counted(records, 'record')} replayed, `,
    `last sequence number ${lastSequence}. Not a byte was written.`,
  ],
  'store.write.begin': ({ firstSequence, count }) => [
    `The store gives it ${count === 1 ? 'sequence number' : 'the sequence numbers from'} ${firstSequence}.`,
  ],
  'store.write.acknowledge': ({ durable }) =>
    durable
      ? ['The client is told: done, and ', DURABLE, '. That is a promise.']
      : ['The client is told: done. It is written, and ', VOLATILE, '.'],
  'store.get': ({ key, found }) => [
    'The store looks for ',
    { code: text(key) },
    ` and finds it: ${found}.`,
  ],
  'store.flush.begin': ({ table }) => [
    `The frozen memtable is to become table ${table}. Until the manifest names it, nobody will know that file.`,
  ],
  'store.flush.end': ({ table }) => [
    `The flush is done: reads find its entries in table ${table}.`,
  ],
  'store.obsolete': ({ file }) => [
    'Nothing needs ',
    { code: file },
    ' any more: the edit that says so is ',
    DURABLE,
    '.',
  ],
  'store.close': () => ['The store is closed.'],

  'memtable.insert': (event, state) =>
    state.step === undefined
      ? ['Now that the log has it, it goes into memory: ', entryCode(event), '.']
      : ['Into memory, as the first time: ', entryCode(event), '.'],
  'memtable.freeze': ({ entries }) => [
    `The memtable is frozen with ${counted(entries, 'entry', 'entries')}; a new one and a new log begin.`,
  ],

  'wal.create': ({ log, previousLog, previousEndBytes }) =>
    previousLog === 0
      ? [`Log ${log} begins: it is the first.`]
      : [
          `Log ${log} begins. Its header says that log ${previousLog} ended at byte ${previousEndBytes}.`,
        ],
  'wal.append': ({ log, size, durableBytes }) => [
    `The record is ${size} bytes. It vouches for the first ${durableBytes} bytes of log ${log}: they were `,
    DURABLE,
    ' before it.',
  ],
  'wal.sync': ({ log, size }) => [`Log ${log} is `, DURABLE, ` up to byte ${size}.`],
  'wal.replay.begin': ({ log, size }) => [
    `Log ${log} isn’t in a table yet, so it is read from its start: ${size} bytes.`,
  ],
  'wal.replay.record': ({ log, offset }, state) => [
    `The record at ${offset} is whole: `,
    { code: writeAt(state, log, offset) },
    ' is replayed.',
  ],
  'wal.replay.bad': ({ offset, reason }) => [
    `At ${offset} there is no whole record: `,
    { code: reason },
    '.',
  ],
  'wal.replay.end': verdictOnLog,

  'table.create': ({ table }) => [`Table ${table} is begun.`],
  'table.block.write': ({ entries }) => [
    `${counted(entries, 'entry', 'entries')} make a block, in the order of their keys.`,
  ],
  'table.finish': ({ table, size }) => [
    `Table ${table} is complete and synced: ${size} bytes. It is part of nothing yet.`,
  ],
  'table.open': ({ table, entries }) => [
    `Table ${table} is opened: ${counted(entries, 'entry', 'entries')}. Its blocks are read when they are needed.`,
  ],
  'table.bloom': ({ table, verdict }) => [`The filter of table ${table} says ${verdict}.`],
  'table.block.read': ({ table, offset }) => [`A block of table ${table} is read, at ${offset}.`],
  'cache.admit': ({ table }) => [`The block cache keeps that block of table ${table}.`],
  'cache.hit': ({ table }) => [`The block cache still has that block of table ${table}.`],
  'cache.move': ({ table }) => [`The block cache keeps a block of table ${table} for longer.`],
  'cache.evict': ({ table }) => [`The block cache drops a block of table ${table}.`],
  'cache.forget': ({ table }) => [`The block cache forgets a block of table ${table}.`],
  'lookup.ask': ({ run, number, answer }) => [`The ${run} ${number} is asked: ${answer}.`],

  'superblock.read': ({ slot, valid, generation, manifest }) =>
    valid
      ? [`Superblock ${slot} is valid: generation ${generation}, manifest ${manifest}.`]
      : [
          `Superblock ${slot} is `,
          { concept: 'corrupt', text: 'not valid' },
          ': the other one counts.',
        ],
  'superblock.write': ({ slot, generation, manifest }) => [
    `Superblock ${slot} names manifest ${manifest} now, as generation ${generation}.`,
  ],
  'manifest.create': ({ manifest }) => [
    `Manifest ${manifest} begins, with the whole version in it.`,
  ],
  'manifest.edit': ({ manifest, added, logNumber }) =>
    added.length === 0
      ? [`Manifest ${manifest} is in use. It says that there are no tables yet.`]
      : [
          `The edit is `,
          DURABLE,
          `. This is the instant of the flush: table ${added.join(', ')} is part of the database, and logs before ${logNumber} are not.`,
        ],
  'manifest.load': ({ manifest, edits, tables, logNumber }) => [
    `Manifest ${manifest} is read: ${counted(edits, 'edit')}, ${counted(tables.length, 'table')}, `,
    logNumber === 0 ? 'and every log counts.' : `and logs count from ${logNumber} on.`,
  ],

  'file.create': ({ file }) => [
    { code: file },
    ' is made. Its name is ',
    VOLATILE,
    ' until the directory is synced.',
  ],
  'file.append': ({ file, offset, bytes }) => [
    `${bytes.length} bytes go to `,
    { code: file },
    offset === 0 ? ', ' : ` at ${offset}, `,
    VOLATILE,
    '.',
  ],
  'file.read': ({ file, offset, size }) => [
    `${size} bytes of `,
    { code: file },
    ` are read, from ${offset} on.`,
  ],
  'file.sync': ({ file, size }, state) =>
    state.step === undefined
      ? [`The store asks for `, { code: file }, ` to be on the disk up to byte ${size}, and waits.`]
      : [
          'What was read may so far be in a cache alone. New writes will rely on it, so ',
          { code: file },
          ' is synced.',
        ],
  'file.durable': ({ file, durableBytes }) => [
    { code: file },
    ' is ',
    DURABLE,
    ` up to byte ${durableBytes}.`,
  ],
  'file.delete': ({ file }) => [
    { code: file },
    ' is deleted. Until the directory is synced, a power cut may bring it back.',
  ],
  'directory.sync': () => ['The store asks for the names of the files to be on the disk.'],
  'directory.durable': () => ['The names of all files are ', DURABLE, '.'],
  'disk.error': ({ call, code }) => [`The disk fails: ${call}, ${code}.`],
  'disk.rot': ({ file, offset }) => ['A bit of ', { code: file }, ` flips, at byte ${offset}.`],
  'power.cut': (_event, state) =>
    state.cutShort > 0 && state.outcomes.length > 1
      ? ['The power is gone again, in the middle of it. Memory is empty.']
      : ['The power is gone. Memory is empty; what was ', VOLATILE, ' is in doubt.'],
  'power.file': ofPowerCut,
  'power.restored': () => ['The power is back. The store knows nothing but its files.'],
};

export const OPENING: Caption = [
  'A machine with an empty disk, on which a store is about to begin.',
];

export function caption({ event }: Recorded<CrashEvent>, state: CrashState): Caption {
  const says = SENTENCES[event.type] as (event: CrashEvent, state: CrashState) => Caption;
  return says(event, state);
}

/** `ann = 50, cy deleted` */
export function operationsText(
  operations: Extract<StoreFigureEvent, { type: 'client.write' }>['operations'],
): string {
  return operations
    .map(([key, value]) => (value === null ? `delete ${key}` : `${key} = ${value}`))
    .join(', ');
}

function ofDisk({ keeps, lies }: DiskChoice): Caption {
  if (lies)
    return ['The disk of this machine lies: it says ', DURABLE, ' and has written nothing.'];
  const kept = {
    nothing: 'is lost',
    torn: 'is torn in half',
    chance: 'is kept, lost or torn by chance',
    everything: 'is kept after all',
  }[keeps];
  return ['When the power goes, what is ', VOLATILE, ` on the disk of this machine ${kept}.`];
}

function entryCode({ key, kind, value }: EventOf<'memtable.insert'>): CaptionPart {
  const name = text(key);
  return { code: kind === 'put' ? `${name} = ${text(value)}` : `delete ${name}` };
}

function verdictOnLog({ records, endBytes, verdict }: EventOf<'wal.replay.end'>): Caption {
  const found = counted(records, 'record');
  switch (verdict) {
    case 'whole':
      return [`The log is whole: ${found}, ${endBytes} bytes.`];
    case 'torn tail':
      return [
        `A torn tail: ${found}, and the log ends at ${endBytes}. No later record vouches for what lies behind, so nobody was promised it. It stays where it is.`,
      ];
    case 'ended by decree':
      return endBytes === 0
        ? ['By decree, this log is not part of the history: a later one follows an earlier one.']
        : [
            `${found}, and the log ends at ${endBytes} by decree: the header of the next log says so.`,
          ];
    case 'corrupt':
      return [
        'Bytes that had been ',
        DURABLE,
        ' are ',
        { concept: 'corrupt', text: 'damaged' },
        '. A power cut can’t do that.',
      ];
    case 'dropped':
      return ['This log comes after the end of the history and proves nothing, so it is dropped.'];
  }
}

function ofPowerCut({ file, outcome, sectors }: EventOf<'power.file'>): Caption {
  const name = { code: file };
  if (outcome === 'vanished')
    return [name, ' is ', { concept: 'lost' }, ', because its name was not synced.'];
  if (outcome === 'returned') return [name, ' is there again: its deletion was not synced.'];
  const count = (fate: string) => sectors.filter((sector) => sector.fate === fate).length;
  return [
    'Of ',
    name,
    `, ${counted(sectors.length, 'sector')} had something `,
    VOLATILE,
    `: ${count('kept')} kept, ${count('lost')} `,
    { concept: 'lost' },
    `, ${count('torn')} `,
    { concept: 'corrupt', text: 'torn' },
    '.',
  ];
}

function writeAt({ store }: CrashState, log: number, offset: number): string {
  const record = store.logs
    .find(({ number }) => number === log)
    ?.records.find((each) => each.offset === offset);
  const write = store.writes.find(({ id }) => id === record?.write);
  return write === undefined ? 'a record' : operationsText(write.operations);
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
