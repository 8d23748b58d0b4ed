// Time, as the engine sees it: a function that somebody else provides.
// It is used for what people read (creation times), never for what is decided.

/** Milliseconds since 1970, or any other steady count in a simulation. */
export interface Clock {
  nowMs(): number;
}

/** A clock that stands still: two runs of one seed then write the same bytes. */
export function fixedClock(nowMs: number): Clock {
  return { nowMs: () => nowMs };
}
