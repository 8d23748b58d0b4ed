// The same seed gives the same trace hash in Node and in every browser: nodes that gossip and
// count through every kind of fault, files included. `npx vitest run tests/unit/sim/hashes`
// prints the numbers when they have changed.

import { Random, Timeline, World, type WorldAction } from '../../../engine/index.ts';
import { durableCounter, gossip, listener } from './programs.ts';

export const FROZEN_HASHES: Readonly<Record<number, string>> = {
  1: 'a1d04142 of 687 events',
  2: 'c430d1b1 of 528 events',
  3: 'e169f00d of 789 events',
  4: '26bf6e13 of 712 events',
  5: 'b8edac37 of 508 events',
};

const PEERS = [1, 2, 3, 4];

/** A life of 400 ms with a fault every few milliseconds. */
export function worldHash(seed: number): string {
  const timeline = new Timeline(
    (listening) =>
      new World({
        seed,
        nodes: [
          ...PEERS.map((id) => ({ id, program: gossip(PEERS), clock: { ratePpm: id * 100 } })),
          { id: 5, program: durableCounter },
          { id: 9, program: listener([]) },
        ],
        network: { lossPpm: 30_000, duplicatePpm: 30_000, corruptPpm: 30_000, reorderPpm: 300_000 },
        traceFiles: [5],
        ...listening,
      }),
    actionsOf(new Random(seed)),
  );
  return `${timeline.hash} of ${timeline.length} events`;
}

function actionsOf(random: Random): WorldAction[] {
  return Array.from({ length: 60 }, () => [
    faultOf(random),
    { do: 'command', node: 5, command: 'count' } as const,
    { do: 'run', ticks: random.between(1000, 10_000) } as const,
  ]).flat();
}

function faultOf(random: Random): WorldAction {
  const node = random.between(1, 5);
  const message = random.between(1, 200);
  return random.pick<WorldAction>([
    { do: 'crash', node, atCall: random.below(3) },
    { do: 'restart', node },
    { do: 'restart', node: 5, survive: random.pick(['chance', 'nothing', 'everything', 'torn']) },
    { do: 'pause', node },
    { do: 'resume', node },
    { do: 'slow', node, stepTicks: random.below(3000) },
    {
      do: 'clock',
      node,
      ratePpm: random.between(-5000, 5000),
      jumpTicks: random.between(-2000, 2000),
    },
    {
      do: 'partition',
      groups: [
        [1, 2],
        [3, 4, 5],
      ],
    },
    { do: 'sever', from: node, to: 1, flapTicks: 3000 },
    { do: 'heal' },
    { do: 'delay', message, ticks: 5000 },
    { do: 'duplicate', message },
    { do: 'corrupt', message, bit: 3 },
    { do: 'disk', node: 5, fault: 'slow', syncTicks: 9000 },
    { do: 'disk', node: 5, fault: random.pick(['stuck', 'well', 'well', 'lie']) },
  ]);
}
