import { describe, expect, test } from 'vitest';
import { LINK_CHARACTERS_MAX } from '../../../engine/index.ts';
import { madeBy } from '../../../src/exercise/history.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import { run, scriptOf } from '../../../src/player/history.ts';
import { encodeLink } from '../../../src/player/link.ts';
import {
  historyAt,
  initialSettings,
  measureAll,
  measureAt,
  placesOf,
} from '../../../src/sweep/sweep.ts';
import { meetsP99, SOLUTION } from '../../../src/widgets/group-commit/check.ts';
import {
  latenciesOf,
  NOT_YET,
  percentile,
  projectGroups,
  syncsDone,
} from '../../../src/widgets/group-commit/projection.ts';
import { rotation } from '../../../src/widgets/group-commit/rotation.ts';
import {
  type GroupAction,
  groupCommit,
  loadUnder,
  meetP99,
} from '../../../src/widgets/group-commit/scenario.ts';
import {
  latencyAgainstGroup,
  waitingForCompany,
} from '../../../src/widgets/group-commit/sweeps.ts';
import { clientBars, isCrowded, windowOf } from '../../../src/widgets/group-commit/timeline.ts';

const history = (actions: readonly GroupAction[]) => ({ ...scriptOf(groupCommit), actions });
const stateOf = (actions: readonly GroupAction[]) => madeBy(groupCommit, actions).state;

describe('the figure of groups', () => {
  test('rewinds', () => checkRewind(groupCommit));

  test('rewinds bursts, waiting, and rotations', () => {
    const burst: GroupAction = { do: 'serve', clients: 10, everyTicks: 0, even: true };
    checkRewind(groupCommit, history([...groupCommit.script, burst]));
    checkRewind(groupCommit, history(loadUnder({ groupMax: 4, waitTicks: 30 }, {})));
    checkRewind(groupCommit, history(loadUnder({ logBytes: 512 }, {})));
  });

  test('everybody is answered, after one sync at least, in the order in which they came', () => {
    const { clients, rules } = stateOf(groupCommit.script);
    expect(clients.every(({ answeredTicks }) => answeredTicks !== NOT_YET)).toBe(true);
    for (const { writtenTicks, answeredTicks } of clients)
      expect(answeredTicks - writtenTicks).toBe(rules?.syncTicks);
    const answers = clients.map(({ answeredTicks }) => answeredTicks);
    expect(answers).toEqual([...answers].sort((a, b) => a - b));
  });

  test('a client who comes to an idle disk waits for one sync, the next for the rest of it too', () => {
    const state = stateOf(loadUnder({}, { clients: 3, everyTicks: 5, even: true }));
    expect(latenciesOf(state)).toEqual([20, 30, 35]);
    expect(syncsDone(state)).toBe(2);
  });

  test('nobody is answered before the store calls the write durable, at a rotation neither', () => {
    for (const rules of [{}, { logBytes: 256 }]) {
      const { entries } = run(groupCommit, history(loadUnder(rules, {})));
      let durable = 0;
      for (const { event } of entries) {
        if (event.type === 'store.write.acknowledge') durable = event.lastSequence;
        // Sequence number 1 was written before the picture begins.
        if (event.type === 'client.answer') expect(event.client + 1).toBeLessThanOrEqual(durable);
      }
      expect(durable).toBe(25);
    }
  });

  test('a group is never larger than its limit, and goes early when it is full', () => {
    const { entries } = run(groupCommit, history(loadUnder({ groupMax: 3, waitTicks: 500 }, {})));
    const sizes = entries.flatMap(({ event }) =>
      event.type === 'store.write.begin' ? [event.count] : [],
    );
    expect(Math.max(...sizes)).toBe(3);
    expect(sizes.slice(0, -1).every((size) => size === 3)).toBe(true);
  });

  test('the first in line waits for company no longer than it is told to', () => {
    const state = stateOf(
      loadUnder({ waitTicks: 30 }, { clients: 2, everyTicks: 100, even: true }),
    );
    expect(latenciesOf(state)).toEqual([50, 50]);
  });

  test('a write that comes at a rotation waits for three syncs', () => {
    const rules = { logBytes: 256, groupMax: 1 };
    const state = stateOf(loadUnder(rules, { clients: 8, everyTicks: 200, even: true }));
    expect(state.rotations).toBeGreaterThan(0);
    expect(new Set(latenciesOf(state))).toEqual(new Set([20, 60]));
    expect(state.syncs.map(({ kind }) => kind)).toContain('name');
  });

  test('a client keeps its row while time passes, crowded or not', () => {
    for (const actions of [groupCommit.script, loadUnder({ groupMax: 1 }, {})]) {
      const { entries } = run(groupCommit, history(actions));
      let state = groupCommit.initial;
      const crowded = isCrowded(stateOf(actions));
      const rows = new Map<number, number>();
      for (const entry of entries) {
        state = projectGroups(state, entry);
        for (const { client, lane } of clientBars(state, windowOf(state), crowded)) {
          expect(rows.get(client.id) ?? lane).toBe(lane);
          rows.set(client.id, lane);
        }
      }
      expect(rows.size).toBe(24);
    }
  });

  test('a link with numbers that no disk has is refused', () => {
    const rules = loadUnder({}, {})[0] as GroupAction;
    expect(groupCommit.parse({ ...rules, syncTicks: 0 })).toBeUndefined();
    expect(groupCommit.parse({ ...rules, groupMax: 1e9 })).toBeUndefined();
    expect(groupCommit.parse({ do: 'serve', clients: 1e9, everyTicks: 1, even: true })).toBe(
      undefined,
    );
    expect(groupCommit.parse({ do: 'serve', clients: 5, everyTicks: 1.5, even: true })).toBe(
      undefined,
    );
  });
});

describe('percentiles', () => {
  test('are values that occurred', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(percentile(hundred, 50)).toBe(50);
    expect(percentile(hundred, 99)).toBe(99);
    expect(percentile([7], 99)).toBe(7);
    expect(percentile([], 99)).toBeUndefined();
  });
});

describe('the sweeps', () => {
  test('every place has a link, and the figure that opens it comes to the same numbers', () => {
    for (const sweep of [latencyAgainstGroup, waitingForCompany]) {
      for (const place of placesOf(sweep, initialSettings(sweep))) {
        const opened = historyAt(sweep, place);
        const link = encodeLink(sweep.scenario.id, { history: opened, cursor: 0 });
        expect(link.length).toBeLessThan(Math.min(LINK_CHARACTERS_MAX, 400));
        for (const action of opened.actions) expect(groupCommit.parse(action)).toEqual(action);
      }
    }
    const place = { groupMax: 3, everyTicks: 6 };
    const { entries } = run(
      groupCommit,
      history(historyAt(latencyAgainstGroup, place).actions as GroupAction[]),
    );
    expect(latencyAgainstGroup.measure(entries, place)).toEqual(
      measureAt(latencyAgainstGroup, place),
    );
  });

  test('larger groups never make the p99 worse, and one write in a group is far from enough', () => {
    const p99 = measureAll(latencyAgainstGroup).map((values) => values['p99'] as number);
    expect(p99).toEqual([...p99].sort((a, b) => b - a));
    expect(p99[0]).toBeGreaterThan(20 * (p99.at(-1) as number));
  });

  test('waiting saves syncs in every row', () => {
    const syncs = measureAll(waitingForCompany).map((values) => values['syncs'] as number);
    const columns = waitingForCompany.x.values.length;
    for (let row = 0; row * columns < syncs.length; row++) {
      const along = syncs.slice(row * columns, (row + 1) * columns);
      expect(along).toEqual([...along].sort((a, b) => b - a));
    }
  });
});

describe('the exercise "meet a p99"', () => {
  const judged = (rules: Parameters<typeof loadUnder>[0]) =>
    meetsP99(madeBy(meetP99, loadUnder(rules, { clients: 60, everyTicks: 10 }))).verdict;

  test('the solution is right', () => {
    expect(meetsP99(madeBy(meetP99, SOLUTION)).verdict).toBe('right');
  });

  test('what one would try first is wrong', () => {
    expect(judged({ groupMax: 1 })).toBe('wrong');
    expect(judged({ groupMax: 64 })).toBe('wrong');
    expect(judged({ groupMax: 64, waitTicks: 80 })).toBe('wrong');
    expect(judged({ groupMax: 2, waitTicks: 40 })).toBe('wrong');
  });

  test('another disk or other clients are not the task', () => {
    expect(judged({ groupMax: 8, waitTicks: 40, syncTicks: 2 })).toBe('wrong');
    const few = loadUnder({ groupMax: 8, waitTicks: 40 }, { clients: 2, everyTicks: 10 });
    expect(meetsP99(madeBy(meetP99, few)).verdict).toBe('wrong');
  });
});

describe('the figure of rotation', () => {
  test('rewinds', () => checkRewind(rotation));

  test('a flush leaves one log; every header says where the log before it ended', () => {
    const { entries, error } = run(rotation, scriptOf(rotation));
    expect(error).toBeUndefined();
    const begun = entries.flatMap(({ event }) => (event.type === 'wal.create' ? [event] : []));
    expect(begun.length).toBeGreaterThan(2);
    const deleted = entries.flatMap(({ event }) =>
      event.type === 'file.delete' ? [event.file] : [],
    );
    expect(deleted.length).toBe(begun.length - 1);
  });
});
