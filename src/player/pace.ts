// How long each event stays on the stage while a run plays by itself.
//
// A short run is read event by event; a long one shouldn't bore. What the reader has
// just asked for plays in a few seconds, however much the engine had to do for it.

const EVENT_MS_MAX = 700;
const EVENT_MS_MIN = 60;
const RUN_MS = 45_000;
const ACTION_MS = 4_000;

export const SPEEDS = [0.5, 1, 2, 4] as const;
export type Speed = (typeof SPEEDS)[number];

/** Milliseconds an event is shown when `count` events are played at speed 1. */
export function dwellMs(count: number, forAction: boolean): number {
  const wholeMs = forAction ? ACTION_MS : RUN_MS;
  return Math.min(EVENT_MS_MAX, Math.max(EVENT_MS_MIN, wholeMs / Math.max(count, 1)));
}

/** The speed after `speed`, going round. */
export function nextSpeed(speed: Speed): Speed {
  return SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length] as Speed;
}
