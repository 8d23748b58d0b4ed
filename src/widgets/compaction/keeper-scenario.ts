// What the keeper lets go: a few keys, every entry of them, and the snapshots between.

import type { Recorded } from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import type { Mark, Offer, Scenario } from '../../player/scenario.ts';
import type { Judged, KeyEntry } from './keeper-why.ts';
import { type KeeperAction, type KeeperEvent, KeeperWorld } from './keeper-world.ts';

export const KEYS_OF_KEEPER = ['a', 'b', 'c', 'd'] as const;

export interface KeeperEntry extends KeyEntry {
  /** -1: in memory. */
  readonly level: number;
  readonly fate: 'kept' | 'dropped' | undefined;
}

export interface KeeperState {
  /** Newest first. What was dropped is shown until the keeper runs again. */
  readonly entries: readonly KeeperEntry[];
  readonly snapshots: readonly number[];
  /** Of the last run. */
  readonly judged: readonly Judged[];
  readonly isFresh: boolean;
}

export const NO_KEEPER: KeeperState = { entries: [], snapshots: [], judged: [], isFresh: true };

export const keeper: Scenario<KeeperWorld, KeeperAction, KeeperState, KeeperEvent> = {
  id: 'keeper',
  version: 1,
  seed: 1,
  script: [
    { do: 'put', key: 'a' },
    { do: 'put', key: 'b' },
    { do: 'put', key: 'c' },
    { do: 'flush' },
    { do: 'sink' },
    { do: 'put', key: 'a' },
    { do: 'put', key: 'c' },
    { do: 'put', key: 'd' },
    { do: 'snapshot' },
    { do: 'put', key: 'a' },
    { do: 'delete', key: 'b' },
    { do: 'put', key: 'a' },
    { do: 'delete', key: 'd' },
    { do: 'flush' },
    { do: 'release' },
    { do: 'put', key: 'a' },
    { do: 'flush' },
    { do: 'compact', what: 'level0' },
    { do: 'compact', what: 'everything' },
  ],
  create: (context) => new KeeperWorld(context),
  apply: (world, action) => world.apply(action),
  initial: NO_KEEPER,
  project,
  opening: ['Four keys are about to be written, some of them again and again.'],
  caption,
  mark,
  label,
  offers,
  parse,
  poster: (entries) => entries.findLastIndex(({ event }) => event.type === 'keeper.release'),
};

function project(state: KeeperState, { event }: Recorded<KeeperEvent>): KeeperState {
  switch (event.type) {
    case 'keeper.write': {
      const entry: KeeperEntry = { ...event.entry, level: -1, fate: undefined };
      return { ...state, entries: [entry, ...state.entries], judged: [] };
    }
    case 'keeper.snapshot':
      return { ...state, snapshots: [...state.snapshots, event.sequence], judged: [] };
    case 'keeper.release':
      return { ...state, snapshots: [] };
    case 'keeper.ran':
      return ran(state, event.judged, event.outputLevel);
    case 'keeper.move':
      return moved(state, event.entries, event.outputLevel);
    case 'keeper.nothing':
      return state;
  }
}

function ran(state: KeeperState, judged: readonly Judged[], level: number): KeeperState {
  const verdicts = new Map(judged.map((entry) => [entry.sequence, entry]));
  const entries = state.entries
    .filter(({ fate }) => fate !== 'dropped')
    .map((entry): KeeperEntry => {
      const verdict = verdicts.get(entry.sequence);
      if (verdict === undefined) return { ...entry, fate: undefined };
      return { ...entry, level, fate: verdict.isKept ? 'kept' : 'dropped' };
    });
  return { ...state, entries, judged };
}

function moved(state: KeeperState, its: readonly KeyEntry[], level: number): KeeperState {
  const numbers = new Set(its.map(({ sequence }) => sequence));
  const entries = state.entries
    .filter(({ fate }) => fate !== 'dropped')
    .map((entry) => ({
      ...entry,
      fate: undefined,
      level: numbers.has(entry.sequence) ? level : entry.level,
    }));
  return { ...state, entries, judged: [] };
}

function caption({ event }: Recorded<KeeperEvent>): Caption {
  switch (event.type) {
    case 'keeper.write': {
      const { key, sequence, isDelete } = event.entry;
      const what = isDelete ? 'a tombstone: the key is deleted' : 'a value';
      return [{ code: key }, ` gets entry ${sequence}, ${what}.`];
    }
    case 'keeper.snapshot':
      return [`A snapshot at ${event.sequence}: it must go on seeing what is there now.`];
    case 'keeper.release':
      return ['The snapshot is released. Nothing is dropped yet: that takes a compaction.'];
    case 'keeper.ran':
      return summary(event);
    case 'keeper.move':
      return [
        `The table moves to level ${event.outputLevel}, by an edit alone. No entry passes the keeper.`,
      ];
    case 'keeper.nothing':
      return ['There is nothing to do that with.'];
  }
}

function summary({
  work,
  outputLevel,
  judged,
}: Extract<KeeperEvent, { type: 'keeper.ran' }>): Caption {
  const kept = judged.filter(({ isKept }) => isKept).length;
  const gone = judged.length - kept;
  const where = work === 'flush' ? 'A flush' : `A compaction into level ${outputLevel}`;
  return [
    `${where}: of ${judged.length} entries ${kept} are `,
    { concept: 'durable', text: 'kept' },
    `, and ${gone} ${gone === 1 ? 'is' : 'are'} `,
    { concept: 'lost', text: 'dropped' },
    '.',
  ];
}

function mark({ event }: Recorded<KeeperEvent>): Mark | undefined {
  if (event.type === 'keeper.ran')
    return { kind: 'write', label: event.work === 'flush' ? 'a flush' : 'a compaction' };
  return event.type === 'keeper.snapshot' ? { kind: 'fork', label: 'a snapshot' } : undefined;
}

function label(action: KeeperAction): string {
  switch (action.do) {
    case 'put':
    case 'delete':
      return `${action.do === 'put' ? 'Put' : 'Delete'} ${action.key}`;
    case 'snapshot':
      return 'Take a snapshot';
    case 'release':
      return 'Release it';
    case 'flush':
      return 'Flush';
    case 'compact':
      return action.what === 'level0' ? 'Compact level 0' : 'Compact everything';
    case 'sink':
      return 'Sink it all';
  }
}

function offers({ snapshots }: KeeperState): Offer<KeeperAction>[] {
  return [
    { action: { do: 'put', key: 'a' } },
    { action: { do: 'put', key: 'b' } },
    { action: { do: 'delete', key: 'a' } },
    { action: { do: 'delete', key: 'b' } },
    { action: { do: 'snapshot' } },
    {
      action: { do: 'release' },
      ...(snapshots.length === 0 && { unavailable: 'No snapshot is held.' }),
    },
    { action: { do: 'flush' } },
    { action: { do: 'compact', what: 'level0' } },
    { action: { do: 'compact', what: 'everything' } },
  ];
}

function parse(given: unknown): KeeperAction | undefined {
  const { do: name, key, what } = given as Record<string, unknown>;
  switch (name) {
    case 'put':
    case 'delete':
      return KEYS_OF_KEEPER.some((known) => known === key)
        ? { do: name, key: key as string }
        : undefined;
    case 'snapshot':
    case 'release':
    case 'flush':
    case 'sink':
      return { do: name };
    case 'compact':
      return what === 'level0' || what === 'everything' ? { do: 'compact', what } : undefined;
    default:
      return undefined;
  }
}
