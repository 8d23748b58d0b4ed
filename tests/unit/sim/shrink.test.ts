import { expect, test } from 'vitest';
import type { TimedAction } from '../../../engine/sim/nemesis.ts';
import { minimize, shrinkRun, type TimedRun } from '../../../engine/sim/shrink.ts';

const crash = (node: number, atTicks: number): TimedAction => ({
  atTicks,
  action: { do: 'crash', node },
});

test('minimize: a list from which nothing can be taken', () => {
  const items = Array.from({ length: 100 }, (_, i) => i);
  let asked = 0;
  const needs = (...needed: number[]) =>
    minimize(items, (part) => {
      asked++;
      return needed.every((item) => part.includes(item));
    });
  expect(needs(3, 50, 51, 99)).toEqual([3, 50, 51, 99]);
  expect(asked).toBeLessThan(200);
  expect(needs()).toEqual([]);
  expect(needs(0)).toEqual([0]);
});

test('a run loses its end, its needless actions, its waits and its messages', () => {
  const nodes = [1, 2, 3, 4, 5, 6, 7, 8];
  const run = { actions: nodes.map((node) => crash(node, node * 100_000)), endTicks: 2_000_000 };
  // Fails when 3 and 5 have crashed in this order; messages 1 and 3 of four must arrive.
  const fails = ({ actions }: TimedRun) => {
    const at = (node: number) =>
      actions.find(({ action }) => action.do === 'crash' && action.node === node)?.atTicks;
    const [first, second] = [at(3), at(5)];
    if (first === undefined || second === undefined || first > second) return undefined;
    const dropped = actions.flatMap(({ action }) => (action.do === 'drop' ? [action.message] : []));
    if (dropped.includes(1) || dropped.includes(3)) return undefined;
    const delivered = [1, 2, 3, 4]
      .filter((message) => !dropped.includes(message))
      .map((message) => ({ message, sentAtTicks: message }));
    return { atTicks: second, delivered };
  };
  const shrunk = shrinkRun(run, fails, { messages: true });
  const verbs = shrunk.run.actions.map(({ action }) =>
    action.do === 'drop'
      ? `drop ${action.message}`
      : `${action.do} ${'node' in action && action.node}`,
  );
  expect(verbs.sort()).toEqual(['crash 3', 'crash 5', 'drop 2', 'drop 4']);
  expect(shrunk.run.endTicks).toBeLessThan(10_000);
  expect(shrinkRun(run, fails, { runsMax: 3 }).runs).toBe(3);
});
