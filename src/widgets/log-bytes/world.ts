// A store whose log lies open: five writes, and then any byte of the file may be changed.
//
//     writes ──> Store ──> log  ──change──>  log'  ──copy──> Store.open(mode)   one a case
//                         as written        as it is                └──> what came back
//
// A case is one way of writing and of recovering. Figures compare several: one log in four
// recovery modes, or two logs in one. Every case opens a store of its own on a copy of all
// files with the log as it is now, so nothing that recovery does can change the log shown.
// From the engine's events only those of the logs are passed on; the others (memtable,
// manifest) are no part of this story.

import {
  Batch,
  type EngineEvent,
  equalBytes,
  FerrisError,
  type File,
  type Files,
  MemoryFiles,
  type RecoveryMode,
  Store,
  type StoreOptions,
  type SyncMode,
  text,
  tracedFiles,
  utf8,
} from '../../../engine/index.ts';
import type { Context } from '../../player/scenario.ts';

/** A key and its value; null deletes the key. */
export type Write = readonly [key: string, value: string | null];

/** What the script writes, one batch and so one record each. */
export const WRITES: readonly Write[] = [
  ['crab', 'red'],
  ['eel', '7'],
  ['crab', 'blue'],
  ['eel', null],
  ['ray', '42'],
];

/** A log doesn't grow beyond this, so that a link can't fill a page. */
export const SHOWN_BYTES_MAX = 512;

/** One way of writing a log and of recovering it. */
export interface Case {
  readonly id: string;
  readonly sync: SyncMode;
  readonly mode: RecoveryMode;
}

export type LogAction =
  /** One of `WRITES`; the log is open for writing until it is first recovered or changed. */
  | { readonly do: 'write'; readonly write: number }
  /** Opens the store on the log as it is. Every change does so too. */
  | { readonly do: 'recover' }
  | { readonly do: 'set'; readonly offset: number; readonly value: number }
  | { readonly do: 'truncate'; readonly size: number }
  /** Appends a copy of bytes of the log to it. */
  | { readonly do: 'copy'; readonly offset: number; readonly size: number }
  /** Puts back every byte as it was written. */
  | { readonly do: 'mend' };

/** What the figure itself says. */
export type LogFigureEvent =
  /** A write goes to the log that is written with this sync mode. */
  | { readonly type: 'log.write'; readonly sync: SyncMode; readonly write: number }
  /** Bytes of a file were changed behind the store's back. */
  | {
      readonly type: 'log.change';
      readonly sync: SyncMode;
      readonly offset: number;
      readonly bytes: Uint8Array;
      readonly size: number;
    }
  | { readonly type: 'log.open'; readonly case: string }
  /** What came back: all keys and values, or the error. */
  | {
      readonly type: 'log.outcome';
      readonly case: string;
      readonly entries: readonly (readonly [key: string, value: string])[];
      readonly error?: { readonly code: string; readonly message: string };
    };

export type LogEvent = EngineEvent | LogFigureEvent;

/** Everything tiny: each recovery makes a memtable of its own. */
const OPTIONS: Omit<StoreOptions, 'files'> = { memtableBytes: 4096 };
const HEARD = /^wal\./;
const WAL = /\.wal$/;

/** One log: the store that writes it, and its bytes when it no longer does. */
class Subject {
  readonly sync: SyncMode;
  readonly #files = new MemoryFiles();
  readonly #trace: (event: LogEvent) => void;
  readonly #store: Store;
  #open = true;
  #bytes = new Uint8Array(0);

  constructor(sync: SyncMode, trace: (event: LogEvent) => void) {
    this.sync = sync;
    this.#trace = trace;
    const files = tracedFiles(this.#files, (event) => {
      if (event.type === 'file.append' && WAL.test(event.file)) trace(event);
    });
    this.#store = Store.open({ ...OPTIONS, files, trace: (event) => this.#hear(event) });
  }

  write(write: number): void {
    const [key, value] = WRITES[write] as Write;
    if (!this.#open) return;
    const batch = new Batch();
    if (value === null) batch.delete(utf8(key));
    else batch.put(utf8(key), utf8(value));
    this.#trace({ type: 'log.write', sync: this.sync, write });
    this.#store.write(batch, this.sync);
  }

  change(action: LogAction): void {
    this.#stopWriting();
    const before = this.#bytes;
    const after = changed(action, before, () => this.#written());
    if (after === undefined || equalBytes(before, after)) return;
    this.#bytes = after;
    const offset = firstDifference(before, after);
    const end = after.length === before.length ? lastDifference(before, after) : after.length;
    const bytes = after.slice(offset, end);
    this.#trace({ type: 'log.change', sync: this.sync, offset, bytes, size: after.length });
  }

  /** Opens a store on a copy of all files, the log as it is now, and says what it finds. */
  recover({ id, mode }: Case): void {
    this.#stopWriting();
    this.#trace({ type: 'log.open', case: id });
    try {
      const trace = (event: EngineEvent) => this.#hear(event);
      const store = Store.open({ ...OPTIONS, files: this.#copy(), recovery: mode, trace });
      this.#trace({ type: 'log.outcome', case: id, entries: entriesOf(store) });
    } catch (error) {
      if (!(error instanceof FerrisError)) throw error;
      const { code, message } = error;
      this.#trace({ type: 'log.outcome', case: id, entries: [], error: { code, message } });
    }
  }

  #hear(event: EngineEvent): void {
    if (HEARD.test(event.type)) this.#trace(event);
  }

  /** The program is gone; what it wrote stays as it is, synced or not. */
  #stopWriting(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#bytes = this.#written();
  }

  #written(): Uint8Array<ArrayBuffer> {
    const name = this.#files.list().find((file) => WAL.test(file));
    return name === undefined ? new Uint8Array(0) : readAll(this.#files, name);
  }

  #copy(): Files {
    const copy = new MemoryFiles();
    for (const name of this.#files.list()) {
      const file: File = copy.create(name);
      file.append(WAL.test(name) ? this.#bytes : readAll(this.#files, name));
      file.close();
    }
    return copy;
  }
}

/** All logs that the cases need, each once. */
export class LogWorld {
  readonly #cases: readonly Case[];
  readonly #subjects: readonly Subject[];

  constructor(cases: readonly Case[], { trace }: Context<LogEvent>) {
    this.#cases = cases;
    const syncs = [...new Set(cases.map(({ sync }) => sync))];
    this.#subjects = syncs.map((sync) => new Subject(sync, trace));
  }

  apply(action: LogAction): void {
    if (action.do === 'write') {
      for (const subject of this.#subjects) subject.write(action.write);
      return;
    }
    if (action.do !== 'recover') for (const subject of this.#subjects) subject.change(action);
    for (const each of this.#cases)
      this.#subjects.find(({ sync }) => sync === each.sync)?.recover(each);
  }
}

/** The log after a change; undefined where the change means nothing, or nothing new. */
function changed(
  action: LogAction,
  before: Uint8Array<ArrayBuffer>,
  written: () => Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> | undefined {
  switch (action.do) {
    case 'set':
      return before[action.offset] === undefined
        ? undefined
        : before.with(action.offset, action.value);
    case 'truncate':
      return action.size < before.length ? before.slice(0, action.size) : undefined;
    case 'copy': {
      const part = before.subarray(action.offset, action.offset + action.size);
      const after = new Uint8Array(Math.min(before.length + part.length, SHOWN_BYTES_MAX));
      after.set(before);
      after.set(part.subarray(0, after.length - before.length), before.length);
      return after.length > before.length ? after : undefined;
    }
    case 'mend':
      return written();
    default:
      return undefined;
  }
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) if (a[at] !== b[at]) return at;
  return shorter;
}

/** One past the last byte in which two arrays of one length differ. */
function lastDifference(a: Uint8Array, b: Uint8Array): number {
  let end = a.length;
  while (end > 0 && a[end - 1] === b[end - 1]) end--;
  return end;
}

function readAll(files: Files, name: string): Uint8Array<ArrayBuffer> {
  const file = files.open(name);
  const bytes = new Uint8Array(file.size);
  file.read(0, bytes);
  file.close();
  return bytes;
}

function entriesOf(store: Store): [string, string][] {
  const entries: [string, string][] = [];
  const scan = store.scan({});
  while (scan.next()) entries.push([text(scan.key), text(scan.value)]);
  return entries;
}
