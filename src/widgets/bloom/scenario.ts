// A filter of few keys to look at bit by bit; the same scenario serves sweeps over large ones.

import type { Recorded } from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import type { Mark, Offer, Scenario } from '../../player/scenario.ts';
import { type FilterAction, type FilterEvent, FilterWorld, keyOf } from './filter.ts';
import { type FilterState, NO_FILTER, projectFilter, setCount } from './projection.ts';

export type FilterScenario = Scenario<FilterWorld, FilterAction, FilterState, FilterEvent>;

export const KEYS_MAX = 4096;
export const BITS_MAX = 32;
const ASKED_MAX = 10_000;
const KEY_CHARACTERS_MAX = 40;
/** No figure has a filter of fewer keys. */
const THERE = 4;
/** Questions that are told one by one. */
const FEW = 20;
const MANY = 2000;

/** A filter, and missing keys that are asked for. */
export function filterAsked(keys: number, bitsPerKey: number, count: number): FilterAction[] {
  return [
    { do: 'build', keys, bitsPerKey },
    { do: 'ask-many', there: false, count },
  ];
}

export const bloom: FilterScenario = {
  id: 'bloom',
  version: 1,
  seed: 1,
  script: [
    { do: 'build', keys: 15, bitsPerKey: 8 },
    { do: 'ask', key: keyOf(7) },
    { do: 'ask-many', there: false, count: 50 },
  ],
  create: (context) => new FilterWorld(context),
  apply: (world, action) => world.apply(action),
  initial: NO_FILTER,
  project: projectFilter,
  opening: ['Fifteen keys are about to be put into a filter of a few bytes.'],
  caption,
  mark,
  label,
  offers,
  parse,
  poster: firstFalsePositive,
};

/** The task of the exercise: a thousand keys, and a filter that is too small for them. */
export const reachOnePercent: FilterScenario = {
  ...bloom,
  id: 'reach-one-percent',
  script: filterAsked(1000, 4, ASKED_MAX),
  opening: ['A thousand keys are about to be put into a filter.'],
};

function firstFalsePositive(entries: readonly Recorded<FilterEvent>[]): number {
  return entries.findIndex(isFalsePositive) + 1 || entries.length;
}

function isFalsePositive({ event }: Recorded<FilterEvent>): boolean {
  return event.type === 'filter.ask' && event.verdict === 'maybe' && !event.there;
}

function mark(entry: Recorded<FilterEvent>): Mark | undefined {
  const { event } = entry;
  if (event.type === 'filter.build') return { kind: 'write', label: 'a filter is built' };
  const isOne = event.type === 'filter.ask' && !event.many;
  if (isOne && isFalsePositive(entry)) return { kind: 'error', label: 'a false positive' };
  return undefined;
}

function caption({ event }: Recorded<FilterEvent>, state: FilterState): Caption {
  switch (event.type) {
    case 'filter.build':
      return [
        `${event.keys} keys at ${event.bitsPerKey} bits each: a filter of ${event.bitCount} bits, and every key has ${event.probes} of them.`,
      ];
    case 'filter.add':
      return [
        { code: event.key },
        ` sets its ${new Set(event.places).size} bits. ${setCount(state)} of ${state.bitCount} are set now.`,
      ];
    case 'filter.ask':
      return answered(event.key, event.there, state);
    case 'filter.asked':
      return event.there
        ? [
            `${event.count} keys that are there: ${event.maybe} times “maybe”. It is never wrong here.`,
          ]
        : [
            `${event.count} keys that are not there: ${event.maybe} times “maybe”, which is ${percentText(event.maybe, event.count)}.`,
          ];
  }
}

function answered(key: string, there: boolean, { shown, probes }: FilterState): Caption {
  if (shown?.verdict === 'no') {
    const looked = shown.firstZero + 1;
    return [{ code: key }, `: bit ${looked} of its ${probes} is 0, so it was never added. No.`];
  }
  if (there) return [{ code: key }, `: all ${probes} bits are 1. Maybe. It is there indeed.`];
  return [
    { code: key },
    `: all ${probes} bits are 1, and other keys have set them. Maybe, says the filter, and it is `,
    { concept: 'corrupt', text: 'wrong' },
    '.',
  ];
}

/** `0.82 %`; two digits that count. */
export function percentText(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = (part * 100) / whole;
  return `${percent === 0 ? '0' : percent.toPrecision(percent < 10 ? 2 : 3)} %`;
}

function label(action: FilterAction): string {
  switch (action.do) {
    case 'build':
      return `${action.keys} keys, ${action.bitsPerKey} bits each`;
    case 'ask':
      return `Ask for ${action.key}`;
    case 'ask-many':
      return `Ask for ${action.count.toLocaleString('en')} ${action.there ? 'that are there' : 'that are missing'}`;
  }
}

function offers({ keys }: FilterState): Offer<FilterAction>[] {
  const none = keys === 0 ? { unavailable: 'There is no filter yet.' } : {};
  const asked: FilterAction[] = [
    { do: 'ask-many', there: true, count: THERE },
    { do: 'ask-many', there: false, count: FEW },
    { do: 'ask-many', there: false, count: MANY },
  ];
  return asked.map((action) => ({ action, ...none }));
}

function parse(given: unknown): FilterAction | undefined {
  const action = given as Record<string, unknown>;
  switch (action['do']) {
    case 'build':
      return parseBuild(action);
    case 'ask':
      return parseAsk(action);
    case 'ask-many':
      return parseAskMany(action);
    default:
      return undefined;
  }
}

function parseBuild({ keys, bitsPerKey }: Record<string, unknown>): FilterAction | undefined {
  if (!isCount(keys, 1, KEYS_MAX) || !isCount(bitsPerKey, 1, BITS_MAX)) return undefined;
  return { do: 'build', keys, bitsPerKey };
}

function parseAsk({ key }: Record<string, unknown>): FilterAction | undefined {
  if (typeof key !== 'string' || key.length > KEY_CHARACTERS_MAX) return undefined;
  return { do: 'ask', key };
}

function parseAskMany({ there, count }: Record<string, unknown>): FilterAction | undefined {
  if (typeof there !== 'boolean' || !isCount(count, 1, ASKED_MAX)) return undefined;
  return { do: 'ask-many', there, count };
}

function isCount(value: unknown, low: number, high: number): value is number {
  return Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
}
