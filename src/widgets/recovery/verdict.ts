// What a power cut came to, in one sentence with its own numbers; and the staircase of
// all of them.

import type { Verdict } from '../../exercise/check.ts';
import type { Caption } from '../../player/caption.ts';
import type { Outcome } from './outcome.ts';
import { type CrashState, durableCount, livingWrites, promisedCount } from './projection.ts';

const DURABLE = { concept: 'durable' } as const;

/** Whether the recovered store keeps every promise, and what it has. */
export function verdictOf(outcome: Outcome, { disk }: CrashState): Verdict {
  const { survived, promised, kept, error } = outcome;
  if (survived === undefined)
    return { verdict: 'wrong', say: ['The store refuses to open. ', { code: error ?? '' }] };
  if (kept)
    return { verdict: 'right', say: [...prefixOf(outcome, survived), ...promiseOf(outcome)] };
  const say: Caption = [
    `A broken promise: writes up to ${promised} had been acknowledged as `,
    DURABLE,
    `, and ${survived === 0 ? 'not one' : `only ${survived}`} of them is there.`,
    disk.lies ? ' The disk had lied.' : '',
  ];
  return { verdict: 'wrong', say };
}

function prefixOf({ asked }: Outcome, survived: number): Caption {
  if (asked === 0) return ['Nothing was asked for yet: recovery opens an empty store.'];
  if (survived === asked)
    return [asked === 1 ? 'The one write is there.' : `All ${asked} writes are there.`];
  if (survived === 0)
    return [`None of the ${asked === 1 ? 'writes' : `${asked} writes`} is there.`];
  return [`A prefix: the first ${survived} of ${asked} writes.`];
}

function promiseOf({ asked, promised }: Outcome): Caption {
  if (asked === 0) return [];
  if (promised === 0) return [' Nobody had been told that any of them was ', DURABLE, '.'];
  const upTo = promised === 1 ? 'write 1' : `writes 1 to ${promised}`;
  return [' Everything acknowledged as ', DURABLE, ` is there: ${upTo}.`];
}

/** How many writes, at every position of a run. */
export interface Steps {
  readonly asked: readonly number[];
  readonly promised: readonly number[];
  /** Where writes became durable, and which, counted from 1. */
  readonly durable: readonly { readonly at: number; readonly writes: readonly number[] }[];
}

export function stepsOf(states: readonly CrashState[]): Steps {
  const durable: { at: number; writes: number[] }[] = [];
  let reached = 0;
  for (const [at, state] of states.entries()) {
    const count = durableCount(state);
    if (count <= reached) continue;
    durable.push({ at, writes: numbersFrom(reached + 1, count) });
    reached = count;
  }
  return {
    asked: states.map((state) => livingWrites(state).length),
    promised: states.map(promisedCount),
    durable,
  };
}

function numbersFrom(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
