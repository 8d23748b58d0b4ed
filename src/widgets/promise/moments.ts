// Histories that the page points to.

import type { PromiseAction } from './scenario.ts';

const FULL: PromiseAction = { do: 'write', sync: 'full' };

/** The power goes while an order waits for its sync; by chance it is kept. Nobody was told. */
export const KEPT_UNTOLD: readonly PromiseAction[] = [
  FULL,
  FULL,
  { do: 'cut', after: 5 },
  { do: 'restart', survive: 'everything' },
];

/** A disk that lies writes later sectors and not the earlier ones. Recovery sees through it. */
export const FOUND_OUT = {
  seed: 1,
  actions: [
    FULL,
    FULL,
    { do: 'lie', lies: true },
    FULL,
    FULL,
    FULL,
    FULL,
    { do: 'cut' },
    { do: 'restart', survive: 'chance' },
  ] as readonly PromiseAction[],
};
