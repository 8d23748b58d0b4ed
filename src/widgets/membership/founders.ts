// Who takes part, as five servers have it who were not all told the same: what a change amounts to
// that switches each server on its own, in the middle.
//
//     at once    A B C go by {A B C}         D E go by {A B C D E}
//     joint      A B C go by {A B C}         D E go by {A B C} and {A B C D E}
//     one more   A B C go by {A B C}         D goes by {A B C D}
//
// The servers are the engine's own. What isn't the engine's is that they are started like this:
// a configuration comes out of the log (engine/raft/membership.ts), and never out of a file.

import type { Founders } from '../../../engine/index.ts';

const OLD: Founders = { voters: [1, 2, 3] };
const NEW: Founders = { voters: [1, 2, 3, 4, 5] };
const JOINT: Founders = { voters: [1, 2, 3, 4, 5], outgoing: [1, 2, 3] };
const ONE_MORE: Founders = { voters: [1, 2, 3, 4] };

export interface Step {
  readonly name: string;
  readonly servers: number;
  readonly old: Founders;
  readonly next: Founders;
}

export const STEPS = {
  'at once': { name: 'Three to five, at once', servers: 5, old: OLD, next: NEW },
  joint: { name: 'Three to five, jointly', servers: 5, old: OLD, next: JOINT },
  'one more': { name: 'Three to four', servers: 4, old: OLD, next: ONE_MORE },
} as const satisfies Readonly<Record<string, Step>>;

export type StepName = keyof typeof STEPS;

/** The newcomers go by what is to come, everybody else by what was. */
export function foundersOf({ old, next }: Step): (server: number) => Founders {
  return (server) => (old.voters.includes(server) ? old : next);
}
