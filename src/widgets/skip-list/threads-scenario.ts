// Two inserts at one place, in an order in which one of them comes too late.

import type { Recorded } from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import type { Mark, Offer, Scenario } from '../../player/scenario.ts';
import {
  COMING,
  type NextOf,
  type NodeSeen,
  THREADS,
  type Thread,
  type ThreadsAction,
  type ThreadsEvent,
  ThreadsWorld,
} from './threads.ts';
import { END } from './world.ts';

export interface ThreadsState {
  readonly swap: 'compare' | 'store';
  readonly nodes: readonly NodeSeen[];
  readonly next: NextOf | undefined;
  /** What the last turn touched: a node's link on a level. */
  readonly touched: { readonly node: string; readonly level: number } | undefined;
  /** Swaps that came too late, and operations of each thread. */
  readonly retries: number;
  readonly turns: Readonly<Record<Thread, number>>;
  /** Once both are done. */
  readonly lost: readonly string[] | undefined;
}

export const NO_THREADS: ThreadsState = {
  swap: 'compare',
  nodes: [],
  next: undefined,
  touched: undefined,
  retries: 0,
  turns: { A: 0, B: 0 },
  lost: undefined,
};

const turns = (thread: Thread, count: number): ThreadsAction[] =>
  Array.from({ length: count }, () => ({ do: 'step', thread }));

/** A finds its place; B is faster; A's swap fails, and A goes on from where it stands. */
const TOO_LATE: readonly ThreadsAction[] = [...turns('A', 5), ...turns('B', 6), ...turns('A', 6)];

export const threads: Scenario<ThreadsWorld, ThreadsAction, ThreadsState, ThreadsEvent> = {
  id: 'threads',
  version: 1,
  seed: 1,
  script: [{ do: 'begin', swap: 'compare' }, ...TOO_LATE],
  create: (context) => new ThreadsWorld(context),
  apply: (world, action) => world.apply(action),
  initial: NO_THREADS,
  project: projectThreads,
  opening: ['Two threads are about to insert into one list, and nobody holds a lock.'],
  caption,
  mark,
  label,
  offers,
  parse,
  poster: (entries) => entries.findIndex(isTooLate) + 1 || entries.length,
};

/** The same turns, with plain stores. */
export const BROKEN: readonly ThreadsAction[] = [{ do: 'begin', swap: 'store' }, ...TOO_LATE];

export function projectThreads(
  state: ThreadsState,
  { event }: Recorded<ThreadsEvent>,
): ThreadsState {
  switch (event.type) {
    case 'threads.begin':
      return { ...NO_THREADS, swap: event.swap, nodes: event.nodes, next: event.next };
    case 'thread.step': {
      const { thread, op, level, node, nodes, next, succeeded } = event;
      const touched = op === 'allocate' ? undefined : { node, level };
      const retries = state.retries + (op === 'cas' && !succeeded ? 1 : 0);
      const counted = { ...state.turns, [thread]: state.turns[thread] + 1 };
      return { ...state, nodes, next, touched, retries, turns: counted };
    }
    case 'threads.end':
      return { ...state, lost: event.lost, touched: undefined };
  }
}

function isTooLate({ event }: Recorded<ThreadsEvent>): boolean {
  return event.type === 'thread.step' && event.op === 'cas' && !event.succeeded;
}

function mark(entry: Recorded<ThreadsEvent>): Mark | undefined {
  const { event } = entry;
  if (isTooLate(entry)) return { kind: 'error', label: 'a swap comes too late' };
  if (event.type === 'thread.step' && event.op === 'cas')
    return { kind: 'write', label: `${event.value} is linked` };
  if (event.type === 'threads.end' && event.lost.length > 0)
    return { kind: 'crash', label: 'a key is lost' };
  return undefined;
}

const linkOf = (node: string, level: number): Caption => [
  'the link of ',
  { code: node },
  ` on level ${level}`,
];
const named = (node: string): Caption => (node === END ? ['the end'] : [{ code: node }]);

function caption({ event }: Recorded<ThreadsEvent>, { swap }: ThreadsState): Caption {
  switch (event.type) {
    case 'threads.begin':
      return [
        'Thread A brings ',
        { code: COMING.A.name },
        ', thread B ',
        { code: COMING.B.name },
        swap === 'store' ? '. Links are changed by a plain store.' : '. Whose turn is it?',
      ];
    case 'thread.step':
      return [`Thread ${event.thread} `, ...stepCaption(event, swap)];
    case 'threads.end':
      return event.lost.length === 0
        ? ['Both are done, and every key is found.']
        : [
            'Both are done, and ',
            { code: event.lost.join(', ') },
            ' is ',
            { concept: 'lost' },
            ': it lies in memory, and no link leads to it.',
          ];
  }
}

type StepEvent = Extract<ThreadsEvent, { type: 'thread.step' }>;

function stepCaption(
  { op, level, node, value, succeeded, thread }: StepEvent,
  swap: string,
): Caption {
  const link = linkOf(node, level);
  switch (op) {
    case 'allocate':
      return ['takes memory for ', { code: node }, ' and fills it. Nobody else can see it yet.'];
    case 'load': {
      const goesOn = value !== END && value < COMING[thread].name;
      return [
        'reads ',
        ...link,
        ': it leads to ',
        ...named(value),
        goesOn ? ', so on to it.' : ', which is far enough.',
      ];
    }
    case 'store':
      return ['writes into its own node: ', ...link, ' leads to ', ...named(value), '.'];
    case 'cas':
      if (swap === 'store')
        return [
          'overwrites ',
          ...link,
          ': it leads to ',
          { code: value },
          ' now, wherever it led before.',
        ];
      return succeeded
        ? [
            'swaps ',
            ...link,
            ': it still led where the thread had seen it lead, and leads to ',
            { code: value },
            ' now.',
          ]
        : [
            'tries to swap ',
            ...link,
            ', but it leads elsewhere by now. Nothing is written; read again.',
          ];
  }
}

/** What a thread does on its next turn, in a few words. */
export function nextText({ phase, level, before, after }: NextOf[Thread], swap: string): string {
  switch (phase) {
    case 'allocate':
      return 'take memory for its node';
    case 'load':
      return `read the link of ${before}, level ${level}`;
    case 'store':
      return `point its own link, level ${level}, to ${after}`;
    case 'cas':
      return swap === 'store'
        ? `write the link of ${before}, level ${level}`
        : `swap the link of ${before}, level ${level}, if it still leads to ${after}`;
    default:
      return 'done';
  }
}

function label(action: ThreadsAction): string {
  if (action.do === 'step') return `Thread ${action.thread}, one step`;
  return action.swap === 'store' ? 'Begin, with plain stores' : 'Begin again';
}

function offers({ next, swap }: ThreadsState): Offer<ThreadsAction>[] {
  const steps = THREADS.map((thread): Offer<ThreadsAction> => {
    const action = { do: 'step', thread } as const;
    if (next === undefined) return { action, unavailable: 'Begin first.' };
    return next[thread].phase === 'done' ? { action, unavailable: 'It is done.' } : { action };
  });
  return [...steps, { action: { do: 'begin', swap } }];
}

function parse(given: unknown): ThreadsAction | undefined {
  const { do: what, thread, swap } = given as Record<string, unknown>;
  if (what === 'step' && (thread === 'A' || thread === 'B')) return { do: 'step', thread };
  if (what === 'begin' && (swap === 'compare' || swap === 'store')) return { do: 'begin', swap };
  return undefined;
}
