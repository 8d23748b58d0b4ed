// What all SQLite builds are told to do.

import { CACHE_BYTES } from '../cache.ts';
import type { Mode } from '../peer.ts';

const CACHE_KIB = CACHE_BYTES / 1024;

export const SCHEMA =
  'CREATE TABLE IF NOT EXISTS kv (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID';

export const SQL = {
  begin: 'BEGIN',
  commit: 'COMMIT',
  put: 'INSERT OR REPLACE INTO kv (key, value) VALUES (?1, ?2)',
  get: 'SELECT value FROM kv WHERE key = ?1',
  scan: 'SELECT key, value FROM kv ORDER BY key',
  scanFrom: 'SELECT key, value FROM kv WHERE key >= ?1 ORDER BY key',
};

const both = [
  'PRAGMA locking_mode = EXCLUSIVE',
  'PRAGMA journal_mode = WAL',
  `PRAGMA cache_size = -${CACHE_KIB}`,
];

export const PRAGMAS: Record<Mode, string[]> = {
  unsynced: [...both, 'PRAGMA synchronous = OFF'],
  synced: [...both, 'PRAGMA synchronous = FULL'],
};

export const SETTINGS: Record<Mode, string> = {
  unsynced: `WAL, synchronous=OFF, exclusive, ${CACHE_KIB} KiB cache`,
  synced: `WAL, synchronous=FULL, exclusive, ${CACHE_KIB} KiB cache`,
};
