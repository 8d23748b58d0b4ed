// The search at work on Raft itself: a disk that forgets a vote makes two leaders of one term, and
// the fewest choices that lead there are found among all orders of a small election.

import { expect, test } from 'vitest';
import { nameMessage } from '../../engine/cluster/name-message.ts';
import { replica } from '../../engine/cluster/replica.ts';
import type { WorldAction } from '../../engine/sim/actions.ts';
import { type Choice, Explorer } from '../../engine/sim/explore.ts';
import { World } from '../../engine/sim/world.ts';
import type { WorldEvent } from '../../engine/trace/events.ts';

const TIMEOUT_MS = 300_000;
const FORGETFUL = 3;
const NOBODY: readonly number[] = [];

/** Three servers that only elect; the disk of one says "durable" and writes nothing, if asked to. */
function election(syncLies: boolean): World {
  const leaders = new Map<number, number>();
  let node = 0;
  const see = (event: WorldEvent): void => {
    if (event.type !== 'raft.role' || event.role !== 'leader') return;
    const other = leaders.get(event.term) ?? node;
    leaders.set(event.term, node);
    if (other === node) return;
    const message = `servers ${other} and ${node} lead term ${event.term}`;
    broken = { invariant: 'election safety', message, entries: [] };
  };
  let broken: World['violation'];
  const configuration = {
    ...{ voters: [1, 2, 3], outgoing: NOBODY, learners: NOBODY, learnersNext: NOBODY },
    autoLeave: true,
  };
  const ticks = { electionTicksMin: 1000, electionTicksMax: 2000, heartbeatTicks: 500 };
  const program = replica({
    raft: { configuration, ...ticks, preVote: false, checkQuorum: false },
  });
  const world: World = new World({
    seed: 1,
    hashes: true,
    nodes: [1, 2, 3].map((id) => ({
      id,
      program,
      disk: { syncLies: syncLies && id === FORGETFUL },
    })),
    describe: nameMessage,
    trace: see,
    stamp: (id) => {
      node = id;
    },
    onStep: () => broken && world.violate(broken),
  });
  return world;
}

/** The server that forgets may lose its power, and have it back. */
function power(world: World): WorldAction[] {
  return world.node(FORGETFUL).state === 'up'
    ? [{ do: 'crash', node: FORGETFUL, survive: 'nothing' }]
    : [{ do: 'restart', node: FORGETFUL }];
}

function explore(syncLies: boolean): Explorer {
  const make = () => election(syncLies);
  const budget = { depthMax: 9, wakesMax: 2, faultsMax: 2, statesMax: 60_000 };
  const explorer = new Explorer({ make, faults: power, ...budget });
  while (explorer.work(500));
  return explorer;
}

const nameOf = (choice: Choice) =>
  'act' in choice
    ? choice.act.do
    : `${choice.event.kind}${choice.event.from === undefined ? '' : ` from ${choice.event.from}`} at ${choice.event.node}`;

test('a forgetful disk: two leaders in one term', { timeout: TIMEOUT_MS }, () => {
  const { counterexample, verdict } = explore(true);
  expect(verdict).toBe('found');
  expect(counterexample?.violation.message).toMatch(/servers \d and \d lead term 1/);
  const path = counterexample!.path.map(nameOf);
  expect(path).toContain('crash');
  expect(path).toContain('restart');
  expect(path.length).toBeLessThanOrEqual(9);
});
