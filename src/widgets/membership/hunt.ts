// The search for two leaders: all orders in which the messages of two elections can arrive.
//
//     A and D have lost their patience, each has asked everybody that it takes for a voter
//        |
//     the engine's explorer delivers one message after the other, in every order
//
// It is the engine's Raft, with the engine's own invariants to stop it. Both elections are under
// way at the beginning: which timer goes off is no question of order, and leaving it open makes
// the search a hundred times longer.

import {
  type Counterexample,
  clusterWorld,
  type ExploreProgress,
  Explorer,
  type ExploreVerdict,
  RaftInvariants,
  type World,
} from '../../../engine/index.ts';
import { foundersOf, STEPS, type StepName } from './founders.ts';
import { doMove, type Move, STILL } from './moves.ts';

/** Who asks for votes: one of the old servers, and one of the new. */
export const CANDIDATES = [1, 4] as const;
export const SEED = 1;
/** Messages in a path, at most: as many as the counterexample has. */
export const DEPTH_MAX = 6;

export interface Hunt {
  readonly step: StepName;
}

/** What the worker says, from time to time and at the end. */
export interface HuntReport {
  readonly verdict: ExploreVerdict;
  readonly progress: ExploreProgress;
  /** What leads to two leaders, from the very start. */
  readonly moves: readonly Move[] | undefined;
  readonly message: string | undefined;
}

/** A world with both candidates waiting for votes. */
export function makeWorld(name: StepName): World {
  const step = STEPS[name];
  const invariants = new RaftInvariants();
  const seen = { index: 0, node: 0, timeTicks: 0 };
  let broken: World['violation'];
  const world: World = clusterWorld({
    ...STILL,
    seed: SEED,
    servers: step.servers,
    foundersOf: foundersOf(step),
    hashes: true,
    stamp: (node, timeTicks) => Object.assign(seen, { node, timeTicks }),
    trace: (event) => {
      broken ??= invariants.see({ ...seen, event });
      seen.index++;
    },
    onStep: () => broken && world.violate(broken),
  });
  world.run(START_TICKS);
  for (const patience of CANDIDATES) doMove(world, { patience });
  return world;
}

/** Everybody is up by then. */
export const START_TICKS = 40_000;

export function startHunt({ step }: Hunt): Explorer {
  return new Explorer({ make: () => makeWorld(step), depthMax: DEPTH_MAX, statesMax: 200_000 });
}

export function reportOf({ verdict, progress, counterexample }: Explorer): HuntReport {
  return {
    verdict,
    progress,
    moves: counterexample && movesOf(counterexample),
    message: counterexample?.violation.message,
  };
}

function movesOf({ path }: Counterexample): Move[] {
  const arrivals = path.flatMap((choice) => {
    if ('act' in choice || choice.event.from === undefined) return [];
    return [{ from: choice.event.from, to: choice.event.node }];
  });
  return [...CANDIDATES.map((patience) => ({ patience })), ...arrivals];
}
