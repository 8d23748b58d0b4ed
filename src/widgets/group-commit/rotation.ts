// A store whose logs are tiny: one is followed by the next, and a flush retires them.
//
// The store was opened and written to before the picture begins, so there is a log. Of the
// engine's events, those about other files than logs are left out.

import type { EventOf, Recorded } from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import type { Context, Mark, Offer, Scenario } from '../../player/scenario.ts';
import { NO_STORE, projectStore, type StoreState } from '../../projections/store.ts';
import {
  applyStoreAction,
  createStoreWorld,
  parseStoreAction,
  type StoreAction,
  type StoreFigureEvent,
  type StoreWorld,
} from '../store/world.ts';

export type RotationAction = Extract<StoreAction, { do: 'write' | 'flush' }>;

/** Tiny: the default is 16 MiB. */
export const LOG_BYTES = 256;
const WRITES_MAX = 24;
const CUSTOMERS = ['ann', 'bob', 'cy', 'dee', 'eve'];

interface World {
  readonly store: StoreWorld;
}

function order(number: number): RotationAction {
  const customer = CUSTOMERS[number % CUSTOMERS.length] as string;
  return {
    do: 'write',
    operations: [[customer, `order ${number}: crab`]],
    sync: 'full',
  };
}

function create({ seed, trace, stamp }: Context<StoreFigureEvent>): World {
  let begun = false;
  const tell = (event: StoreFigureEvent) => {
    if (begun && isShown(event)) trace(event);
  };
  const sizes = { logBytes: LOG_BYTES, memtableBytes: 1 << 20, blockBytes: 128 };
  const store = createStoreWorld({ seed, trace: tell, stamp }, sizes);
  begun = true;
  return { store };
}

/** Files that aren't logs are another page's business, and so is what readers see. */
function isShown(event: StoreFigureEvent): boolean {
  if ('file' in event) return String(event.file).endsWith('.wal');
  if (event.type === 'manifest.edit') return event.added.length > 0;
  return !/^(directory|superblock|manifest\.(create|load)|table\.(create|block|bloom|open))/.test(
    event.type,
  );
}

export const rotation: Scenario<World, RotationAction, StoreState, StoreFigureEvent> = {
  id: 'rotation',
  version: 1,
  seed: 1,
  script: [...Array.from({ length: 10 }, (_, number) => order(number)), { do: 'flush' }, order(10)],
  create,
  apply: ({ store }, action) => applyStoreAction(store, action),
  initial: { ...NO_STORE, phase: 'running' },
  project: projectStore,
  opening: ['A store with a log of a few hundred bytes, and a client that writes orders.'],
  caption,
  mark,
  label: (action) => (action.do === 'flush' ? 'Flush to a table' : 'Write an order'),
  offers,
  parse,
  poster: (entries) => entries.findLastIndex(({ event }) => event.type === 'wal.create') + 1,
};

function parse(given: unknown): RotationAction | undefined {
  const action = parseStoreAction(given);
  return action?.do === 'write' || action?.do === 'flush' ? action : undefined;
}

function offers({ writes }: StoreState): Offer<RotationAction>[] {
  const full = { unavailable: 'The figure has no room for more.' };
  return [
    { action: order(writes.length), ...(writes.length >= WRITES_MAX && full) },
    { action: { do: 'flush' } },
  ];
}

function mark({ event }: Recorded<StoreFigureEvent>): Mark | undefined {
  switch (event.type) {
    case 'client.write':
      return { kind: 'write', label: `order ${event.write}` };
    case 'wal.create':
      return { kind: 'fork', label: `log ${event.log} begins` };
    case 'store.flush.end':
      return { kind: 'sync', label: `table ${event.table} is part of the database` };
    default:
      return undefined;
  }
}

function caption({ event }: Recorded<StoreFigureEvent>, state: StoreState): Caption {
  switch (event.type) {
    case 'client.write':
      return [`The client writes order ${event.write}.`];
    case 'store.write.begin':
      return [`The store gives it the number ${event.firstSequence}.`];
    case 'store.write.acknowledge':
      return ['The client is told: ', { concept: 'durable' }, '.'];
    case 'memtable.insert':
      return ['The memtable has it, so readers see it.'];
    case 'wal.create':
      return created(event);
    case 'wal.append':
      return [`It is record ${recordCount(state, event.log)} of log ${event.log}.`];
    case 'wal.sync':
      return [`Log ${event.log} is synced up to byte ${event.size}.`];
    default:
      return fileCaption(event, state);
  }
}

function created({ log, previousLog, previousEndBytes }: EventOf<'wal.create'>): Caption {
  if (previousLog === 0) return [`Log ${log} begins. It is the first one.`];
  return [
    `Log ${log} begins. Its header says: before me was log ${previousLog}, and it ended at byte ${previousEndBytes}.`,
  ];
}

function recordCount({ logs }: StoreState, log: number): number {
  return logs.find(({ number }) => number === log)?.records.length ?? 0;
}

function fileCaption(event: StoreFigureEvent, state: StoreState): Caption {
  switch (event.type) {
    case 'file.create':
      return logCreated(event.file, state);
    case 'file.append':
      return [
        event.offset === 0
          ? `A header of ${event.bytes.length} bytes opens `
          : `${event.bytes.length} bytes are appended to `,
        { code: event.file },
        '.',
      ];
    case 'file.sync':
      return ['The disk is asked to keep all of ', { code: event.file }, '.'];
    case 'file.durable':
      return [
        `${event.durableBytes} bytes of `,
        { code: event.file },
        ' are ',
        { concept: 'durable' },
        '.',
      ];
    case 'file.delete':
      return [{ code: event.file }, ' is deleted.'];
    case 'store.obsolete':
      return ['Nobody needs ', { code: event.file }, ' any more: its writes are in a table.'];
    default:
      return flushCaption(event, state);
  }
}

function logCreated(name: string, { logs, files }: StoreState): Caption {
  const before = files.files.findLast((file) => file.name !== name);
  if (logs.length === 0 || before === undefined)
    return ['The first write begins a log: ', { code: name }, '.'];
  const why =
    before.size >= LOG_BYTES
      ? ` has ${before.size} bytes, and ${LOG_BYTES} are its limit: `
      : ' ends with the memtable that is to be flushed: ';
  return [{ code: before.name }, why, { code: name }, ' is made.'];
}

function flushCaption(event: StoreFigureEvent, { memtable, frozen }: StoreState): Caption {
  switch (event.type) {
    case 'memtable.freeze':
      return [`The memtable is frozen with its ${event.entries} entries; a new one takes writes.`];
    case 'store.flush.begin':
      return [`The ${frozen.length} entries in memory are written to table ${event.table}.`];
    case 'table.finish':
      return [`Table ${event.table} is written: ${event.entries} entries, ${event.size} bytes.`];
    case 'manifest.edit':
      return [
        `One record in the manifest: table ${event.added.join(', ')} is in, logs before ${event.logNumber} are out.`,
      ];
    case 'store.flush.end':
      return [`The flush is done; ${memtable.length} entries are in memory.`];
    case 'client.refused':
      return [event.message];
    default:
      return [event.type];
  }
}
