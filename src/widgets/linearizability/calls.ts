// A client history that can be edited: whole milliseconds on a short line of time, one key.
//
//     a  [put x=1      ]
//     b           [get x → 1]
//     0    2    4    6    8
//
// 1. A client does one thing at a time: its calls don't touch.
// 2. A call lasts at least a millisecond.
// 3. In the same millisecond a call comes before an answer, so the two overlap: nobody could tell
//    otherwise.
// 4. Without an answer nobody knows what became of it, and its client is never heard of again.

import { HistoryBuilder, type Operation, TICKS_PER_MS } from '../../../engine/index.ts';

export interface EditableCall {
  readonly client: string;
  readonly kind: 'put' | 'get';
  /** What is written, or what was answered; null: there was nothing. */
  readonly value: string | null;
  readonly fromMs: number;
  /** Null: no answer came. */
  readonly toMs: number | null;
}

export type End = 'call' | 'answer';

const KEY = 'x';
export const LINE_MS = 16;

const put = (client: string, value: string, fromMs: number, toMs: number | null): EditableCall => ({
  client,
  kind: 'put',
  value,
  fromMs,
  toMs,
});
const get = (client: string, value: string | null, fromMs: number, toMs: number): EditableCall => ({
  client,
  kind: 'get',
  value,
  fromMs,
  toMs,
});

/** Histories to begin with, by what happens in them. */
export const NAMED = {
  'New, then old': [
    put('a', '1', 1, 3),
    put('a', '2', 5, 13),
    get('b', '2', 6, 8),
    get('c', '1', 10, 12),
  ],
  'A stale read': [put('a', '1', 1, 3), put('a', '2', 5, 8), get('b', '1', 10, 13)],
  'All at once': [
    put('a', '1', 1, 12),
    put('b', '2', 2, 13),
    get('c', '2', 3, 6),
    get('c', '1', 8, 11),
  ],
  'No answer': [
    put('a', '1', 1, 3),
    put('b', '2', 4, null),
    get('c', '1', 6, 8),
    get('c', '2', 11, 14),
  ],
  'There and back': [
    put('a', '1', 1, 14),
    put('b', '2', 1, 14),
    get('c', '1', 2, 4),
    get('c', '2', 6, 8),
    get('c', '1', 10, 12),
  ],
} as const satisfies Readonly<Record<string, readonly EditableCall[]>>;

export type HistoryName = keyof typeof NAMED;
export const NAMES = Object.keys(NAMED) as HistoryName[];

/** What a checker is given. */
export function historyOf(calls: readonly EditableCall[]): readonly Operation[] {
  const ends = calls.flatMap(({ fromMs, toMs }, index) => [
    { ms: fromMs, isAnswer: 0, index },
    ...(toMs === null ? [] : [{ ms: toMs, isAnswer: 1, index }]),
  ]);
  ends.sort((a, b) => a.ms - b.ms || a.isAnswer - b.isAnswer || a.index - b.index);
  const builder = new HistoryBuilder();
  const ids = new Map<number, number>();
  for (const { ms, isAnswer, index } of ends) {
    const { client, kind, value } = calls[index] as EditableCall;
    const ticks = ms * TICKS_PER_MS;
    if (isAnswer) builder.ok(ids.get(index) as number, kind === 'get' ? value : undefined, ticks);
    else if (kind === 'get') ids.set(index, builder.invoke(client, { kind, key: KEY }, ticks));
    else ids.set(index, builder.invoke(client, { kind, key: KEY, value: value ?? '' }, ticks));
  }
  return builder.operations();
}

/** Where an end may be, both included: not past the other end, nor past the client's other calls. */
export function rangeOf(
  calls: readonly EditableCall[],
  index: number,
  end: End,
): readonly [fromMs: number, toMs: number] {
  const call = calls[index] as EditableCall;
  const own = calls.filter(({ client }, i) => client === call.client && i !== index);
  if (end === 'call') {
    const before = own
      .filter(({ fromMs }) => fromMs < call.fromMs)
      .map(({ toMs }) => toMs ?? LINE_MS);
    return [Math.max(0, ...before.map((ms) => ms + 1)), (call.toMs ?? LINE_MS) - 1];
  }
  const after = own.filter(({ fromMs }) => fromMs > call.fromMs).map(({ fromMs }) => fromMs - 1);
  return [call.fromMs + 1, Math.min(LINE_MS, ...after)];
}

/** The calls with one end moved by so many milliseconds; undefined where it can't be there. */
export function moved(
  calls: readonly EditableCall[],
  index: number,
  end: End,
  byMs: number,
): readonly EditableCall[] | undefined {
  const call = calls[index];
  const ms = end === 'call' ? call?.fromMs : call?.toMs;
  if (call === undefined || ms === undefined || ms === null) return undefined;
  const [low, high] = rangeOf(calls, index, end);
  const now = ms + byMs;
  if (now < low || now > high) return undefined;
  return calls.with(index, { ...call, ...(end === 'call' ? { fromMs: now } : { toMs: now }) });
}

/** The calls with another answer to a read; undefined where it isn't a read. */
export function answered(
  calls: readonly EditableCall[],
  index: number,
  value: string | null,
): readonly EditableCall[] | undefined {
  const call = calls[index];
  return call?.kind === 'get' ? calls.with(index, { ...call, value }) : undefined;
}

/** What a read may be told: nothing, or any value that somebody writes. */
export function answersOf(calls: readonly EditableCall[]): (string | null)[] {
  return [null, ...new Set(calls.filter(({ kind }) => kind === 'put').map(({ value }) => value))];
}

export function callText({ client, kind, value }: EditableCall): string {
  if (kind === 'put') return `${client}: put ${KEY} = ${value}`;
  return `${client}: get ${KEY} → ${value ?? 'nothing'}`;
}
