import { describe, expect, test } from 'vitest';
import { madeBy } from '../../../src/exercise/history.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import { scriptOf } from '../../../src/player/history.ts';
import { leadersOf, nodeOf } from '../../../src/projections/cluster.ts';
import type { ClusterAction } from '../../../src/widgets/cluster/actions.ts';
import { SOLUTION, twoLeaders } from '../../../src/widgets/membership/check.ts';
import { foundersOf, STEPS } from '../../../src/widgets/membership/founders.ts';
import { reportOf, startHunt } from '../../../src/widgets/membership/hunt.ts';
import { currentOf, nextSteps } from '../../../src/widgets/membership/members.ts';
import { leadersMax, overlapOf, quorumsOf } from '../../../src/widgets/membership/quorum-pairs.ts';
import {
  byHand,
  configure,
  historyOf,
  membership,
  naive,
} from '../../../src/widgets/membership/scenario.ts';

const grown = (...actions: ClusterAction[]) =>
  madeBy(membership, [...membership.script, ...actions]);
const remove: ClusterAction = { do: 'stage', stage: 'Remove the leader', forTicks: 1_500_000 };

describe('the live cluster', () => {
  test('rewinds, with a change of every kind', () => {
    checkRewind(membership);
    const actions = [
      ...membership.script,
      configure({ voters: [1, 2, 3, 4], learners: [5] }),
      remove,
    ];
    checkRewind(membership, { ...scriptOf(membership), actions });
  });

  test('its poster is a joint configuration, and its end is the new one', () => {
    const { entries, state } = grown();
    const poster = madeBy(membership, membership.script).entries[membership.poster!(entries) - 1];
    expect(poster?.event).toMatchObject({
      type: 'raft.configuration',
      configuration: { voters: [1, 2, 3, 4, 5], outgoing: [1, 2, 3] },
    });
    for (const { configuration } of state.nodes)
      expect(configuration).toMatchObject({ voters: [1, 2, 3, 4, 5], outgoing: [] });
  });

  test('one server less needs no joint configuration', () => {
    const before = grown().entries.length;
    const { entries, state } = grown(configure({ voters: [1, 2, 3, 4], learners: [] }));
    expect(currentOf(state).voters).toEqual([1, 2, 3, 4]);
    const since = entries.slice(before).map(({ event }) => event);
    for (const event of since)
      if (event.type === 'raft.configuration') expect(event.configuration.outgoing).toEqual([]);
  });

  test('a removed leader steps down, and another leads', () => {
    const [old] = leadersOf(grown().state);
    const { state, entries } = grown(remove);
    expect(
      entries.some(({ event }) => event.type === 'raft.role' && event.reason === 'removed'),
    ).toBe(true);
    expect(currentOf(state).voters).not.toContain(old?.id);
    expect(leadersOf(state)[0]?.id).not.toBe(old?.id);
    expect(leadersOf(state)).toHaveLength(1);
  });

  test('a learner gets the log, and has no vote', () => {
    const { state } = grown(
      configure({ voters: [1, 2, 3], learners: [] }),
      configure({ voters: [1, 2, 3], learners: [4] }),
    );
    expect(currentOf(state)).toMatchObject({ voters: [1, 2, 3], learners: [4] });
    const last = (id: number) => {
      const { base, entries } = nodeOf(state, id)!.log;
      return base + entries.length;
    };
    expect(last(4)).toBe(last(leadersOf(state)[0]!.id));
  });

  test('its buttons are all different, and none asks for what is', () => {
    for (const actions of [[], [remove], [configure({ voters: [1, 2, 3], learners: [5] })]]) {
      const { state } = grown(...actions);
      const steps = nextSteps(currentOf(state)).map((one) => JSON.stringify(one));
      expect(new Set(steps).size).toBe(steps.length);
      const offers = membership.offers(state).map(({ action }) => membership.label(action));
      expect(new Set(offers).size).toBe(offers.length);
    }
  });
});

describe('majorities', () => {
  const old = { voters: [1, 2, 3] };

  test('are those of the engine', () => {
    expect(quorumsOf(old)).toEqual([
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
    expect(quorumsOf({ voters: [1, 2, 3, 4, 5] })).toHaveLength(10);
  });

  test('at once they can be apart; one at a time and jointly they can’t', () => {
    const [three, four, five] = [3, 4, 5].map((n) => ({
      voters: Array.from({ length: n }, (_, i) => i + 1),
    }));
    expect(overlapOf(three!, five!)).toMatchObject({ disjoint: 3, pairs: 30 });
    expect(overlapOf(three!, four!).disjoint).toBe(0);
    expect(overlapOf(four!, five!).disjoint).toBe(0);
    const joint = { ...five!, outgoing: three!.voters };
    expect(overlapOf(three!, joint).disjoint).toBe(0);
    expect(overlapOf(joint, five!).disjoint).toBe(0);
  });

  test('two leaders at most, where servers don’t agree on who they are', () => {
    const five = [1, 2, 3, 4, 5];
    expect(leadersMax(five, foundersOf(STEPS['at once']))).toBe(2);
    expect(leadersMax(five, foundersOf(STEPS.joint))).toBe(1);
    expect(leadersMax(five.slice(0, 4), foundersOf(STEPS['one more']))).toBe(1);
  });
});

describe('the change at once', () => {
  test('rewinds', () => {
    checkRewind(naive);
    checkRewind(byHand, { ...scriptOf(byHand), actions: SOLUTION });
  });

  test('the search finds two leaders, and the figure plays what it found', {
    timeout: 120_000,
  }, () => {
    const explorer = startHunt({ step: 'at once' });
    while (explorer.work(100));
    const { verdict, moves, message } = reportOf(explorer);
    expect(verdict).toBe('found');
    const { state } = madeBy(naive, historyOf(moves!));
    expect(state.violation?.invariant).toBe('election safety');
    expect(state.violation?.message).toBe(message);
  });

  test('the solution is right; one election alone, and a late candidate, are not', () => {
    expect(twoLeaders(madeBy(byHand, SOLUTION)).verdict).toBe('right');
    const stage = (name: string): ClusterAction => ({ do: 'stage', stage: name });
    const tries: (readonly ClusterAction[])[] = [
      byHand.script,
      SOLUTION.slice(0, -1),
      [
        ...byHand.script,
        stage('A loses patience'),
        stage('A to B arrives'),
        stage('B to A arrives'),
      ],
      [
        ...byHand.script,
        ...['A loses patience', 'A to B arrives', 'A to C arrives', 'B to A arrives'].map(stage),
        ...['D loses patience', 'D to C arrives', 'D to E arrives'].map(stage),
        ...['C to D arrives', 'E to D arrives'].map(stage),
      ],
    ];
    for (const actions of tries) expect(twoLeaders(madeBy(byHand, actions)).verdict).toBe('open');
  });

  test('every button does something', () => {
    const { state, entries } = madeBy(naive, SOLUTION.slice(0, 4));
    for (const { action } of naive.offers(state))
      expect(madeBy(naive, [...SOLUTION.slice(0, 4), action]).entries.length).toBeGreaterThan(
        entries.length,
      );
  });
});
