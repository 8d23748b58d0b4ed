// A timeline: one run, and any moment of it.
//
//     events   0 ────── a ────────── b ─────────────── end
//     worlds     parked ▲    parked ▲
//     seek(x), x behind b: the world parked at b goes on to x; before a: one begins anew
//
// 1. A moment is a number of events: the first step after which there are that many.
// 2. A world is never copied, it is made again: replaying is the only way that can't
//    differ from the original. It costs time, and worlds parked along the way save most.
// 3. The world that `seek` returns belongs to the timeline: it is to be looked at, until
//    the next call.
// 4. A fork is a history of its own: what was done before the moment, then what is done
//    there. The action `run` that was under way ends at the very step.

import { assert } from '../base/assert.ts';
import type { WorldEvent } from '../trace/events.ts';
import { Recorder } from '../trace/recorder.ts';
import type { WorldAction } from './actions.ts';
import type { Listening } from './kernel.ts';
import type { World } from './world.ts';

/** Makes the world at its beginning: the same one each time. */
export type MakeWorld = (listening: Required<Listening>) => World;

/** The events of one action: `[first, end)`. */
export interface TimelineSpan {
  readonly first: number;
  readonly end: number;
}

/** A world on its way through the actions. */
interface Replay {
  readonly world: World;
  /** The moment at which it stands: its last step may have made more events than that. */
  at: number;
  /** Actions done to their end. */
  done: number;
  /** When the action `run` under way began; undefined: none is under way. */
  runSinceTicks: number | undefined;
}

/** More worlds than this would cost more memory than they save time. */
const PARKED_MAX = 8;

export class Timeline {
  readonly actions: readonly WorldAction[];
  /** What happened, from the making of the world on. */
  readonly recorder = new Recorder<WorldEvent>();
  /** Of each action, in order. */
  readonly spans: readonly TimelineSpan[];
  readonly #make: MakeWorld;
  readonly #parked: Replay[] = [];

  /** Runs the whole history. */
  constructor(make: MakeWorld, actions: readonly WorldAction[]) {
    this.#make = make;
    this.actions = actions;
    const { recorder } = this;
    const world = make({
      trace: recorder.trace,
      stamp(node, timeTicks) {
        recorder.node = node;
        recorder.timeTicks = timeTicks;
      },
    });
    this.spans = actions.map((action) => {
      const first = world.events;
      world.act(action);
      return { first, end: world.events };
    });
    const at = this.length;
    this.#parked.push({ world, at, done: actions.length, runSinceTicks: undefined });
  }

  /** How many events there are in all. */
  get length(): number {
    return this.recorder.entries.length;
  }

  /** Stands for every event in order; see `Recorder`. */
  get hash(): string {
    return this.recorder.hash;
  }

  /** The world as it is after the first step that has made `events` events in all. */
  seek(events: number): World {
    const at = Math.min(events, this.length);
    const replay = this.#nearest(at) ?? this.#begin();
    this.#forward(replay, at);
    return replay.world;
  }

  /**
   * Parks one more world where a search would take longest; false when enough are parked. For
   * moments in which there is nothing else to do: a call takes up to one replay of the run.
   */
  prepare(): boolean {
    if (this.#parked.length >= PARKED_MAX) return false;
    const places = [0, ...this.#parked.map(({ at }) => at)].sort((a, b) => a - b);
    const gaps = places.map((place, i) => (places[i + 1] ?? this.length) - place);
    const widest = gaps.indexOf(Math.max(...gaps));
    const middle = (places[widest] as number) + ((gaps[widest] as number) >> 1);
    if (places.includes(middle)) return false;
    this.#forward(this.#begin(), middle);
    return true;
  }

  /** The history in which `action` is done at this moment; what came later is no part of it. */
  fork(events: number, action: WorldAction): Timeline {
    return new Timeline(this.#make, [...this.actionsBefore(events), action]);
  }

  /** The actions that lead to this moment. */
  actionsBefore(events: number): readonly WorldAction[] {
    const before = this.actions.slice(0, this.#begunBefore(events));
    const last = before.at(-1);
    const span = this.spans[before.length - 1];
    if (last?.do !== 'run' || span === undefined || span.end <= events) return before;
    return [...before.slice(0, -1), { ...last, events: events - span.first }];
  }

  /** How many actions are done, or under way, at this moment. */
  #begunBefore(events: number): number {
    return this.spans.filter(({ first, end }) => end <= events || first < events).length;
  }

  /** The parked world that is latest, of those that aren't past the moment. */
  #nearest(events: number): Replay | undefined {
    return this.#parked.filter(({ at }) => at <= events).sort((a, b) => b.at - a.at)[0];
  }

  #begin(): Replay {
    const world = this.#make({ trace: () => {}, stamp: () => {} });
    const replay: Replay = { world, at: 0, done: 0, runSinceTicks: undefined };
    if (this.#parked.length >= PARKED_MAX) this.#parked.shift();
    this.#parked.push(replay);
    return replay;
  }

  #forward(replay: Replay, events: number): void {
    const begun = this.#begunBefore(events);
    while (replay.done < begun && !this.#isInside(replay, events)) this.#advance(replay, events);
    assert(replay.world.events >= events, 'a replay makes the events of the original');
    replay.at = events;
  }

  /** True when the action `run` under way has come to the moment, and goes on after it. */
  #isInside(replay: Replay, events: number): boolean {
    const { end } = this.spans[replay.done] as TimelineSpan;
    return replay.runSinceTicks !== undefined && events < end && replay.world.events >= events;
  }

  /** Does one action, or as much of a `run` as there is before the moment. */
  #advance(replay: Replay, events: number): void {
    const { world } = replay;
    const action = this.actions[replay.done] as WorldAction;
    const { first, end } = this.spans[replay.done] as TimelineSpan;
    if (action.do === 'run') {
      replay.runSinceTicks ??= world.nowTicks;
      const stop = events < end ? events : first + (action.events ?? Number.POSITIVE_INFINITY);
      const ticks = replay.runSinceTicks + action.ticks - world.nowTicks;
      if (stop > world.events) world.run(ticks, stop - world.events);
      if (events < end) return;
      replay.runSinceTicks = undefined;
    } else world.act(action);
    replay.done++;
  }
}
