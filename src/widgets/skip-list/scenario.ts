// A list of twelve letters, and searches through it; the reader decides how high the nodes are.

import { Random, type Recorded } from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import type { Mark, Scenario } from '../../player/scenario.ts';
import { comparisons, type ListState, NO_LIST, projectList } from './projection.ts';
import { KEYS, LEVELS, type ListAction, type ListEvent, ListWorld } from './world.ts';

/** As twelve nodes got them from coins. */
export const HEIGHTS: readonly number[] = [1, 2, 1, 3, 1, 1, 2, 1, 4, 1, 2, 1];
export const SOUGHT = 'p';

export const skipList: Scenario<ListWorld, ListAction, ListState, ListEvent> = {
  id: 'skip-list',
  version: 1,
  seed: 1,
  script: [
    { do: 'build', heights: HEIGHTS },
    { do: 'search', key: SOUGHT },
  ],
  create: (context) => new ListWorld(context),
  apply: (world, action) => world.apply(action),
  initial: NO_LIST,
  project: projectList,
  opening: ['Twelve keys are about to be put into a list, in order. Coins decide the rest.'],
  caption,
  mark,
  label,
  offers: () => [],
  parse,
};

/** As many levels as coins in a row show heads, and one. */
export function flipCoins(seed: number): number[] {
  const random = new Random(seed);
  return KEYS.map(() => {
    let height = 1;
    while (height < LEVELS && random.chance(1, 2)) height++;
    return height;
  });
}

function mark({ event }: Recorded<ListEvent>): Mark | undefined {
  if (event.type === 'list.build') return { kind: 'write', label: 'the list' };
  if (event.type === 'search.end') return { kind: 'sync', label: `${event.key} is searched` };
  if (event.type === 'list.grown') return { kind: 'write', label: `${event.node.key} is in` };
  return undefined;
}

function caption({ event }: Recorded<ListEvent>, state: ListState): Caption {
  switch (event.type) {
    case 'list.build':
      return buildCaption(state);
    case 'search.begin':
      return event.height === undefined
        ? [
            'Where is ',
            { code: event.key },
            '? The search begins at the head, on the highest level.',
          ]
        : [
            'Before ',
            { code: event.key },
            ` can go in, with height ${event.height}, its place has to be found.`,
          ];
    case 'search.compare':
      return compareCaption(event);
    case 'search.end':
      return endCaption(event, state);
    case 'list.link':
      return [
        `Level ${event.level}: the link of `,
        { code: event.from },
        ' leads to ',
        { code: event.key },
        ' now, whose own link leads to ',
        { code: event.to },
        '.',
      ];
    case 'list.grown':
      return [
        { code: event.node.key },
        ` is in, on ${levelsText(event.node.height)}. No other link was touched.`,
      ];
  }
}

function buildCaption({ nodes }: ListState): Caption {
  const links = nodes.reduce((sum, { height }) => sum + height, 0);
  return [
    `${nodes.length} nodes with ${links} links: ${(links / nodes.length).toFixed(1)} for each, on average.`,
  ];
}

const levelsText = (count: number) => `${count} ${count === 1 ? 'level' : 'levels'}`;

type Of<T extends ListEvent['type']> = Extract<ListEvent, { type: T }>;

function compareCaption({ level, from, to, order }: Of<'search.compare'>): Caption {
  const down = level > 0 ? 'Down one level.' : 'This was the lowest level.';
  const where = `Level ${level}: after `;
  if (order === 'end') return [where, { code: from }, ` there is nothing more. ${down}`];
  const read: Caption = [where, { code: from }, ' comes ', { code: to }];
  if (order === 'before') return [...read, ', which is too small. On to it.'];
  if (order === 'after') return [...read, `, which is too large. ${down}`];
  return [
    ...read,
    level > 0
      ? `, the key itself; its newest version may still be before it. ${down}`
      : ', the key itself.',
  ];
}

function endCaption({ key, found }: Of<'search.end'>, state: ListState): Caption {
  const count = comparisons(state);
  const what = `${count} ${count === 1 ? 'key' : 'keys'} compared, out of ${state.nodes.length} in the list.`;
  return [{ code: key }, found ? ' is there. ' : ' is not there. ', what];
}

function label(action: ListAction): string {
  switch (action.do) {
    case 'build':
      return `Heights ${action.heights.join('')}`;
    case 'search':
      return `Search ${action.key}`;
    case 'insert':
      return `Insert ${action.key}, height ${action.height}`;
  }
}

function parse(given: unknown): ListAction | undefined {
  const { do: what, key, height, heights } = given as Record<string, unknown>;
  if (what === 'build') return isHeights(heights) ? { do: 'build', heights } : undefined;
  if (!isKey(key)) return undefined;
  if (what === 'search') return { do: 'search', key };
  return what === 'insert' && isHeight(height) ? { do: 'insert', key, height } : undefined;
}

function isHeights(given: unknown): given is number[] {
  return Array.isArray(given) && given.length === KEYS.length && given.every(isHeight);
}

function isHeight(given: unknown): given is number {
  return Number.isInteger(given) && (given as number) >= 1 && (given as number) <= LEVELS;
}

export function isKey(given: unknown): given is string {
  return typeof given === 'string' && /^[a-z]$/.test(given);
}
