// What the two kinds of plots are given: the sweep's run, and what to do at a place.

import type { Axis, Measure } from './sweep.ts';
import type { SweepRun } from './sweep-run.svelte.ts';

export interface PlotProps {
  readonly run: SweepRun;
  /** Index of the place that is read out. */
  readonly selected: number;
  /** The link that opens the run of a place. */
  readonly hrefOf: (index: number) => string;
  readonly written: (axis: Axis | Measure, value: number | undefined) => string;
  readonly onselect: (index: number) => void;
  readonly onclick: (event: MouseEvent, index: number) => void;
  readonly onkeydown: (event: KeyboardEvent) => void;
}

/** A mouse reads by pointing; a finger has to tap. */
export function isMouse({ pointerType }: PointerEvent): boolean {
  return pointerType === 'mouse';
}
