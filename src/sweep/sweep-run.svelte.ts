// A sweep as the page sees it: which places are measured, by whom, and whether a worker is at it.
//
//     known (the build) --start--> running --end--> done (this browser)
//                          ^          | cancel
//                          +----------+  what is measured so far stays
//
// A worker belongs to one run: it is terminated at the end, on cancel, when the settings change
// and when the page lets go. What an old worker still says is not listened to.

import type { SweepMessage, SweepRequest } from './serve.ts';
import { type Coordinates, initialSettings, placesOf, type Sweep, type Values } from './sweep.ts';

export type SweepPhase = 'known' | 'running' | 'done' | 'cancelled' | 'failed';

export class SweepRun {
  readonly sweep: Sweep;
  readonly #known: readonly Values[];
  readonly #start: () => Worker;
  #settings: Coordinates = $state.raw({});
  #values: readonly (Values | undefined)[] = $state.raw([]);
  #phase: SweepPhase = $state('known');
  #failure = $state('');
  #worker: Worker | undefined;

  /** @param known of every place, with the settings as they are at first */
  constructor(sweep: Sweep, known: readonly Values[], start: () => Worker) {
    this.sweep = sweep;
    this.#known = known;
    this.#start = start;
    this.#settings = initialSettings(sweep);
    this.#values = known;
  }

  get settings(): Coordinates {
    return this.#settings;
  }
  readonly places: readonly Coordinates[] = $derived.by(() => placesOf(this.sweep, this.#settings));
  /** Of each place, undefined where it isn't measured yet. */
  get values(): readonly (Values | undefined)[] {
    return this.#values;
  }
  get phase(): SweepPhase {
    return this.#phase;
  }
  get failure(): string {
    return this.#failure;
  }
  readonly measured: number = $derived.by(
    () => this.#values.filter((values) => values !== undefined).length,
  );
  /** True where the build has measured these very places. */
  readonly comparable: boolean = $derived.by(() => this.#isInitial(this.#settings));
  /** How many places have other numbers here than when the page was built. */
  readonly differing: number = $derived.by(() =>
    this.comparable ? this.#values.filter((values, at) => values && !this.#agrees(at)).length : 0,
  );

  /** Chooses, and measures what that makes necessary. */
  choose(setting: string, value: number): void {
    this.#end();
    this.#settings = { ...this.#settings, [setting]: value };
    if (this.#isInitial(this.#settings)) this.#showKnown();
    else this.start();
  }

  #showKnown(): void {
    this.#values = this.#known;
    this.#phase = 'known';
  }

  /** Measures every place in a new worker. */
  start(): void {
    this.#end();
    this.#values = this.places.map(() => undefined);
    this.#phase = 'running';
    try {
      this.#listen(this.#start());
    } catch (error) {
      this.#fail((error as Error).message);
    }
  }

  cancel(): void {
    this.#end();
    this.#phase = 'cancelled';
  }

  /** Lets go of the worker. */
  destroy(): void {
    this.#end();
  }

  #listen(worker: Worker): void {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<SweepMessage>) => {
      if (worker === this.#worker) this.#hear(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (worker === this.#worker) this.#fail('The worker could not be started.');
    };
    const places = this.places.map((place) => ({ ...place }));
    worker.postMessage({ sweep: this.sweep.id, places } satisfies SweepRequest);
  }

  #hear(message: SweepMessage): void {
    switch (message.kind) {
      case 'measured':
        this.#values = this.#values.with(message.index, message.values);
        break;
      case 'failed':
        this.#fail(message.message);
        break;
      case 'end':
        this.#end();
        this.#phase = 'done';
    }
  }

  #fail(message: string): void {
    this.#end();
    this.#failure = message;
    this.#phase = 'failed';
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #isInitial(settings: Coordinates): boolean {
    return Object.entries(initialSettings(this.sweep)).every(([id, at]) => settings[id] === at);
  }

  #agrees(at: number): boolean {
    return JSON.stringify(this.#values[at]) === JSON.stringify(this.#known[at]);
  }
}
