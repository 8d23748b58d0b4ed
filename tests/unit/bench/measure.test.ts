// Rounds: who runs when, and who is not run again.

import { expect, test, vi } from 'vitest';
import type { Host } from '../../bench/measure.ts';
import { measure } from '../../bench/measure.ts';
import { type Plan, WORKLOADS } from '../../bench/workloads.ts';

const sizes = { records: 10, syncs: 1, gets: 1, seeks: 1, cellMsMax: 1 };
const plan = (...names: string[]): Plan => ({
  suite: 'node',
  sizes,
  workloads: WORKLOADS.filter(({ name }) => names.includes(name)),
});

/** Stores with a speed each, on a clock that a call moves on by `tookMs`. */
function host(speeds: Record<string, number>, tookMs: Record<string, number> = {}) {
  const calls: string[] = [];
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const made: Host = {
    peers: Object.keys(speeds),
    versions: {},
    async call(peer, { name }) {
      nowMs += tookMs[peer] ?? 1;
      if (name !== 'finish') calls.push(peer);
      return {
        ops: 1,
        ms: 1,
        value: speeds[peer] as number,
        settings: { unsynced: '', synced: '' },
      };
    },
    async close() {},
  };
  return { made, calls };
}

test('each round begins with another store, and all run once in it', async () => {
  const { made, calls } = host({ a: 1, b: 1, c: 1 });
  await measure(made, plan('readseq'), 3, () => {});
  expect(calls.join('')).toBe('abcbcacab');
});

test('who is slow and far behind is not run again; who is only one of the two is', async () => {
  const speeds = { best: 100, hopeless: 5, slow: 50, behind: 5 };
  const { made, calls } = host(speeds, { hopeless: 2000, slow: 2000, behind: 10 });
  const { workloads } = await measure(made, plan('readseq'), 3, () => {});
  expect(calls.filter((peer) => peer === 'hopeless')).toHaveLength(1);
  for (const peer of ['best', 'slow', 'behind'])
    expect(calls.filter((each) => each === peer)).toHaveLength(3);
  expect(workloads[0]?.peers.hopeless?.rounds).toEqual([5]);
});

test('a store that fails fails the run', async () => {
  const { made } = host({ a: 1 });
  const failing: Host = { ...made, call: async () => ({ error: 'a value is wrong' }) };
  await expect(measure(failing, plan('readseq'), 1, () => {})).rejects.toThrow('a value is wrong');
});
