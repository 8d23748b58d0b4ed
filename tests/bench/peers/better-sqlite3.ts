// SQLite in Node, through better-sqlite3: synchronous calls into C.
//
// Table, pragmas and statements are those of the builds for browsers. Statements are prepared
// once; a scan reads a thousand rows a call, which is faster here than stepping through them.

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database, { type Statement } from 'better-sqlite3';
import type { Data } from '../data.ts';
import { directoryFootprint } from '../node/directory.ts';
import type { Footprint, Mode, Peer, Visit } from '../peer.ts';
import { PRAGMAS, SCHEMA, SETTINGS, SQL } from './sqlite.ts';

const PAGE_RECORDS = 1000;

type Row = [key: Buffer, value: Buffer];

/** It takes a numbered parameter for a named one. */
const ordinal = (sql: string) => sql.replaceAll(/\?\d/g, '?');

export class BetterSqlite implements Peer {
  readonly settings = SETTINGS;
  readonly #directory: string;
  #db!: Database;
  #put!: Statement;
  #get!: Statement;
  #begin!: Statement;
  #commit!: Statement;
  #first!: Statement;
  #from!: Statement;
  #after!: Statement;
  #journal = '';
  #version = '';

  constructor(directory: string) {
    this.#directory = directory;
  }

  async open(mode: Mode): Promise<void> {
    mkdirSync(this.#directory, { recursive: true });
    const db = new Database(join(this.#directory, 'bench.db'));
    this.#db = db;
    for (const pragma of PRAGMAS[mode]) db.exec(pragma);
    db.exec(SCHEMA);
    this.#journal = String(db.pragma('journal_mode', { simple: true }));
    this.#version = String(db.prepare('SELECT sqlite_version()').pluck().get());
    this.#put = db.prepare(ordinal(SQL.put));
    this.#get = db.prepare(ordinal(SQL.get)).pluck();
    this.#begin = db.prepare(SQL.begin);
    this.#commit = db.prepare(SQL.commit);
    this.#first = db.prepare(`${SQL.scan} LIMIT ?`).raw();
    this.#from = db.prepare(ordinal(`${SQL.scanFrom} LIMIT ?`)).raw();
    this.#after = db.prepare(ordinal(`${SQL.scanFrom.replace('>=', '>')} LIMIT ?`)).raw();
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#put.run(key, value);
  }

  batch(data: Data, order: Uint32Array, from: number, to: number): void {
    this.#begin.run();
    for (let i = from; i < to; i++) {
      const index = order[i] as number;
      this.#put.run(data.keys[index], data.value(index));
    }
    this.#commit.run();
  }

  beginReads(): void {
    this.#begin.run();
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#get.get(key) as Buffer | undefined;
  }

  scan(start: Uint8Array | undefined, limit: number, visit: Visit): void {
    let count = Math.min(limit, PAGE_RECORDS);
    let rows = (start ? this.#from.all(start, count) : this.#first.all(count)) as Row[];
    for (let left = limit; ; ) {
      for (const [key, value] of rows) visit(key, value);
      left -= rows.length;
      const last = rows.at(-1);
      if (!last || left <= 0 || rows.length < count) return;
      count = Math.min(left, PAGE_RECORDS);
      rows = this.#after.all(last[0], count) as Row[];
    }
  }

  endReads(): void {
    this.#commit.run();
  }

  settle(): void {
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  async close(): Promise<void> {
    this.#db.close();
  }

  footprint(): Promise<Footprint> {
    return directoryFootprint(this.#directory);
  }

  async destroy(): Promise<void> {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  facts(): string {
    return `SQLite ${this.#version}, journal_mode=${this.#journal}`;
  }
}
