// The load generator: clients that ask a database one thing after another.
//
// 1. Settings can change at any time; the next operation follows them.
// 2. Reads in this thread are answered without a break, and would keep messages, timers and the
//    store's own work waiting. So every few milliseconds all clients let others have a turn.
// 3. The first error ends the load: it is told, and nothing more is asked.

import type { BatchOperation, Database } from '../../../engine/index.ts';
import { Random } from '../../../engine/index.ts';
import { type LoadSettings, OPERATIONS, type OperationName } from './load.ts';
import type { Meters } from './meters.ts';
import { Pace } from './pace.ts';
import { isValueOf, keyOf, numberOfKey, pickerOf, Records } from './records.ts';

/** How long clients go on before others have a turn. */
const BREATH_MS = 4;

export class LoadGenerator {
  readonly #db: Database;
  readonly #meters: Meters;
  readonly #onError: (error: unknown) => void;
  readonly #random = new Random(7);
  #load: LoadSettings;
  #records: Records;
  #pickers: Record<OperationName, () => number>;
  #pace: Pace;
  readonly #clients = new Set<number>();
  #ended = false;
  #pause: { readonly over: Promise<void>; readonly end: () => void } | undefined;
  #breath: Promise<void> | undefined;
  #breathedMs = 0;

  constructor(db: Database, load: LoadSettings, meters: Meters, onError: (error: unknown) => void) {
    this.#db = db;
    this.#meters = meters;
    this.#onError = onError;
    this.#load = load;
    this.#records = new Records(load, this.#random);
    this.#pickers = this.#newPickers();
    this.#pace = new Pace(load.rate, performance.now());
    this.#startClients();
  }

  /** Operations that the target rate asks for and that haven't begun. */
  get behind(): number {
    return this.#pause === undefined ? this.#pace.behind(performance.now()) : 0;
  }

  set(load: LoadSettings): void {
    this.#load = load;
    this.#records = new Records(load, this.#random);
    this.#pickers = this.#newPickers();
    this.#pace = new Pace(load.rate, performance.now());
    this.#startClients();
  }

  /** Nothing new is begun until `resume`. */
  pause(): void {
    if (this.#pause !== undefined) return;
    let end = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#pause = { over, end };
  }

  resume(): void {
    this.#pace = new Pace(this.#load.rate, performance.now());
    this.#pause?.end();
    this.#pause = undefined;
  }

  /** Begins nothing more. What is under way may still fail, and nobody hears of it. */
  end(): void {
    this.#ended = true;
    this.resume();
  }

  #startClients(): void {
    for (let index = 0; index < this.#load.clients; index++)
      if (!this.#clients.has(index)) void this.#client(index);
  }

  async #client(index: number): Promise<void> {
    this.#clients.add(index);
    try {
      while (!this.#ended && index < this.#load.clients) await this.#operate();
    } catch (error) {
      if (!this.#ended) this.#onError(error);
      this.#ended = true;
    } finally {
      this.#clients.delete(index);
    }
  }

  async #operate(): Promise<void> {
    const beganMs = await this.#turn();
    if (this.#ended) return;
    const name = this.#nextOperation();
    if (name === 'get') await this.#get();
    else if (name === 'scan') await this.#scan();
    else await this.#db.batch(this.#batch(name));
    this.#meters.add(name, performance.now() - beganMs);
  }

  /** Waits until an operation may begin; says since when it waits. */
  async #turn(): Promise<number> {
    for (;;) {
      if (this.#ended) return 0;
      const nowMs = performance.now();
      if (this.#pause !== undefined) await this.#pause.over;
      else if (nowMs - this.#breathedMs > BREATH_MS) await this.#breathe();
      else {
        const waitMs = this.#pace.waitMs(nowMs);
        if (waitMs === 0) return this.#pace.take(nowMs);
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        this.#pace.woke(performance.now());
      }
    }
  }

  #breathe(): Promise<void> {
    this.#breath ??= breathe().then(() => {
      this.#breath = undefined;
      this.#breathedMs = performance.now();
    });
    return this.#breath;
  }

  #nextOperation(): OperationName {
    const { mix } = this.#load;
    let left = this.#random.below(OPERATIONS.reduce((sum, name) => sum + mix[name], 0));
    for (const name of OPERATIONS) {
      left -= mix[name];
      if (left < 0) return name;
    }
    return 'get';
  }

  *#batch(name: 'put' | 'delete'): Generator<BatchOperation> {
    const pick = this.#pickers[name];
    for (let i = 0; i < this.#load.batch; i++) {
      const number = pick();
      const key = keyOf(number);
      if (name === 'put') yield { type: 'put', key, value: this.#records.value(number) };
      else yield { type: 'delete', key };
    }
  }

  async #get(): Promise<void> {
    const number = this.#pickers.get();
    const value = await this.#db.get(keyOf(number));
    if (value === undefined) this.#meters.missing++;
    else this.#meters.found++;
    if (value !== undefined && !isValueOf(value, number)) this.#meters.wrongAnswers++;
  }

  async #scan(): Promise<void> {
    let least = this.#pickers.scan();
    const { scanEntries } = this.#load;
    for (const [key, value] of await this.#db
      .scan({ gte: keyOf(least), limit: scanEntries })
      .all()) {
      const number = numberOfKey(key);
      if (number < least || !isValueOf(value, number)) this.#meters.wrongAnswers++;
      least = number + 1;
    }
  }

  #newPickers(): Record<OperationName, () => number> {
    const picker = () => pickerOf(this.#load, this.#random);
    return { put: picker(), get: picker(), scan: picker(), delete: picker() };
  }
}

/** Lets every task that waits by now have its turn; `setTimeout` would take four milliseconds. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
