// A scan as a race of cursors: the one whose entry comes first moves on.

import type { Recorded } from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import type { Mark, Offer, Scenario } from '../../player/scenario.ts';
import { NO_RACE, projectRace, type RaceState, runOf, verdictOn } from './merge-projection.ts';
import {
  type MergeEvent,
  type Move,
  NEWEST,
  RACE_KEYS,
  type RaceAction,
  type RaceEvent,
  RaceWorld,
  RUNS,
  type Version,
} from './merge-world.ts';

export const race: Scenario<RaceWorld, RaceAction, RaceState, MergeEvent> = {
  id: 'race',
  version: 1,
  seed: 1,
  script: [{ do: 'scan', snapshot: NEWEST, backward: false }],
  create: (context) => new RaceWorld(context),
  apply: (world, action) => world.apply(action),
  initial: NO_RACE,
  project: projectRace,
  opening: ['Five sorted runs. Somebody is about to read them all, as one.'],
  caption,
  mark,
  label,
  offers,
  parse,
  poster: afterSome,
};

/** Something has been hidden already, and much is to come. */
function afterSome(entries: readonly Recorded<MergeEvent>[]): number {
  const shows = entries.flatMap(({ event }, at) => (event.type === 'race.show' ? [at + 1] : []));
  return shows[1] ?? entries.length;
}

function mark({ event }: Recorded<MergeEvent>): Mark | undefined {
  if (event.type === 'race.begin') return { kind: 'fork', label: `from here ${event.direction}` };
  if (event.type === 'race.show') return { kind: 'write', label: `${event.key} is shown` };
  if (event.type === 'table.block.read') return { kind: 'sync', label: 'a block is read' };
  return undefined;
}

function caption({ event }: Recorded<MergeEvent>, state: RaceState): Caption {
  switch (event.type) {
    case 'race.begin':
      return begun(event);
    case 'race.cursor':
      return moved(event);
    case 'race.merge':
      return event.at === null
        ? ['No cursor has an entry left: that is all.']
        : chosen(event.at, state);
    case 'race.show':
      return ['The scan shows ', { code: event.key }, ` = ${event.value}.`];
    case 'race.end':
      return [
        `${event.keys} keys, for ${state.seeks} seeks, ${state.steps} steps of single cursors, and ${state.reads} block reads.`,
      ];
    case 'table.block.read':
      return ['The cursor enters a block, which has to be read.'];
    default:
      return [event.type];
  }
}

function begun({ snapshot, direction }: Extract<RaceEvent, { type: 'race.begin' }>): Caption {
  if (direction === 'by hand')
    return [
      `The merge is moved by hand, an entry at a time. Entries up to ${snapshot} may be seen.`,
    ];
  const from = direction === 'forward' ? 'first key up' : 'last key down';
  return [`A scan from the ${from}, as of ${snapshot}: what has a higher number came later.`];
}

const MOVES: Readonly<Record<Move, string>> = {
  first: 'goes to its first entry',
  last: 'goes to its last entry',
  seek: 'seeks',
  'seek before': 'seeks to just before that',
  next: 'steps on',
  prev: 'steps back',
};

function moved({ run, move, at }: Extract<RaceEvent, { type: 'race.cursor' }>): Caption {
  const start = `The cursor of ${NAMES[run]} ${MOVES[move]}: `;
  return at === null ? [`${start}nothing is left there.`] : [start, versionCode(at), '.'];
}

const NAMES = RUNS.map(({ name, isMemtable }) =>
  isMemtable ? `the ${name === 'memtable' ? name : 'frozen memtable'}` : name,
);

const versionCode = ({ key, sequence }: Version) => ({ code: `${key} #${sequence}` });

function chosen(at: Version, { snapshot }: RaceState): Caption {
  const first: Caption = ['First of all is ', versionCode(at), ` of ${NAMES[runOf(at)]}`];
  switch (verdictOn(at, snapshot)) {
    case 'too new':
      return [...first, `, which was written after ${snapshot}: skipped.`];
    case 'older version':
      return [...first, ': an older version, skipped.'];
    case 'tombstone':
      return [...first, ', a tombstone: the key is gone, and nothing is shown.'];
    case 'range deleted':
      return [...first, ': below a range delete, so it is gone.'];
    case 'shown':
      return [...first, ': the newest version that may be seen.'];
  }
}

function label(action: RaceAction): string {
  switch (action.do) {
    case 'scan':
      return `Scan ${action.backward ? 'backward' : 'forward'} as of ${action.snapshot}`;
    case 'seek':
      return `Seek ${action.key}`;
    case 'next':
      return 'Next entry';
    case 'prev':
      return 'Previous entry';
  }
}

function offers(state: RaceState): Offer<RaceAction>[] {
  const { snapshot } = state;
  const isOff = state.direction === 'by hand' && state.current === null;
  const off = isOff ? { unavailable: 'The merge is off the end: seek first.' } : {};
  return [
    { action: { do: 'scan', snapshot, backward: false } },
    { action: { do: 'scan', snapshot, backward: true } },
    { action: { do: 'seek', key: 'lobster' } },
    { action: { do: 'next' }, ...off },
    { action: { do: 'prev' }, ...off },
  ];
}

function parse(given: unknown): RaceAction | undefined {
  const { do: name, snapshot, backward, key } = given as Record<string, unknown>;
  switch (name) {
    case 'scan':
      if (!isSnapshot(snapshot) || typeof backward !== 'boolean') return undefined;
      return { do: name, snapshot, backward };
    case 'seek':
      return typeof key === 'string' && RACE_KEYS.includes(key) ? { do: name, key } : undefined;
    case 'next':
    case 'prev':
      return { do: name };
    default:
      return undefined;
  }
}

function isSnapshot(given: unknown): given is number {
  return Number.isInteger(given) && (given as number) >= 0 && (given as number) <= NEWEST;
}
