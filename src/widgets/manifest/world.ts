// A real store on a simulated disk, seen by its files: manifest, superblocks, tables, logs.
//
// 1. Told is what the manifest is about. What happens inside a log or a table is left out, so
//    that a step is a step of the chain: table, name, edit, superblock, deletion.
// 2. Only an action compacts, so a run does what its buttons say.
// 3. After each opening the client reads every key, compares, and lists the files that the
//    version doesn't need. It remembers which tables were in one.

import {
  Batch,
  type EngineEvent,
  type EventOf,
  FaultyFiles,
  Random,
  type Scan,
  Store,
  text,
  tracedFiles,
  utf8,
} from '../../../engine/index.ts';
import type { Context, Cut } from '../../player/scenario.ts';
import { numberOf } from './files.ts';

export type Survival = 'nothing' | 'everything';

export type ManifestAction =
  | { readonly do: 'open' }
  /** A few puts, and a flush: one more table. */
  | { readonly do: 'fill' }
  | { readonly do: 'compact' }
  | { readonly do: 'scan' }
  | { readonly do: 'end-scan' }
  /** Closes the store and opens it again: a new session. */
  | { readonly do: 'reopen' }
  | { readonly do: 'restart'; readonly survive: Survival }
  | Cut;

/** Why a file is on the disk that the database doesn't need. */
export type Why =
  | 'it was never part of a version'
  | 'a version has dropped it'
  | 'no superblock names it'
  | 'a newer manifest counts'
  | 'its writes are in tables';

export const NEVER: Why = 'it was never part of a version';
export const DROPPED: Why = 'a version has dropped it';
export const UNNAMED: Why = 'no superblock names it';

export interface Leftover {
  readonly file: string;
  readonly why: Why;
}

export type ClientEvent =
  | { readonly type: 'client.fill'; readonly keys: readonly string[] }
  | { readonly type: 'client.scan'; readonly tables: readonly number[] }
  | { readonly type: 'client.scan-end'; readonly keys: number }
  | {
      readonly type: 'client.check';
      readonly keys: number;
      readonly wrong: number;
      readonly leftovers: readonly Leftover[];
    };

export type ManifestEvent = EngineEvent | ClientEvent;

const TOLD: ReadonlySet<string> = new Set<EngineEvent['type']>([
  'file.create',
  'file.append',
  'file.sync',
  'file.durable',
  'file.delete',
  'directory.sync',
  'directory.durable',
  'superblock.read',
  'superblock.write',
  'manifest.create',
  'manifest.edit',
  'manifest.load',
  'table.create',
  'table.finish',
  'compaction.begin',
  'compaction.end',
  'store.open.begin',
  'store.open.end',
  'store.flush.begin',
  'store.flush.end',
  'store.obsolete',
  'store.close',
  'power.cut',
  'power.file',
  'power.restored',
]);

/** Of a log only that it comes and goes. */
const OF_LOGS: ReadonlySet<string> = new Set(['file.create', 'file.delete', 'power.file']);

/** Keys of one fill; every fill has some of those before. */
const FILL_KEYS = 5;
export const KEYS = 24;
const FILL_STEP = 6;

export class ManifestWorld {
  readonly #context: Context<ManifestEvent>;
  #disk: FaultyFiles;
  #store: Store | undefined;
  #scan: Scan | undefined;
  #loaded: EventOf<'manifest.load'> | undefined;
  /** Tables that were part of a version. */
  readonly #known = new Set<number>();
  #fills = 0;
  /** What a reader must see. */
  readonly #promised = new Map<string, string>();
  /** What the power cut met halfway: there or not, nobody was told. */
  #underWay: readonly (readonly [string, string])[] = [];

  constructor(context: Context<ManifestEvent>) {
    this.#context = context;
    const random = new Random(context.seed).fork('disk');
    this.#disk = new FaultyFiles({ random, trace: this.#tell });
  }

  apply(action: ManifestAction): void {
    if (action.do === 'open') {
      if (this.#store === undefined) this.#open();
    } else if (action.do === 'restart') this.#restart(action.survive);
    else if (this.#store !== undefined) this.#work(this.#store, action);
  }

  cut(): void {
    this.#store = undefined;
    this.#scan = undefined;
    this.#disk.powerCut();
  }

  #work(store: Store, action: ManifestAction): void {
    switch (action.do) {
      case 'fill':
        this.#fill(store);
        break;
      case 'compact':
        store.compactRange();
        while (store.work());
        break;
      case 'scan':
        this.#beginScan(store);
        break;
      case 'end-scan':
        this.#endScan();
        break;
      case 'reopen':
        this.#endScan();
        store.close();
        this.#disk = this.#disk.reopen();
        this.#open();
        break;
    }
  }

  #fill(store: Store): void {
    const first = this.#fills * FILL_STEP;
    const entries = Array.from({ length: FILL_KEYS }, (_, i): [string, string] => {
      return [keyOf((first + i * 3) % KEYS), `fill ${this.#fills}`];
    });
    this.#fills++;
    const batch = new Batch();
    for (const [key, value] of entries) batch.put(utf8(key), utf8(value));
    this.#underWay = entries;
    this.#context.trace({ type: 'client.fill', keys: entries.map(([key]) => key) });
    store.write(batch, 'full');
    for (const [key, value] of entries) this.#promised.set(key, value);
    this.#underWay = [];
    store.flush();
  }

  #beginScan(store: Store): void {
    if (this.#scan !== undefined) return;
    this.#scan = store.scan();
    const pinned = store.pinTables();
    const tables = pinned.version.tables.map(({ number }) => number);
    pinned.release();
    this.#context.trace({ type: 'client.scan', tables });
  }

  #endScan(): void {
    const scan = this.#scan;
    if (scan === undefined) return;
    this.#scan = undefined;
    let keys = 0;
    while (scan.next()) keys++;
    scan.close();
    this.#context.trace({ type: 'client.scan-end', keys });
  }

  #restart(survive: Survival): void {
    this.cut();
    this.#disk = this.#disk.restart({ policy: survive === 'nothing' ? 'lose-all' : 'keep-all' });
    this.#open();
  }

  #open(): void {
    this.#loaded = undefined;
    const store = Store.open({
      files: tracedFiles(this.#disk, this.#tell),
      trace: this.#tell,
      seed: this.#context.seed,
      compaction: 'none',
      blockCacheBytes: 0,
    });
    this.#store = store;
    this.#check(store);
  }

  readonly #tell = (event: EngineEvent): void => {
    if (event.type === 'manifest.load') {
      this.#loaded = event;
      for (const table of event.tables) this.#known.add(table);
    }
    if (event.type === 'manifest.edit') for (const table of event.added) this.#known.add(table);
    if (!TOLD.has(event.type)) return;
    const file = 'file' in event ? event.file : '';
    if (!file.endsWith('.wal') || OF_LOGS.has(event.type)) this.#context.trace(event);
  };

  #check(store: Store): void {
    for (const [key, value] of this.#underWay) {
      const found = store.get(utf8(key));
      if (found !== undefined && text(found) === value) this.#promised.set(key, value);
    }
    this.#underWay = [];
    let wrong = 0;
    for (const [key, value] of this.#promised) {
      const found = store.get(utf8(key));
      if (found === undefined || text(found) !== value) wrong++;
    }
    const keys = this.#promised.size;
    this.#context.trace({ type: 'client.check', keys, wrong, leftovers: this.#leftovers() });
  }

  #leftovers(): Leftover[] {
    const { tables = [], manifest = 0, logNumber = 0 } = this.#loaded ?? {};
    return this.#disk.list().flatMap((file): Leftover[] => {
      const number = numberOf(file);
      if (file.endsWith('.sst') && !tables.includes(number))
        return [{ file, why: this.#known.has(number) ? DROPPED : NEVER }];
      if (file.endsWith('.man') && number !== manifest)
        return [{ file, why: number > manifest ? UNNAMED : 'a newer manifest counts' }];
      if (file.endsWith('.wal') && number < logNumber)
        return [{ file, why: 'its writes are in tables' }];
      return [];
    });
  }
}

export function keyOf(number: number): string {
  return `k${String(number).padStart(2, '0')}`;
}

/** Where in the key space a key stands, from 0 to 1. */
export function placeOfKey(key: string): number {
  return Number(key.slice(1)) / KEYS;
}
