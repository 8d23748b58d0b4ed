// The parts of the core by themselves: log, progress, window, persistence, configurations,
// options.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { Random } from '../../../engine/base/random.ts';
import {
  changed,
  checkConfiguration,
  decodeConfiguration,
  encodeConfiguration,
  left,
} from '../../../engine/raft/configuration.ts';
import type { PersistRequest, RaftOptions } from '../../../engine/raft/effects.ts';
import { RaftLog } from '../../../engine/raft/log.ts';
import type { Configuration } from '../../../engine/raft/message.ts';
import { settingsOf } from '../../../engine/raft/options.ts';
import { Persistence } from '../../../engine/raft/persistence.ts';
import { Progress, Window } from '../../../engine/raft/progress.ts';
import { Raft } from '../../../engine/raft/raft.ts';
import { entryOf } from './disk.ts';

const terms = fc
  .array(fc.integer({ min: 1, max: 5 }), { maxLength: 12 })
  .map((list) => list.sort());

function logOf(list: readonly number[], startIndex = 0, startTerm = 0): RaftLog {
  return new RaftLog(
    startIndex,
    startTerm,
    list.map((term, i) => entryOf(startIndex + i + 1, term)),
  );
}

function plain(voters: readonly number[], rest: Partial<Configuration> = {}): Configuration {
  return { voters, outgoing: [], learners: [], learnersNext: [], autoLeave: false, ...rest };
}

describe('log', () => {
  test('the first conflict is the first entry whose term differs, or that is missing', () => {
    fc.assert(
      fc.property(terms, terms, (mine, theirs) => {
        const entries = theirs.map((term, i) => entryOf(i + 1, term));
        const expected = theirs.findIndex((term, i) => mine[i] !== term);
        expect(logOf(mine).findConflict(entries)?.index ?? 0).toBe(expected + 1);
      }),
    );
  });

  test('the hint skips no index at which the two logs could agree', () => {
    fc.assert(
      fc.property(terms, fc.nat(14), fc.integer({ min: 0, max: 5 }), (list, index, term) => {
        const hint = logOf(list).lastAtOrBelow(index, term);
        const fits = [0, ...list.keys()].map((i) => (i === 0 ? 0 : i)).concat(list.length);
        const best = Math.max(
          ...fits.filter((i) => i <= index && (i === 0 || list[i - 1]! <= term)),
        );
        expect(hint).toBe(best);
      }),
    );
  });

  test('a longer log, or one with a later last term, is more up to date', () => {
    const log = logOf([1, 2]);
    expect(log.isUpToDate(1, 3)).toBe(true);
    expect(log.isUpToDate(9, 1)).toBe(false);
    expect(log.isUpToDate(2, 2)).toBe(true);
    expect(log.isUpToDate(1, 2)).toBe(false);
  });

  test('compaction keeps the term of the last entry that is gone', () => {
    const log = logOf([1, 2, 2, 3], 10, 1);
    log.compact(12);
    expect([log.startIndex, log.termAt(12), log.termAt(11), log.lastIndex]).toEqual([
      ...[12, 2, undefined, 14],
    ]);
    expect(log.slice(13, 14).map(({ index }) => index)).toEqual([13, 14]);
  });

  test('a batch has at least one entry, and then as many as fit', () => {
    const log = logOf([1, 1, 1, 1]); // 16 + 3 bytes each
    expect(log.batch(1, 1).length).toBe(1);
    expect(log.batch(2, 38).length).toBe(2);
    expect(log.batch(3, 1000).length).toBe(2);
    expect(log.batch(5, 1000).length).toBe(0);
  });

  test('a gap, a falling term and a cut into the snapshot are assertions', () => {
    expect(() => logOf([1]).append([entryOf(3, 1)])).toThrow('assertion failed: entry 3 follows 1');
    expect(() => logOf([2]).append([entryOf(2, 1)])).toThrow('terms never fall');
    expect(() => logOf([2], 4, 1).truncate(3)).toThrow('never cut off');
  });
});

describe('progress', () => {
  const made = () => new Progress(2, 5, 0, new Window(2, 100));

  test('probe finds where the logs agree, then replicates', () => {
    const peer = made();
    expect(peer.reject(4, 3)).toBe(true);
    expect([peer.state, peer.nextIndex]).toEqual(['probe', 3]);
    expect(peer.accept(2)).toBe(true);
    expect([peer.state, peer.matchIndex, peer.nextIndex]).toEqual(['replicate', 2, 3]);
  });

  test('late answers change nothing', () => {
    const peer = made();
    expect(peer.reject(7, 1)).toBe(false); // it isn't what was probed
    peer.accept(4);
    expect(peer.accept(3)).toBe(false);
    expect(peer.reject(4, 1)).toBe(false); // it has acknowledged that
    expect([peer.state, peer.matchIndex, peer.nextIndex]).toEqual(['replicate', 4, 5]);
  });

  test('a heartbeat that is accepted far below does not end a probe', () => {
    const peer = made();
    expect(peer.accept(0)).toBe(false);
    expect(peer.state).toBe('probe');
  });

  test('what was sent ahead is taken back when it is rejected', () => {
    const peer = made();
    peer.accept(4);
    peer.window.add(6, 10);
    peer.nextIndex = 7;
    expect(peer.reject(6, 9)).toBe(true);
    expect([peer.state, peer.nextIndex, peer.window.count]).toEqual(['probe', 6, 0]);
  });

  test('a window is full by count or by bytes, and frees from its oldest', () => {
    const window = new Window(2, 100);
    window.add(3, 10);
    expect(window.isFull).toBe(false);
    window.add(5, 10);
    expect(window.isFull).toBe(true);
    window.freeTo(4);
    expect([window.count, window.isFull]).toEqual([1, false]);
    window.add(6, 95);
    window.freeTo(5);
    expect([window.count, window.isFull]).toEqual([1, false]);
    window.add(7, 5);
    expect(window.isFull).toBe(true);
  });
});

describe('persistence', () => {
  test('random appends, cuts and syncs: durable is what the disk has, and no more', () => {
    for (let seed = 1; seed <= 300; seed++) persistAtRandom(new Random(seed));
  });

  test('only what was asked for becomes durable', () => {
    expect(() => new Persistence(0, { term: 0, vote: 0 }).complete(1)).toThrow(
      'only what was asked for',
    );
  });
});

/** Against a disk that does the requests in order. */
function persistAtRandom(random: Random): void {
  const log = logOf([]);
  const persistence = new Persistence(0, { term: 0, vote: 0 });
  const disk: number[] = [];
  const queue: PersistRequest[] = [];
  const ask = () => {
    const request = persistence.request(term, 0, log);
    if (request !== undefined) queue.push(request);
  };
  const complete = () => {
    const request = queue.shift()!;
    if (request.truncateAfter !== undefined)
      disk.length = Math.min(disk.length, request.truncateAfter);
    for (const { index, term } of request.entries) {
      expect(index).toBe(disk.length + 1);
      disk.push(term);
    }
    persistence.complete(request.sequence);
  };
  let term = 1;
  for (let step = 0; step < 60; step++) {
    const kind = random.below(4);
    if (kind === 0) log.append([entryOf(log.lastIndex + 1, term)]);
    if (kind === 1 && log.lastIndex > 0) {
      log.truncate(random.below(log.lastIndex));
      persistence.truncate(log.lastIndex);
      term++;
    }
    if (kind === 2) ask();
    if (kind === 3 && queue.length > 0) complete();
    const agreed = disk.findIndex((diskTerm, i) => log.termAt(i + 1) !== diskTerm);
    expect(persistence.persistedIndex).toBeLessThanOrEqual(agreed < 0 ? disk.length : agreed);
  }
  ask();
  while (queue.length > 0) complete();
  expect(persistence.persistedIndex).toBe(log.lastIndex);
  expect(disk).toEqual(log.terms());
}

describe('configuration', () => {
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 0xffffffff }));

  test('what is encoded is decoded', () => {
    fc.assert(
      fc.property(
        ids,
        ids,
        ids,
        ids,
        fc.boolean(),
        (voters, outgoing, learners, next, autoLeave) => {
          const configuration = { voters, outgoing, learners, learnersNext: next, autoLeave };
          expect(decodeConfiguration(encodeConfiguration(configuration))).toEqual(configuration);
        },
      ),
    );
  });

  test('a single step if one voter differs, jointly if more do', () => {
    expect(changed(plain([1, 2, 3]), { voters: [3, 2, 1, 4] })).toEqual(plain([1, 2, 3, 4]));
    expect(changed(plain([1, 2, 3]), { voters: [1, 2, 4] })).toEqual(
      plain([1, 2, 4], { outgoing: [1, 2, 3], autoLeave: true }),
    );
    expect(changed(plain([1, 2]), { voters: [1, 2, 3], how: 'joint' })).toEqual(
      plain([1, 2, 3], { outgoing: [1, 2] }),
    );
  });

  test('learners stay unless they are named, and are promoted by becoming voters', () => {
    const before = plain([1, 2], { learners: [3, 4] });
    expect(changed(before, { voters: [1, 2, 3] })).toEqual(plain([1, 2, 3], { learners: [4] }));
    expect(changed(before, { voters: [1, 2], learners: [] })).toEqual(plain([1, 2]));
  });

  test('any two configurations that follow each other have overlapping quorums', () => {
    const some = fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1 });
    fc.assert(
      fc.property(some, some, (voters, wanted) => {
        const before = plain([...voters].sort());
        const after = changed(before, { voters: wanted });
        expect(overlap(before, after)).toBe(true);
        if (after.outgoing.length > 0) expect(overlap(after, left(after))).toBe(true);
      }),
    );
  });
});

/** No two disjoint sets of servers are a quorum of one each: tried out with all of them. */
function overlap(a: Configuration, b: Configuration): boolean {
  for (let set = 0; set < 128; set++) {
    const has = (id: number) => ((set >> id) & 1) === 1;
    if (isQuorum(a, has) && isQuorum(b, (id) => !has(id))) return false;
  }
  return true;
}

function isQuorum({ voters, outgoing }: Configuration, has: (id: number) => boolean): boolean {
  return [voters, outgoing].every(
    (half) => half.length === 0 || half.filter(has).length > half.length / 2,
  );
}

describe('options', () => {
  const base: RaftOptions = {
    id: 1,
    configuration: plain([1, 2, 3]),
    electionTicksMin: 1000,
    electionTicksMax: 2000,
    heartbeatTicks: 100,
  };

  test.each([
    [{ electionTicksMax: 900 }, 'give a range'],
    [{ heartbeatTicks: 600 }, 'campaign all the time'],
    [{ inFlightMax: 0 }, 'inFlightMax is 0'],
    [{ chunkBytes: 1.5 }, 'chunkBytes is 1.5'],
    [{ leaseReads: true, checkQuorum: false }, 'needs checkQuorum'],
    [{ leaseReads: true, leaseTicks: 1001 }, 'within the lease'],
    [{ configuration: plain([1, 1]) }, 'server 1 is in it twice'],
    [{ configuration: plain([], { learners: [1] }) }, 'it has no voter'],
  ] as const)('%o is refused', (wrong, sentence) => {
    try {
      settingsOf({ ...base, ...wrong });
      expect.unreachable();
    } catch (error) {
      expect(isFerrisError(error, 'FERRIS_INVALID_ARGUMENT')).toBe(true);
      expect((error as Error).message).toContain(sentence);
    }
  });

  test('no configuration at all waits to be added', () => {
    expect(settingsOf({ ...base, configuration: plain([]) }).preVote).toBe(true);
    expect(() => checkConfiguration(plain([]))).toThrow('name at least one');
  });

  test('what was recovered must make sense: else it is an assertion, not an error', () => {
    const recover = (recovered: object) =>
      new Raft(
        base,
        { term: 3, vote: 0, snapshot: undefined, entries: [], appliedIndex: 0, ...recovered },
        new Random(1),
        { snapshots: { newest: () => undefined, read: () => new Uint8Array(0) } },
      );
    expect(() => recover({ entries: [entryOf(2, 1)] })).toThrow(
      'assertion failed: entry 2 follows 0',
    );
    expect(() => recover({ entries: [entryOf(1, 4)] })).toThrow('no entry of a later term');
    expect(() => recover({ appliedIndex: 1 })).toThrow('what is applied is in the log');
  });
});
