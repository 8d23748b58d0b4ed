// What an exercise says of what the reader has made.
//
// A check gets the thing itself (a run of a figure, the results of code, a choice) and
// asks the engine about it. It never compares text, so every way to the goal counts.

import type { Caption } from '../player/caption.ts';

/** `open`: too early to tell; it is no attempt. */
export type VerdictKind = 'right' | 'wrong' | 'open';

export interface Verdict {
  readonly verdict: VerdictKind;
  /** One sentence that says why, with the numbers of this very attempt. */
  readonly say: Caption | string;
}

export type Check<Made> = (made: Made) => Verdict;

/** Plain text is a caption of one part. */
export function captionOf(said: Caption | string): Caption {
  return typeof said === 'string' ? [said] : said;
}
