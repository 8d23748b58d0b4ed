// Two scenarios on one world: a run to cut anywhere, and a recovery to look into.

import type { Recorded } from '../../../engine/index.ts';
import type { Mark, Offer, Scenario } from '../../player/scenario.ts';
import type { ClientOperation } from '../store/world.ts';
import { caption, OPENING, operationsText } from './caption.ts';
import { type CrashState, NO_CRASH, projectCrash } from './projection.ts';
import {
  applyCrashAction,
  type CrashAction,
  type CrashEvent,
  type CrashWorld,
  createCrashWorld,
  cutCrashWorld,
  HONEST_DISK,
  parseCrashAction,
} from './world.ts';

export type CrashScenario = Scenario<CrashWorld, CrashAction, CrashState, CrashEvent>;

const WRITES_MAX = 12;
/** What a reader adds goes under a key of its own. */
const READERS_KEY = 'flo';

function write(sync: 'none' | 'normal' | 'full', ...operations: ClientOperation[]): CrashAction {
  return { do: 'write', operations, sync };
}

/** Eight writes, a flush between the sixth and the seventh; mixed sync modes. */
const EIGHT_WRITES: readonly CrashAction[] = [
  { do: 'disk', ...HONEST_DISK },
  write('none', ['ann', '10']),
  write('full', ['bob', '20']),
  write('none', ['cy', '30']),
  write('normal', ['ann', '5'], ['bob', '25']),
  write('full', ['cy', null]),
  write('none', ['dee', '40']),
  { do: 'flush' },
  write('full', ['eve', '50']),
  write('none', ['ann', '7']),
];

const BASE = {
  version: 1,
  seed: 1,
  create: createCrashWorld,
  apply: applyCrashAction,
  cut: cutCrashWorld,
  initial: NO_CRASH,
  project: projectCrash,
  opening: OPENING,
  caption,
  mark,
  label,
  parse: parseCrashAction,
} as const;

/** A run that loses its power wherever the reader looks. */
export const crashAnywhere: CrashScenario = {
  ...BASE,
  id: 'crash-anywhere',
  script: EIGHT_WRITES,
  offers: writeOffers,
  poster: (entries) => after(entries, ({ type }) => type === 'store.write.acknowledge', 6),
};

/** Two sessions, a torn tail, and the recovery that follows. */
export const recoverySteps: CrashScenario = {
  ...BASE,
  id: 'recovery-steps',
  script: [
    { do: 'disk', ...HONEST_DISK },
    write('full', ['ann', '10']),
    write('full', ['bob', '20'], ['cy', '30']),
    { do: 'cut' },
    { do: 'restart', survive: 'everything' },
    { do: 'flush' },
    write('none', ['dee', '40']),
    write('full', ['ann', '5'], ['bob', '25']),
    write('none', ['cy', null]),
    { do: 'cut' },
    { do: 'restart', survive: 'torn' },
  ],
  offers: stepOffers,
  poster: (entries) => after(entries, ({ type }) => type === 'power.restored', 2),
};

/** The cursor right after the `count`-th event of a kind. */
function after(
  entries: readonly Recorded<CrashEvent>[],
  is: (event: CrashEvent) => boolean,
  count: number,
): number {
  const found = entries.filter(({ event }) => is(event))[count - 1];
  return (found?.index ?? entries.length - 1) + 1;
}

function mark({ event }: Recorded<CrashEvent>): Mark | undefined {
  switch (event.type) {
    case 'client.write':
      return { kind: 'write', label: `write ${event.write + 1}` };
    case 'wal.sync':
      return { kind: 'sync', label: `log ${event.log} is durable` };
    case 'manifest.edit':
      return event.added.length > 0
        ? { kind: 'sync', label: `table ${event.added.join(', ')} is part of the database` }
        : undefined;
    case 'power.cut':
      return { kind: 'crash', label: 'the power is cut' };
    case 'store.open.end':
      return event.records + event.tables > 0 ? { kind: 'fork', label: 'recovered' } : undefined;
    case 'client.refused':
      return { kind: 'error', label: 'the store refuses' };
    default:
      return undefined;
  }
}

function label(action: CrashAction): string {
  switch (action.do) {
    case 'write':
      return `Write ${operationsText(action.operations)}, sync ${action.sync}`;
    case 'sync':
      return 'Sync the log';
    case 'flush':
      return 'Flush to a table';
    case 'get':
      return `Read ${action.key}`;
    case 'cut':
      return 'Cut the power';
    case 'restart':
      return RESTARTS[action.survive];
    case 'rot':
      return `Flip a bit of ${action.file}`;
    case 'disk':
      return action.lies ? 'A disk that lies' : `A disk that keeps ${action.keeps}`;
  }
}

const RESTARTS = {
  nothing: 'Restart, all in doubt lost',
  torn: 'Restart, sectors torn',
  chance: 'Restart, by chance',
  everything: 'Restart, all kept',
} as const;

function writeOffers({ store }: CrashState): Offer<CrashAction>[] {
  const count = store.writes.length;
  const full = count >= WRITES_MAX ? { unavailable: 'The figure has no room for more.' } : {};
  const off = store.phase === 'running' ? full : { unavailable: 'The store is not running.' };
  const operation: ClientOperation = [READERS_KEY, String((count + 1) * 10)];
  return [
    { action: write('none', operation), ...off },
    { action: write('full', operation), ...off },
    { action: { do: 'flush' }, ...off },
  ];
}

function stepOffers(state: CrashState): Offer<CrashAction>[] {
  const { power } = state.store.files;
  const on = power === 'on' ? {} : { unavailable: 'The machine has no power.' };
  const off = power === 'off' ? {} : { unavailable: 'The machine is running.' };
  const [, full, flush] = writeOffers(state);
  return [
    ...(full && flush ? [full, flush] : []),
    { action: { do: 'cut' }, kind: 'fault', ...on },
    { action: { do: 'restart', survive: 'torn' }, ...off },
    { action: { do: 'restart', survive: 'everything' }, ...off },
  ];
}
