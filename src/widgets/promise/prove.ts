// Can this history lose anything that was acknowledged? Nobody says so: it is run again
// and again, with the power cut after every single event of the engine, and each time the
// disk keeps, loses and tears what it likes.
//
//     write write write          the history, up to its first power cut
//     |.|.|.|.|.|.|.|.|          cut here, or here, or here ...
//       `-> restart, by chance   ... and with as many seeds as are asked for
//
// A generator, so that a page can stop for breath between two runs, or for good.

import type { Recorded } from '../../../engine/index.ts';
import { actionsAt, type History, isCut, run } from '../../player/history.ts';
import type { Survival } from '../store/world.ts';
import {
  clientWrites,
  type PromiseEvent,
  type PromiseState,
  toldOf,
  verdictOf,
} from './projection.ts';
import { type PromiseAction, promise } from './scenario.ts';

export interface Loss {
  readonly history: History<PromiseAction>;
  readonly write: number;
  readonly told: 'durable' | 'written';
}

/** What has been found out so far. */
export interface Proof {
  readonly runs: number;
  readonly runsInAll: number;
  /** Places at which the power was cut, or will be. */
  readonly cuts: number;
  /** Orders that the client had been told are done, over all runs, and how many of them were gone. */
  readonly acknowledged: number;
  readonly lost: number;
  /** Orders that nobody was told about, and how many of those were there all the same. */
  readonly untold: number;
  readonly untoldKept: number;
  /** The first run that lost something. */
  readonly loss: Loss | undefined;
  /** Of the history itself: orders acknowledged by its end. */
  readonly orders: number;
}

const FIXED: readonly Survival[] = ['nothing', 'torn', 'everything'];

/**
 * Tries every cut of `history` with `seeds` seeds and three fixed ways to lose, and yields
 * what it knows after each run.
 */
export function* prove(history: History<PromiseAction>, seeds: number): Generator<Proof, Proof> {
  const firstCut = history.actions.findIndex(isCut);
  const actions = firstCut < 0 ? history.actions : history.actions.slice(0, firstCut);
  const whole = run(promise, { ...history, actions });
  const cuts = whole.entries.length + 1;
  let proof: Proof = {
    runs: 0,
    runsInAll: cuts * (seeds + FIXED.length),
    cuts,
    acknowledged: 0,
    lost: 0,
    untold: 0,
    untoldKept: 0,
    loss: undefined,
    orders: acknowledgedIn(stateAfter(whole.entries)),
  };
  for (let cursor = 0; cursor < cuts; cursor++) {
    const cutActions = actionsAt(whole, cursor, { do: 'cut' });
    for (let trial = 0; trial < seeds + FIXED.length; trial++) {
      const survive = FIXED[trial] ?? 'chance';
      const seed = trial < FIXED.length ? history.seed : trial;
      const tried = { ...history, seed, actions: [...cutActions, restart(survive)] };
      proof = withRun(proof, tried);
      yield proof;
    }
  }
  return proof;
}

function restart(survive: Survival): PromiseAction {
  return { do: 'restart', survive };
}

function withRun(proof: Proof, history: History<PromiseAction>): Proof {
  const { store } = stateAfter(run(promise, history).entries);
  let { acknowledged, lost, untold, untoldKept, loss } = proof;
  for (const write of clientWrites(store)) {
    const told = toldOf(write);
    const verdict = verdictOf(write, store);
    if (told !== 'durable' && told !== 'written') {
      untold++;
      if (verdict === 'kept') untoldKept++;
      continue;
    }
    acknowledged++;
    if (verdict === 'kept') continue;
    lost++;
    loss ??= { history, write: write.id, told };
  }
  return { ...proof, runs: proof.runs + 1, acknowledged, lost, untold, untoldKept, loss };
}

function acknowledgedIn({ store }: PromiseState): number {
  return clientWrites(store).filter(({ stage }) => stage === 'acknowledged').length;
}

function stateAfter(entries: readonly Recorded<PromiseEvent>[]): PromiseState {
  return entries.reduce(promise.project, promise.initial);
}
