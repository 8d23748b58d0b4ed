// The sentence for each event of the figure of groups, and how times are written.

import type { Recorded } from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import { type GroupEvent, TICKS_PER_MS } from './machine.ts';
import { type GroupState, type SyncState, waitingCount } from './projection.ts';

/** Ticks as people read them: `2.4 ms`. */
export function msText(ticks: number): string {
  return `${(ticks / TICKS_PER_MS).toFixed(1)} ms`;
}

export const OPENING: Caption = [
  'A store that has been open for a while, a disk that is idle, and clients on their way.',
];

const writes = (count: number) => `${count} ${count === 1 ? 'write' : 'writes'}`;
const membersOf = ({ clients }: GroupState, group: number) =>
  clients.filter((client) => client.group === group).length;

export function caption({ event }: Recorded<GroupEvent>, state: GroupState): Caption {
  switch (event.type) {
    case 'client.rules':
      return [
        `A sync of this disk takes ${msText(event.syncTicks)}. `,
        event.groupMax === 1
          ? 'Every write is synced alone'
          : `Up to ${writes(event.groupMax)} share one`,
        event.waitTicks > 0 ? `, and the first waits ${msText(event.waitTicks)} for company.` : '.',
      ];
    case 'client.arrive':
      return arrival(event.client, state);
    case 'client.answer':
      return [
        `Client ${event.client} is told: `,
        { concept: 'durable' },
        `. It has waited ${msText(event.waitedTicks)}.`,
      ];
    case 'store.write.begin':
      return [
        `A group of ${writes(event.count)} sets out: one append, one sync for all of them.`,
        waitingCount(state) > event.count
          ? ` ${waitingCount(state) - event.count} stay behind.`
          : '',
      ];
    case 'wal.append':
      return [
        `The write of client ${state.records.at(-1)?.client ?? '?'} is in log ${event.log}, `,
        { concept: 'volatile' },
        '.',
      ];
    case 'memtable.insert':
      return ['It is in the memtable, too: readers see it. Its client still waits.'];
    default:
      return diskCaption(event, state);
  }
}

function arrival(client: number, state: GroupState): Caption {
  const busy = state.syncs.at(-1)?.doneTicks === -1;
  const ahead = waitingCount(state) - 1;
  if (busy)
    return [
      `Client ${client} comes while the disk is busy`,
      ahead > 0
        ? `, and waits behind ${ahead === 1 ? 'another one' : `${ahead} others`}.`
        : ', and waits for it to be done.',
    ];
  return [`Client ${client} comes, and the disk is idle.`];
}

function diskCaption(event: GroupEvent, state: GroupState): Caption {
  switch (event.type) {
    case 'file.create':
      return ['The log has reached its size: the next one, ', { code: event.file }, ', begins.'];
    case 'file.append':
      return [`${event.bytes.length} bytes go to `, { code: event.file }, ' in one append.'];
    case 'file.sync':
      return syncAsked(state.syncs.at(-1), { code: event.file }, state);
    case 'directory.sync':
      return ['The name of the new log must be on the disk as well: one more sync.'];
    case 'wal.create':
      return [
        `Log ${event.log} says in its header that log ${event.previousLog} ended at byte ${event.previousEndBytes}.`,
      ];
    case 'wal.sync':
      return [`Log ${event.log} waits for the disk to confirm ${event.size} bytes.`];
    case 'file.durable':
      return [
        `The disk is done: ${event.durableBytes} bytes of `,
        { code: event.file },
        ' are ',
        { concept: 'durable' },
        '.',
      ];
    case 'directory.durable':
      return ['The disk is done: the name of the new log is ', { concept: 'durable' }, '.'];
    case 'store.write.acknowledge':
      return [
        'The store says how far it is ',
        { concept: 'durable' },
        `: up to write ${event.lastSequence}.`,
      ];
    default:
      return [event.type];
  }
}

function syncAsked(
  sync: SyncState | undefined,
  file: { readonly code: string },
  state: GroupState,
): Caption {
  if (sync?.kind === 'header') return ['The header of ', file, ' must be on the disk: a sync.'];
  const count = membersOf(state, state.groups - 1);
  return [`The disk is asked for ${count === 1 ? 'it' : `all ${count}`}: one sync of `, file, '.'];
}
