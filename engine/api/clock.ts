// The system's clock, for databases that were given no other.

import type { Clock } from '../env/clock.ts';

export type { Clock } from '../env/clock.ts';

/** Milliseconds since 1970. */
export const SYSTEM_CLOCK: Clock = { nowMs: () => Date.now() };
