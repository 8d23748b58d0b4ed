// The sentence for every event of a read: who is asked, and what it costs.

import { type EventOf, type Recorded, text } from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import { costOf, type ReadState } from './projection.ts';
import type { ReadEvent } from './world.ts';

type Says = {
  readonly [T in ReadEvent['type']]?: (
    event: Extract<ReadEvent, { type: T }>,
    state: ReadState,
  ) => Caption;
};

export const blocks = (count: number) => `${count} ${count === 1 ? 'block' : 'blocks'}`;

const SENTENCES: Says = {
  'client.open': ({ floors, cacheBlocks, bitsPerKey }) => [
    `A store with two memtables and ${floors.tables.length} tables, ${bitsPerKey} filter bits for each key, and a cache with room for about ${blocks(cacheBlocks)}. It is empty.`,
  ],
  'client.get': ({ key }) => ['Where is ', { code: key }, '? Newest place first.'],
  'client.read': ({ key, value }, state) => [
    { code: key },
    value === null ? ' is nowhere. ' : ` is “${value}”. `,
    cost(state),
  ],
  'client.scan': ({ from }) =>
    from === ''
      ? ['Somebody scans everything, from the first key to the last.']
      : ['A scan begins at ', { code: from }, '.'],
  'client.scanned': ({ keys }, state) => [
    `The scan has shown ${keys} ${keys === 1 ? 'key' : 'keys'}. ${cost(state)}`,
  ],
  'table.bloom': ({ table, key, verdict }) =>
    verdict === 'no'
      ? [
          `The filter of table ${table}: no, `,
          { code: text(key) },
          ' was never put in. Nothing is read.',
        ]
      : [`The filter of table ${table}: maybe. The index names the block to look into.`],
  'table.block.read': ({ table, size }) => [
    `A block of table ${table} is read from the file and checked: ${size} bytes.`,
  ],
  'cache.hit': ({ table, block }) => [
    `Block ${block} of table ${table} is in the cache: nothing is read.`,
  ],
  'cache.admit': ({ table, block, queue }) =>
    queue === 'small'
      ? [
          `The cache keeps block ${block} of table ${table}, on probation: it goes to the small queue.`,
        ]
      : [
          `Its name was still among the ghosts: block ${block} of table ${table} goes right to the main queue.`,
        ],
  'cache.move': ({ table, block, from }) =>
    from === 'small'
      ? [`Block ${block} of table ${table} was asked for meanwhile: it moves on to the main queue.`]
      : [
          `Block ${block} of table ${table} was asked for meanwhile: it may go round once more, and pays with a hit.`,
        ],
  'cache.evict': ofEvict,
  'cache.forget': ({ table, block }) => [
    `The name of block ${block} of table ${table} is forgotten as well.`,
  ],
  'lookup.ask': ofAsk,
};

export function caption({ event }: Recorded<ReadEvent>, state: ReadState): Caption {
  const says = SENTENCES[event.type] as
    | ((event: ReadEvent, state: ReadState) => Caption)
    | undefined;
  return says?.(event, state) ?? [event.type];
}

function cost({ reading }: ReadState): string {
  const { reads, hits } = costOf(reading);
  if (reads + hits === 0) return 'No block was needed.';
  const read =
    reads === 0 ? 'No block was read' : `${blocks(reads)} ${reads === 1 ? 'was' : 'were'} read`;
  return hits === 0 ? `${read}.` : `${read}, ${hits} came from the cache.`;
}

function ofEvict({ table, block }: EventOf<'cache.evict'>, { cache }: ReadState): Caption {
  const isGhost = cache.ghost.some((one) => one.key === `${table}:${block}`);
  return isGhost
    ? [
        `Block ${block} of table ${table} was hardly asked for: it leaves. Its name stays, as a ghost.`,
      ]
    : [`Block ${block} of table ${table} has used up its hits: it leaves the main queue.`];
}

const NAMES = { memtable: 'Memtable', table: 'Table' } as const;

function ofAsk({ run, number, answer, ends }: EventOf<'lookup.ask'>, state: ReadState): Caption {
  const isFrozen = run === 'memtable' && number === state.floors.frozen.number;
  const place = `${isFrozen ? 'Frozen memtable' : NAMES[run]} ${number}`;
  const last = state.reading?.asked.at(-1);
  if (answer === 'nothing' && last?.filter === 'maybe')
    return [
      `${place} doesn’t have it. The filter was `,
      { concept: 'corrupt', text: 'wrong' },
      ', and a block was looked into for nothing.',
    ];
  if (answer === 'nothing') return [`${place} doesn’t have it. On to the next.`];
  if (answer === 'merge')
    return [
      `${place} has a change to it, but not what is changed: on to the next, and add it up at the end.`,
    ];
  return [`${place} has it${ends ? ', and that is the end of it.' : '.'}`];
}
