// The clock of one node: it may run fast or slow, and be moved, and never goes back.
//
//     node's ticks
//       |            ____/        jumped back: it stands until time has caught up
//       |        ___/
//       |      /                  jumped ahead
//       |    /
//       |  /  runs fast
//       +--------------- world's ticks
//
// 1. While a node runs its clock never goes back; after a boot it may be behind what the
//    one before has seen, like the clock of a machine whose battery is empty.
// 2. Both directions are exact: a wake for `t` comes at the first tick of the world at
//    which the node's clock says `t` or later.
// 3. Whole numbers only: products are split so that none is over 2^53.

const MILLION = 1_000_000;

/** A clock that runs ten times too slow, or not quite twice too fast, is bad enough. */
export const RATE_PPM_MAX = 900_000;

/** How a clock is set when the world begins. */
export interface ClockOptions {
  /** Parts in a million that it runs fast; negative: slow. */
  readonly ratePpm?: number;
  /** What it says when the world begins. */
  readonly offsetTicks?: number;
}

/** From the world's ticks to a node's, and back. */
export class NodeClock {
  #ratePpm: number;
  /** At this tick of the world ... */
  #worldBase = 0;
  /** ... it says this, and goes on from there. */
  #nodeBase: number;
  /** It says no less than this as long as the node runs. */
  #floor = Number.NEGATIVE_INFINITY;

  constructor(options: ClockOptions = {}) {
    this.#ratePpm = options.ratePpm ?? 0;
    this.#nodeBase = options.offsetTicks ?? 0;
  }

  get ratePpm(): number {
    return this.#ratePpm;
  }

  /** What the node's clock says. */
  read(worldTicks: number): number {
    const ticks = this.#unbounded(worldTicks);
    return ticks < this.#floor ? this.#floor : ticks;
  }

  /** The first tick of the world at which the node's clock says `nodeTicks` or later. */
  worldTicksAt(nodeTicks: number): number {
    const ahead = nodeTicks - this.#nodeBase;
    if (this.#ratePpm === 0) return this.#worldBase + ahead;
    const perMillion = MILLION + this.#ratePpm;
    const millions = Math.floor(ahead / perMillion);
    const rest = ahead - millions * perMillion;
    return this.#worldBase + millions * MILLION + Math.ceil((rest * MILLION) / perMillion);
  }

  /** From now on it runs at this rate, and is `jumpTicks` ahead of where it was. */
  set(worldTicks: number, ratePpm: number, jumpTicks: number): void {
    this.#floor = this.read(worldTicks);
    this.#nodeBase = this.#unbounded(worldTicks) + jumpTicks;
    this.#worldBase = worldTicks;
    this.#ratePpm = ratePpm;
  }

  /** The node boots: nobody remembers what its clock has said. */
  boot(): void {
    this.#floor = Number.NEGATIVE_INFINITY;
  }

  #unbounded(worldTicks: number): number {
    const passed = worldTicks - this.#worldBase;
    if (this.#ratePpm === 0) return this.#nodeBase + passed;
    const millions = Math.floor(passed / MILLION);
    const rest = passed - millions * MILLION;
    const gained = millions * this.#ratePpm + Math.floor((rest * this.#ratePpm) / MILLION);
    return this.#nodeBase + passed + gained;
  }
}
