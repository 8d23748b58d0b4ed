import { describe, expect, test } from 'vitest';
import { checkLinearizable } from '../../../engine/index.ts';
import { madeBy } from '../../../src/exercise/history.ts';
import { captionText } from '../../../src/player/caption.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import { run, scriptOf } from '../../../src/player/history.ts';
import type { ClusterAction } from '../../../src/widgets/cluster/actions.ts';
import {
  answersOf,
  type HistoryName,
  historyOf,
  moved,
  NAMED,
  NAMES,
  rangeOf,
} from '../../../src/widgets/linearizability/calls.ts';
import { breaksLease, LEADER_THERE, SOLUTION } from '../../../src/widgets/linearizability/check.ts';
import { BOTH_RIGHT, verdictOf } from '../../../src/widgets/linearizability/facts.ts';
import {
  breakLease,
  LEADER,
  leases,
  SLOW_PPM,
} from '../../../src/widgets/linearizability/lease-scenario.ts';
import { type BenchAction, bench } from '../../../src/widgets/linearizability/scenario.ts';
import { inMs } from '../../../src/widgets/linearizability/verdict.ts';

const verdictAfter = (...actions: BenchAction[]) => madeBy(bench, actions).state.verdict?.verdict;

describe('the bench', () => {
  test('rewinds, with every history and every kind of change', () => {
    checkRewind(bench);
    const picked = NAMES.map((name): BenchAction => ({ do: 'pick', name }));
    checkRewind(bench, {
      ...scriptOf(bench),
      actions: [
        ...picked,
        { do: 'move', call: 0, end: 'answer', byMs: -1 },
        { do: 'move', call: 0, end: 'call', byMs: 2 },
        { do: 'answer', call: 2, value: null },
        { do: 'answer', call: 0, value: '1' },
        { do: 'move', call: 9, end: 'call', byMs: 1 },
      ],
    });
  });

  test('the named histories are what they are said to be', () => {
    const expected: Record<HistoryName, string> = {
      'New, then old': 'not linearizable',
      'A stale read': 'not linearizable',
      'All at once': 'linearizable',
      'No answer': 'linearizable',
      'There and back': 'not linearizable',
    };
    for (const name of NAMES) expect(verdictAfter({ do: 'pick', name }), name).toBe(expected[name]);
  });

  test('the script ends well: two calls that touch overlap', () => {
    expect(verdictAfter(...bench.script)).toBe('linearizable');
    expect(verdictAfter(...bench.script.slice(0, 2))).toBe('not linearizable');
  });

  test('each history has a change that turns the verdict around', () => {
    for (const name of NAMES) {
      const before = verdictAfter({ do: 'pick', name });
      const calls = NAMED[name];
      const edits = calls.flatMap((_, call): BenchAction[] => [
        ...answersOf(calls).map((value): BenchAction => ({ do: 'answer', call, value })),
        ...(['call', 'answer'] as const).flatMap((end) =>
          [-9, -7, -5, -3, -1, 1, 3, 5, 7].map(
            (byMs): BenchAction => ({ do: 'move', call, end, byMs }),
          ),
        ),
      ]);
      expect(
        edits.some((edit) => verdictAfter({ do: 'pick', name }, edit) !== before),
        name,
      ).toBe(true);
    }
  });

  test('ends stay within their ranges, and a history in range is one that clients can have had', () => {
    for (const name of NAMES) {
      const calls = NAMED[name];
      for (const index of calls.keys())
        for (const end of ['call', 'answer'] as const)
          for (let byMs = -16; byMs <= 16; byMs++) {
            const after = moved(calls, index, end, byMs);
            if (!after) continue;
            expect(() => checkLinearizable(historyOf(after))).not.toThrow();
            const ms = end === 'call' ? after[index]?.fromMs : after[index]?.toMs;
            const [low, high] = rangeOf(calls, index, end);
            expect(ms).toBeGreaterThanOrEqual(low);
            expect(ms).toBeLessThanOrEqual(high);
          }
    }
  });

  test('a link brings nothing else', () => {
    for (const bad of [
      null,
      { do: 'pick', name: 'constructor' },
      { do: 'move', call: 0, end: 'middle', byMs: 1 },
      { do: 'move', call: 0, end: 'call', byMs: 1.5 },
      { do: 'answer', call: 0, value: 'a long value' },
      { do: 'answer', call: -1, value: null },
    ])
      expect(bench.parse(bad)).toBeUndefined();
  });

  test('reasons are told in milliseconds', () => {
    expect(inMs('c read x = 1 (ticks 5000 to 6500) after all')).toBe(
      'c read x = 1 (5.0 ms to 6.5 ms) after all',
    );
    const { entries, state } = madeBy(bench, bench.script);
    expect(captionText(bench.caption(entries.at(-1) as never, state))).not.toMatch(/tick/);
  });
});

describe('leases beside ReadIndex', () => {
  test('rewinds', () => checkRewind(leases));

  test('a slow clock makes a lease lie, and ReadIndex does not', () => {
    expect(verdictOf(leases.script, 0)).toBe('not linearizable');
    expect(verdictOf(leases.script, 1)).toBe('linearizable');
  });

  test('with right clocks both are right', () => expect(BOTH_RIGHT).toBe(true));

  test('the server that is cut off is the leader, and it answers from its lease', () => {
    const { entries } = run(leases, scriptOf(leases));
    const reads = entries.filter(
      ({ event: { side, event } }) => side === 0 && event.type === 'raft.read',
    );
    expect(reads.at(-1)?.node).toBe(LEADER);
    expect(reads.at(-1)?.event.event).toMatchObject({ lease: true });
    const elsewhere = entries.filter(
      ({ event: { side, event } }) => side === 1 && event.type === 'raft.read',
    );
    expect(elsewhere.at(-1)?.node).not.toBe(LEADER);
    expect(elsewhere.at(-1)?.event.event).toMatchObject({ lease: false });
  });
});

describe('the exercise "break a lease"', () => {
  const judged = (...actions: ClusterAction[]) =>
    breaksLease(madeBy(breakLease, [...breakLease.script, ...actions])).verdict;
  const [clock, isolate, put, get] = SOLUTION.slice(breakLease.script.length) as [
    ClusterAction,
    ClusterAction,
    ClusterAction,
    ClusterAction,
  ];

  test('rewinds, the solution too', () => {
    checkRewind(breakLease);
    checkRewind(breakLease, { ...scriptOf(breakLease), actions: SOLUTION });
  });

  test('the solution is right, and its server leads', () => {
    const { state } = madeBy(breakLease, breakLease.script);
    expect(state.nodes.find(({ role }) => role === 'leader')?.id).toBe(LEADER_THERE);
    expect(breaksLease(madeBy(breakLease, SOLUTION)).verdict).toBe('right');
  });

  test('what one would try first is wrong', () => {
    expect(judged()).toBe('wrong');
    expect(judged(isolate, put, get)).toBe('wrong');
    expect(judged(isolate, clock, put, get)).toBe('wrong');
    expect(judged(clock, isolate, get)).toBe('wrong');
    expect(judged(clock, put, get)).toBe('wrong');
    for (const node of [1, 3])
      expect(judged({ do: 'clock', node, ratePpm: SLOW_PPM }, isolate, put, get)).toBe('wrong');
  });
});
