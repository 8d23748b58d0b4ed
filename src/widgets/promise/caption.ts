// The sentence for every event: who says what to whom, and what is true meanwhile.

import type { EventOf, Recorded } from '../../../engine/index.ts';
import type { Caption, CaptionPart } from '../../player/caption.ts';
import type { StoreState } from '../../projections/store.ts';
import type { StoreFigureEvent } from '../store/world.ts';
import {
  clientWrites,
  type DiskEvent,
  type PromiseEvent,
  type PromiseState,
  verdictOf,
  writesThatAre,
} from './projection.ts';

const DURABLE = { concept: 'durable' } as const;
const VOLATILE = { concept: 'volatile' } as const;

export const OPENING: Caption = [
  'A store that is open, with a log that is ',
  DURABLE,
  ' so far, and a client that is about to write orders.',
];

export function caption({ event }: Recorded<PromiseEvent>, state: PromiseState): Caption {
  switch (event.type) {
    case 'disk.habit':
    case 'disk.plan':
      return ofDisk(event);
    case 'store.open.end':
      return afterRestart(state.store);
    case 'client.write':
    case 'client.refused':
    case 'store.write.begin':
    case 'store.write.acknowledge':
    case 'store.open.begin':
      return ofStore(event);
    case 'wal.create':
    case 'wal.append':
    case 'wal.sync':
    case 'wal.replay.begin':
    case 'wal.replay.record':
    case 'wal.replay.bad':
    case 'wal.replay.end':
    case 'memtable.insert':
      return ofLog(event, state);
    default:
      return ofFile(event, state);
  }
}

function ofDisk(event: DiskEvent): Caption {
  if (event.type === 'disk.plan') return ['The disk is about to fail: the next sync is an error.'];
  return event.lies
    ? ['From now on the disk lies: it says ', DURABLE, ' and has written nothing.']
    : ['From now on the disk is honest: what it calls ', DURABLE, ' is on it.'];
}

type StoreSays = Extract<
  PromiseEvent,
  {
    type:
      | 'client.write'
      | 'client.refused'
      | 'store.write.begin'
      | 'store.write.acknowledge'
      | 'store.open.begin';
  }
>;

function ofStore(event: StoreSays): Caption {
  switch (event.type) {
    case 'client.write':
      return [
        `The client writes order ${event.write}, sync `,
        { code: event.sync },
        ', and waits.',
      ];
    case 'client.refused':
      return ['The store refuses, ', { code: event.code }, `: ${plain(event)}.`];
    case 'store.write.begin':
      return [`The store gives the write sequence number ${event.firstSequence}.`];
    case 'store.write.acknowledge':
      return event.durable
        ? ['The client is told: done, and ', DURABLE, '. That is a promise.']
        : ['The client is told: done. Written, that is, and ', VOLATILE, '.'];
    case 'store.open.begin':
      return ['The store is opened again: it has its files, and no memory of its own.'];
  }
}

/** An error's message begins with its code, which is said already. */
function plain({ code, message }: { readonly code: string; readonly message: string }): string {
  return message.replace(`${code}: `, '');
}

type LogSays = EventOf<
  | 'wal.create'
  | 'wal.append'
  | 'wal.sync'
  | 'wal.replay.begin'
  | 'wal.replay.record'
  | 'wal.replay.bad'
  | 'wal.replay.end'
  | 'memtable.insert'
>;

function ofLog(event: LogSays, { store }: PromiseState): Caption {
  switch (event.type) {
    case 'wal.create':
      return ['The new log is ready to be written to.'];
    case 'wal.append':
      return [
        `The record is ${event.size} bytes at ${event.offset}. It notes that the log was `,
        DURABLE,
        ` up to ${event.durableBytes} when it was written.`,
      ];
    case 'wal.sync':
      return [`The store knows now that ${event.size} bytes of its log are safe.`];
    case 'wal.replay.begin':
      return [`Recovery reads what is left of log ${event.log}: ${event.size} bytes.`];
    case 'wal.replay.record':
      return [`At ${event.offset} there is a whole record, its checksum right.`];
    case 'wal.replay.bad':
      return [`At ${event.offset} there is no whole record: ${event.reason}.`];
    case 'wal.replay.end':
      return verdictOnLog(event);
    case 'memtable.insert':
      return store.phase === 'recovering'
        ? ['Recovery puts its order back into memory.']
        : ['The order is in memory too, where readers find it.'];
  }
}

function verdictOnLog({ records, endBytes, verdict }: EventOf<'wal.replay.end'>): Caption {
  const found = `${records} ${records === 1 ? 'record' : 'records'}`;
  if (verdict === 'corrupt')
    return [
      'A later record says that this place was ',
      DURABLE,
      ' already. Something that had been promised is damaged.',
    ];
  if (verdict === 'torn tail')
    return [`The log ends at ${endBytes} with ${found}. What lies behind was promised to nobody.`];
  return [`The log is whole: ${found}, ${endBytes} bytes.`];
}

type FileSays = Exclude<StoreFigureEvent, StoreSays | LogSays | EventOf<'store.open.end'>>;

function ofFile(event: FileSays, { store, lies }: PromiseState): Caption {
  switch (event.type) {
    case 'file.create':
      return [
        'A new log, ',
        { code: event.file },
        ', has a name, which is ',
        VOLATILE,
        ' for now.',
      ];
    case 'file.append':
      return [`${event.bytes.length} bytes are in the page cache. They are `, VOLATILE, '.'];
    case 'file.sync':
      return [`The store asks the disk for the first ${event.size} bytes of the log, and waits.`];
    case 'file.durable':
      return [
        `The disk says: ${event.durableBytes} bytes are `,
        DURABLE,
        lies ? '. It has written none of the new ones.' : '.',
      ];
    case 'directory.sync':
      return ['The store asks for the names of its files to be put on the disk.'];
    case 'directory.durable':
      return ['The disk says: the names are ', DURABLE, '.'];
    case 'disk.error':
      return [
        'The disk fails: ',
        { code: event.call },
        ' is an error, and who knows what it wrote.',
      ];
    case 'power.cut':
      return ['The power is gone, and with it all memory. What did the disk get?'];
    case 'power.file':
      return afterPowerCut(event);
    case 'power.restored':
      return ['The power is back. What is on the disk now is all there is.'];
    default:
      return [`${event.type}, ${store.phase}.`];
  }
}

function afterPowerCut({ sectors, outcome }: EventOf<'power.file'>): Caption {
  if (outcome === 'vanished')
    return ['The name of the log is ', { concept: 'lost' }, ', and with it every byte.'];
  const count = (fate: string) => sectors.filter((sector) => sector.fate === fate).length;
  return [
    `${sectors.length} ${sectors.length === 1 ? 'sector was' : 'sectors were'} in doubt: `,
    `${count('kept')} kept, ${count('lost')} `,
    { concept: 'lost' },
    `, ${count('torn')} `,
    { concept: 'corrupt', text: 'torn' },
    '.',
  ];
}

/** What the client finds, compared with what it was told. */
function afterRestart(store: StoreState): Caption {
  const writes = clientWrites(store);
  const kept = writes.filter((write) => verdictOf(write, store) === 'kept').length;
  const found = `The store is open: ${kept} of ${writes.length} orders are there. `;
  const broken = writesThatAre(store, 'broken').length;
  const lost = writesThatAre(store, 'lost').length;
  const parts: CaptionPart[] = [found];
  if (broken > 0) parts.push(`${broken} had been promised as `, DURABLE, ': a promise is broken. ');
  if (lost > 0)
    parts.push(`${lost} had been acknowledged and ${is(lost)} `, { concept: 'lost' }, '.');
  if (broken + lost === 0) parts.push('Nothing that was acknowledged is missing.');
  return parts;
}

function is(count: number): string {
  return count === 1 ? 'is' : 'are';
}
