// Swarm runs that found a fault of the engine once: each by its scenario and seed, with what it was.
// Scenarios are drawn anew when their faults change, so a seed may pass by the fault one day; what
// stays is that none of them fails.

import { expect, test } from 'vitest';
import { isFailure, runSwarm } from '../../engine/sim/run-swarm.ts';
import { SWARM_SCENARIOS } from '../../engine/sim/scenarios.ts';
import { drawSwarm } from '../../engine/sim/swarm.ts';

const FOUND: readonly (readonly [scenario: string, seed: number, what: string])[] = [
  ['raft-3', 2, 'a deleted snapshot stayed open'],
  ['raft-3', 27, 'a server was booted with a clock before zero'],
  ['raft-5-snapshots', 4, 'a snapshot that failed to open left a closed handle'],
  ['raft-5-membership', 39, 'two removed servers sent a client to each other for ever'],
  [
    'raft-5-snapshots',
    20209,
    'a snapshot was being written when a newer one that was received took its place',
  ],
  ['raft-3-store', 20031, 'a stale block of a Raft log vouched for a record of the store’s log'],
  ['raft-3-store', 20352, 'a stale record of a Raft log counted in the store’s log'],
  ['raft-3-store', 20353, 'the same, in another place'],
  ['raft-3-store', 557, 'a store that was being restored counted before its files were durable'],
];

test.each(FOUND)('%s, seed %i: %s', (name, seed) => {
  const scenario = SWARM_SCENARIOS.get(name);
  if (!scenario) throw new Error('no such scenario');
  const { verdict } = runSwarm(scenario, drawSwarm(seed, scenario));
  expect(isFailure(verdict), JSON.stringify(verdict)).toBe(false);
});
