import { describe, expect, test } from 'vitest';
import { madeBy } from '../../../src/exercise/history.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import { run, scriptOf } from '../../../src/player/history.ts';
import type { ClusterAction } from '../../../src/widgets/cluster/actions.ts';
import { filesOn } from '../../../src/widgets/cluster/server-bytes.ts';
import { catchesUpCheaply, isCaughtUp, SOLUTION } from '../../../src/widgets/snapshots/check.ts';
import { FACTS } from '../../../src/widgets/snapshots/facts.ts';
import {
  C,
  CHUNK_BYTES,
  catchUp,
  LOSE_A_CHUNK,
  snapshots,
} from '../../../src/widgets/snapshots/scenario.ts';
import { stage } from '../../../src/widgets/snapshots/stages.ts';

const heal: ClusterAction = { do: 'heal', forTicks: 500_000 };
const more = stage('Write x eight times', 100_000);
const keys = stage('Write eight new keys', 100_000);

describe('the figures of the page on snapshots', () => {
  test('rewind', () => {
    checkRewind(snapshots);
    checkRewind(catchUp);
  }, 60_000);

  test('the poster is where the network is whole again, and what C needs is gone', () => {
    const { entries } = run(snapshots, scriptOf(snapshots));
    const cursor = snapshots.poster?.(entries) ?? 0;
    const healing = snapshots.script.slice(0, -1);
    const { state } = madeBy(snapshots, [...healing, { do: 'heal' }]);
    expect(entries[cursor - 1]?.event).toMatchObject({ type: 'net.links', severed: [] });
    const [a, b, c] = state.nodes;
    const lastOfC = c?.log.entries.at(-1)?.index ?? 0;
    expect(a?.log.base).toBeGreaterThan(lastOfC);
    expect(b?.log.base).toBeGreaterThan(lastOfC);
    expect(c?.log.base).toBe(0);
  });

  test('C is caught up in several chunks, and goes on with entries', () => {
    const { state, entries } = madeBy(snapshots, snapshots.script);
    expect(isCaughtUp(state)).toBe(true);
    expect(state.violation).toBeUndefined();
    expect(FACTS.chunks).toBe(Math.ceil(FACTS.totalBytes / CHUNK_BYTES));
    expect(FACTS.chunks).toBeGreaterThan(2);
    expect(FACTS.afterwards).toMatch(/entr/);
    const installs = entries.filter(({ event }) => event.type === 'raft.snapshot.install');
    expect(installs.map(({ node }) => node)).toEqual([C]);
    expect(filesOn(state, C).map(({ name }) => name.slice(-4))).toContain('.snp');
  });

  test('a lost chunk is sent again, from where it stopped', () => {
    const { state } = madeBy(snapshots, LOSE_A_CHUNK);
    expect(FACTS.lost).toBe(CHUNK_BYTES);
    expect(FACTS.next).toBe(FACTS.lost);
    expect(isCaughtUp(state)).toBe(true);
  });
});

describe('the exercise: catch up cheaply', () => {
  const verdict = (...actions: readonly ClusterAction[]) =>
    catchesUpCheaply(madeBy(catchUp, [...catchUp.script, ...actions])).verdict;

  test('its solution is right', () => {
    expect(catchesUpCheaply(madeBy(catchUp, SOLUTION)).verdict).toBe('right');
  });

  test('one round of writes, new keys, or nothing at all is not', () => {
    expect(verdict(heal)).toBe('open');
    expect(verdict(more)).toBe('open');
    expect(verdict(more, heal)).toBe('wrong');
    expect(verdict(keys, keys, keys, heal)).toBe('wrong');
  });

  test('before C is there, nothing is said', () => {
    expect(verdict(more, more, more, { do: 'heal' })).toBe('open');
  });

  test('caught up by the log: wrong, and why', () => {
    const put: ClusterAction = { do: 'put', client: 100, key: 'x', value: '1', forTicks: 100_000 };
    const { verdict: judged, say } = catchesUpCheaply(
      madeBy(catchUp, [...catchUp.script, put, heal]),
    );
    expect(judged).toBe('wrong');
    expect(say).toContain('by the log');
  });
});
