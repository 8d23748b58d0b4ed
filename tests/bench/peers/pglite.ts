// PGlite: PostgreSQL compiled for the browser, on its pool of OPFS access handles.
//
// Single statements are prepared once by name and executed with literals, twice as fast here as its
// `query` with parameters, which prepares anew each time; a batch is one INSERT of many rows, ten
// times as fast as one each. It runs without fsync inside and flushes its files after each
// query; with `relaxedDurability` it does not wait for that. (With synchronous_commit=off as well the
// end of the page would lose writes, which is less than our unsynced mode promises.)
// shared_buffers is our cache size.

import { PGlite } from '@electric-sql/pglite';
import { CACHE_BYTES } from '../cache.ts';
import type { Data } from '../data.ts';
import { opfsFootprint } from '../footprint.ts';
import type { Footprint, Mode, Peer, Visit } from '../peer.ts';

const FOLDER = 'bench-pglite';
const PAGE_RECORDS = 1000;
const CONFLICT = 'ON CONFLICT (key) DO UPDATE SET value = excluded.value';
const BUFFERS = `shared_buffers=${CACHE_BYTES >> 20}MB`;

const PREPARED = [
  'CREATE TABLE IF NOT EXISTS kv (key bytea PRIMARY KEY, value bytea NOT NULL)',
  `PREPARE put(bytea, bytea) AS INSERT INTO kv VALUES ($1, $2) ${CONFLICT}`,
  'PREPARE get(bytea) AS SELECT value FROM kv WHERE key = $1',
  'PREPARE scan(bytea, int) AS SELECT key, value FROM kv WHERE key >= $1 ORDER BY key LIMIT $2',
  'PREPARE after(bytea, int) AS SELECT key, value FROM kv WHERE key > $1 ORDER BY key LIMIT $2',
].join(';');

type Row = { key: Uint8Array; value: Uint8Array };

export class Pglite implements Peer {
  readonly settings = {
    unsynced: `relaxedDurability, ${BUFFERS}`,
    synced: `a flush after each query, ${BUFFERS}`,
  };
  #db!: PGlite;
  #version = '';
  /** Whether there is a table to drop. */
  #exists = false;

  async open(mode: Mode): Promise<void> {
    const unsynced = mode === 'unsynced';
    this.#db = await PGlite.create({
      dataDir: `opfs-ahp://${FOLDER}`,
      relaxedDurability: unsynced,
      startParams: [...PGlite.defaultStartParams, '-c', BUFFERS],
    });
    await this.#db.exec(PREPARED);
    this.#exists = true;
    const { rows } = await this.#db.query<{ v: string }>(
      "SELECT current_setting('server_version') v",
    );
    this.#version = rows[0]?.v ?? '';
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    await this.#db.exec(`EXECUTE put(${literal(key)}, ${literal(value)})`);
  }

  async batch(data: Data, order: Uint32Array, from: number, to: number): Promise<void> {
    const rows = Array.from(order.subarray(from, to), (index) => {
      return `(${literal(data.keys[index] as Uint8Array)}, ${literal(data.value(index))})`;
    });
    await this.#db.exec(`INSERT INTO kv VALUES ${rows.join(',')} ${CONFLICT}`);
  }

  beginReads(): void {}

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const [result] = await this.#db.exec(`EXECUTE get(${literal(key)})`);
    return (result?.rows[0] as Row | undefined)?.value;
  }

  async scan(start: Uint8Array | undefined, limit: number, visit: Visit): Promise<void> {
    let key = start ?? new Uint8Array(0);
    for (let left = limit, statement = 'scan'; left > 0; statement = 'after') {
      const count = Math.min(left, PAGE_RECORDS);
      const [result] = await this.#db.exec(`EXECUTE ${statement}(${literal(key)}, ${count})`);
      const rows = (result?.rows ?? []) as Row[];
      for (const row of rows) visit(row.key, row.value);
      left -= rows.length;
      const last = rows.at(-1);
      if (!last || rows.length < count) return;
      key = last.key;
    }
  }

  endReads(): void {}

  async settle(): Promise<void> {
    await this.#db.exec('CHECKPOINT');
  }

  /**
   * Its `close` begins a round of upkeep and, with relaxedDurability, doesn't wait for it nor for
   * earlier ones, which then open files of a closed store. So one is awaited, and the last left out.
   */
  async close(): Promise<void> {
    const { fs } = this.#db as unknown as { fs: { syncToFs(relaxed?: boolean): Promise<void> } };
    const sync = fs.syncToFs.bind(fs);
    const synced = new Promise<void>((resolve, reject) => {
      fs.syncToFs = () => {
        fs.syncToFs = async () => {};
        return sync().then(resolve, reject);
      };
    });
    await this.#db.syncToFs();
    await synced;
    await this.#db.close();
  }

  /** Creating a cluster takes seconds, so it is kept, and the table dropped. */
  async destroy(): Promise<void> {
    if (!this.#exists) return;
    await this.open('synced');
    await this.#db.exec('DROP TABLE kv; CHECKPOINT');
    await this.close();
    this.#exists = false;
  }

  footprint(): Promise<Footprint> {
    return opfsFootprint([FOLDER]);
  }

  facts(): string {
    return `PostgreSQL ${this.#version}, opfs-ahp`;
  }
}

/** Bytes as PostgreSQL reads them in a statement. */
const literal = (bytes: Uint8Array) => `'\\x${hex(bytes)}'`;

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hex(bytes: Uint8Array & { toHex?: () => string }): string {
  if (bytes.toHex) return bytes.toHex();
  return Array.from(bytes, (byte) => DIGITS[byte]).join('');
}
