// Calls that a client makes by itself: keys, a mix and pauses, drawn from its own stream.
//
// Every value that is written is written once in the whole history, `100.7` for the seventh
// request of client 100. So a value that is read says which write it came from, which makes
// checking a history much easier (Jepsen's registers do the same).

import type { Random } from '../base/random.ts';
import type { KeyCall } from './calls.ts';

export interface WorkloadOptions {
  /** Keys are k0, k1, ...; so many. Default 3. */
  readonly keys?: number;
  /** How often each call is made, in shares. Default: get 4, put 4, cas 2. */
  readonly mix?: Partial<Readonly<Record<KeyCall['call'], number>>>;
  /** Pause between an answer and the next call. Default 0 to 20,000. */
  readonly pauseTicksMin?: number;
  readonly pauseTicksMax?: number;
  /** After so many calls it is over. Default: never. */
  readonly calls?: number;
}

const DEFAULTS = { keys: 3, pauseTicksMin: 0, pauseTicksMax: 20_000 };

export class Workload {
  readonly #options: WorkloadOptions & typeof DEFAULTS;
  readonly #random: Random;
  readonly #shares: readonly (readonly [call: KeyCall['call'], share: number])[];
  /** What was last written from here, so that some compares succeed. */
  readonly #written = new Map<string, string>();
  #left: number;

  constructor(options: WorkloadOptions, random: Random) {
    this.#options = { ...DEFAULTS, ...options };
    this.#random = random;
    this.#left = options.calls ?? Number.POSITIVE_INFINITY;
    const mix = options.mix ?? { get: 4, put: 4, cas: 2 };
    this.#shares = Object.entries(mix) as [KeyCall['call'], number][];
  }

  get isOver(): boolean {
    return this.#left <= 0;
  }

  pauseTicks(): number {
    return this.#random.between(this.#options.pauseTicksMin, this.#options.pauseTicksMax);
  }

  /** The next call; if it writes, it writes this value. Undefined: it is over. */
  next(value: string): KeyCall | undefined {
    if (this.isOver) return undefined;
    this.#left--;
    const call = this.#draw();
    const key = `k${this.#random.below(this.#options.keys)}`;
    if (call === 'get' || call === 'delete') return { call, key };
    if (call === 'add') return { call, key: `n${key}`, value: '1' };
    const expected = this.#written.get(key) ?? null;
    this.#written.set(key, value);
    return call === 'put' ? { call, key, value } : { call, key, expected, value };
  }

  #draw(): KeyCall['call'] {
    const total = this.#shares.reduce((sum, [, share]) => sum + share, 0);
    let drawn = this.#random.below(total);
    for (const [call, share] of this.#shares) {
      if (drawn < share) return call;
      drawn -= share;
    }
    return 'get';
  }
}
