// What a power cut leaves of a disk: a pure function of the disk and a policy.
//
//                     durableBytes            new size       old size
//     before   |=========|~~~|~~~~~~~|~~~~~~~|~~~~:~~~~|~~~~~~~|
//     after    |=========|~~~|0000000|~~~?????|~~~:
//                         kept  lost    torn   torn    lost      (sectors, 512 bytes)
//
// 1. Durable bytes stay, whatever the policy says; so do durable names.
// 2. A sector is written or lost as a whole, or torn: some of its bytes got there.
//    Only the volatile bytes of the sector at the watermark are at stake.
// 3. The new size is anything from durableBytes to the old size. A kept sector that
//    the new size cuts is torn; one beyond it is lost.
// 4. Lost bytes inside the new size read as whatever the policy fills in: zeros, or
//    what lay on the disk before.
// 5. Behind a file with a reserve (rule 9 of files.ts) zeros may follow, as many as the policy says.
// 6. A name leads to any of the states it had since the last directory sync.
//
// The model is that of Pillai et al., "All File Systems Are Not Created Equal"
// (OSDI 2014), with nothing assumed that their table of file systems doesn't grant.

import { assert } from '../base/assert.ts';
import type { Random } from '../base/random.ts';
import type { EventOf, SectorFate } from '../trace/events.ts';
import { SECTOR_BYTES } from './files.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { Body, Platter } from './platter.ts';

export type Fate = SectorFate['fate'];

/** Everything that is left to chance when the power goes. */
export interface CrashPolicy {
  /** Which of the name's `count` states survived: 0 the durable one, `count - 1` the newest. */
  entry(file: string, count: number): number;
  /** The file's new size, from `durableBytes` to `size`. */
  sizeBytes(file: string, durableBytes: number, size: number): number;
  /** The fate of the volatile bytes of one sector: `size` bytes at `offset`. */
  sector(file: string, offset: number, size: number): Fate;
  /** Which of a torn sector's `size` bytes got there: from start up to end. */
  torn(file: string, offset: number, size: number): readonly [start: number, end: number];
  /** Fills lost bytes at `offset`; they arrive as zeros. */
  fill(file: string, offset: number, into: Uint8Array): void;
  /** How many zeros are found behind a file that had a reserve. */
  reserveBytes(file: string): number;
}

/** Everything that was asked for got there just in time. Torn sectors keep their first half. */
export const keepAll: CrashPolicy = {
  entry: (_file, count) => count - 1,
  sizeBytes: (_file, _durableBytes, size) => size,
  sector: () => 'kept',
  torn: (_file, _offset, size) => [0, size >>> 1],
  fill: () => {},
  reserveBytes: () => SECTOR_BYTES,
};

/** Only what is durable survives. */
export const loseAll: CrashPolicy = {
  ...keepAll,
  entry: () => 0,
  sizeBytes: (_file, durableBytes) => durableBytes,
  sector: () => 'lost',
};

/** Anything that the contract allows, drawn from `random`; `platter` lends stale bytes. */
export function randomPolicy(random: Random, platter: Platter): CrashPolicy {
  // How eager the disk was to write each file: without it, a long tail would never be kept whole.
  let keptOf4 = 0;
  return {
    entry: (_file, count) => random.below(count),
    sizeBytes(_file, durableBytes, size) {
      keptOf4 = random.between(0, 4);
      return random.pick([size, size, durableBytes, random.between(durableBytes, size)]);
    },
    sector() {
      if (random.chance(keptOf4, 4)) return 'kept';
      return random.chance(1, 2) ? 'lost' : 'torn';
    },
    torn(_file, _offset, size) {
      const at = random.between(0, size);
      return random.chance(3, 4) ? [0, at] : [at, size];
    },
    fill(file, offset, into) {
      const kind = random.below(4);
      if (kind === 2) into.set(random.bytes(into.length));
      if (kind === 3) fillStale(random, platter, file, offset, into);
    },
    reserveBytes: () => random.pick([0, random.between(1, 20), SECTOR_BYTES, 20 * SECTOR_BYTES]),
  };
}

/** What another file holds at the same offset, as if the sector had been its own before. */
function fillStale(
  random: Random,
  platter: Platter,
  file: string,
  offset: number,
  into: Uint8Array,
): void {
  const others = platter.namesPossible.filter((name) => name !== file);
  if (others.length === 0) return;
  platter.states(random.pick(others))[0]?.bytes.read(offset, into);
}

/** What became of one file; the event of the same name carries it to listeners. */
export type FileOutcome = Omit<EventOf<'power.file'>, 'type'>;

export interface CrashOutcome {
  /** The disk of the restarted machine: everything on it is durable. */
  readonly platter: Platter;
  /** Files that differ from what programs saw, or might have. */
  readonly files: readonly FileOutcome[];
}

/** Cuts the power of `platter`, which stays as it is, so one cut can be tried with many policies. */
export function crash(platter: Platter, policy: CrashPolicy): CrashOutcome {
  const survived = new Platter();
  const files: FileOutcome[] = [];
  for (const name of platter.namesPossible) {
    const states = platter.states(name);
    const body = states[policy.entry(name, states.length)];
    const current = platter.names.get(name);
    if (body !== undefined) {
      const { outcome, bytes } = crashBody(name, body, policy);
      survived.link(name, new Body(bytes, bytes.size));
      if (body !== current) files.push(returned(outcome, bytes));
      else if (outcome.sectors.length + outcome.tail.length > 0) files.push(outcome);
    } else if (current !== undefined) {
      files.push({
        file: name,
        outcome: 'vanished',
        durableBytes: 0,
        sectors: [],
        tail: new Uint8Array(0),
      });
    }
  }
  survived.settle(survived.operationCount);
  return { platter: survived, files };
}

/** Listeners may have forgotten a deleted file's bytes, so all of them are told again. */
function returned(outcome: FileOutcome, bytes: GrowingBytes): FileOutcome {
  return { ...outcome, outcome: 'returned', durableBytes: 0, tail: bytes.view().slice() };
}

function crashBody(
  file: string,
  body: Body,
  policy: CrashPolicy,
): { outcome: FileOutcome; bytes: GrowingBytes } {
  const { durableBytes } = body;
  const size = body.bytes.size;
  const end = size === durableBytes ? size : policy.sizeBytes(file, durableBytes, size);
  assert(end >= durableBytes, 'a power cut leaves the durable bytes');
  assert(end <= size, 'a power cut makes no file longer');
  const tail = body.bytes.view(durableBytes).slice();
  const sectors: SectorFate[] = [];
  for (let offset = durableBytes; offset < size; offset = nextSector(offset)) {
    const sectorBytes = Math.min(nextSector(offset), size) - offset;
    const inTail = tail.subarray(offset - durableBytes, offset - durableBytes + sectorBytes);
    const fate = crashSector(file, offset, inTail, policy);
    sectors.push({ offset, size: sectorBytes, fate: cutFate(fate, end - offset, sectorBytes) });
  }
  const reserveBytes = body.hasReserve ? policy.reserveBytes(file) : 0;
  const kept = new Uint8Array(end - durableBytes + reserveBytes);
  kept.set(tail.subarray(0, end - durableBytes));
  const bytes = new GrowingBytes(body.bytes.view(0, durableBytes));
  bytes.append(kept);
  return { outcome: { file, outcome: 'kept', durableBytes, sectors, tail: kept }, bytes };
}

function nextSector(offset: number): number {
  return offset - (offset % SECTOR_BYTES) + SECTOR_BYTES;
}

/** Changes `bytes` to what the disk holds of them. */
function crashSector(file: string, offset: number, bytes: Uint8Array, policy: CrashPolicy): Fate {
  const fate = policy.sector(file, offset, bytes.length);
  if (fate === 'kept') return fate;
  const [start, end] = fate === 'torn' ? policy.torn(file, offset, bytes.length) : [0, 0];
  const arrived = bytes.slice(start, end);
  bytes.fill(0);
  policy.fill(file, offset, bytes);
  bytes.set(arrived, start);
  return fate;
}

/** The fate of a sector of which the new size leaves `leftBytes` (or fewer than none). */
function cutFate(fate: Fate, leftBytes: number, sectorBytes: number): Fate {
  if (leftBytes <= 0) return 'lost';
  return fate === 'kept' && leftBytes < sectorBytes ? 'torn' : fate;
}
