// The worker's side of the workbench: a database, a load on it, and a look at both a few times a
// second. The load runs in the thread of the store, as a program of your own in a worker would.

import {
  type Database,
  type FilesSource,
  idbFiles,
  isFerrisError,
  open,
  type TuningOptions,
} from '../../../engine/index.ts';
import { LoadGenerator } from './generator.ts';
import { Held } from './held.ts';
import type { LoadSettings } from './load.ts';
import { Meters } from './meters.ts';
import type { Calls, Crashed, Message, Opened, OpeningOptions, Reading } from './protocol.ts';
import { blobOf } from './to-blob.ts';

/** A tab that was just closed lets go of its files a moment later. */
const OPEN_TRIES = 20;
const OPEN_PAUSE_MS = 100;

/** Where tables take more than this, the load is paused: it is the reader's own disk. */
const TABLE_BYTES_MAX = 768 << 20;

type Opening = Calls['open']['request'];

export class Host {
  readonly #filesOf: (name: string) => FilesSource;
  readonly #send: (message: Message) => void;
  #opening: Opening | undefined;
  #db: Database | undefined;
  #held = new Held();
  #generator: LoadGenerator | undefined;
  #load: LoadSettings | undefined;
  #meters = new Meters();
  #paused = false;
  #hidden = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  #readMs = 0;

  constructor(filesOf: (name: string) => FilesSource, send: (message: Message) => void) {
    this.#filesOf = filesOf;
    this.#send = send;
  }

  readonly calls: {
    [N in keyof Calls]: (body: Calls[N]['request']) => Promise<Calls[N]['answer']>;
  } = {
    open: (opening) => this.#open(opening),
    close: async () => done(this.#close()),
    destroy: async () => done(this.#destroy()),
    crash: () => this.#crash(),
    reopen: (options) => this.#reopen(options),
    startLoad: async (load) => this.#startLoad(load),
    changeLoad: async (load) => this.#changeLoad(load),
    pauseLoad: async () => this.#pause(true),
    resumeLoad: async () => this.#pause(false),
    endLoad: async () => this.#endLoad(),
    hide: async (hidden) => this.#hide(hidden),
    setOptions: (options) => this.#setOptions(options),
    flush: async () => done(this.#use().flush()),
    compact: async () => done(this.#use().compact()),
    verify: async () => this.#use().verify(),
    backup: async () => blobOf(this.#use().backup()),
    export: async () => blobOf(this.#use().export()),
    takeSnapshot: async () => this.#held.takeSnapshot(this.#use()),
    releaseSnapshots: () => this.#held.releaseSnapshots(),
    holdScan: async () => this.#held.holdScan(this.#use()),
    releaseScans: () => this.#held.releaseScans(),
  };

  async #open(opening: Opening): Promise<Opened> {
    this.#opening = opening;
    this.#meters = new Meters();
    const beganMs = performance.now();
    const db = await this.#openPatiently(opening);
    const openMs = performance.now() - beganMs;
    this.#db = db;
    this.#watch();
    const { kind, name, notice, report } = db;
    const tuning = await db.setOptions({});
    return {
      kind,
      name,
      notice,
      records: report.records,
      openMs,
      clockStepUs: clockStepUs(),
      tuning,
    };
  }

  async #openPatiently({ name, opening, tuning }: Opening): Promise<Database> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await open({ files: this.#filesOf(name), ...opening, ...tuning });
      } catch (error) {
        if (!isFerrisError(error, 'FERRIS_LOCKED') || attempt >= OPEN_TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, OPEN_PAUSE_MS));
      }
    }
  }

  async #close(): Promise<void> {
    this.#endLoad();
    clearInterval(this.#timer);
    const db = this.#db;
    this.#db = undefined;
    await this.#held.releaseAll();
    await db?.close();
  }

  async #destroy(): Promise<void> {
    const { name, kind } = this.#use();
    await this.#close();
    const places = [this.#filesOf(name), idbFiles(name)];
    await places.find((place) => place.kind === kind)?.destroy();
  }

  /** What was under way fails with the crash; the load goes on with the database that comes back. */
  async #crash(): Promise<Crashed> {
    const db = this.#use();
    const load = this.#load;
    this.#generator?.end();
    const { lastSequence: written } = await db.stats();
    await db.crash();
    this.#held = new Held();
    const opened = await this.#open(this.#opening as Opening);
    const { lastSequence: recovered } = await this.#use().stats();
    if (load !== undefined) this.#startLoad(load);
    return { ...opened, written, recovered, logs: this.#use().report.logs };
  }

  async #reopen(opening: OpeningOptions): Promise<Opened> {
    const load = this.#load;
    const before = this.#opening as Opening;
    await this.#close();
    const opened = await this.#open({ ...before, opening });
    if (load !== undefined) this.#startLoad(load);
    return opened;
  }

  async #setOptions(options: TuningOptions) {
    const tuning = await this.#use().setOptions(options);
    this.#opening = { ...(this.#opening as Opening), tuning };
    return tuning;
  }

  #startLoad(load: LoadSettings): undefined {
    this.#generator?.end();
    this.#load = load;
    this.#generator = new LoadGenerator(this.#use(), load, this.#meters, (error) => {
      this.#endLoad();
      this.#send({ loadEnded: String((error as Error).message) });
    });
    this.#holdOrGo();
  }

  #changeLoad(load: LoadSettings): undefined {
    if (this.#load === undefined) return;
    this.#load = load;
    this.#generator?.set(load);
  }

  #endLoad(): undefined {
    this.#generator?.end();
    this.#generator = undefined;
    this.#load = undefined;
    this.#paused = false;
  }

  #pause(paused: boolean): undefined {
    this.#paused = paused;
    this.#holdOrGo();
  }

  #hide(hidden: boolean): undefined {
    this.#hidden = hidden;
    this.#readMs = performance.now();
    this.#holdOrGo();
  }

  #holdOrGo(): void {
    if (this.#paused || this.#hidden) this.#generator?.pause();
    else this.#generator?.resume();
  }

  #watch(): void {
    clearInterval(this.#timer);
    this.#readMs = performance.now();
    const { readingMs } = this.#opening as Opening;
    this.#timer = setInterval(() => void this.#read(), readingMs);
  }

  async #read(): Promise<void> {
    const db = this.#db;
    if (this.#hidden || db === undefined) return;
    const properties = await db.properties().catch(() => undefined);
    if (properties === undefined || this.#db !== db) return; // it was closed meanwhile
    const atMs = performance.now();
    const intervalMs = atMs - this.#readMs;
    this.#readMs = atMs;
    this.#send({ reading: this.#readingOf(properties, atMs, intervalMs) });
    const bytes = properties.levels.reduce((sum, level) => sum + level.bytes, 0);
    if (bytes > TABLE_BYTES_MAX && this.#load !== undefined) this.#stopFull();
  }

  #readingOf(properties: Reading['properties'], atMs: number, intervalMs: number): Reading {
    const { found, missing, wrongAnswers } = this.#meters;
    return {
      atMs,
      intervalMs,
      state: this.#generator === undefined ? 'none' : this.#paused ? 'paused' : 'running',
      interval: this.#meters.interval(),
      totals: this.#meters.totals(),
      properties,
      behind: this.#generator?.behind ?? 0,
      found,
      missing,
      wrongAnswers,
      heldSnapshots: this.#held.snapshots,
      heldScans: this.#held.scans,
    };
  }

  #stopFull(): void {
    this.#endLoad();
    const loadEnded = `The tables take more than ${TABLE_BYTES_MAX >> 20} MiB of your disk. Compact everything, or delete the database, and start again.`;
    this.#send({ loadEnded });
  }

  #use(): Database {
    if (this.#db !== undefined) return this.#db;
    throw new Error('The database is closed. Open it first.');
  }
}

async function done(work: Promise<void>): Promise<undefined> {
  await work;
}

/** Between two numbers that the clock shows; browsers make it coarse, by 5 to 100,000 us. */
function clockStepUs(): number {
  let least = Number.POSITIVE_INFINITY;
  let lastMs = performance.now();
  for (let steps = 0; steps < 4; ) {
    const nowMs = performance.now();
    if (nowMs === lastMs) continue;
    if (steps++ > 0) least = Math.min(least, nowMs - lastMs);
    lastMs = nowMs;
  }
  return Math.round(least * 1000);
}
