// wa-sqlite (the fork that PowerSync maintains), the synchronous build, on its
// AccessHandlePoolVFS, which works in every browser and was level with OPFSCoopSyncVFS.
// Table, pragmas and statements are those of sqlite-wasm.ts. Its interface answers with
// promises even where nothing waits.

import createModule from 'wa-sqlite/dist/wa-sqlite.mjs';
import moduleUrl from 'wa-sqlite/dist/wa-sqlite.wasm?url';
import { AccessHandlePoolVFS } from 'wa-sqlite/src/examples/AccessHandlePoolVFS.js';
import * as SQLite from 'wa-sqlite/src/sqlite-api.js';
import type { Data } from '../data.ts';
import { opfsFootprint } from '../footprint.ts';
import type { Footprint, Mode, Peer, Visit } from '../peer.ts';
import { PRAGMAS, SCHEMA, SETTINGS, SQL } from './sqlite.ts';

const FOLDER = 'bench-wa-sqlite';
const FILE = 'bench.db';

type Names = keyof typeof SQL;

export class WaSqlite implements Peer {
  readonly settings = SETTINGS;
  #sqlite!: SQLite.Sqlite;
  #vfs: AccessHandlePoolVFS | undefined;
  #db = 0;
  #statements!: Record<Names, number>;
  #journal = '';

  async open(mode: Mode): Promise<void> {
    if (!this.#vfs) await this.#start();
    const sqlite = this.#sqlite;
    this.#db = await sqlite.open_v2(FILE);
    for (const pragma of PRAGMAS[mode]) await sqlite.exec(this.#db, pragma);
    await sqlite.exec(this.#db, SCHEMA);
    await sqlite.exec(this.#db, 'PRAGMA journal_mode', (row) => {
      this.#journal = String(row[0]);
    });
    const statements: Partial<Record<Names, number>> = {};
    for (const [name, text] of Object.entries(SQL)) {
      const prepared = sqlite
        .statements(this.#db, text, { unscoped: true })
        [Symbol.asyncIterator]();
      statements[name as Names] = (await prepared.next()).value;
    }
    this.#statements = statements as Record<Names, number>;
  }

  put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.#run(this.#statements.put, key, value);
  }

  async batch(data: Data, order: Uint32Array, from: number, to: number): Promise<void> {
    const { begin, put, commit } = this.#statements;
    await this.#run(begin);
    for (let i = from; i < to; i++) {
      const index = order[i] as number;
      await this.#run(put, data.keys[index], data.value(index));
    }
    await this.#run(commit);
  }

  beginReads(): void {
    void this.#run(this.#statements.begin);
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const statement = this.#statements.get;
    this.#sqlite.bind_blob(statement, 1, key);
    const found = (await this.#sqlite.step(statement)) === SQLite.SQLITE_ROW;
    const value = found ? this.#sqlite.column_blob(statement, 0).slice() : undefined;
    await this.#sqlite.reset(statement);
    return value;
  }

  async scan(start: Uint8Array | undefined, limit: number, visit: Visit): Promise<void> {
    const sqlite = this.#sqlite;
    const statement = start ? this.#statements.scanFrom : this.#statements.scan;
    if (start) sqlite.bind_blob(statement, 1, start);
    for (let left = limit; left > 0; left--) {
      if ((await sqlite.step(statement)) !== SQLite.SQLITE_ROW) break;
      visit(sqlite.column_blob(statement, 0), sqlite.column_blob(statement, 1));
    }
    await sqlite.reset(statement);
  }

  endReads(): Promise<void> {
    return this.#run(this.#statements.commit);
  }

  async settle(): Promise<void> {
    await this.#sqlite.exec(this.#db, 'PRAGMA wal_checkpoint(TRUNCATE)');
  }

  async close(): Promise<void> {
    for (const statement of Object.values(this.#statements)) await this.#sqlite.finalize(statement);
    await this.#sqlite.close(this.#db);
  }

  async destroy(): Promise<void> {
    for (const suffix of ['', '-wal', '-journal']) this.#vfs?.jDelete(`/${FILE}${suffix}`, 0);
  }

  footprint(): Promise<Footprint> {
    return opfsFootprint([FOLDER]);
  }

  facts(): string {
    return `SQLite ${this.#sqlite.libversion()}, journal_mode=${this.#journal}`;
  }

  async #start(): Promise<void> {
    const module = await createModule({ locateFile: () => moduleUrl });
    this.#sqlite = SQLite.Factory(module);
    this.#vfs = await AccessHandlePoolVFS.create(FOLDER, module);
    this.#sqlite.vfs_register(this.#vfs, true);
  }

  async #run(statement: number, key?: Uint8Array, value?: Uint8Array): Promise<void> {
    const sqlite = this.#sqlite;
    if (key) sqlite.bind_blob(statement, 1, key);
    if (value) sqlite.bind_blob(statement, 2, value);
    const result = await sqlite.step(statement);
    if (result !== SQLite.SQLITE_DONE) throw new Error(`SQLite answered ${result}`);
    await sqlite.reset(statement);
  }
}
