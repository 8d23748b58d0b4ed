// SQLite's own build for browsers, on its fastest file system: opfs-sahpool, a pool of
// sync access handles in the worker.
//
// One WITHOUT ROWID table, so that a record is in one B-tree and not two. The write-ahead
// log is used where this VFS has it, which needs the exclusive locking mode. Statements
// are prepared once and driven by the module's raw exports, without the conversions of its
// JavaScript layers; keys and values are copied into memory that stays allocated, and read
// where they lie in the module's memory. That is two to three times as fast as its `oo1` API.

import sqlite3InitModule, { type Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import { type Data, KEY_BYTES, VALUE_BYTES } from '../data.ts';
import { opfsFootprint } from '../footprint.ts';
import type { Footprint, Mode, Peer, Visit } from '../peer.ts';
import { PRAGMAS, SCHEMA, SETTINGS, SQL } from './sqlite.ts';

const FILE = '/bench.db';
const VFS = 'bench-sahpool';

type Pool = Awaited<ReturnType<Sqlite3Static['installOpfsSAHPoolVfs']>>;
type Database = InstanceType<Pool['OpfsSAHPoolDb']>;
type Statement = ReturnType<Database['prepare']>;
type Names = keyof typeof SQL;

/** The functions of the C interface that the hot paths call, on plain addresses. */
interface Exports {
  sqlite3_bind_blob(statement: number, index: number, at: number, length: number, free: 0): number;
  sqlite3_step(statement: number): number;
  sqlite3_reset(statement: number): number;
  sqlite3_column_blob(statement: number, column: number): number;
  sqlite3_column_bytes(statement: number, column: number): number;
}

const ROW = 100;
const DONE = 101;

export class SqliteWasm implements Peer {
  readonly settings = SETTINGS;
  #sqlite: Sqlite3Static | undefined;
  #pool!: Pool;
  #c!: Exports;
  #db!: Database;
  #prepared: Statement[] = [];
  #statements!: Record<Names, number>;
  #keyAt = 0;
  #valueAt = 0;
  #journal = '';
  #getting = false;

  async open(mode: Mode): Promise<void> {
    this.#sqlite ??= await this.#start();
    this.#db = new this.#pool.OpfsSAHPoolDb(FILE);
    for (const pragma of PRAGMAS[mode]) this.#db.exec(pragma);
    this.#db.exec(SCHEMA);
    this.#journal = String(this.#db.selectValue('PRAGMA journal_mode'));
    this.#prepared = [];
    const entries = Object.entries(SQL).map(([name, text]) => [name, this.#prepare(text)]);
    this.#statements = Object.fromEntries(entries);
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#endGet();
    this.#bind(this.#statements.put, key, value);
    this.#run(this.#statements.put);
  }

  batch(data: Data, order: Uint32Array, from: number, to: number): void {
    this.#run(this.#statements.begin);
    for (let i = from; i < to; i++) {
      const index = order[i] as number;
      this.put(data.keys[index] as Uint8Array, data.value(index));
    }
    this.#run(this.#statements.commit);
  }

  beginReads(): void {
    this.#run(this.#statements.begin);
  }

  /** The view holds until the next get or put, which resets the statement. */
  get(key: Uint8Array): Uint8Array | undefined {
    const statement = this.#statements.get;
    this.#c.sqlite3_reset(statement);
    this.#getting = true;
    this.#bind(statement, key);
    if (this.#c.sqlite3_step(statement) !== ROW) return undefined;
    return this.#column(statement, 0);
  }

  scan(start: Uint8Array | undefined, limit: number, visit: Visit): void {
    const statement = start ? this.#statements.scanFrom : this.#statements.scan;
    if (start) this.#bind(statement, start);
    for (let left = limit; left > 0 && this.#c.sqlite3_step(statement) === ROW; left--)
      visit(this.#column(statement, 0), this.#column(statement, 1));
    this.#c.sqlite3_reset(statement);
  }

  endReads(): void {
    this.#endGet();
    this.#run(this.#statements.commit);
  }

  settle(): void {
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  async close(): Promise<void> {
    for (const statement of this.#prepared) statement.finalize();
    this.#db.close();
  }

  async destroy(): Promise<void> {
    if (this.#sqlite) await this.#pool.wipeFiles();
  }

  footprint(): Promise<Footprint> {
    return opfsFootprint([`.${VFS}`]);
  }

  facts(): string {
    return `SQLite ${this.#sqlite?.version.libVersion}, journal_mode=${this.#journal}`;
  }

  async #start(): Promise<Sqlite3Static> {
    const sqlite = await sqlite3InitModule();
    this.#pool = await sqlite.installOpfsSAHPoolVfs({ name: VFS, clearOnInit: true });
    this.#c = sqlite.wasm.exports as unknown as Exports;
    this.#keyAt = Number(sqlite.wasm.alloc(KEY_BYTES));
    this.#valueAt = Number(sqlite.wasm.alloc(VALUE_BYTES));
    return sqlite;
  }

  #prepare(text: string): number {
    const statement = this.#db.prepare(text);
    this.#prepared.push(statement);
    return Number(statement.pointer);
  }

  #bind(statement: number, key: Uint8Array, value?: Uint8Array): void {
    const heap = this.#sqlite!.wasm.heap8u();
    heap.set(key, this.#keyAt);
    this.#c.sqlite3_bind_blob(statement, 1, this.#keyAt, key.length, 0);
    if (!value) return;
    heap.set(value, this.#valueAt);
    this.#c.sqlite3_bind_blob(statement, 2, this.#valueAt, value.length, 0);
  }

  #run(statement: number): void {
    const result = this.#c.sqlite3_step(statement);
    if (result !== DONE) throw new Error(`SQLite answered ${result}`);
    this.#c.sqlite3_reset(statement);
  }

  #endGet(): void {
    if (this.#getting) this.#c.sqlite3_reset(this.#statements.get);
    this.#getting = false;
  }

  #column(statement: number, column: number): Uint8Array {
    const at = this.#c.sqlite3_column_blob(statement, column);
    const length = this.#c.sqlite3_column_bytes(statement, column);
    return this.#sqlite!.wasm.heap8u().subarray(at, at + length);
  }
}
