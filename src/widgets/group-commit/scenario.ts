// Clients, a store and a slow disk in virtual time: who shares a sync, and who waits how long.

import type { Recorded } from '../../../engine/index.ts';
import type { Mark, Offer, Scenario } from '../../player/scenario.ts';
import { caption, msText, OPENING } from './caption.ts';
import { type GroupEvent, type Load, Machine, type Rules } from './machine.ts';
import { type GroupState, NO_GROUPS, projectGroups } from './projection.ts';

export type GroupAction = ({ readonly do: 'rules' } & Rules) | ({ readonly do: 'serve' } & Load);

export type GroupScenario = Scenario<Machine, GroupAction, GroupState, GroupEvent>;

/** More clients than a figure can tell apart; a sweep has fewer than this. */
export const CLIENTS_MAX = 400;
/** Large enough that no log is followed by another, unless somebody asks for it. */
export const LOG_BYTES = 1 << 20;

export const RULES: Rules = { syncTicks: 20, groupMax: 64, waitTicks: 0, logBytes: LOG_BYTES };
const LOAD: Load = { clients: 24, everyTicks: 6, even: false };

/** A history of one load, for figures, sweeps and links. */
export function loadUnder(rules: Partial<Rules>, load: Partial<Load>): GroupAction[] {
  return [
    { do: 'rules', ...RULES, ...rules },
    { do: 'serve', ...LOAD, ...load },
  ];
}

export const groupCommit: GroupScenario = {
  id: 'group-commit',
  version: 1,
  seed: 6,
  script: loadUnder({}, {}),
  create: (context) => new Machine(context),
  apply(machine, action) {
    if (action.do === 'rules') machine.start(action);
    else machine.serve(action);
  },
  initial: NO_GROUPS,
  project: projectGroups,
  opening: OPENING,
  caption,
  mark,
  label,
  offers,
  parse,
  poster: (entries) => afterArrival(entries, 9),
};

/** The task of the exercise: forty clients, one every millisecond or so. */
export const meetP99: GroupScenario = {
  ...groupCommit,
  id: 'meet-p99',
  script: loadUnder({ groupMax: 1 }, { clients: 60, everyTicks: 10 }),
};

/** Where the `count`-th client has just come. */
function afterArrival(entries: readonly Recorded<GroupEvent>[], count: number): number {
  const at = entries.findIndex(
    ({ event }) => event.type === 'client.arrive' && event.client === count,
  );
  return at + 1 || entries.length;
}

function mark({ event }: Recorded<GroupEvent>): Mark | undefined {
  if (event.type === 'store.write.begin')
    return { kind: 'write', label: `a group of ${event.count} sets out` };
  if (event.type === 'store.write.acknowledge')
    return { kind: 'sync', label: 'a group is durable' };
  if (event.type === 'wal.create') return { kind: 'fork', label: `log ${event.log} begins` };
  return undefined;
}

function label(action: GroupAction): string {
  if (action.do === 'rules') return `A disk with syncs of ${msText(action.syncTicks)}`;
  const { clients, everyTicks } = action;
  return everyTicks === 0 ? `${clients} clients at once` : `${clients} clients, one by one`;
}

function offers({ clients, rules }: GroupState): Offer<GroupAction>[] {
  const more = (load: Load): Offer<GroupAction> => ({
    action: { do: 'serve', ...load },
    ...(rules === undefined && { unavailable: 'The store is not open yet.' }),
    ...(clients.length + load.clients > CLIENTS_MAX && {
      unavailable: 'The figure has no room for more.',
    }),
  });
  return [
    more({ clients: 10, everyTicks: 0, even: true }),
    more({ clients: 10, everyTicks: 6, even: false }),
  ];
}

/** What the numbers of an action may be; anything else is refused. */
const BOUNDS = {
  syncTicks: [1, 1000],
  groupMax: [1, CLIENTS_MAX],
  waitTicks: [0, 1000],
  logBytes: [256, LOG_BYTES],
  clients: [1, CLIENTS_MAX],
  everyTicks: [0, 1000],
} as const;

function parse(given: unknown): GroupAction | undefined {
  const action = given as Record<string, unknown>;
  const numbers = (...names: (keyof typeof BOUNDS)[]) =>
    names.every((name) => isWithin(action[name], BOUNDS[name]));
  if (action['do'] === 'rules') {
    const { syncTicks, groupMax, waitTicks, logBytes } = action as unknown as Rules;
    if (!numbers('syncTicks', 'groupMax', 'waitTicks', 'logBytes')) return undefined;
    return { do: 'rules', syncTicks, groupMax, waitTicks, logBytes };
  }
  const { clients, everyTicks, even } = action as unknown as Load;
  if (action['do'] !== 'serve' || !numbers('clients', 'everyTicks')) return undefined;
  return typeof even === 'boolean' ? { do: 'serve', clients, everyTicks, even } : undefined;
}

function isWithin(value: unknown, [low, high]: readonly [number, number]): boolean {
  return Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
}
