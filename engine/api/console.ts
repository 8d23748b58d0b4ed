// `ferrisdb` in the devtools console: one database at hand, results that print well.
//
//     await ferrisdb.put('crab', 'orange')     'durable'
//     await ferrisdb.scan()                    a table of keys and values
//     await ferrisdb.crash()                   what was written, what is there
//
// The first call opens a database named "console" where it lasts (OPFS, if there is
// any). `open({ simulate: { seed } })` opens one on a simulated disk instead, and then
// `crash` is a power cut: what wasn't durable is kept, lost or torn as the seed says.

import { isFerrisError } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import { type FaultySource, faultyFiles } from '../env/faulty-source.ts';
import type { FilesKind, FilesSource } from '../env/files.ts';
import { opfsFiles } from '../env/files-opfs.ts';
import type { OperatorName } from '../lsm/operators.ts';
import type { SyncMode } from '../lsm/options.ts';
import type { StoreStats } from '../lsm/store-stats.ts';
import type { VerifyReport } from '../lsm/verify.ts';
import type { LogReport } from '../lsm/wal/recovery-report.ts';
import type { EngineEvent } from '../trace/events.ts';
import { printEvent } from '../trace/print.ts';
import { ClusterConsole, type ClusterConsoleOptions } from './cluster-console.ts';
import type { Database, Properties, PutOptions, WriteOptions } from './database.ts';
import type { BytesLike } from './encoding.ts';
import type { ScanOptions } from './entry-scan.ts';
import { open } from './open.ts';
import type { BatchOperation, KeyRange, Operand } from './operations.ts';
import type { DatabaseSnapshot } from './reader.ts';

export interface ConsoleOpenOptions {
  /** Which database. Default 'console'. */
  readonly name?: string | undefined;
  /** Another place for its files than OPFS. */
  readonly files?: FilesSource | undefined;
  /** Use a simulated disk, whose power `crash` cuts. */
  readonly simulate?: { readonly seed?: number } | undefined;
  readonly sync?: SyncMode | undefined;
  /** Print every event of the engine. */
  readonly watch?: boolean | undefined;
}

/** What a write was promised when its promise resolved. */
export type Acknowledgment = 'durable' | 'not durable yet';

/** What a crash left. Every write counts one: a put, a delete, each step of a batch. */
export interface CrashReport {
  readonly written: number;
  readonly recovered: number;
  readonly lost: number;
  /** What recovery found in each log. */
  readonly logs: readonly LogReport[];
}

type TextDatabase = Database<'utf8'>;

/** A crashed worker's locks are let go a moment after its end. */
const REOPEN_TRIES = 40;
const REOPEN_PAUSE_MS = 50;

/** What the global `ferrisdb` forwards to. */
export class FerrisConsole {
  #options: ConsoleOpenOptions = {};
  #simulated: FaultySource | undefined;
  #opening: Promise<TextDatabase> | undefined;

  /** Opens a database for the calls below; an open one is closed first. */
  async open(options: ConsoleOpenOptions = {}): Promise<TextDatabase> {
    await this.close();
    this.#options = options;
    const { simulate, name = 'console' } = options;
    const random = new Random(simulate?.seed ?? 1);
    this.#simulated = simulate && faultyFiles(name, { random, trace: this.#trace() });
    return this.#reopen();
  }

  /** Sets a key; resolves when that would survive a power cut, unless `sync` says otherwise. */
  async put(key: BytesLike, value: BytesLike, options?: PutOptions): Promise<Acknowledgment> {
    await (await this.#database()).put(key, value, options);
    return this.#promised(options);
  }

  /** The value of a key as text. */
  async get(key: BytesLike): Promise<string | undefined> {
    return (await this.#database()).get(key);
  }

  /** Whether there is a value for a key. */
  async has(key: BytesLike): Promise<boolean> {
    return (await this.#database()).has(key);
  }

  async delete(key: BytesLike, options?: WriteOptions): Promise<Acknowledgment> {
    await (await this.#database()).delete(key, options);
    return this.#promised(options);
  }

  /** `await ferrisdb.deleteRange({ prefix: 'order' })` */
  async deleteRange(range: KeyRange, options?: WriteOptions): Promise<Acknowledgment> {
    await (await this.#database()).deleteRange(range, options);
    return this.#promised(options);
  }

  /** `await ferrisdb.merge('flags', 'or', 4)`; the operators are add, and, or, xor, min and max. */
  async merge(
    key: BytesLike,
    operator: OperatorName,
    operand: Operand,
    options?: WriteOptions,
  ): Promise<Acknowledgment> {
    await (await this.#database()).merge(key, operator, operand, options);
    return this.#promised(options);
  }

  /** Adds to the number under a key, and returns what it is then. */
  async add(key: BytesLike, amount?: Operand, options?: WriteOptions): Promise<bigint> {
    const database = await this.#database();
    await database.add(key, amount, options);
    return (await database.getNumber(key)) ?? 0n;
  }

  /** Holds this moment for later reads; `release` it when done. */
  async snapshot(): Promise<DatabaseSnapshot<'utf8'>> {
    return (await this.#database()).snapshot();
  }

  /** `await ferrisdb.batch([{ type: 'put', key, value }, { type: 'delete', key }])` */
  async batch(
    operations: Iterable<BatchOperation>,
    options?: WriteOptions,
  ): Promise<Acknowledgment> {
    await (await this.#database()).batch(operations, options);
    return this.#promised(options);
  }

  /** Prints a range as a table and returns its entries. Default: everything. */
  async scan(options?: ScanOptions<'utf8'>): Promise<[string, string][]> {
    const entries = await (await this.#database()).scan(options).all();
    console.table(entries.map(([key, value]) => ({ key, value })));
    return entries;
  }

  async flush(): Promise<void> {
    await (await this.#database()).flush();
  }

  /** Merges tables into one sorted run: `await ferrisdb.compact({ prefix: 'order' })`. Default: all. */
  async compact(range?: KeyRange): Promise<void> {
    await (await this.#database()).compact(range);
  }

  /** What the database holds, level by level, and what that costs. */
  async properties(): Promise<Properties> {
    const properties = await (await this.#database()).properties();
    console.table(properties.levels.filter(({ tables }) => tables > 0));
    return properties;
  }

  /** Reads everything and says what is wrong, if anything is. */
  async verify(): Promise<VerifyReport> {
    const report = await (await this.#database()).verify();
    console.table(report.files);
    return report;
  }

  async stats(): Promise<StoreStats> {
    const stats = await (await this.#database()).stats();
    console.table(stats);
    return stats;
  }

  /** Crashes the database, opens it again, and says what was written and what is there. */
  async crash(): Promise<CrashReport> {
    const database = await this.#database();
    const { lastSequence: written } = await database.stats();
    this.#simulated?.disk.powerCut();
    await database.crash();
    this.#simulated?.restart();
    const again = await this.#reopen(REOPEN_TRIES);
    const { lastSequence: recovered } = await again.stats();
    const { logs } = again.report;
    const report = { written, recovered, lost: written - recovered, logs };
    console.info(
      `${this.#simulated ? 'The power was cut' : 'The store was killed'}. ${sum(report)}`,
    );
    console.table(logs.map(logRow));
    return report;
  }

  /**
   * A cluster in the simulator, with virtual time: `run`, `put`, `get`, `crash`, `partition`, ...
   * It has nothing to do with the database above, and nothing of it waits.
   */
  async cluster(options: ClusterConsoleOptions = {}): Promise<ClusterConsole> {
    // The module's own folder is the site's; a bundler is not to look for it.
    const home = new URL(/* @vite-ignore */ './', import.meta.url).href;
    const cluster = new ClusterConsole(options, home);
    console.info(
      `${options.nodes ?? 5} servers are switched on. Try run(1000), put("crab", "orange"), leader(), crash(leader()), status(), link().`,
    );
    return cluster;
  }

  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    const database = await opening?.catch(() => undefined);
    await database?.close();
  }

  #promised(options?: WriteOptions): Acknowledgment {
    const sync = options?.sync ?? this.#options.sync ?? 'full';
    return sync === 'full' ? 'durable' : 'not durable yet';
  }

  #database(): Promise<TextDatabase> {
    return this.#opening ?? this.#reopen();
  }

  #reopen(tries = 1): Promise<TextDatabase> {
    const opening = this.#openPatiently(tries);
    this.#opening = opening;
    opening.catch(() => {
      if (this.#opening === opening) this.#opening = undefined;
    });
    return opening;
  }

  async #openPatiently(tries: number): Promise<TextDatabase> {
    const { name = 'console', files, sync } = this.#options;
    const source = this.#simulated ?? files ?? opfsFiles(name);
    for (let attempt = 1; ; attempt++) {
      try {
        const database = await open({
          files: source,
          sync,
          encoding: 'utf8',
          trace: this.#trace(),
        });
        greet(database);
        return database;
      } catch (error) {
        if (!isFerrisError(error, 'FERRIS_LOCKED') || attempt >= tries) throw error;
        await new Promise((resolve) => setTimeout(resolve, REOPEN_PAUSE_MS));
      }
    }
  }

  #trace(): ((event: EngineEvent) => void) | undefined {
    return this.#options.watch ? (event) => console.log(printEvent(event)) : undefined;
  }
}

const PLACES: Record<FilesKind, string> = {
  opfs: 'OPFS',
  idb: 'IndexedDB',
  memory: 'memory',
  node: 'the disk',
  faulty: 'a simulated disk',
};

function greet(database: TextDatabase): void {
  const { name, kind, runsIn, report, notice } = database;
  const { logs, records } = report;
  const found =
    logs.length === 0
      ? 'there was no log to recover'
      : `${count(records, 'record')} recovered from ${count(logs.length, 'log')}`;
  console.info(`FerrisDB "${name}" is open on ${PLACES[kind]}, in ${runsIn}; ${found}.`);
  if (notice !== undefined) console.info(notice);
}

function sum({ written, recovered, lost }: CrashReport): string {
  const tail = lost === 0 ? '' : ', the newest';
  return `Writes: ${written}. Recovered: ${recovered}. Lost: ${lost}${tail}.`;
}

function logRow({ fileName, verdict, records, endBytes, droppedBytes }: LogReport) {
  return { log: fileName, verdict, records, endBytes, droppedBytes };
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`;
}
