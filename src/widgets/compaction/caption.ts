// The sentence for each event of the two stores.

import type { EngineEvent, EventOf, Recorded } from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import type { SideState, TreesState } from './projection.ts';
import { type ClientEvent, POLICIES, type Setup, type TreesEvent, tableNumber } from './world.ts';

const NAMES = ['the client', 'leveled', 'tiered'] as const;

export function captionOfTrees({ event, node }: Recorded<TreesEvent>, state: TreesState): Caption {
  const policy = POLICIES[node - 1];
  const side = policy === undefined ? undefined : state[policy];
  const who = `${(NAMES[node] ?? '').replace(/^./, (first) => first.toUpperCase())}: `;
  if (event.type.startsWith('client.')) return ofClient(event as ClientEvent, who, state);
  return [who, ...captionOfStore(event as EngineEvent, side)];
}

function ofClient(event: ClientEvent, who: string, state: TreesState): Caption {
  switch (event.type) {
    case 'client.open':
      return [opened(event)];
    case 'client.batch':
      return event.range
        ? ['The client deletes the middle half of the keys, with one range delete, in both stores.']
        : [
            `The client writes a batch to both stores: ${event.puts} puts${event.deletes > 0 ? `, ${event.deletes} deletes` : ''}.`,
          ];
    case 'client.measure': {
      const point = state.points.at(-1);
      return [
        `Batch ${state.batches} is in. For each byte of the client, leveled has written ${factor(point?.leveled.write)} bytes, tiered ${factor(point?.tiered.write)}.`,
      ];
    }
    case 'client.snapshot':
      return [
        `A snapshot at sequence number ${event.sequence}: what it sees must not be dropped while it is held.`,
      ];
    case 'client.release':
      return ['The snapshot is released. What it kept alive goes when it is next compacted.'];
    case 'client.verify':
      return event.wrong === 0
        ? [
            who,
            `all ${event.keys} keys are read and compared. `,
            { concept: 'durable', text: 'Nothing is lost.' },
          ]
        : [
            who,
            `of ${event.keys} keys, `,
            { concept: 'lost', text: `${event.wrong} are wrong` },
            '.',
          ];
  }
}

function opened({ runs, fanout, levelBytes, tableBytes }: Setup): string {
  return `Both stores are opened: ${runs} tables or runs are due, level 1 holds ${levelBytes / 1024} KiB, each level below ${fanout} times more, tables of ${tableBytes / 1024} KiB.`;
}

/** Of one store, without its name. */
export function captionOfStore(event: EngineEvent, side?: SideState): Caption {
  switch (event.type) {
    case 'store.open.begin':
      return ['the store is opened.'];
    case 'manifest.load':
      return [
        `the manifest names ${count(event.tables.length, 'table')}. Other files are garbage, whatever they hold.`,
      ];
    case 'store.flush.begin':
      return [
        'the memtable is full, and is written out as table ',
        { code: String(event.table) },
        '.',
      ];
    case 'store.flush.end':
      return [`the flush is done: ${event.size} bytes.`];
    case 'table.finish':
      return finished(event, side);
    case 'manifest.edit':
      return edited(event);
    case 'compaction.begin':
      return begun(event);
    case 'compaction.move':
      return [
        'table ',
        { code: String(event.table) },
        ` overlaps nothing in level ${event.outputLevel}, so it moves there. Not a byte of it is written.`,
      ];
    case 'compaction.end':
      return [
        `${event.entriesIn} entries went in, ${event.entriesOut} came out; ${event.bytesOut} bytes were written.`,
      ];
    case 'compaction.abandon':
      return ['the compaction is given up. Its inputs are still there.'];
    case 'store.stall':
      return stalled(event);
    case 'store.obsolete':
      return obsolete(event.file);
    case 'power.cut':
      return ['the power is gone, and with it everything in memory.'];
    default:
      return [event.type];
  }
}

function finished({ table, entries, size }: EventOf<'table.finish'>, side?: SideState): Caption {
  const isOutput = side?.tree.compaction?.outputs.includes(table) === true;
  return [
    'table ',
    { code: String(table) },
    ` is whole: ${entries} entries, ${size} bytes. Until an edit names it, it is `,
    { concept: 'volatile', text: 'waiting' },
    isOutput ? ', and the inputs are what counts.' : '.',
  ];
}

function edited({ added, removed }: EventOf<'manifest.edit'>): Caption {
  if (removed.length === 0 && added.length === 0) return ['an edit of the manifest.'];
  const out = removed.length > 0 ? `takes ${count(removed.length, 'table')} out and ` : '';
  return [
    `one edit of the manifest ${out}puts ${count(added.length, 'table')} in. That is the instant.`,
  ];
}

function begun({ inputs, outputLevel, reason, score }: EventOf<'compaction.begin'>): Caption {
  return [
    `${reason}, a score of ${factor(score / 100)}. ${count(inputs.length, 'table')} go to level ${outputLevel}: `,
    { code: inputs.join(' ') },
    '.',
  ];
}

function stalled({ verdict, runs }: EventOf<'store.stall'>): Caption {
  const what =
    verdict === 'stop'
      ? 'The writer works until there are fewer.'
      : 'The writer does a share of the work first.';
  return [{ concept: 'current', text: verdict }, `: ${count(runs, 'run')} have piled up. ${what}`];
}

function obsolete(file: string): Caption {
  const number = tableNumber(file);
  if (number === undefined) return [{ code: file }, ' is no longer needed, and is deleted.'];
  return ['table ', { code: String(number) }, ' is garbage, and its file is deleted.'];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** `3.2`; of what isn't known, a dash. */
export function factor(value: number | undefined): string {
  return value === undefined ? '–' : String(Number(value.toFixed(value < 10 ? 2 : 1)));
}
