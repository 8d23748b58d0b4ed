// A power cut at every event of a run, computed in the background: some positions at a
// time, so that the page never stutters, and the one that is looked at first of all.

import { type CrashRun, crashAt, type Outcome } from './outcome.ts';
import type { CrashState } from './projection.ts';
import type { CrashScenario } from './scenario.ts';

/** How long one slice may take; a frame has 16 ms. */
const SLICE_MS = 6;

export class Sweep {
  readonly #scenario: CrashScenario;
  readonly #run: CrashRun;
  readonly #stateAt: (cursor: number) => CrashState;
  readonly #outcomes: (Outcome | undefined)[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** How many positions are known; drawings depend on it. */
  #known = $state(0);

  constructor(scenario: CrashScenario, run: CrashRun, stateAt: (cursor: number) => CrashState) {
    this.#scenario = scenario;
    this.#run = run;
    this.#stateAt = stateAt;
    this.#outcomes = new Array(run.entries.length + 1).fill(undefined);
  }

  /** Positions: one more than there are events. */
  get length(): number {
    return this.#outcomes.length;
  }

  /** What is known so far, undefined where the power has not been cut yet. */
  get outcomes(): readonly (Outcome | undefined)[] {
    return this.#known >= 0 ? this.#outcomes : [];
  }

  get done(): boolean {
    return this.#known === this.length;
  }

  /** Cuts the power at `cursor` if that hasn't been done. */
  at(cursor: number): Outcome {
    this.#outcomes[cursor] ??= crashAt(this.#scenario, this.#run, cursor, this.#stateAt(cursor));
    return this.#outcomes[cursor];
  }

  /** Everything at once: where nobody waits for a frame. */
  finish(): void {
    for (let cursor = 0; cursor < this.length; cursor++) this.at(cursor);
    this.#known = this.length;
  }

  /** Goes on in slices until all is known. Returns what stops it. */
  start(): () => void {
    let next = 0;
    const slice = () => {
      const endMs = performance.now() + SLICE_MS;
      while (next < this.length && performance.now() < endMs) this.at(next++);
      this.#known = next;
      if (next < this.length) this.#timer = setTimeout(slice);
    };
    this.#timer = setTimeout(slice);
    return () => clearTimeout(this.#timer);
  }
}
