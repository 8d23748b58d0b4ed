// A real database that is copied while it is written to, then broken, looked into and repaired.
//
//     here   the database: store, or its files while nobody has it open
//     copy   another directory, with what the last checkpoint has put there
//
// Every event tells what lies in both places. What the store, verify and repair say is in it word
// for word.

import type { EngineEvent } from '../../../engine/index.ts';
import {
  Batch,
  type CheckpointReport,
  checkpoint,
  FaultyFiles,
  isFerrisError,
  Random,
  type RepairReport,
  repairFiles,
  Store,
  text,
  utf8,
  type VerifyReport,
  verifyFiles,
} from '../../../engine/index.ts';
import type { Context } from '../../player/scenario.ts';

export type DamageAction =
  | { readonly do: 'begin' }
  | { readonly do: 'write' }
  | { readonly do: 'checkpoint' }
  | { readonly do: 'rot'; readonly file: string }
  | { readonly do: 'delete'; readonly file: string }
  | { readonly do: 'read' }
  | { readonly do: 'verify' }
  | { readonly do: 'repair' }
  /** The files of the copy in place of those that are there. */
  | { readonly do: 'restore' };

export interface StoredFile {
  readonly name: string;
  readonly size: number;
}

/** What reading every key comes to. */
export interface Reading {
  readonly right: number;
  /** An older value than the one that was acknowledged last. */
  readonly older: number;
  readonly missing: number;
  /** Keys at which the store threw, and what it said first. */
  readonly refused: number;
  readonly code: string;
  readonly message: string;
}

export type ClientEvent =
  | { readonly type: 'client.write'; readonly keys: number; readonly copying: boolean }
  | {
      readonly type: 'client.checkpoint';
      readonly report: CheckpointReport;
      readonly behind: number;
    }
  | { readonly type: 'client.damage'; readonly file: string; readonly how: 'rot' | 'delete' }
  | { readonly type: 'client.read'; readonly reading: Reading }
  | { readonly type: 'client.verify'; readonly report: VerifyReport }
  | { readonly type: 'client.repair'; readonly report: RepairReport }
  | { readonly type: 'client.restore'; readonly files: number }
  /** An action was refused as a whole. */
  | { readonly type: 'client.refused'; readonly code: string; readonly message: string };

/** What lies in both places when it is said. */
export interface Places {
  readonly here: readonly StoredFile[];
  readonly copy: readonly StoredFile[];
}

export type DamageEvent = EngineEvent | (ClientEvent & Places);

export const KEYS = 60;
const WRITE_KEYS = 12;
const WRITE_STEP = 7;
const FIRST_WRITES = 4;
const clock = { nowMs: () => 0 };

export class DamageWorld {
  readonly #context: Context<DamageEvent>;
  readonly #copy: FaultyFiles;
  #here: FaultyFiles;
  #writes = 0;
  /** Every value that a key has had, the last one last. */
  readonly #values = new Map<string, string[]>();

  constructor(context: Context<DamageEvent>) {
    this.#context = context;
    this.#here = new FaultyFiles({ random: new Random(context.seed).fork('here') });
    this.#copy = new FaultyFiles({ random: new Random(context.seed).fork('copy') });
  }

  apply(action: DamageAction): void {
    try {
      this.#perform(action);
    } catch (error) {
      if (!isFerrisError(error)) throw error;
      this.#say({ type: 'client.refused', code: error.code, message: error.message });
    }
  }

  #say(event: ClientEvent): void {
    this.#context.trace({ ...event, here: filesOf(this.#here), copy: filesOf(this.#copy) });
  }

  #perform(action: DamageAction): void {
    switch (action.do) {
      case 'begin':
        if (this.#writes === 0) this.#begin();
        break;
      case 'write':
        this.#open((store) => this.#write(store, false));
        break;
      case 'checkpoint':
        this.#open((store) => this.#checkpoint(store));
        break;
      case 'rot':
      case 'delete':
        this.#damage(action.file, action.do);
        break;
      case 'read':
        this.#say({ type: 'client.read', reading: this.#read() });
        break;
      case 'verify':
        this.#say({ type: 'client.verify', report: ended(verifyFiles(this.#here)) });
        break;
      case 'repair': {
        const report = repairFiles({ files: this.#here, clock });
        this.#say({ type: 'client.repair', report });
        break;
      }
      case 'restore':
        this.#restore();
        break;
    }
  }

  /** Four flushes; what is written last stays in the log. */
  #begin(): void {
    this.#open((store) => {
      for (let i = 0; i < FIRST_WRITES; i++) {
        this.#write(store, false);
        store.flush();
      }
      this.#write(store, false);
    });
  }

  /** Opens the store for some work. What it throws is what the reader sees. */
  #open(work: (store: Store) => void): void {
    const options = { files: this.#here, seed: this.#context.seed, compaction: 'none' } as const;
    const store = Store.open({ ...options, blockBytes: 128 });
    try {
      work(store);
    } finally {
      store.close();
      this.#here = this.#here.reopen();
    }
  }

  #write(store: Store, copying: boolean): void {
    const batch = new Batch();
    for (let i = 0; i < WRITE_KEYS; i++) {
      const key = `key ${String((this.#writes * WRITE_STEP + i * 3) % KEYS).padStart(2, '0')}`;
      const value = `write ${this.#writes}`;
      batch.put(utf8(key), utf8(value));
      this.#values.set(key, [...(this.#values.get(key) ?? []), value]);
    }
    this.#writes++;
    store.write(batch, 'full');
    this.#say({ type: 'client.write', keys: WRITE_KEYS, copying });
  }

  /** Between two slices of the copy the client writes on. */
  #checkpoint(store: Store): void {
    store.flush();
    const pinned = store.pinTables();
    try {
      const copying = checkpoint(pinned, this.#copy, clock);
      let step = copying.next();
      for (let slice = 0; !step.done; slice++, step = copying.next())
        if (slice === 0) this.#write(store, true);
      const behind = store.lastSequence - step.value.lastSequence;
      this.#say({ type: 'client.checkpoint', report: step.value, behind });
    } finally {
      pinned.release();
    }
  }

  #damage(file: string, how: 'rot' | 'delete'): void {
    if (!this.#here.exists(file)) return;
    if (how === 'delete') this.#here.delete(file);
    else this.#here.rot(file, Math.floor(this.#here.bytesOf(file).length / 2), 0);
    this.#say({ type: 'client.damage', file, how });
  }

  #read(): Reading {
    const reading = { right: 0, older: 0, missing: 0, refused: 0, code: '', message: '' };
    const refused = (error: unknown, keys: number) => {
      if (!isFerrisError(error)) throw error;
      reading.refused += keys;
      reading.code ||= error.code;
      reading.message ||= error.message;
    };
    try {
      this.#open((store) => {
        for (const [key, values] of this.#values) {
          try {
            const found = store.get(utf8(key));
            if (found === undefined) reading.missing++;
            else if (text(found) === values.at(-1)) reading.right++;
            else reading.older++;
          } catch (error) {
            refused(error, 1);
          }
        }
      });
    } catch (error) {
      refused(error, this.#values.size);
    }
    return reading;
  }

  #restore(): void {
    const names = this.#copy.list();
    if (names.length === 0) return;
    for (const name of this.#here.list()) this.#here.delete(name);
    for (const name of names) {
      const file = this.#here.create(name);
      file.append(this.#copy.bytesOf(name));
      file.sync();
      file.close();
    }
    this.#here.syncDirectory();
    this.#say({ type: 'client.restore', files: names.length });
  }
}

function filesOf(files: FaultyFiles): StoredFile[] {
  return files.list().map((name) => ({ name, size: files.bytesOf(name).length }));
}

function ended<T>(slices: Generator<void, T, void>): T {
  for (let step = slices.next(); ; step = slices.next()) if (step.done) return step.value;
}
