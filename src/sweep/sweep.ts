// A sweep: the same scenario run many times, and one thing measured of each run.
//
//     (scenario, axes, measures)
//          |  one history for each place on the axes
//          v
//     worker: run, measure ---> values ---> plot: every point links to its run
//
// A plot of a database is worth looking at only if you can ask of any point in it why it is
// there. So a point is a history like any other (src/player/history.ts), and its place in the
// plot is a share link that opens it in the figure of that scenario, event by event.
//
// 1. A place is named by its coordinates: a number for each axis and for each setting (what the
//    reader chooses for the whole sweep). `actions` makes a history of them and nothing else;
//    the seed is the scenario's. So a place has the same run in a worker, in Node, in the figure
//    and behind a link.
// 2. What is measured comes from the run's events alone. A measure is plain numbers: no NaN for
//    "nothing there", leave it out.
// 3. Histories are short (a few actions, see LINK_ACTIONS_MAX) and end within EVENTS_MAX events.
//    A scenario for sweeps has one action that stands for a whole load, not one for each client.
// 4. A worker runs the places one by one and tells each as it is known (`serve.ts`). To cancel is
//    to terminate the worker: nobody has to look at a flag. It is loaded when the reader asks for
//    a measurement, so a page weighs nothing more for it.
// 5. What the page shows before that was measured by the same code when the page was built
//    (`measureAll`), and a reader's own run is compared with it, number by number.
//
// To make one: a `Sweep` in a file without Svelte, a worker of two lines, and on the page
//
//     <XSweep client:use known={measureAll(x)} />      which is a SweepPlot with its worker

import type { EngineEvent, Recorded } from '../../engine/index.ts';
import { type History, run, scriptOf } from '../player/history.ts';
import type { AnyAction, AnyScenario } from '../player/scenario.ts';

/** Something that differs from place to place. */
export interface Axis {
  /** The name of its coordinate. */
  readonly id: string;
  readonly label: string;
  readonly values: readonly number[];
  /** How a value is written; as a number if absent. */
  readonly show?: (value: number) => string;
}

/** What the reader chooses for all places at once. */
export interface Setting extends Axis {
  readonly initial: number;
}

/** What is read off a run. */
export interface Measure {
  readonly id: string;
  readonly label: string;
  readonly show: (value: number) => string;
}

/** A number for each axis and setting. */
export type Coordinates = Readonly<Record<string, number>>;

/** A number for each measure that the run has one for. */
export type Values = Readonly<Record<string, number>>;

export interface Sweep {
  /** Lower-case letters, digits and hyphens; unique on its page. */
  readonly id: string;
  readonly scenario: AnyScenario;
  readonly x: Axis;
  /** A second axis makes a map of it. */
  readonly y?: Axis;
  readonly settings?: readonly Setting[];
  /** Without `y` all of them are lines on one scale; with it, one at a time is shown. */
  readonly measures: readonly Measure[];
  /** Measured at each place, and shown beside the point that is looked at. */
  readonly asides?: readonly Measure[];
  actions(at: Coordinates): readonly AnyAction[];
  // biome-ignore lint/suspicious/noExplicitAny: a scenario has events of its own
  measure(entries: readonly Recorded<EngineEvent | any>[], at: Coordinates): Values;
}

/** The settings as they are before the reader has chosen. */
export function initialSettings({ settings = [] }: Sweep): Coordinates {
  return Object.fromEntries(settings.map(({ id, initial }) => [id, initial]));
}

/** Every place, row by row: `x` runs fastest. */
export function placesOf(sweep: Sweep, settings: Coordinates): Coordinates[] {
  const { x, y } = sweep;
  const rows = y ? y.values.map((value) => ({ ...settings, [y.id]: value })) : [settings];
  return rows.flatMap((row) => x.values.map((value) => ({ ...row, [x.id]: value })));
}

/** The run behind a place. */
export function historyAt(sweep: Sweep, at: Coordinates): History<AnyAction> {
  return { ...scriptOf(sweep.scenario), actions: sweep.actions(at) };
}

/** Runs a place and measures it. @throws when the run does not come to its end */
export function measureAt(sweep: Sweep, at: Coordinates): Values {
  const { entries, error } = run(sweep.scenario, historyAt(sweep, at));
  if (error) throw new Error(`${sweep.id} at ${JSON.stringify(at)}: ${error.message}`);
  return sweep.measure(entries, at);
}

/** Every place with the settings as they are at first; for the build, and for tests. */
export function measureAll(sweep: Sweep): Values[] {
  return placesOf(sweep, initialSettings(sweep)).map((at) => measureAt(sweep, at));
}
