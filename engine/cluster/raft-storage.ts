// The Raft log on disk: term, vote, entries and snapshot marks, in the frames of the
// write-ahead log (decision 0002).
//
//     000001.rft                          000002.rft
//     whole | change | change | change    whole | change | ...
//                                ^        ^
//                the log was compacted ---+  stands for all that is before it
//
// 1. Each request of the consensus core is one record; a crash leaves it whole or not at all.
// 2. A file begins with a record that stands for everything: one file is enough to recover.
//    A new one is begun when a snapshot makes most of the old one needless, and after each
//    start (files only grow, and the last one may end in debris). The old one is deleted
//    when the new one is durable up to its first record.
// 3. What comes back after a crash is a prefix of the requests that holds every one that was
//    reported durable. A torn tail is cut off; anything else is corruption, and the server
//    must not start: it may have forgotten a vote.
// 4. What was read is made durable before the server acts on it (`ready`): the process that
//    wrote it may have ended before its sync.
// 5. One sync is under way at a time; what is appended meanwhile waits for the next (group
//    commit). On a disk that is durable at once every append is.
//
// 6. When all records are durable, an empty one goes behind them. Like every record it says how
//    much was durable before it, so damage to the last real one is told from a torn tail:
//
//        term 4, vote 2 | #### entry 70 #### | empty: all before me was durable  -> corruption
//        term 4, vote 2 | #### entry 70 #### |                                   -> a torn tail
//
//    It costs no sync, so a power cut in the moment after a sync may take it, and rot of the last
//    record is a torn tail then. Waiting for a second sync would double the price of every vote and
//    every entry. etcd guesses here: a damaged last record is torn if a sector of it is all zeros.
//    (Alagappan et al., "Protocol-Aware Recovery for Consensus-Based Storage", FAST 2018, keep a
//    second copy of each entry's identity apart, and repair entries from other servers; here the
//    server has to be removed and added again.)

import { EMPTY_BYTES } from '../base/bytes.ts';
import { FerrisError, isFerrisError } from '../base/errors.ts';
import type { File, Files } from '../env/files.ts';
import type { FileFormat } from '../env/header.ts';
import { discard, syncFile, syncNames } from '../env/sync.ts';
import { Durability } from '../lsm/durability.ts';
import { readLog, type SingleLog } from '../lsm/wal/replay.ts';
import { LogWriter } from '../lsm/wal/writer.ts';
import type { PersistRequest } from '../raft/effects.ts';
import { ByteWriter } from './byte-cursor.ts';
import { numbersOf, raftLogSeal, serverFileName } from './file-names.ts';
import { type RaftChange, RaftImage, readChange, writeChange } from './raft-record.ts';

export const RAFT_FORMAT: FileFormat = {
  magic: 'FDB_RFT\0',
  version: 1,
  noun: 'a Raft log',
  links: ['zero: the first record stands for all files before this one', 'zero'],
};

/** A log of this size is followed by a new one at the next snapshot. */
const ROTATE_BYTES = 1 << 14;

export class RaftStorage {
  /** What the records say so far. */
  readonly image: RaftImage;
  readonly #files: Files;
  readonly #durability = new Durability(0);
  readonly #scratch = new ByteWriter(1 << 12);
  readonly #oldNames: string[] = [];
  /** What was recovered, until it is durable. */
  readonly #recovered: File | undefined;
  #isReady = true;
  #writer: LogWriter | undefined;
  #number: number;
  #tickets = 0;
  /** Old files may go when this ticket is durable. */
  #deleteAt = 0;
  /** Requests that aren't durable yet, oldest first. */
  readonly #requests: { readonly ticket: number; readonly sequence: number }[] = [];
  #persisted = 0;
  /** Of the last record that a sync was asked for, and of the last that has an empty one behind it. */
  #syncedTicket = 0;
  #vouchedTicket = 0;

  /**
   * Reads what an earlier run has left, and asks that it be durable; see `ready`.
   * @throws FERRIS_CORRUPTION when it can't be trusted; FERRIS_IO, FERRIS_UNSUPPORTED
   */
  static open(files: Files): RaftStorage {
    return new RaftStorage(files);
  }

  private constructor(files: Files) {
    this.#files = files;
    const numbers = numbersOf('raft-log', files.list());
    this.#number = numbers.at(-1) ?? 0;
    const { image, name } = recover(files, numbers);
    this.image = image;
    for (const number of numbers) this.#oldNames.push(serverFileName('raft-log', number));
    if (numbers.length === 0) return;
    // Debris too must stay as long as no newer file stands for it: see `recover`.
    syncNames(files);
    this.#isReady = false;
    if (name === undefined) return;
    this.#recovered = files.open(name);
    syncFile(this.#recovered);
  }

  /** True when all that was recovered is durable. */
  get ready(): boolean {
    if (this.#isReady) return true;
    const file = this.#recovered;
    if (!this.#files.directoryDurable) return false;
    if (file !== undefined && file.durableBytes < file.size) return false;
    file?.close();
    this.#isReady = true;
    return true;
  }

  /** Stands for everything appended so far; compare with `durableTicket`. */
  get ticket(): number {
    return this.#tickets;
  }

  /** Records up to this ticket survive a power cut. */
  get durableTicket(): number {
    return this.#durability.durableSequence;
  }

  /** The newest request that is durable, with all before it. */
  get persistedSequence(): number {
    return this.#persisted;
  }

  /** Appends a request; `sync` asks for its durability. @throws FERRIS_NO_SPACE, FERRIS_IO */
  persist(request: PersistRequest): void {
    this.#append(this.image.change(request));
    this.#requests.push({ ticket: this.#tickets, sequence: request.sequence });
  }

  /** From now on this generation of the state machine counts; errors are those of `persist`. */
  switchGeneration(generation: number): void {
    const { term, vote } = this.image;
    const nothing = { truncateAfter: undefined, snapshot: undefined, entries: [] };
    this.#append({ isWhole: false, generation, term, vote, ...nothing });
  }

  /** Asks that all records become durable, unless a sync is under way. @throws FERRIS_IO */
  sync(): void {
    const writer = this.#writer;
    if (writer === undefined || this.#syncedTicket === this.#tickets) return;
    if (writer.durableBytes < writer.syncRequestedBytes) return;
    this.#sync(writer);
  }

  /** Looks at the watermarks again; true if a request has become durable. @throws FERRIS_IO */
  advance(): boolean {
    const durable = this.#durability.advance();
    if (this.#deleteAt > 0 && durable >= this.#deleteAt) this.#deleteOld();
    const before = this.#persisted;
    while (this.#requests.length > 0 && (this.#requests[0]?.ticket as number) <= durable)
      this.#persisted = this.#requests.shift()?.sequence as number;
    if (durable === this.#tickets && this.#vouchedTicket < durable) this.#vouch();
    this.sync();
    return this.#persisted > before;
  }

  /** Lets go of its files; what isn't durable yet may become so, or not. */
  close(): void {
    this.#recovered?.close();
    this.#writer?.close();
  }

  #append(change: RaftChange): void {
    this.image.apply(change);
    const writer = this.#writer;
    // Not before the file that is written now is sure to be there: a crash may keep any of two.
    const mayRotate = this.#deleteAt === 0 && change.snapshot !== undefined;
    if (writer === undefined || (mayRotate && writer.size >= ROTATE_BYTES)) this.#begin();
    else this.#write(writer, change);
  }

  #write(writer: LogWriter, change: RaftChange): void {
    this.#scratch.clear();
    writeChange(this.#scratch, change);
    const endBytes = writer.append(this.#scratch.written);
    this.#durability.wrote(writer, endBytes, ++this.#tickets, writer.syncRequestedBytes);
  }

  /** Begins a file with all there is. */
  #begin(): void {
    const old = this.#writer;
    old?.sync();
    const fileName = serverFileName('raft-log', ++this.#number);
    const fileNumber = raftLogSeal(this.#number);
    const links = { previousLog: 0, previousEndBytes: 0 };
    const log = { format: RAFT_FORMAT, fileName, fileNumber, createdMs: 0, ...links };
    const writer = LogWriter.create(this.#files, log);
    this.#write(writer, this.image.whole());
    if (old !== undefined) this.#oldNames.push(old.fileName);
    this.#writer = writer;
    this.#deleteAt = this.#tickets;
    this.#sync(writer);
  }

  #sync(writer: LogWriter): void {
    writer.sync();
    this.#syncedTicket = this.#tickets;
  }

  /** See (6). Where there is no room for it, it is tried again at the next look. */
  #vouch(): void {
    try {
      this.#writer?.append(EMPTY_BYTES);
      this.#vouchedTicket = this.#tickets;
    } catch (error) {
      if (!isFerrisError(error, 'FERRIS_NO_SPACE')) throw error;
    }
  }

  #deleteOld(): void {
    this.#deleteAt = 0;
    for (const name of this.#oldNames.splice(0)) discard(this.#files, name);
  }
}

/** What the newest file that can be used says, and which one that is; none of them: all is new. */
function recover(files: Files, numbers: readonly number[]): { image: RaftImage; name?: string } {
  for (const number of numbers.toReversed()) {
    const name = serverFileName('raft-log', number);
    const image = new RaftImage();
    const log = replay(files, name, number, image);
    if (log.bad?.vouched === true) throw refused(name, log);
    if (log.records > 0) return { image, name };
    // It was begun when the power went. What it was to stand for is in the one before it, which
    // is deleted only when this one is durable. Before the first there is nothing.
    if (number > 1 && number === numbers[0]) throw refused(name, log);
  }
  return { image: new RaftImage() };
}

function replay(files: Files, fileName: string, number: number, image: RaftImage): SingleLog {
  let isFirst = true;
  const fileNumber = raftLogSeal(number);
  return readLog(files, { format: RAFT_FORMAT, fileName, fileNumber }, (payload) => {
    if (payload.length === 0) return;
    const change = readChange(payload);
    if (change.isWhole !== isFirst)
      throw new FerrisError('FERRIS_CORRUPTION', 'a Raft log begins with one whole record');
    isFirst = false;
    image.apply(change);
  });
}

function refused(file: string, { bad, endBytes }: SingleLog): FerrisError {
  const offsetBytes = bad?.offset ?? endBytes;
  const why = bad === undefined ? 'it holds no record' : bad.reason;
  const message = `${file} is damaged at byte ${offsetBytes} (${why}), and no crash explains that: this server may have forgotten its vote. Remove it from the cluster, and add it again with an empty disk`;
  return new FerrisError('FERRIS_CORRUPTION', message, { file, offsetBytes }, bad?.cause);
}
