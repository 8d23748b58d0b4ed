import { describe, expect, test } from 'vitest';
import { describeServerFile, type EngineEvent } from '../../../engine/index.ts';
import { madeBy } from '../../../src/exercise/history.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import { actionsAt, run, scriptOf } from '../../../src/player/history.ts';
import { bytesOf } from '../../../src/projections/files.ts';
import type { ClusterAction } from '../../../src/widgets/cluster/actions.ts';
import type { ClusterMachine } from '../../../src/widgets/cluster/machine.ts';
import { filesOn } from '../../../src/widgets/cluster/server-bytes.ts';
import { withLetters } from '../../../src/widgets/cluster/violation-text.ts';
import { SOLUTION, twoInOneTerm } from '../../../src/widgets/real-log/check.ts';
import { FACTS } from '../../../src/widgets/real-log/facts.ts';
import { A, B, C, forgetful, realLog, twoLeaders } from '../../../src/widgets/real-log/scenario.ts';

const lie: ClusterAction = { do: 'disk', node: B, fault: 'lie' };
const crash = (survive: 'nothing' | 'everything'): ClusterAction => ({
  do: 'crash',
  node: B,
  survive,
  forTicks: 60_000,
});
const restart: ClusterAction = { do: 'restart', node: B, forTicks: 400_000 };

describe('the figures of the page on the real log', () => {
  test('rewind', () => {
    checkRewind(realLog);
    checkRewind(twoLeaders);
    checkRewind(forgetful);
  }, 60_000);

  test('the poster is where B has asked its disk for its vote, and has said nothing', () => {
    const { entries } = run(realLog, scriptOf(realLog));
    const cursor = realLog.poster?.(entries) ?? 0;
    const before = entries.slice(0, cursor).filter(({ node }) => node === B);
    expect(before.at(-1)?.event).toMatchObject({ type: 'file.sync' });
    expect(before.some(({ event }) => event.type === 'raft.vote' && !event.pre)).toBe(true);
    expect(before.some(({ event }) => event.type === 'raft.persisted')).toBe(false);
  });

  test('the bytes that events tell are those on the simulated disk', () => {
    const { state } = madeBy(realLog, realLog.script);
    let machine: ClusterMachine | undefined;
    run(
      {
        ...realLog,
        create: (context) => {
          machine = realLog.create(context);
          return machine;
        },
      },
      scriptOf(realLog),
    );
    for (const server of [A, B, C]) {
      const disk = machine?.world.node(server).disk;
      const names = disk?.list().filter((name) => name.endsWith('.rft')) ?? [];
      const told = filesOn(state, server).filter(({ named }) => named !== 'lost');
      expect(told.map(({ name }) => name)).toEqual(names.sort());
      for (const file of told) {
        const real = disk?.open(file.name);
        const bytes = new Uint8Array(real?.size ?? 0);
        real?.read(0, bytes);
        expect(bytesOf(file)).toEqual(bytes);
        const { children = [] } = describeServerFile(file.name, bytes);
        expect(children.at(-1)?.name).toBe('record');
      }
    }
  });

  test('before the vote leaves, term and vote are durable', () => {
    expect(FACTS.persisted).toMatchObject({ term: 1, vote: A });
    expect(FACTS.waitMs).toBeGreaterThan(0);
    expect(FACTS.headerBytes).toBe(64);
  });

  test('a lying disk is found out when its server comes back, and the run stands still', () => {
    const lied = [lie, ...realLog.script];
    const { state, entries } = madeBy(realLog, lied);
    expect(state.violation?.invariant).toBe('what was persisted stays');
    const [first = -1, last = -1] = state.violation?.entries ?? [];
    expect(entries[first]).toMatchObject({ node: B });
    expect(entries[last]).toMatchObject({ node: B, event: { type: 'raft.start' } });
    expect(entries.at(-1)?.event.type).toBe('sim.violation');
    const more = madeBy(realLog, [...lied, { do: 'run', ticks: 400_000 }]);
    expect(more.entries).toHaveLength(entries.length);
    expect(madeBy(realLog, realLog.script).state.violation).toBeUndefined();
  });

  test('a lie told where the figure stands at first is about the vote', () => {
    const whole = run(realLog, scriptOf(realLog));
    const cursor = realLog.poster?.(whole.entries) ?? 0;
    const actions = [
      ...actionsAt(whole, cursor, lie, realLog.shorten),
      { do: 'run', ticks: 400_000 },
      crash('nothing'),
      restart,
    ] as const;
    const { violation } = madeBy(realLog, actions).state;
    expect(violation?.invariant).toBe('what was persisted stays');
    expect(violation?.entries).toHaveLength(2);
  });

  test('a disk that begins to lie says so', () => {
    const events = madeBy(realLog, [lie]).entries.map(({ event }) => event as EngineEvent);
    expect(events).toContainEqual({ type: 'node.disk', syncTicks: 0, stuck: false, lies: true });
    expect(madeBy(realLog, [lie]).state.nodes[1]?.diskLies).toBe(true);
    const well: ClusterAction = { do: 'disk', node: B, fault: 'well' };
    expect(madeBy(realLog, [lie, well]).state.nodes[1]?.diskLies).toBe(false);
  });

  test('the same actions: one leader a term on disks that keep their word, two on those that lie', () => {
    expect(FACTS.honest.violation).toBeUndefined();
    expect(FACTS.honest.leaders.map(({ term }) => term)).toEqual([1, 2]);
    expect(FACTS.lying.violation?.invariant).toBe('election safety');
    expect(FACTS.lying.lastLeader).toEqual([
      { id: A, term: 1 },
      { id: C, term: 1 },
    ]);
  });
});

test('a violation is told with the letters of the servers', () => {
  expect(withLetters('server 1 and 3 became leader of term 1')).toBe(
    'servers A and C became leader of term 1',
  );
  expect(withLetters('came back with term 0 and a vote for 0')).toBe(
    'came back with term 0 and a vote for nobody',
  );
});

describe('the exercise: two leaders in one term', () => {
  const verdict = (...actions: readonly ClusterAction[]) =>
    twoInOneTerm(madeBy(twoLeaders, [...twoLeaders.script, ...actions])).verdict;
  const run600: ClusterAction = { do: 'run', ticks: 600_000 };
  const isolate = (node: number): ClusterAction => ({ do: 'isolate', node, forTicks: 600_000 });

  test('its solution is right', () => {
    expect(twoInOneTerm(madeBy(twoLeaders, SOLUTION)).verdict).toBe('right');
  });

  test('a crash alone, or the steps in another order, is not enough', () => {
    expect(verdict(run600)).toBe('open');
    expect(verdict(run600, crash('nothing'), restart)).toBe('open');
    expect(verdict(isolate(C), crash('nothing'), restart, isolate(A))).toBe('open');
    expect(verdict(run600, isolate(A), crash('nothing'), restart)).toBe('open');
  });

  test('a disk that keeps its word, or happens to have kept everything, forgets nothing', () => {
    const well: ClusterAction = { do: 'disk', node: B, fault: 'well' };
    const honest = [twoLeaders.script[0] as ClusterAction, well, ...SOLUTION.slice(1)];
    expect(twoInOneTerm(madeBy(twoLeaders, honest)).verdict).toBe('open');
    const kept = [isolate(C), crash('everything'), isolate(A), restart, run600];
    expect(verdict(...kept)).toBe('open');
  });

  test('two disks that lie are one too many', () => {
    const more: ClusterAction = { do: 'disk', node: A, fault: 'lie' };
    const made = madeBy(twoLeaders, [more, ...SOLUTION]);
    expect(made.state.violation?.invariant).toBe('election safety');
    expect(twoInOneTerm(made).verdict).toBe('open');
  });
});
