// The sentence for each event of the manifest's figure.

import type { EventOf, Recorded } from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import { bytesOf } from '../../projections/files.ts';
import { editsIn } from './files.ts';
import type { ManifestState } from './projection.ts';
import { editText } from './view.ts';
import type { ManifestEvent } from './world.ts';

export function captionOfManifest(
  { event }: Recorded<ManifestEvent>,
  state: ManifestState,
): Caption {
  switch (event.type) {
    case 'client.fill':
      return [`The client writes ${event.keys.length} keys, and asks for a flush.`];
    case 'client.scan':
      return [
        `A scan begins. It holds on to ${count(event.tables.length, 'table')}, whatever happens to the version.`,
      ];
    case 'client.scan-end':
      return [`The scan has read ${event.keys} keys, and lets its tables go.`];
    case 'client.check':
      return checked(event);
    case 'file.create':
    case 'file.append':
    case 'file.sync':
    case 'file.durable':
    case 'file.delete':
      return ofFile(event, state);
    case 'directory.sync':
      return ['The directory is synced: names that came, names that went.'];
    case 'directory.durable':
      return [
        'All names are ',
        { concept: 'durable' },
        ', and what was deleted will not come back.',
      ];
    case 'power.cut':
      return ['The power is gone, and with it all that was in memory.'];
    case 'power.file':
      return survived(event);
    case 'power.restored':
      return ['The power is back. What is left are files.'];
    default:
      return ofStore(event, state);
  }
}

type FileEvent = EventOf<
  'file.create' | 'file.append' | 'file.sync' | 'file.durable' | 'file.delete'
>;

function ofFile(event: FileEvent, state: ManifestState): Caption {
  const name = { code: event.file };
  switch (event.type) {
    case 'file.create':
      return [
        name,
        ` is created: ${kindOf(event.file)}. Its name is `,
        { concept: 'volatile' },
        '.',
      ];
    case 'file.append':
      return appended(event, state);
    case 'file.sync':
      return ['The store asks for ', name, ' to be put on the disk.'];
    case 'file.durable':
      return [`The ${event.durableBytes} bytes of `, name, ' are ', { concept: 'durable' }, '.'];
    case 'file.delete':
      return [name, ' is deleted. Until the directory is synced it may come back.'];
  }
}

function appended({ file, offset, bytes }: EventOf<'file.append'>, state: ManifestState): Caption {
  const name = { code: file };
  const stored = state.files.files.findLast((each) => each.name === file);
  const edits = stored ? editsIn(file, bytesOf(stored)) : [];
  const last = edits.at(-1);
  if (last === undefined || last.offset < offset)
    return [
      `${bytes.length} bytes are appended to `,
      name,
      ', and are ',
      { concept: 'volatile' },
      '.',
    ];
  const said = editText(last.edit, edits.length - 1);
  return [
    'An edit is appended to ',
    name,
    ': ',
    { code: said },
    `. It is ${bytes.length} bytes, and `,
    { concept: 'volatile' },
    '.',
  ];
}

function kindOf(file: string): string {
  if (file.endsWith('.sst')) return 'a table';
  if (file.endsWith('.wal')) return 'a log';
  return file.endsWith('.man') ? 'a manifest' : 'a superblock';
}

function survived({ file, outcome, durableBytes }: EventOf<'power.file'>): Caption {
  const name = { code: file };
  if (outcome === 'vanished')
    return ['The name ', name, ' is ', { concept: 'lost' }, ', and the file with it.'];
  if (outcome === 'returned') return [name, ' is there again: its deletion was not durable.'];
  return [
    'Of ',
    name,
    ` the ${durableBytes} durable bytes are there, and what else got to the disk in time.`,
  ];
}

function checked({
  keys,
  wrong,
  leftovers,
}: Extract<ManifestEvent, { type: 'client.check' }>): Caption {
  const read: Caption =
    wrong === 0
      ? [keys === 0 ? 'The database is empty. ' : `All ${keys} keys are read and are right. `]
      : [{ concept: 'lost', text: `${wrong} of ${keys} keys are wrong. ` }];
  if (leftovers.length === 0) return [...read, 'No file is left over.'];
  return [...read, `Left over: ${leftovers.map(({ file, why }) => `${file}, ${why}`).join('; ')}.`];
}

function ofStore(event: ManifestEvent, state: ManifestState): Caption {
  switch (event.type) {
    case 'store.open.begin':
      return ['The store is opened. Which files are the database?'];
    case 'superblock.read':
      return event.valid
        ? [
            `Superblock ${event.slot} is whole: generation ${event.generation}, manifest ${event.manifest}.`,
          ]
        : [`Superblock ${event.slot} is not whole. It doesn’t count.`];
    case 'manifest.load':
      return [
        `Manifest ${event.manifest} is read from its start: ${count(event.edits, 'edit')}, which come to ${count(event.tables.length, 'table')}.`,
      ];
    case 'store.open.end':
      return ['The store is open. It has deleted nothing: opening writes nothing.'];
    case 'manifest.create':
      return [`The first edit of this session begins a new manifest, number ${event.manifest}.`];
    case 'superblock.write':
      return [
        `Superblock ${event.slot} names manifest ${event.manifest} now, with generation ${event.generation}. That is the switch.`,
      ];
    case 'manifest.edit':
      return edited(event);
    case 'store.flush.begin':
      return ['The memtable is written out, as table ', { code: String(event.table) }, '.'];
    case 'table.create':
      return [
        'Table ',
        { code: String(event.table) },
        ' has a number and a file. Nobody refers to it.',
      ];
    case 'table.finish':
      return [
        `Table ${event.table} is whole: ${event.entries} entries. It is part of nothing yet.`,
      ];
    case 'store.flush.end':
      return ['The flush is done. Its log is not needed any more.'];
    case 'compaction.begin':
      return [
        `Tables ${event.inputs.join(', ')} are merged into level ${event.outputLevel}. They stay as they are.`,
      ];
    case 'compaction.end':
      return [`The compaction is done: ${event.entriesIn} entries in, ${event.entriesOut} out.`];
    case 'store.obsolete':
      return obsolete(event.file, state);
    case 'store.close':
      return ['The store is closed. It had nothing to write.'];
    default:
      return [event.type];
  }
}

function edited({ added, removed, logNumber }: EventOf<'manifest.edit'>): Caption {
  if (added.length + removed.length === 0) return ['The manifest exists. The version is empty.'];
  const out = removed.length > 0 ? `, and tables ${removed.join(', ')} are out` : '';
  return [
    `The edit is durable: table ${added.join(', ')} is in${out}. Logs before ${logNumber} are retired. That is the instant.`,
  ];
}

function obsolete(file: string, { isScanning }: ManifestState): Caption {
  const scan = isScanning && file.endsWith('.sst') ? ', and no scan reads it' : '';
  return ['Nobody needs ', { code: file }, ` any more: the edit that says so is durable${scan}.`];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
