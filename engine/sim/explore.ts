// A bounded search over the orders in which things can happen in a small world.
//
//                   start                    breadth first: whatever it finds has the
//               /     |     \                fewest choices that lead there
//          deliver  deliver  drop 3
//           /   \      |       |
//         ...   ...   seen   broken!         a state that was met before is not entered again
//
// A random run tries one order out of very many. In a world of a few messages all orders can
// be tried, and a bug that needs five messages in the worst order is found for certain.
//
// 1. A world can't be copied, so going back is replaying the choices on a new one: the same
//    choices give the same world (decision 0012).
// 2. What can come next is a message, a wake, or one of the caller's faults. The flushes of
//    disks are no choice unless the caller says so: they are done at once.
// 3. States are compared without their times: early and late are the same here.
// 4. Wakes and faults are counted against a budget each; without one, a world of timers
//    never ends.
// 5. `work` does a number of choices and returns, so a page or a worker stays alive.
//
// Model checkers of implementations do this (Killian et al., "Life, Death, and the Critical
// Transition", NSDI 2007; Yang et al., "MODIST", NSDI 2009), TLC does it on specifications.

import type { WorldAction } from './actions.ts';
import type { PendingEvent, Violation, World } from './world.ts';

/** One step of a path: an event that was pending, or something done to the world. */
export type Choice =
  | { readonly fire: number; readonly event: PendingEvent }
  | { readonly act: WorldAction };

export interface ExploreOptions {
  /** The world to begin with, made with `hashes`; the same one each time. */
  readonly make: () => World;
  /** What may be done to it besides, in this state. */
  readonly faults?: (world: World) => readonly WorldAction[];
  /** Choices in a path, at most. */
  readonly depthMax: number;
  /** Wakes and faults in a path, at most. Default 0 and 0. */
  readonly wakesMax?: number;
  readonly faultsMax?: number;
  /** Different states entered, at most. Default 100,000. */
  readonly statesMax?: number;
  /** True if a flush may come later than others. Default false. */
  readonly flushesWait?: boolean;
}

/** How far the search is. */
export interface ExploreProgress {
  /** Different states entered. */
  readonly states: number;
  /** Choices tried, those that led to a known state too. */
  readonly tried: number;
  /** States whose choices are still to be tried. */
  readonly waiting: number;
  /** Choices to the state looked at now. */
  readonly depth: number;
}

export interface Counterexample {
  /** From `make` to the violation, as few as there are. */
  readonly path: readonly Choice[];
  readonly violation: Violation;
}

export type ExploreVerdict = 'under way' | 'found' | 'all tried' | 'out of budget';

/** A state that was entered, and the choice that led there. */
interface Entered {
  readonly from: Entered | undefined;
  readonly choice: Choice | undefined;
  readonly depth: number;
  readonly wakes: number;
  readonly faults: number;
}

const ROOT: Entered = { from: undefined, choice: undefined, depth: 0, wakes: 0, faults: 0 };

/** A search that goes on as long as someone calls `work`. */
export class Explorer {
  verdict: ExploreVerdict = 'under way';
  counterexample: Counterexample | undefined;
  readonly #options: ExploreOptions;
  readonly #seen = new Set<string>();
  readonly #queue: Entered[] = [];
  #next = 0;
  #tried = 0;
  #depth = 0;
  /** The choices of the state looked at that are still to be tried. */
  #choices: Choice[] = [];
  #at: Entered = ROOT;

  constructor(options: ExploreOptions) {
    this.#options = options;
    this.#enter(this.#replay(ROOT), ROOT);
  }

  get progress(): ExploreProgress {
    return {
      states: this.#seen.size,
      tried: this.#tried,
      waiting: this.#queue.length - this.#next,
      depth: this.#depth,
    };
  }

  /** Tries up to so many choices; false when the search is over. */
  work(choices: number): boolean {
    for (let i = 0; i < choices && this.verdict === 'under way'; i++) this.#tryNext();
    return this.verdict === 'under way';
  }

  #tryNext(): void {
    while (this.#choices.length === 0) if (!this.#lookAtNext()) return;
    const choice = this.#choices.pop()!;
    const world = this.#replay(this.#at);
    this.#do(world, choice);
    this.#tried++;
    const isWake = 'event' in choice && choice.event.kind === 'wake';
    this.#enter(world, {
      from: this.#at,
      choice,
      depth: this.#at.depth + 1,
      wakes: this.#at.wakes + (isWake ? 1 : 0),
      faults: this.#at.faults + ('act' in choice ? 1 : 0),
    });
  }

  /** Takes the next state from the queue; false when there is none. */
  #lookAtNext(): boolean {
    const at = this.#queue[this.#next];
    if (at === undefined) {
      this.verdict = 'all tried';
      return false;
    }
    this.#queue[this.#next++] = ROOT; // lets go of it; paths keep what they need
    this.#at = at;
    this.#depth = at.depth;
    this.#choices = this.#choicesOf(this.#replay(at), at).reverse();
    return true;
  }

  #choicesOf(world: World, at: Entered): Choice[] {
    const { depthMax, wakesMax = 0, faultsMax = 0, faults, flushesWait } = this.#options;
    if (at.depth >= depthMax) return [];
    const events = world.pending().filter(({ kind }) => {
      if (kind === 'wake') return at.wakes < wakesMax;
      return kind !== 'flush' || flushesWait === true;
    });
    const actions = at.faults < faultsMax ? (faults?.(world) ?? []) : [];
    return [
      ...events.map((event) => ({ fire: event.id, event })),
      ...actions.map((act) => ({ act })),
    ];
  }

  /** Notes a state; one that was seen with as much budget left is not entered again. */
  #enter(world: World, entered: Entered): void {
    if (world.violation !== undefined) {
      this.verdict = 'found';
      this.counterexample = { path: pathOf(entered), violation: world.violation };
      return;
    }
    const name = `${world.stateHash({ timeless: true })} ${entered.wakes} ${entered.faults}`;
    if (this.#seen.has(name)) return;
    this.#seen.add(name);
    this.#queue.push(entered);
    if (this.#seen.size >= (this.#options.statesMax ?? 100_000)) this.verdict = 'out of budget';
  }

  #replay(entered: Entered): World {
    const world = this.#options.make();
    this.#settle(world);
    for (const choice of pathOf(entered)) this.#do(world, choice);
    return world;
  }

  #do(world: World, choice: Choice): void {
    if ('act' in choice) world.act(choice.act);
    else world.fire(choice.fire);
    this.#settle(world);
  }

  /** Flushes that are no choice. */
  #settle(world: World): void {
    if (this.#options.flushesWait === true) return;
    for (;;) {
      const flush = world.pending().find(({ kind }) => kind === 'flush');
      if (flush === undefined || !world.fire(flush.id)) return;
    }
  }
}

function pathOf(entered: Entered): Choice[] {
  const path: Choice[] = [];
  for (let at: Entered | undefined = entered; at?.choice !== undefined; at = at.from)
    path.push(at.choice);
  return path.reverse();
}
