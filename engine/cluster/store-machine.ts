// The state machine on disk: a store of engine/lsm under a prefix of the node's files.
//
//     key in the store          what
//     00 'm'                    index u64 | state hash u32: how far it has come
//     00 's' | client u32       the last request of a client, and its answer
//     01 | key                  a key of the user's
//
// 1. Each entry is one batch, with its index and its session's answer: a crash can't separate
//    them, so a command is applied once also over crashes.
// 2. Its log isn't synced: what a crash takes from it, the Raft log has, up to the newest
//    snapshot; and that stands for what is durable.
// 3. A snapshot is a checkpoint: the memtable is flushed, the tables are pinned, and they go
//    into the snapshot as a backup stream (lsm/backup-stream.ts), while the store goes on.
// 4. `restore` writes those files under the prefix of a new generation. The Raft log says which
//    one counts, so a restoration that was interrupted leaves debris and nothing else.
// 5. No two generations of a server have a log of the same number: see lsm/reserve-numbers.ts.

import { concatBytes } from '../base/bytes.ts';
import { FerrisError } from '../base/errors.ts';
import { layout, u32, u64, viewOf } from '../base/layout.ts';
import { fixedClock } from '../env/clock.ts';
import type { Files } from '../env/files.ts';
import { prefixedFiles } from '../env/prefixed-files.ts';
import { discard } from '../env/sync.ts';
import { BackupFiles } from '../lsm/backup.ts';
import { BackupWriter, Restorer } from '../lsm/backup-stream.ts';
import { Batch } from '../lsm/batch.ts';
import { parseFileName } from '../lsm/file-names.ts';
import type { TuningOptions } from '../lsm/options.ts';
import { reserveFileNumbers } from '../lsm/reserve-numbers.ts';
import { Store } from '../lsm/store.ts';
import type { Entry, LogIndex } from '../raft/message.ts';
import { ByteReader, ByteWriter } from './byte-cursor.ts';
import { type Answer, decodeCommand, execute, foldState, type KeyValues } from './commands.ts';
import { generationPrefix, inGeneration } from './file-names.ts';
import { judge, readSession, type Session, writeSession } from './sessions.ts';
import type {
  Applied,
  FrozenState,
  KeyValue,
  MachineKind,
  MachinePlace,
  StateMachine,
} from './state-machine.ts';

/** How far the store has come. */
const Progress = layout('progress', {
  index: u64('the last entry that was applied', 'sequence'),
  stateHash: u32('stands for every command applied', 'checksum'),
});

const PROGRESS_KEY = Uint8Array.of(0, 0x6d);
const SESSION_PREFIX = Uint8Array.of(0, 0x73);
const USER_PREFIX = Uint8Array.of(1);

/** Bytes of a table that go into a snapshot at once. */
const PIECE_BYTES = 1 << 16;
const WORK_ENTRIES = 256;

/** Small: it is one of several on a page, and most of its state is young. */
const TUNING: TuningOptions = { memtableBytes: 1 << 18, logBytes: 1 << 20, tableBytes: 1 << 18 };

/** What a store machine can be told besides its store's options. */
export interface StoreMachineOptions extends TuningOptions {
  /** The store tells what it does; many events. Default false. */
  readonly traced?: boolean;
}

class StoreMachine implements StateMachine, KeyValues {
  appliedIndex: LogIndex;
  stateHash: number;
  readonly #store: Store;
  readonly #batch = new Batch();
  readonly #scratch = new ByteWriter(256);
  /** Entries up to this one shall be in the next snapshot. */
  #flushTo: number | undefined;

  constructor(files: Files, place: MachinePlace, options: StoreMachineOptions) {
    const { traced, ...tuning } = options;
    const trace = traced === true ? place.trace : undefined;
    this.#store = Store.open({
      ...TUNING,
      ...{ files, trace, sync: 'none', driven: true, blockCacheBytes: 1 << 20 },
      ...tuning,
    });
    const { index, stateHash } = progressIn(this.#store.get(PROGRESS_KEY));
    this.appliedIndex = index;
    this.stateHash = stateHash;
  }

  apply(entry: Entry): Applied | undefined {
    this.#batch.clear();
    const applied = entry.kind === 'command' ? this.#command(entry.data) : undefined;
    this.appliedIndex = entry.index;
    const progress = new Uint8Array(Progress.size);
    const { appliedIndex: index, stateHash } = this;
    Progress.write(viewOf(progress), 0, { index, stateHash });
    this.#batch.put(PROGRESS_KEY, progress);
    this.#store.write(this.#batch, 'none');
    return applied;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#store.get(concatBytes(USER_PREFIX, key));
  }

  /** Part of `apply`: into its batch. */
  put(key: Uint8Array, value: Uint8Array): void {
    this.#batch.put(concatBytes(USER_PREFIX, key), value);
  }

  /** Part of `apply`: into its batch. */
  delete(key: Uint8Array): void {
    this.#batch.delete(concatBytes(USER_PREFIX, key));
  }

  list(limit: number): KeyValue[] {
    const scan = this.#store.scan({ prefix: USER_PREFIX, limit });
    const found: KeyValue[] = [];
    while (scan.next()) found.push({ key: scan.key.slice(1), value: scan.value.slice() });
    scan.close();
    return found;
  }

  freeze(): FrozenState | undefined {
    this.#flushTo ??= this.#store.lastSequence;
    if (!this.#store.flush(this.#flushTo)) return undefined;
    this.#flushTo = undefined;
    const pinned = this.#store.pinTables();
    const moment = { sequence: pinned.version.lastSequence, release() {} };
    const { index, stateHash } = progressIn(this.#store.get(PROGRESS_KEY, moment));
    const backup = new BackupFiles(pinned, fixedClock(0));
    return { index, stateHash, parts: streamOf(backup), close: () => backup.close() };
  }

  get workDue(): boolean {
    return this.#store.workDue;
  }

  work(): void {
    this.#store.work(WORK_ENTRIES);
  }

  close(): void {
    this.#store.close();
  }

  #command(data: Uint8Array): Applied {
    const command = decodeCommand(data);
    const { client, request, call } = command;
    const sessionKey = keyOfSession(client);
    const found = this.#store.get(sessionKey);
    const session = found === undefined ? undefined : readSession(new ByteReader(found));
    const verdict = judge(session, request);
    const duplicate = verdict !== 'apply';
    const answer = duplicate ? verdict : execute(command, this);
    if (!duplicate) this.#keepSession(sessionKey, { request, answer: answer as Answer });
    const known = answer === 'stale' ? undefined : answer;
    this.stateHash = foldState(this.stateHash, data, known);
    return { client, request, call, duplicate, answer: known };
  }

  #keepSession(key: Uint8Array, session: Session): void {
    this.#scratch.clear();
    writeSession(this.#scratch, session);
    this.#batch.put(key, this.#scratch.written);
  }
}

/** A kind of state machine whose state is in a store on disk, with these options. */
export function storeMachine(options: StoreMachineOptions = {}): MachineKind {
  return {
    id: 2,
    keepsFiles: true,
    open: (place) => new StoreMachine(filesOf(place), place, options),
    restore(place, parts) {
      const taken = numberTaken(place);
      discardGenerations(place, (generation) => generation === place.generation);
      const files = filesOf(place);
      const restorer = new Restorer(files);
      for (const part of parts) restorer.push(part);
      restorer.finish();
      reserveFileNumbers(files, fixedClock(0), taken);
      return new StoreMachine(files, place, options);
    },
    discardOthers(place) {
      discardGenerations(place, (generation) => generation !== place.generation);
    },
  };
}

/** The files of a backup as one stream. */
function* streamOf(backup: BackupFiles): Generator<Uint8Array, void, void> {
  const writer = new BackupWriter();
  yield writer.header(0);
  for (const { name, sizeBytes } of backup.list) {
    yield writer.file(name, sizeBytes);
    for (let at = 0; at < sizeBytes; at += PIECE_BYTES)
      yield writer.bytes(backup.read(name, at, PIECE_BYTES));
  }
  yield writer.trailer();
}

function filesOf({ files, generation }: MachinePlace): Files {
  return prefixedFiles(files, generationPrefix(generation));
}

function discardGenerations({ files }: MachinePlace, which: (generation: number) => boolean): void {
  for (const name of files.list()) {
    const generation = inGeneration(name)?.generation;
    if (generation !== undefined && which(generation)) discard(files, name);
  }
}

/** The highest file number of any generation. */
function numberTaken({ files }: MachinePlace): number {
  let taken = 0;
  for (const name of files.list()) {
    const inside = inGeneration(name);
    const file = inside === undefined ? undefined : parseFileName(inside.name);
    taken = Math.max(taken, file?.number ?? 0);
  }
  return taken;
}

function progressIn(bytes: Uint8Array | undefined): { index: LogIndex; stateHash: number } {
  if (bytes === undefined) return { index: 0, stateHash: 0 };
  if (bytes.length === Progress.size) return Progress.read(viewOf(bytes), 0);
  throw new FerrisError('FERRIS_CORRUPTION', 'the store of a server does not say how far it is');
}

function keyOfSession(client: number): Uint8Array {
  const number = new Uint8Array(4);
  viewOf(number).setUint32(0, client);
  return concatBytes(SESSION_PREFIX, number);
}
