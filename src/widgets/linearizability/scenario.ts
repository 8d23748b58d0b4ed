// The bench of the checker: a history is put on it, edited, and judged after each edit.

import {
  checkLinearizable,
  type Operation,
  type Recorded,
  type Verdict,
} from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import type { Context, Scenario } from '../../player/scenario.ts';
import {
  answered,
  callText,
  type EditableCall,
  type End,
  type HistoryName,
  historyOf,
  LINE_MS,
  moved,
  NAMED,
  NAMES,
} from './calls.ts';
import { verdictCaption } from './verdict.ts';

export type BenchAction =
  | { readonly do: 'pick'; readonly name: HistoryName }
  /** One end of a call, by its place in the list. */
  | { readonly do: 'move'; readonly call: number; readonly end: End; readonly byMs: number }
  /** What a read was told. */
  | { readonly do: 'answer'; readonly call: number; readonly value: string | null };

export type BenchEvent =
  | { readonly type: 'history.pick'; readonly name: HistoryName; readonly calls: Calls }
  | {
      readonly type: 'history.move';
      readonly call: number;
      readonly end: End;
      readonly calls: Calls;
    }
  | { readonly type: 'history.answer'; readonly call: number; readonly calls: Calls }
  | { readonly type: 'check.verdict'; readonly verdict: Verdict };

type Calls = readonly EditableCall[];

export interface BenchState {
  readonly name: HistoryName | undefined;
  readonly calls: Calls;
  readonly operations: readonly Operation[];
  /** Undefined: it isn't judged yet. */
  readonly verdict: Verdict | undefined;
}

/** The world is the calls that lie on the bench. */
export class Bench {
  #calls: Calls = [];
  readonly #trace: (event: BenchEvent) => void;

  constructor({ trace }: Context<BenchEvent>) {
    this.#trace = trace;
  }

  apply(action: BenchAction): void {
    const event = this.#edit(action);
    if (event === undefined) return;
    this.#calls = event.calls;
    this.#trace(event);
    this.#trace({ type: 'check.verdict', verdict: checkLinearizable(historyOf(this.#calls)) });
  }

  /** What can't be done does nothing. */
  #edit(action: BenchAction): Exclude<BenchEvent, { type: 'check.verdict' }> | undefined {
    if (action.do === 'pick')
      return { type: 'history.pick', name: action.name, calls: NAMED[action.name] };
    if (action.do === 'answer') {
      const calls = answered(this.#calls, action.call, action.value);
      return calls && { type: 'history.answer', call: action.call, calls };
    }
    const { call, end, byMs } = action;
    const calls = moved(this.#calls, call, end, byMs);
    return calls && { type: 'history.move', call, end, calls };
  }
}

export type BenchScenario = Scenario<Bench, BenchAction, BenchState, BenchEvent>;

const EMPTY: BenchState = { name: undefined, calls: [], operations: [], verdict: undefined };

export const bench: BenchScenario = {
  id: 'linearizability',
  version: 1,
  seed: 1,
  script: [
    { do: 'pick', name: 'New, then old' },
    { do: 'move', call: 3, end: 'call', byMs: -1 },
    { do: 'move', call: 3, end: 'call', byMs: -1 },
  ],
  create: (context) => new Bench(context),
  apply: (world, action) => world.apply(action),
  initial: EMPTY,
  project,
  opening: ['What clients asked and were told is about to be looked at.'],
  caption,
  label,
  offers: () => NAMES.map((name) => ({ action: { do: 'pick', name } })),
  parse,
  poster: () => 1,
};

function project(state: BenchState, { event }: Recorded<BenchEvent>): BenchState {
  if (event.type === 'check.verdict') return { ...state, verdict: event.verdict };
  const { calls } = event;
  const name = event.type === 'history.pick' ? event.name : state.name;
  return { name, calls, operations: historyOf(calls), verdict: undefined };
}

function caption({ event }: Recorded<BenchEvent>, state: BenchState): Caption {
  switch (event.type) {
    case 'history.pick':
      return [
        'One key, three clients. A bar is a call, from the question to the answer. Is there one order that explains all answers?',
      ];
    case 'history.move': {
      const call = event.calls[event.call] as EditableCall;
      const ms = event.end === 'call' ? call.fromMs : call.toMs;
      const what = event.end === 'call' ? 'is called' : 'is answered';
      return [{ code: callText(call) }, ` now ${what} at ${ms} ms.`];
    }
    case 'history.answer':
      return [
        'The answer is now another: ',
        { code: callText(event.calls[event.call] as EditableCall) },
        '.',
      ];
    case 'check.verdict':
      return verdictCaption(event.verdict, state.operations);
  }
}

function label(action: BenchAction): string {
  if (action.do === 'pick') return action.name;
  if (action.do === 'answer') return `Call ${action.call + 1} is told ${action.value ?? 'nothing'}`;
  return `${action.end === 'call' ? 'Call' : 'Answer'} ${action.call + 1} ${action.byMs < 0 ? 'earlier' : 'later'}`;
}

function parse(given: unknown): BenchAction | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const { do: verb, name, call, end, byMs, value } = given as Record<string, unknown>;
  if (verb === 'pick') {
    const known = NAMES.find((one) => one === name);
    return known && { do: verb, name: known };
  }
  if (!isWithin(call, 0, 9)) return undefined;
  if (verb === 'move' && (end === 'call' || end === 'answer') && isWithin(byMs, -LINE_MS, LINE_MS))
    return { do: verb, call, end, byMs };
  const isValue = value === null || (typeof value === 'string' && /^\w{1,4}$/.test(value));
  return verb === 'answer' && isValue
    ? { do: verb, call, value: value as string | null }
    : undefined;
}

function isWithin(value: unknown, min: number, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}
