import { describe, expect, test } from 'vitest';
import { madeBy } from '../../../src/exercise/history.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import { actionsAt, run, scriptOf } from '../../../src/player/history.ts';
import { leadersOf } from '../../../src/projections/cluster.ts';
import type { ClusterAction } from '../../../src/widgets/cluster/actions.ts';
import { longestRun, SOLUTION, splitsThrice } from '../../../src/widgets/election/check.ts';
import { FACTS } from '../../../src/widgets/election/facts.ts';
import {
  election,
  equalTimeouts,
  FIRST_LEADER,
  latency,
  MESSAGE_MS,
  preVote,
  threeSplits,
} from '../../../src/widgets/election/scenario.ts';

const ms = (count: number) => count * 1000;

describe('the figures of the page on elections', () => {
  test('rewind', () => {
    checkRewind(election);
    checkRewind(equalTimeouts);
    checkRewind(threeSplits);
    checkRewind(preVote);
  });

  test('the first leader is the one that the script switches off', () => {
    const { state } = madeBy(election, election.script.slice(0, 1));
    expect(leadersOf(state).map(({ id }) => id)).toEqual([FIRST_LEADER]);
    const after = madeBy(election, election.script).state;
    expect(leadersOf(after)).toHaveLength(1);
    expect(leadersOf(after)[0]?.id).not.toBe(FIRST_LEADER);
  });

  test('the poster is where somebody asks for votes, before anybody leads', () => {
    const { entries } = run(election, scriptOf(election));
    const cursor = election.poster?.(entries) ?? 0;
    expect(entries[cursor - 1]?.event).toMatchObject({ type: 'raft.role', role: 'candidate' });
    expect(entries.slice(0, cursor).some(({ event }) => event.type === 'raft.commit')).toBe(false);
  });

  test('equal timeouts: every vote is split', () => {
    expect(FACTS.leaders).toBe(0);
    expect(FACTS.splits).toBeGreaterThanOrEqual(3);
  });

  test('who comes back deposes the leader, unless it asked before', () => {
    expect(FACTS.without.leaders).toBeGreaterThan(1);
    expect(FACTS.without.term).toBeGreaterThan(3);
    expect(FACTS.withIt).toEqual({ term: 1, leaders: 1 });
  });
});

describe('two clusters on one timeline', () => {
  test('events come in the order of time, of both sides', () => {
    const { entries, error } = run(preVote, scriptOf(preVote));
    expect(error).toBeUndefined();
    const times = entries.map(({ timeTicks }) => timeTicks);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(entries.map(({ event }) => event.side))).toEqual(new Set([0, 1]));
  });

  test('an action in the middle of a run ends the run at that very event', () => {
    const whole = run(preVote, scriptOf(preVote));
    for (const cursor of [7, 150, 400]) {
      const actions = actionsAt(whole, cursor, { do: 'crash', node: 3 }, preVote.shorten);
      const again = run(preVote, { ...scriptOf(preVote), actions });
      const crash = again.entries.findIndex(({ event }) => event.type === 'node.crash');
      expect(again.entries.slice(0, cursor)).toEqual(whole.entries.slice(0, cursor));
      expect(crash).toBeGreaterThanOrEqual(cursor);
      expect(again.entries[crash]?.timeTicks).toBe(whole.entries[cursor - 1]?.timeTicks);
    }
  });
});

describe('the exercise: elect nobody, three times running', () => {
  const verdict = (...actions: readonly ClusterAction[]) =>
    splitsThrice(madeBy(threeSplits, [...threeSplits.script, ...actions])).verdict;

  test('its solution is right', () => {
    expect(splitsThrice(madeBy(threeSplits, SOLUTION)).verdict).toBe('right');
  });

  test('waiting, a quicker network, or a broken one is not enough', () => {
    expect(verdict()).toBe('open');
    expect(verdict({ do: 'run', ticks: ms(3000) })).toBe('open');
    const [quick, middle, slow] = MESSAGE_MS.map(([from, to]) => latency(from, to));
    if (!quick || !middle || !slow) throw new Error('three speeds');
    expect(verdict(quick, { do: 'run', ticks: ms(3000) })).toBe('open');
    expect(verdict(middle, { do: 'run', ticks: ms(3000) })).toBe('open');
    const broken = [slow, { do: 'run', ticks: ms(2000) }, { do: 'isolate', node: 1 }] as const;
    expect(verdict(...broken)).toBe('open');
  });

  test('only terms in a row count', () => {
    const term = { fromTicks: 0, leaderFromTicks: undefined, rivals: [], votes: [] };
    const split = { ...term, term: 1, leader: 0, candidates: [1, 2] };
    const led = { ...term, term: 2, leader: 1, candidates: [1] };
    expect(longestRun([split, split, led, split, led])).toBe(2);
    expect(longestRun([split, split])).toBe(1); // the last one may still be won
  });
});
