// The Raft log on a disk that loses power inside any call: what comes back is what the requests
// up to some point had made, with every request that was reported durable.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { Random } from '../../../engine/base/random.ts';
import { describeServerFile } from '../../../engine/cluster/describe-server-file.ts';
import { RaftImage } from '../../../engine/cluster/raft-record.ts';
import { RaftStorage } from '../../../engine/cluster/raft-storage.ts';
import { FaultyFiles } from '../../../engine/env/files-faulty.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import type { PersistRequest } from '../../../engine/raft/effects.ts';
import type { Configuration, Entry } from '../../../engine/raft/message.ts';
import { hexdump } from '../../../engine/trace/hexdump.ts';
import { expectGolden } from '../../golden.ts';

const MEMBERS: Configuration = {
  ...{ voters: [1, 2, 3], outgoing: [], learners: [], learnersNext: [] },
  autoLeave: false,
};

function entry(index: number, term: number, size = 3): Entry {
  return { index, term, kind: 'command', data: new Uint8Array(size).fill(index) };
}

/** What an image says, to compare. */
function stateOf({ term, vote, generation, snapshot, entries }: RaftImage) {
  return JSON.stringify({
    ...{ term, vote, generation, snapshot },
    entries: entries.map(({ index, term: at, data }) => `${index}/${at}+${data.length}`),
  });
}

/** Draws requests that a core could make. */
class Requests {
  readonly image = new RaftImage();
  readonly #random: Random;
  #sequence = 0;

  constructor(random: Random, image?: RaftImage) {
    this.#random = random;
    if (image !== undefined) this.image.apply({ ...image.whole() });
  }

  next(): PersistRequest {
    const random = this.#random;
    const { image } = this;
    const { lastIndex } = image;
    const first = lastIndex - image.entries.length + 1;
    const isNewTerm = random.chance(1, 4);
    const term = image.term + (isNewTerm ? 1 : 0);
    const vote = isNewTerm ? random.between(0, 3) : image.vote;
    const cuts = isNewTerm && image.entries.length > 0 && random.chance(1, 2);
    const after = cuts ? random.between(first - 1, lastIndex) : lastIndex;
    const marks = !cuts && image.entries.length > 0 && random.chance(1, 4);
    const at = random.between(first, lastIndex);
    const count = random.below(4);
    const entries = Array.from({ length: count }, (_, i) =>
      entry(after + 1 + i, term, random.pick([0, 10, 600, 6000])),
    );
    const request: PersistRequest = {
      ...{ sequence: ++this.#sequence, term, vote, entries },
      ...(cuts && { truncateAfter: after }),
      ...(marks && {
        snapshot: {
          index: at,
          term: image.entries[at - first]?.term ?? 0,
          configuration: MEMBERS,
        },
      }),
    };
    image.apply(image.change(request));
    return request;
  }
}

/** Runs a log until the power goes; returns what it may and must come back with. */
function live(files: FaultyFiles, random: Random, steps: number, before: string) {
  const states = [before];
  let persisted = 0;
  try {
    const storage = RaftStorage.open(files);
    expect(stateOf(storage.image), 'it comes back as it did the last time').toBe(before);
    while (!storage.ready) files.completeSync();
    const requests = new Requests(random, storage.image);
    for (let i = 0; i < steps; i++) {
      if (random.chance(1, 3)) files.completeSync(random.below(4));
      storage.advance();
      persisted = storage.persistedSequence;
      const request = requests.next();
      states.push(stateOf(requests.image));
      storage.persist(request);
      if (random.chance(2, 3)) storage.sync();
    }
  } catch (error) {
    if (!isFerrisError(error, 'FERRIS_POWER_CUT')) throw error;
  }
  return { states, persisted };
}

const NOTHING = stateOf(new RaftImage());

for (const durability of ['at-once', 'manual'] as const) {
  test(`a prefix with everything persisted survives any cut (${durability})`, () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = new Random(seed);
        let files = new FaultyFiles({ random: random.fork('disk'), durability });
        let last = NOTHING;
        for (let boot = 0; boot < 6; boot++) {
          files.cutAtCall(random.between(1, 60));
          const { states, persisted } = live(files, random, 40, last);
          files.powerCut();
          files = files.restart();
          const recovered = stateOf(RaftStorage.open(files).image);
          const at = states.indexOf(recovered, persisted);
          expect(at, `it has what was persisted: ${persisted}`).toBeGreaterThanOrEqual(persisted);
          last = recovered;
        }
      }),
      { numRuns: 120, seed: 1 },
    );
  });
}

test('every call of a short life may be the last', () => {
  for (let call = 1; ; call++) {
    const files = new FaultyFiles({ random: new Random(call), durability: 'at-once' });
    files.cutAtCall(call);
    const { states, persisted } = live(files, new Random(3), 30, NOTHING);
    if (!files.isDead) {
      expect(call).toBeGreaterThan(60);
      return;
    }
    for (const policy of ['lose-all', 'keep-all', 'random'] as const) {
      const recovered = stateOf(RaftStorage.open(files.restart({ policy })).image);
      expect(states.indexOf(recovered, persisted)).toBeGreaterThanOrEqual(persisted);
    }
  }
});

test('nothing is reported persisted before it is', () => {
  const files = new FaultyFiles({ durability: 'manual' });
  const storage = RaftStorage.open(files);
  storage.persist({ sequence: 1, term: 1, vote: 2, entries: [] });
  storage.sync();
  expect(storage.advance()).toBe(false);
  storage.persist({ sequence: 2, term: 2, vote: 3, entries: [entry(1, 2)] });
  storage.sync();
  files.completeSync();
  expect(storage.advance()).toBe(true);
  expect(storage.persistedSequence, 'the second one waits for a sync of its own').toBe(1);
  files.completeSync();
  storage.advance();
  expect(storage.persistedSequence).toBe(2);
});

test('what was read is durable before it counts', () => {
  const files = new FaultyFiles({ durability: 'manual' });
  const storage = RaftStorage.open(files);
  storage.persist({ sequence: 1, term: 1, vote: 2, entries: [] });
  const again = files.reopen();
  const recovered = RaftStorage.open(again);
  expect(recovered.image.vote, 'it can be read').toBe(2);
  expect(recovered.ready, 'and may be lost yet').toBe(false);
  again.completeSync();
  expect(recovered.ready).toBe(true);
});

test('damage that no crash explains stops the server', () => {
  const files = new FaultyFiles();
  const storage = RaftStorage.open(files);
  for (let i = 1; i < 5; i++) {
    storage.persist({ sequence: i, term: i, vote: 1, entries: [entry(i, i)] });
    storage.sync();
  }
  files.rot('000001.rft', 100, 3);
  const again = files.reopen();
  expect(() => RaftStorage.open(again)).toThrow(/FERRIS_CORRUPTION: 000001.rft is damaged/);
});

test('a new file begins at a snapshot, and the old one goes when that is durable', () => {
  const files = new FaultyFiles({ durability: 'manual' });
  const storage = RaftStorage.open(files);
  const entries = Array.from({ length: 40 }, (_, i) => entry(i + 1, 1, 1000));
  storage.persist({ sequence: 1, term: 1, vote: 1, entries });
  files.completeSync();
  storage.advance();
  const snapshot = { index: 39, term: 1, configuration: MEMBERS };
  storage.persist({ sequence: 2, term: 1, vote: 1, entries: [], snapshot });
  expect(files.list()).toEqual(['000001.rft', '000002.rft']);
  files.completeSync();
  storage.advance();
  expect(files.list()).toEqual(['000002.rft']);
  files.powerCut();
  const { image } = RaftStorage.open(files.restart());
  expect(image.snapshot).toEqual(snapshot);
  expect(image.entries.map(({ index }) => index)).toEqual([40]);
});

test('golden: a Raft log, byte by byte', () => {
  const files = new MemoryFiles();
  const storage = RaftStorage.open(files);
  storage.persist({ sequence: 1, term: 1, vote: 2, entries: [] });
  storage.persist({ sequence: 2, term: 1, vote: 2, entries: [entry(1, 1), entry(2, 1)] });
  storage.sync();
  const snapshot = { index: 1, term: 1, configuration: MEMBERS };
  storage.persist({ sequence: 3, term: 2, vote: 0, truncateAfter: 1, entries: [entry(2, 2)] });
  storage.persist({ sequence: 4, term: 2, vote: 0, entries: [], snapshot });
  const file = files.open('000001.rft');
  const bytes = new Uint8Array(file.size);
  file.read(0, bytes);
  const span = describeServerFile('000001.rft', bytes);
  expectGolden('cluster/raft_log.dump.txt', hexdump(bytes, span));
});

/** A log with a few terms and entries, durable to its end, and its process gone. */
function grown(durability: 'at-once' | 'manual'): FaultyFiles {
  const files = new FaultyFiles({ durability });
  const storage = RaftStorage.open(files);
  const settle = () => {
    storage.sync();
    files.completeSync();
    storage.advance();
  };
  storage.persist({ sequence: 1, term: 1, vote: 1, entries: [entry(1, 1), entry(2, 1)] });
  settle();
  storage.persist({ sequence: 2, term: 2, vote: 3, entries: [] });
  settle();
  expect(storage.persistedSequence).toBe(2);
  return files;
}

test.each(['at-once', 'manual'] as const)(
  'rot of the last durable record is refused, wherever it is (%s)',
  (durability) => {
    const size = grown(durability).bytesOf('000001.rft').length;
    let refused = 0;
    for (let offset = 64; offset < size; offset++) {
      const files = grown(durability);
      files.rot('000001.rft', offset, offset % 8);
      try {
        const { image } = RaftStorage.open(files.reopen());
        expect([image.term, image.vote], `rot at ${offset}`).toEqual([2, 3]);
      } catch (error) {
        if (!isFerrisError(error, 'FERRIS_CORRUPTION')) throw error;
        refused++;
      }
    }
    // All but the frame of the empty record at the end, whose damage hides nothing.
    expect(refused).toBe(size - 64 - 16);
  },
);

test('a log at rest asks for no sync, however often it is looked at', () => {
  const files = new FaultyFiles({ durability: 'manual' });
  const log = RaftStorage.open(files);
  log.persist({ sequence: 1, term: 1, vote: 1, entries: [] });
  for (let i = 0; i < 10; i++) {
    log.sync();
    files.completeSync();
    log.advance();
  }
  const { sync, append } = files.calls;
  expect(sync).toBe(2); // its header, and its record
  expect(append).toBe(3); // those, and the empty record
});

test('on a full disk the empty record is written once there is room', () => {
  const files = new FaultyFiles({ durability: 'manual' });
  const log = RaftStorage.open(files);
  log.persist({ sequence: 1, term: 1, vote: 1, entries: [] });
  files.limit(files.usedBytes);
  files.completeSync();
  expect(log.advance()).toBe(true);
  const { size } = files.open('000001.rft');
  log.advance();
  expect(files.open('000001.rft').size).toBe(size);
  files.limit(undefined);
  log.advance();
  log.advance();
  expect(files.open('000001.rft').size).toBe(size + 16);
});
