import { describe, expect, test } from 'vitest';
import { madeBy } from '../../../src/exercise/history.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import type { ClusterAction } from '../../../src/widgets/cluster/actions.ts';
import {
  KEEP_SOLUTION,
  keepsOne,
  LOSE_SOLUTION,
  losesOne,
  lostCommand,
} from '../../../src/widgets/replication/check.ts';
import { ANSWER_MS, STAGE_ENDS } from '../../../src/widgets/replication/facts.ts';
import {
  figureEight,
  keepOne,
  loseOne,
  replication,
} from '../../../src/widgets/replication/scenario.ts';

/** Terms of each server's log, and its commit index, after so many stages of figure 8. */
function logsAfter(actions: readonly ClusterAction[]) {
  const { state, error } = madeBy(figureEight, actions);
  expect(error).toBeUndefined();
  return state.nodes.map(({ log }) => ({
    terms: log.entries.map(({ term }) => term).join(' '),
    commitIndex: log.commitIndex,
  }));
}
const termsAfter = (stages: number) =>
  logsAfter(figureEight.script.slice(0, stages)).map(({ terms }) => terms);

describe('the figures of the page on replication', () => {
  test('rewind', () => {
    checkRewind(replication);
    checkRewind(figureEight);
    checkRewind(loseOne);
    checkRewind(keepOne);
  });

  test('figure 8 of the paper, stage by stage', () => {
    expect(termsAfter(1)).toEqual(['1 1', '1 1', '1', '1', '1']);
    expect(termsAfter(2)).toEqual(['1 1', '1 1', '1', '1', '1 2']);
    expect(termsAfter(3)).toEqual(['1 1 3', '1 1', '1 1', '1', '1 2']);
    expect(termsAfter(4)).toEqual(['1 1 3', '1 2 4', '1 2 4', '1 2 4', '1 2 4']);
  });

  test('in (c) the entry is on a majority, and nobody calls it committed', () => {
    for (const { commitIndex } of logsAfter(figureEight.script.slice(0, 3)))
      expect(commitIndex).toBeLessThan(2);
  });

  test('in (e) it is committed along with one of the leader’s own term', () => {
    const actions: ClusterAction[] = [
      ...figureEight.script.slice(0, 3),
      { do: 'stage', stage: '(e) A stays' },
      { do: 'run', ticks: 400_000 },
    ];
    const [a, b, c] = logsAfter(actions);
    for (const log of [a, b, c]) {
      expect(log?.terms.startsWith('1 1 3')).toBe(true);
      expect(log?.commitIndex).toBeGreaterThanOrEqual(3);
    }
  });

  test('a stage that nobody knows does nothing', () => {
    const actions: ClusterAction[] = [{ do: 'stage', stage: 'no such' }];
    expect(madeBy(figureEight, actions).error).toBeUndefined();
  });

  test('numbers of the prose', () => {
    expect(ANSWER_MS).toBeGreaterThan(20);
    expect(ANSWER_MS).toBeLessThan(120);
    expect(STAGE_ENDS).toEqual(STAGE_ENDS.toSorted((a, b) => a - b));
  });
});

describe('the exercise: lose an entry', () => {
  test('its solution is right', () => {
    expect(losesOne(madeBy(loseOne, LOSE_SOLUTION)).verdict).toBe('right');
  });

  test('neither waiting, nor a cut without a write, nor a write without a cut is enough', () => {
    const put = LOSE_SOLUTION.find(({ do: verb }) => verb === 'put');
    const tries: ClusterAction[][] = [
      [{ do: 'run', ticks: 900_000 }],
      [
        { do: 'isolate', node: 3, forTicks: 900_000 },
        { do: 'heal', forTicks: 400_000 },
      ],
      [put as ClusterAction],
      LOSE_SOLUTION.slice(1, -1) as ClusterAction[],
    ];
    for (const actions of tries)
      expect(losesOne(madeBy(loseOne, [...loseOne.script, ...actions])).verdict).toBe('open');
  });

  test('figure 8 loses one, too', () => {
    expect(lostCommand(madeBy(figureEight, figureEight.script).entries)).toBeDefined();
  });
});

describe('the exercise: lose an acknowledged one', () => {
  test('its solution is right', () => {
    expect(keepsOne(madeBy(keepOne, KEEP_SOLUTION)).verdict).toBe('right');
  });

  test('each part of it is needed', () => {
    const made = (actions: readonly ClusterAction[]) => keepsOne(madeBy(keepOne, actions));
    expect(made(keepOne.script).say).toContain('Write something');
    expect(made(KEEP_SOLUTION.slice(0, 2)).say).toContain('Blows since then: 0');
    expect(made(KEEP_SOLUTION.slice(0, -1)).say).toContain('read the key');
  });
});
