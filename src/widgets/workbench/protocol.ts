// What the page and its worker say to each other. A request has a number and gets one answer
// with it; readings come by themselves, a few times a second.

import type {
  LogReport,
  Properties,
  Tuning,
  TuningOptions,
  VerifyReport,
} from '../../../engine/index.ts';
import type { LoadSettings, OperationName } from './load.ts';
import type { Interval, MeterReading } from './meters.ts';

/** Options that are read when a database is opened, and not after. */
export interface OpeningOptions {
  readonly blockCacheBytes: number;
  readonly openTablesMax: number;
}

/** An open database, as it says of itself. */
export interface Opened {
  readonly kind: string;
  readonly name: string;
  /** Why it is somewhere else than was asked for. */
  readonly notice: string | undefined;
  readonly records: number;
  readonly openMs: number;
  /** What is faster than this, the browser's clock can't tell. */
  readonly clockStepUs: number;
  readonly tuning: Tuning;
}

/** What a crash left, and how long it took to be back. Each put and each delete counts one. */
export interface Crashed extends Opened {
  readonly written: number;
  readonly recovered: number;
  readonly logs: readonly LogReport[];
}

export type LoadState = 'none' | 'running' | 'paused';

/** One look at everything. Counters are those since the database was opened. */
export interface Reading {
  readonly atMs: number;
  readonly intervalMs: number;
  readonly state: LoadState;
  readonly interval: Interval;
  readonly totals: Readonly<Record<OperationName, MeterReading>>;
  readonly properties: Properties;
  /** Operations that the target rate asks for and that haven't begun. */
  readonly behind: number;
  readonly found: number;
  readonly missing: number;
  readonly wrongAnswers: number;
  readonly heldSnapshots: number;
  readonly heldScans: number;
}

/** Each request and what answers it. */
export interface Calls {
  open: {
    request: {
      name: string;
      opening: OpeningOptions;
      tuning: TuningOptions;
      readingMs: number;
    };
    answer: Opened;
  };
  close: { request: undefined; answer: undefined };
  /** Closes, and deletes every file of it. */
  destroy: { request: undefined; answer: undefined };
  crash: { request: undefined; answer: Crashed };
  reopen: { request: OpeningOptions; answer: Opened };
  startLoad: { request: LoadSettings; answer: undefined };
  changeLoad: { request: LoadSettings; answer: undefined };
  pauseLoad: { request: undefined; answer: undefined };
  resumeLoad: { request: undefined; answer: undefined };
  endLoad: { request: undefined; answer: undefined };
  /** While the page can't be seen, nothing is done and nothing is read. */
  hide: { request: boolean; answer: undefined };
  setOptions: { request: TuningOptions; answer: Tuning };
  flush: { request: undefined; answer: undefined };
  compact: { request: undefined; answer: undefined };
  verify: { request: undefined; answer: VerifyReport };
  backup: { request: undefined; answer: Blob };
  export: { request: undefined; answer: Blob };
  takeSnapshot: { request: undefined; answer: undefined };
  releaseSnapshots: { request: undefined; answer: undefined };
  holdScan: { request: undefined; answer: undefined };
  releaseScans: { request: undefined; answer: undefined };
}

export type CallName = keyof Calls;

/** From page to worker. */
export type Request = {
  [N in CallName]: { readonly id: number; readonly call: N; readonly body: Calls[N]['request'] };
}[CallName];

/** From worker to page. */
export type Message =
  | { readonly id: number; readonly ok: true; readonly body: unknown }
  | { readonly id: number; readonly ok: false; readonly error: string }
  | { readonly reading: Reading }
  /** The load has ended by itself, and why. */
  | { readonly loadEnded: string };
