// What each event means to somebody who waits for an answer.

import type { EventOf, Recorded } from '../../../engine/index.ts';
import type { Caption, CaptionPart } from '../../player/caption.ts';
import type { StoreFigureEvent } from '../store/world.ts';
import {
  type CrashState,
  confirmed,
  newestOrder,
  type OrderState,
  orderAt,
  unanswered,
} from './projection.ts';

export function caption({ event }: Recorded<StoreFigureEvent>, state: CrashState): Caption {
  const order = name(newestOrder(state));
  switch (event.type) {
    case 'client.write':
      return [`${order} is on its way to the store. Nobody has promised anything yet.`];
    case 'wal.append':
      return [
        `The store adds ${lower(order)} to the end of its log: ${event.size} bytes. They are `,
        { concept: 'volatile' },
        '; the system may still have them in its cache.',
      ];
    case 'file.sync':
      return sync(order, state);
    case 'file.durable':
      return durable(order, state);
    case 'memtable.insert':
      return inserted(event, state);
    case 'store.write.acknowledge':
      return [`${order} is confirmed. The store has given its word: it will not be lost.`];
    default:
      return powerCaption(event, state);
  }
}

function powerCaption(event: StoreFigureEvent, state: CrashState): Caption {
  switch (event.type) {
    case 'power.cut':
      return powerCut(state);
    case 'power.file':
      return inDoubt(event);
    case 'power.restored':
      return ['The power is back. Memory is empty, and all there is to go by is the log.'];
    case 'store.open.begin':
      return state.cuts === 0
        ? ['The store opens. Its disk is empty, so there is nothing to recover.']
        : ['The store opens. It has no other way to open than this: recover.'];
    case 'wal.replay.begin':
      return [
        'It reads log ',
        { code: String(event.log) },
        ` from the start: ${event.size} bytes.`,
      ];
    case 'wal.replay.record':
      return [
        `${name(orderAt(state, event.log, event.offset))}: its record is whole, the checksum is right.`,
      ];
    case 'wal.replay.bad':
      return [
        `At byte ${event.offset} the log breaks off (${event.reason}). No later record vouches for what stood there: it was never `,
        { concept: 'durable' },
        ', and never confirmed.',
      ];
    case 'wal.replay.end':
      return [
        'Log ',
        { code: String(event.log) },
        ` ends at byte ${event.endBytes}: ${count(event.records, 'whole record')}.`,
      ];
    case 'store.open.end':
      return opened(state);
    default:
      return [event.type];
  }
}

/** The verdict of the figure: what was promised, and what is there. */
function opened(state: CrashState): Caption {
  if (state.cuts === 0) return ['The store is open, and waits for orders.'];
  const promised = confirmed(state);
  const kept = promised.filter(({ inMemory }) => inMemory).length;
  const verdict =
    kept === promised.length
      ? `Promised: ${count(promised.length, 'order')}. Recovered: ${promised.length === 0 ? 'all that was promised' : `all ${kept}`}.`
      : `Promised: ${count(promised.length, 'order')}. Recovered: ${kept}. The promise is broken.`;
  return [verdict, ...unanswered(state).flatMap(afterwards)];
}

/** An order that nobody was promised may go either way. */
function afterwards(order: OrderState): CaptionPart[] {
  const who = ` ${name(order)} was never confirmed, `;
  return order.inMemory
    ? [`${who}and yet its record came through.`]
    : [`${who}and it is `, { concept: 'lost' }, '.'];
}

function powerCut(state: CrashState): Caption {
  const order = newestOrder(state);
  const promised = count(confirmed(state).length, 'order');
  const tail = order?.answer === 'none' ? ` ${name(order)} was not.` : '';
  return [`The power is gone, and memory with it. Confirmed until now: ${promised}.${tail}`];
}

function inDoubt({ sectors }: EventOf<'power.file'>): Caption {
  const fates = sectors.map(({ fate }) => fate);
  if (fates.length === 0)
    return ['The log lost nothing: every byte of it was ', { concept: 'durable' }, '.'];
  if (fates.every((fate) => fate === 'kept'))
    return ['The bytes in doubt had just reached the disk when the power went.'];
  return fates.includes('torn')
    ? [
        'The bytes in doubt are ',
        { concept: 'corrupt', text: 'torn' },
        ': some got to the disk, some did not.',
      ]
    : ['The bytes in doubt never got to the disk. They are ', { concept: 'lost' }, '.'];
}

function inserted(event: EventOf<'memtable.insert'>, state: CrashState): Caption {
  const key = new TextDecoder().decode(event.key);
  const order = name(state.orders.find((candidate) => candidate.key === key));
  return state.phase === 'recovering'
    ? [`${order} is in memory again.`]
    : [`Only now does ${lower(order)} go into memory, where it is quickly found.`];
}

function sync(order: string, { phase }: CrashState): Caption {
  return phase === 'recovering'
    ? ['The store syncs what it has read: new orders will rely on it.']
    : [`“Put ${lower(order)} on the disk for good.” The store asks, and waits.`];
}

function durable(order: string, { phase }: CrashState): Caption {
  return phase === 'recovering'
    ? ['The log is ', { concept: 'durable' }, ' to its last whole record.']
    : [
        `The disk answers: ${lower(order)} is `,
        { concept: 'durable' },
        '. It would survive a power cut.',
      ];
}

function name(order: OrderState | undefined): string {
  return order ? `Order ${order.number}` : 'The order';
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`;
}
