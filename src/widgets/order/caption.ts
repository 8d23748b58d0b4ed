// Each event of the two structures in one sentence.

import { type Recorded, text } from '../../../engine/index.ts';
import type { Caption, CaptionPart } from '../../player/caption.ts';
import { hashCount } from '../../projections/hash.ts';
import type { OrderState } from './projection.ts';
import type { OrderEvent } from './world.ts';

export const OPENING: Caption = [
  'Two structures, both empty. Everything that is asked of one is asked of the other.',
];

const HASH = 'Hash table: ';
const SORTED = 'Sorted: ';
const name = (key: string): CaptionPart => ({ field: 'key', text: key });
const keyOf = (key: Uint8Array) => name(text(key));

export function caption({ event }: Recorded<OrderEvent>, state: OrderState): Caption {
  switch (event.type) {
    case 'client.call':
      return event.range
        ? [
            'The client wants every key from ',
            name(event.range.from),
            ' up to ',
            name(event.range.to),
            ', in order: ',
            { code: event.call },
            '.',
          ]
        : ['The client asks both: ', { code: event.call }, '.'];
    case 'hash.pick':
      return [HASH, 'the hash of ', keyOf(event.key), ` says bucket ${event.bucket}.`];
    case 'hash.probe':
      return [
        HASH,
        'in the chain lies ',
        keyOf(event.key),
        event.found ? ', and that is it.' : ', another key.',
      ];
    case 'hash.put':
      return [
        HASH,
        keyOf(event.key),
        ` lies in bucket ${event.bucket}, wherever its neighbors are.`,
      ];
    case 'hash.get':
      return [
        HASH,
        keyOf(event.key),
        event.value ? ' is found.' : ' is not in its bucket, so it is nowhere.',
      ];
    case 'hash.visit':
      return [
        HASH,
        `bucket ${event.bucket} has ${entries(event.entries)}. Any of them could be in the range.`,
      ];
    case 'sorted.compare':
      return compared(event);
    case 'memtable.insert':
      return [SORTED, keyOf(event.key), ' goes between its neighbors.'];
    case 'client.look':
      return looked(event);
    case 'client.sort':
      return [
        HASH,
        `all ${hashCount(state.hash)} entries have been looked at. The client sorts the ${event.keys.length} that it kept.`,
      ];
    case 'client.answer':
      return answered(event);
    default:
      return [event.type];
  }
}

function compared({ key, order }: { key: string; order: string }): Caption {
  if (order === 'at') return [SORTED, name(key), ' is the very key.'];
  const where =
    order === 'before'
      ? ' is before the place: on to the right.'
      : ' is after it: the place is to the left.';
  return [SORTED, name(key), where];
}

function looked({ side, key, taken }: { side: string; key: string; taken: boolean }): Caption {
  if (side === 'hash')
    return [
      HASH,
      name(key),
      taken ? ' is in the range.' : ' is not in the range: looked at for nothing.',
    ];
  return [
    SORTED,
    name(key),
    taken ? ' is next, and in the range.' : ' is outside the range, and ends the walk.',
  ];
}

function answered({ side, keys }: { side: string; keys: readonly string[] }): Caption {
  const who = side === 'hash' ? HASH : SORTED;
  if (keys.length === 0) return [who, 'nothing is found.'];
  return [who, 'the answer is ', name(keys.join(' ')), '.'];
}

function entries(count: number): string {
  if (count === 0) return 'no entries';
  return count === 1 ? '1 entry' : `${count} entries`;
}
