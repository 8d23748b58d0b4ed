// When a change of membership is answered: not before the new servers decide alone.

import { expect, test } from 'vitest';
import { client } from '../../../engine/cluster/client.ts';
import { nameMessage } from '../../../engine/cluster/name-message.ts';
import { replica } from '../../../engine/cluster/replica.ts';
import { World } from '../../../engine/sim/world.ts';
import type { WorldEvent } from '../../../engine/trace/events.ts';
import { printEvent } from '../../../engine/trace/print.ts';
import { type Recorded, Recorder } from '../../../engine/trace/recorder.ts';
import { expectGolden } from '../../golden.ts';

const MS = 1000;
const CLIENT = 100;
const FOUNDING = {
  ...{ voters: [1, 2, 3], outgoing: [], learners: [], learnersNext: [], autoLeave: false },
};

type Entry = Recorded<WorldEvent>;

/** Three servers, three spares, and a client that asks for `command` after a while. */
function run(command: object, seed: number): readonly Entry[] {
  const recorder = new Recorder<WorldEvent>();
  const program = (configuration: typeof FOUNDING) =>
    replica({
      raft: {
        configuration,
        ...{ electionTicksMin: 150 * MS, electionTicksMax: 300 * MS, heartbeatTicks: 50 * MS },
      },
    });
  const servers = [1, 2, 3, 4, 5, 6];
  const world = new World({
    seed,
    nodes: [
      ...servers.map((id) => ({
        id,
        program: program(id <= 3 ? FOUNDING : { ...FOUNDING, voters: [] }),
      })),
      { id: CLIENT, program: client({ servers }) },
    ],
    trace: recorder.trace,
    stamp: (node, timeTicks) => {
      recorder.node = node;
      recorder.timeTicks = timeTicks;
    },
    describe: nameMessage,
  });
  world.run(1000 * MS);
  world.act({ do: 'command', node: CLIENT, command });
  world.run(3000 * MS);
  return recorder.entries;
}

/** What the entries tell of the change. */
function story(entries: readonly Entry[]): Entry[] {
  const asked = entries.findIndex(({ event }) => event.type === 'client.invoke');
  const types = [
    'client.invoke',
    'client.return',
    'raft.configuration',
    'raft.commit',
    'raft.role',
  ];
  const end = entries.findIndex(({ event }) => event.type === 'client.return');
  return entries.slice(asked, end + 1).filter(({ event }) => types.includes(event.type));
}

const JOINT = { call: 'configure', voters: [4, 5, 6] };

test.each([1, 2, 3, 4, 5])(
  'all servers are replaced: answered when the joint majorities are over, seed %i',
  (seed) => {
    const entries = story(run(JOINT, seed));
    const end = entries.findIndex(({ event }) => event.type === 'client.return');
    expect(entries[end]?.event).toMatchObject({ outcome: 'ok' });
    const before = entries.slice(0, end);
    const final = before.findLast(({ event }) => event.type === 'raft.configuration');
    if (final?.event.type !== 'raft.configuration') throw new Error('no configuration');
    expect(final.event.configuration).toMatchObject({ voters: [4, 5, 6], outgoing: [] });
    const { index } = final.event;
    expect(before.some(({ event }) => event.type === 'raft.commit' && event.index >= index)).toBe(
      true,
    );
  },
);

test('a change that is left by hand is answered as soon as it is joint', () => {
  const entries = story(run({ ...JOINT, how: 'joint' }, 1));
  const answered = entries.find(({ event }) => event.type === 'client.return');
  expect(answered?.event).toMatchObject({ outcome: 'ok' });
});

test('the transcript of a change', () => {
  const lines = story(run(JOINT, 1)).map(
    ({ timeTicks, node, event }) =>
      `${(timeTicks / MS).toFixed(1).padStart(7)} ms  ${String(node).padStart(3)}  ${printEvent(event)}`,
  );
  expectGolden('cluster/configure.txt', `${lines.join('\n')}\n`);
});
