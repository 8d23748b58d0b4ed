// Random logs on a disk that loses power: what recovery keeps is a prefix of what was
// written, with everything that was durable; and then life goes on, until the next cut.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { text } from '../../../engine/base/bytes.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { Random } from '../../../engine/base/random.ts';
import { FaultyFiles } from '../../../engine/env/files-faulty.ts';
import type { LogWriter } from '../../../engine/lsm/wal/writer.ts';
import { createLog, logsOf, payload, recover, rotate } from './logs.ts';

type Durability = 'at-once' | 'manual';

/** One machine: the records that must, and that may, come back after a power cut. */
class Machine {
  files: FaultyFiles;
  readonly #random: Random;
  /** Records of all logs in order, and where the writer of the newest log put its own. */
  #records: string[] = [];
  #ends: { writer: LogWriter; endBytes: number }[] = [];
  #writer: LogWriter | undefined;
  #next = { log: 0, endBytes: 0 };
  /** Records that recovery gave when the process began, and how many of them were durable then. */
  #recovered = 0;
  #recoveredDurable = 0;
  #name = 0;

  readonly #durability: Durability;

  constructor(seed: number, durability: Durability) {
    this.#durability = durability;
    this.#random = new Random(seed);
    const reserves = seed % 2 === 1;
    this.files = new FaultyFiles({ random: this.#random.fork('disk'), durability, reserves });
  }

  /** Writes, syncs and rotates until the power goes, or the process ends. */
  live(): void {
    this.files.cutAtCall(this.#random.between(1, 60));
    try {
      for (let steps = this.#random.between(1, 60); steps > 0; steps--) this.#step();
    } catch (error) {
      if (!isFerrisError(error, 'FERRIS_POWER_CUT') && !isFerrisError(error, 'FERRIS_IO')) {
        throw error;
      }
    }
    if (this.files.isDead) this.#restart();
    else this.#reopen();
  }

  #step(): void {
    const writer = this.#writer;
    const kind = this.#random.below(10);
    if (writer === undefined) this.#writer = createLog(this.files, this.#newNumber(), this.#next);
    else if (kind < 6) this.#append(writer);
    else if (kind < 8) this.#sync(writer);
    else if (kind < 9) this.#writer = rotate(this.files, writer, this.#newNumber());
    else this.files.completeSync(this.#random.below(3));
  }

  /** A sync that fails ends the process, as it ends the log. */
  #sync(writer: LogWriter): void {
    if (this.#random.chance(1, 20)) this.files.failNext('sync', 'FERRIS_IO');
    writer.sync();
  }

  #append(writer: LogWriter): void {
    const group = Array.from({ length: this.#random.between(1, 4) }, () => {
      const size = this.#random.pick([3, 40, 500, 2000]);
      return payload(`r${++this.#name}`, this.#random.between(3, size));
    });
    const endBytes = writer.size + group.reduce((sum, bytes) => sum + bytes.length + 16, 0);
    // Told before it is tried: half an append may survive the cut.
    for (const bytes of group) {
      this.#records.push(text(bytes));
      this.#ends.push({ writer, endBytes });
    }
    if (this.#random.chance(1, 20)) this.files.failNext('append', 'FERRIS_NO_SPACE');
    try {
      writer.appendAll(group);
    } catch (error) {
      if (!isFerrisError(error, 'FERRIS_NO_SPACE')) throw error;
      this.#records.length -= group.length;
      this.#ends.length -= group.length;
    }
  }

  #newNumber(): number {
    const numbers = logsOf(this.files).map((log) => log.fileNumber);
    return Math.max(0, this.#next.log, ...numbers) + this.#random.between(1, 2);
  }

  /** How many records the writers had been told were durable. */
  #durableCount(): number {
    const last = this.#ends.findLastIndex(
      ({ writer, endBytes }) => endBytes <= writer.durableBytes,
    );
    return last < 0 ? this.#recoveredDurable : this.#recovered + last + 1;
  }

  /** Brings the machine back after a power cut; a first recovery may be cut short. */
  #restart(): void {
    const durableCount = this.#durableCount();
    this.files = this.files.restart();
    if (this.#random.chance(1, 3)) this.#interruptedRecovery();
    this.#recover(durableCount, true);
  }

  /** Starts the process again on a disk that never lost power; recovery must sync what it reads. */
  #reopen(): void {
    const durableCount = this.#durableCount();
    this.files.cutAtCall(0);
    this.files = this.files.reopen();
    this.#recover(durableCount, this.#durability === 'at-once');
  }

  #recover(durableCount: number, isDurable: boolean): void {
    const first = recover(this.files, 'tolerate-torn-tail');
    expect(first.error).toBeUndefined();
    expect(first.payloads.length).toBeGreaterThanOrEqual(durableCount);
    expect(first.payloads).toEqual(this.#records.slice(0, first.payloads.length));
    expect(first.report?.vouchedLoss).toBe(false);
    expect(recover(this.files, 'tolerate-torn-tail')).toEqual(first);
    expect(recover(this.files, 'point-in-time').payloads).toEqual(first.payloads);
    const { lastLog, lastEndBytes } = first.report as NonNullable<typeof first.report>;
    this.#next = { log: lastLog, endBytes: lastEndBytes };
    this.#records = first.payloads;
    this.#recovered = first.payloads.length;
    this.#recoveredDurable = isDurable ? first.payloads.length : durableCount;
    this.#ends = [];
    this.#writer = undefined;
  }

  #interruptedRecovery(): void {
    this.files.cutAtCall(1);
    recover(this.files, 'tolerate-torn-tail');
    if (this.files.isDead) this.files = this.files.restart();
    else this.files.cutAtCall(0);
  }
}

for (const durability of ['at-once', 'manual'] as const) {
  test(`a prefix with everything durable survives any cut (${durability})`, () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const machine = new Machine(seed, durability);
        for (let life = 0; life < 6; life++) machine.live();
      }),
      { numRuns: 250, seed: 1 },
    );
  });
}
