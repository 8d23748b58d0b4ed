import { describe, expect, test } from 'vitest';
import { captionText } from '../../../src/player/caption.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import { actionsAt, run, scriptOf } from '../../../src/player/history.ts';
import { leadersOf } from '../../../src/projections/cluster.ts';
import { entryAt, lastIndex } from '../../../src/projections/cluster-log.ts';
import {
  type ClusterAction,
  parseClusterAction,
  TELLING_STATES,
} from '../../../src/widgets/cluster/actions.ts';
import { clusterScenario } from '../../../src/widgets/cluster/world.ts';

const put = (key: string, value: string): ClusterAction => ({
  do: 'put',
  client: 100,
  key,
  value,
  forTicks: 150_000,
});
const script: ClusterAction[] = [{ do: 'run', ticks: 450_000 }, put('x', '1')];
const scenario = clusterScenario({ id: 'cluster-test', seed: 7, script, opening: ['Servers.'] });

const history = (actions: readonly ClusterAction[]) => ({ ...scriptOf(scenario), actions });
const stateAfter = (actions: readonly ClusterAction[]) => {
  const { entries, error } = run(scenario, history(actions));
  expect(error).toBeUndefined();
  return entries.reduce(scenario.project, scenario.initial);
};

describe('a cluster in a figure', () => {
  test('rewinds', () => {
    checkRewind(scenario);
  });

  test('elects one leader, and all servers apply what the client put', () => {
    const state = stateAfter(script);
    expect(leadersOf(state)).toHaveLength(1);
    expect(state.operations[0]).toMatchObject({ outcome: 'ok', appliedIndex: 2 });
    for (const { log, stateHash } of state.nodes) {
      expect(log.appliedIndex).toBe(2);
      expect(stateHash).toBe(state.nodes[0]?.stateHash);
      expect(log.entries.every(({ persisted }) => persisted)).toBe(true);
    }
  });

  test('an action in the middle of a run ends it at that very step', () => {
    const whole = run(scenario, scriptOf(scenario));
    const at = whole.entries.findIndex(
      ({ event }) => event.type === 'raft.role' && event.role === 'leader',
    );
    const crash: ClusterAction = { do: 'crash', node: 1, forTicks: 50_000 };
    const forked = run(scenario, history(actionsAt(whole, at, crash, scenario.shorten)));
    const down = forked.entries.find(({ event }) => event.type === 'node.crash');
    expect(forked.entries.slice(0, at)).toEqual(whole.entries.slice(0, at));
    expect(down?.timeTicks).toBe(whole.entries[at - 1]?.timeTicks);
  });

  test('after a crash only what was durable is there; the rest is a ghost or gone', () => {
    const actions: ClusterAction[] = [
      ...script,
      { do: 'crash', node: 2, survive: 'nothing', forTicks: 100_000 },
      put('y', '2'),
      { do: 'restart', node: 2, forTicks: 300_000 },
    ];
    const before = stateAfter(actions.slice(0, -1));
    expect(before.nodes[1]).toMatchObject({ machine: 'down', role: 'follower' });
    const after = stateAfter(actions);
    expect(after.nodes[1]?.machine).toBe('up');
    expect(after.nodes[1] && lastIndex(after.nodes[1].log)).toBe(3);
  });

  test.each(TELLING_STATES)('%s comes about', (state) => {
    const after = stateAfter([{ do: 'tell', state }]);
    if (state === 'split vote') {
      const split = after.terms.at(-1);
      expect(split?.candidates).toHaveLength(2);
      expect(split).toMatchObject({ leader: 0 });
    }
    if (state === 'stale leader') expect(leadersOf(after)).toHaveLength(2);
    if (state === 'divergent logs') {
      const last = Math.min(...after.nodes.map(({ log }) => lastIndex(log)));
      const terms = after.nodes.map(({ log }) => entryAt(log, last)?.term);
      expect(new Set(terms).size).toBe(2);
    }
  });

  test('everything that it offers can be undone, shared and put into words', () => {
    const telling = clusterScenario({
      id: 'cluster-tell',
      seed: 3,
      script: [
        { do: 'tell', state: 'divergent logs' },
        { do: 'heal', forTicks: 400_000 },
      ],
      opening: ['Servers.'],
    });
    const { entries } = checkRewind(telling);
    let state = telling.initial;
    const words = entries.map((entry) => {
      state = telling.project(state, entry);
      return captionText(telling.caption(entry, state));
    });
    expect(words.some((sentence) => sentence.includes('away: lost'))).toBe(true);
  });
});

describe('actions out of a link', () => {
  test('are taken when they are sound', () => {
    for (const action of [
      { do: 'run', ticks: 5000, events: 3 },
      { do: 'put', client: 100, key: 'x', value: '1', forTicks: 400_000 },
      { do: 'partition', groups: [[1, 2], [3]], forTicks: 1 },
      { do: 'tell', state: 'stale leader' },
      { do: 'drop', message: 12 },
    ])
      expect(parseClusterAction({ ...action, more: 1 })).toEqual(action);
  });

  test('are refused when they are not', () => {
    for (const action of [
      null,
      {},
      { do: 'run' },
      { do: 'run', ticks: 1e12 },
      { do: 'put', client: 100, key: 'x'.repeat(100), value: '1' },
      { do: 'tell', state: 'anything' },
      { do: 'crash', node: 1, forTicks: -1 },
      { do: 'rm' },
    ])
      expect(parseClusterAction(action)).toBeUndefined();
  });
});
