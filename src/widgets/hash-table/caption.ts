// Each event of the table in one sentence.

import { type EventOf, type Recorded, text } from '../../../engine/index.ts';
import type { Caption, CaptionPart } from '../../player/caption.ts';
import { bitsOf, bitText, hashCount } from '../../projections/hash.ts';
import type { HashFigureEvent, HashFigureState } from './scenario.ts';

export const OPENING: Caption = [
  'An empty table with four buckets, in the memory of this page. Press play, or type.',
];

const keyPart = (key: Uint8Array): CaptionPart => ({ field: 'key', text: text(key) });

export function caption({ event }: Recorded<HashFigureEvent>, state: HashFigureState): Caption {
  switch (event.type) {
    case 'client.call':
      return ['You type ', { code: event.call }, '.'];
    case 'client.list':
      return listed(event.keys);
    case 'page.reload':
      return reloaded(state);
    case 'hash.pick':
      return picked(event);
    case 'hash.probe':
      return probed(event);
    case 'hash.put':
      return put(event);
    case 'hash.get':
      return got(event, state);
    case 'hash.delete':
      return event.found
        ? [keyPart(event.key), ' is taken out of its chain, which closes behind it.']
        : ['There is no ', keyPart(event.key), ', so there is nothing to delete.'];
    case 'hash.grow':
      return [
        `One more entry would be too many for ${event.from} buckets. From now on there are ${event.to}, and ${entries(event.entries)} must find ${event.entries === 1 ? 'its' : 'their'} place again.`,
      ];
    case 'hash.move':
      return moved(event, state);
    case 'hash.visit':
      return [`Bucket ${event.bucket} is looked into: ${entries(event.entries)}.`];
    default:
      return [event.type];
  }
}

function picked({ key, hash, bucket, buckets }: EventOf<'hash.pick'>): Caption {
  const bits = bitsOf(buckets);
  return [
    'The hash of ',
    keyPart(key),
    ` ends in `,
    { code: bitText(hash, bits) },
    `, and ${bits} bits choose among ${buckets} buckets: bucket ${bucket}.`,
  ];
}

function probed({ key, bucket, position, found }: EventOf<'hash.probe'>): Caption {
  const where = position === 0 ? `First in bucket ${bucket} is ` : 'Next in the chain is ';
  return [where, keyPart(key), found ? ', the key that is sought.' : ', another key.'];
}

function put({ key, value, bucket, isNew }: EventOf<'hash.put'>): Caption {
  const shown: CaptionPart = { field: 'value', text: text(value) };
  if (!isNew) return [keyPart(key), ' is there already. Its value is now ', shown, '.'];
  return [
    keyPart(key),
    ` is put at the end of bucket ${bucket}. It is `,
    { concept: 'volatile' },
    ': in memory, and nowhere else.',
  ];
}

function got({ key, value }: EventOf<'hash.get'>, { table }: HashFigureState): Caption {
  const { probes = 0 } = table.look ?? {};
  const cost = `${entries(probes)} looked at, of ${hashCount(table)}.`;
  if (value === undefined)
    return ['The chain ends here, so there is no ', keyPart(key), ` anywhere: ${cost}`];
  return [
    'The value of ',
    keyPart(key),
    ' is ',
    { field: 'value', text: text(value) },
    `: ${cost}`,
  ];
}

function moved({ key, from, to }: EventOf<'hash.move'>, { table }: HashFigureState): Caption {
  const half = table.buckets.length / 2;
  const bits = bitsOf(half);
  const count = `Of the hash of `;
  const now = ` ${bits + 1} bits count now, and the new one is `;
  return to === from
    ? [count, keyPart(key), now, { code: '0' }, `: it stays in bucket ${from}.`]
    : [
        count,
        keyPart(key),
        now,
        { code: '1' },
        `: it goes to bucket ${to}, which is ${from} + ${half}.`,
      ];
}

function listed(keys: readonly string[]): Caption {
  if (keys.length === 0) return ['There are no keys.'];
  return [
    'All keys, in the order of the buckets: ',
    { field: 'key', text: keys.join(' ') },
    '. That order means nothing.',
  ];
}

function reloaded({ table }: HashFigureState): Caption {
  const count = hashCount(table);
  return [
    'The page is reloaded, and begins with new memory. ',
    count === 0 ? 'There was nothing in the table.' : `${entries(count)}, all `,
    ...(count === 0
      ? []
      : ([{ concept: 'volatile' }, ', all ', { concept: 'lost' }, '.'] as const)),
  ];
}

function entries(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}
