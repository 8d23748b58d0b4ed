// The disk of a simulated machine: it keeps the file contract to the letter, and not
// a byte more. It fills up, fails, rots, syncs late, lies, and loses power.
//
//     const disk = new FaultyFiles({ random: new Random(7) });
//     ...an engine runs on it...
//     disk.powerCut();                  every call from now on throws FERRIS_POWER_CUT
//     const after = disk.restart();     the same disk, with what survived, all durable
//
// 1. What programs read is always what they appended; only a power cut loses bytes.
// 2. What survives a power cut is decided by `crash.ts`, from a policy or a seed.
// 3. The same seed and the same calls give the same bytes, faults and events.
// 4. A dead disk stays dead: code that unwinds after the cut can change nothing.
//
// pebble's `errorfs` and TigerBeetle's simulated storage are its models.

import { assert } from '../base/assert.ts';
import { type ErrorCode, FerrisError } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import type { Trace } from '../trace/events.ts';
import { type CrashPolicy, crash, keepAll, loseAll, randomPolicy } from './crash.ts';
import { Directory, type Stored } from './directory.ts';
import { type DiskCall, Faults } from './faults.ts';
import { SECTOR_BYTES } from './files.ts';
import { Body, Platter } from './platter.ts';

/** What kind of disk it is. */
export interface FaultyOptions {
  /** Decides what calls cut short have done, and what survives; seed 0 by default. */
  readonly random?: Random;
  /** Hears disk.* and power.* events. */
  readonly trace?: Trace | undefined;
  /** `manual`: syncs wait, in order, for `completeSync`. By default they are done at once. */
  readonly durability?: 'at-once' | 'manual';
  /** True for a disk that says "durable" and has written nothing, as some that cheat do. */
  readonly syncLies?: boolean;
  /** True for a file system that keeps zeros ready behind files that grow: rule 9 of `Files`. */
  readonly reserves?: boolean;
  /** All files together hold at most this many bytes; no limit by default. */
  readonly capacityBytes?: number;
}

/** How a machine comes back after a power cut. */
export interface RestartOptions {
  /** By default a stream of the old disk's own. */
  readonly random?: Random;
  /** `random` by default. What an object leaves out is as in `keep-all`. */
  readonly policy?: 'random' | 'lose-all' | 'keep-all' | Partial<CrashPolicy>;
}

/** A sync that was asked for: up to which size of a file, or which operation on names. */
interface SyncRequest {
  readonly file: FaultyFile | undefined;
  readonly upTo: number;
}

/** A file system on a simulated disk. */
export class FaultyFiles extends Directory<FaultyFile> {
  readonly #platter: Platter;
  readonly #random: Random;
  readonly #options: FaultyOptions;
  readonly #requests: SyncRequest[] = [];
  readonly #faults = new Faults();
  #lies: boolean;
  #capacityBytes: number | undefined;
  #dead = false;

  /** @param platter what is on the disk already; `restart` and `reopen` pass it. */
  constructor(options: FaultyOptions = {}, platter = new Platter()) {
    super();
    this.#options = options;
    this.#lies = options.syncLies === true;
    this.#capacityBytes = options.capacityBytes;
    this.#random = options.random ?? new Random(0);
    this.#platter = platter;
    for (const [name, body] of platter.names)
      this.stored.set(name, new FaultyFile(name, body, this));
  }

  // Faults.

  /** Cuts the power: every call on this object and its handles throws FERRIS_POWER_CUT from now on. */
  powerCut(): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#options.trace?.({ type: 'power.cut' });
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** Cuts the power inside the `n`-th of the next changing calls (1 is the next one), half done. */
  cutAtCall(n: number): void {
    this.#faults.cutAtCall(n);
  }

  /** Makes the next call of this kind, after `skip` others, throw `code`; each fault happens once. */
  failNext(call: DiskCall, code: 'FERRIS_IO' | 'FERRIS_NO_SPACE', skip = 0): void {
    this.#faults.failNext(call, code, skip);
  }

  /** From now on syncs are only said to be done, or are done again; see `syncLies`. */
  lie(lies: boolean): void {
    this.#lies = lies;
  }

  /** From now on all files together hold at most this many bytes; undefined: there is no limit. */
  limit(capacityBytes: number | undefined): void {
    this.#capacityBytes = capacityBytes;
  }

  /** Bytes of all files that exist now. */
  get usedBytes(): number {
    return this.#platter.usedBytes;
  }

  /** Flips bit 0 to 7 of a stored byte, durable or not. @throws FERRIS_NOT_FOUND, FERRIS_INVALID_ARGUMENT */
  rot(file: string, offset: number, bit: number): void {
    const bytes = this.#body(file).bytes.view();
    const before = bytes[offset];
    if (before === undefined) {
      const message = `"${file}" has ${bytes.length} bytes; there is none at ${offset}`;
      throw new FerrisError('FERRIS_INVALID_ARGUMENT', message, { file, offsetBytes: offset });
    }
    const after = before ^ (1 << (bit & 7));
    bytes[offset] = after;
    this.#options.trace?.({ type: 'disk.rot', file, offset, before, after });
  }

  // Coming back.

  /**
   * The machine's disk when the power is back, after `powerCut`: what survived, all of it
   * durable. This object stays dead; asked again, it may decide otherwise.
   */
  restart(options: RestartOptions = {}): FaultyFiles {
    assert(this.#dead, 'a machine restarts after a power cut');
    const random = options.random ?? this.#random.fork('restart');
    const outcome = crash(this.#platter, policyOf(options, random, this.#platter));
    const { trace } = this.#options;
    for (const file of outcome.files) trace?.({ type: 'power.file', ...file });
    trace?.({ type: 'power.restored' });
    return this.#successor(random.fork('disk'), outcome.platter);
  }

  /**
   * The disk as a new process finds it when the old one ended without a power cut, and closed no
   * file: nothing is lost, nothing volatile became durable, reserves show. Shuts this object.
   * @throws FERRIS_POWER_CUT when `restart` is what it takes
   */
  reopen(): FaultyFiles {
    if (this.#dead) throw powerCutError();
    this.shut();
    for (const body of this.#platter.names.values()) {
      if (body.hasReserve) body.bytes.append(new Uint8Array(SECTOR_BYTES));
      body.hasReserve = false;
    }
    return this.#successor(this.#random.fork('reopen'), this.#platter);
  }

  /** A disk with the same habits. */
  #successor(random: Random, platter: Platter): FaultyFiles {
    const habits = { ...this.#options, syncLies: this.#lies, random };
    const successor = new FaultyFiles(habits, platter);
    successor.limit(this.#capacityBytes);
    return successor;
  }

  // Durability.

  /** Syncs that were asked for and not done; only ever above 0 when durability is manual. */
  get syncsPending(): number {
    return this.#requests.length;
  }

  /** Completes the oldest `count` pending syncs (by default all), then calls `onDurable`. */
  completeSync(count = this.#requests.length): void {
    if (this.#dead) throw powerCutError();
    const done = this.#requests.splice(0, count);
    for (const request of done) this.#complete(request);
    if (done.length > 0) this.onDurable?.();
  }

  syncDirectory(): void {
    this.usable();
    const request = { file: undefined, upTo: this.#platter.operationCount };
    this.begin('syncDirectory', '', () => this.#completeByChance(request));
    this.#ask(request);
  }

  get directoryDurable(): boolean {
    return this.#requests.every((request) => request.file !== undefined);
  }

  // Looking inside, for figures and tests; a dead disk can be looked at too.

  /** A copy of what programs read. @throws FERRIS_NOT_FOUND */
  bytesOf(name: string): Uint8Array {
    return this.#body(name).bytes.view().slice();
  }

  /** How many bytes would survive a power cut, whatever was reported. @throws FERRIS_NOT_FOUND */
  durableBytesOf(name: string): number {
    return this.#body(name).durableBytes;
  }

  /** Names of the files that programs see, sorted. */
  get namesNow(): string[] {
    return [...this.#platter.names.keys()].sort();
  }

  /** Names that are sure to exist after a power cut, sorted. */
  get durableNames(): string[] {
    return [...this.#platter.durableNames.keys()].sort();
  }

  /** How often each call was made, those that failed too. */
  get calls(): Readonly<Record<DiskCall, number>> {
    return this.#faults.calls;
  }

  // For the directory and its files.

  override usable(): void {
    if (this.#dead) throw powerCutError();
    super.usable();
  }

  protected make(name: string): FaultyFile {
    const body = new Body();
    this.begin('create', name, () => {
      if (this.#random.chance(1, 2)) this.#platter.link(name, body);
    });
    this.#platter.link(name, body);
    return new FaultyFile(name, body, this);
  }

  protected discard(file: FaultyFile): void {
    this.begin('delete', file.name, () => {
      if (this.#random.chance(1, 2)) this.#platter.link(file.name, undefined);
    });
    this.#platter.link(file.name, undefined);
  }

  /** Counts a call and lets what was planned for it happen; `half` does some of its work. */
  begin(call: DiskCall, file: string, half: () => void): void {
    const fault = this.#faults.next(call);
    if (fault === undefined) return;
    if (fault !== 'power cut') this.fail(call, file, fault, 'the simulated disk was told to fail');
    half();
    this.powerCut();
    throw powerCutError();
  }

  /** @throws the error, after saying so. */
  fail(call: DiskCall, file: string, code: ErrorCode, message: string): never {
    this.#options.trace?.({ type: 'disk.error', file, call, code });
    throw new FerrisError(code, `${message} (${call} of "${file}")`, { file });
  }

  appendTo(file: FaultyFile, bytes: Uint8Array): void {
    const { body, name } = file;
    this.begin('append', name, () => {
      body.bytes.append(bytes.subarray(0, this.#random.between(0, bytes.length)));
    });
    this.#refuseWhenFull(name, bytes.length);
    body.bytes.append(bytes);
  }

  syncFile(file: FaultyFile, growing: boolean): void {
    if (growing && this.#options.reserves) file.body.hasReserve = true;
    const request = { file, upTo: file.size };
    this.begin('sync', file.name, () => this.#completeByChance(request));
    this.#ask(request);
  }

  #refuseWhenFull(name: string, moreBytes: number): void {
    const capacityBytes = this.#capacityBytes;
    if (capacityBytes === undefined) return;
    const { usedBytes } = this;
    if (usedBytes + moreBytes <= capacityBytes) return;
    const message = `the disk holds ${capacityBytes} bytes and ${usedBytes} are taken; delete something first`;
    this.fail('append', name, 'FERRIS_NO_SPACE', message);
  }

  #ask(request: SyncRequest): void {
    if (this.#options.durability === 'manual') this.#requests.push(request);
    else this.#complete(request);
  }

  #completeByChance(request: SyncRequest): void {
    // An earlier one that is still pending may not be overtaken.
    if (this.#requests.length === 0 && this.#random.chance(1, 2)) this.#complete(request);
  }

  #complete({ file, upTo }: SyncRequest): void {
    if (file === undefined) {
      if (!this.#lies) this.#platter.settle(upTo);
      return;
    }
    if (!this.#lies) file.body.durableBytes = Math.max(file.body.durableBytes, upTo);
    file.durableBytes = Math.max(file.durableBytes, upTo);
  }

  #body(name: string): Body {
    const body = this.#platter.names.get(name);
    if (body !== undefined) return body;
    throw new FerrisError('FERRIS_NOT_FOUND', `there is no file "${name}" on the disk`, {
      file: name,
    });
  }
}

/** A file as one mount sees it: `durableBytes` is what was reported, its body has the truth. */
class FaultyFile implements Stored {
  readonly name: string;
  readonly body: Body;
  durableBytes = 0;
  readonly #disk: FaultyFiles;

  constructor(name: string, body: Body, disk: FaultyFiles) {
    this.name = name;
    this.body = body;
    this.#disk = disk;
  }

  get size(): number {
    return this.body.bytes.size;
  }

  append(bytes: Uint8Array): void {
    this.#disk.appendTo(this, bytes);
  }

  read(offset: number, into: Uint8Array): number {
    this.#disk.begin('read', this.name, () => {});
    return this.body.bytes.read(offset, into);
  }

  sync(growing = false): void {
    this.#disk.syncFile(this, growing);
  }
}

function policyOf(options: RestartOptions, random: Random, platter: Platter): CrashPolicy {
  const policy = options.policy ?? 'random';
  if (policy === 'random') return randomPolicy(random, platter);
  if (policy === 'lose-all') return loseAll;
  return policy === 'keep-all' ? keepAll : { ...keepAll, ...policy };
}

function powerCutError(): FerrisError {
  const message = 'the simulated machine has no power; restart it to see what survived';
  return new FerrisError('FERRIS_POWER_CUT', message);
}
