// Swarm runs of every scenario: SWARM_SEEDS seeds in all, from 1 on, on all cores.
//
// A run checks itself: invariants with every event, progress after the faults, and the clients'
// history at the end. What fails is printed with its seed and the line that runs it again; a
// fault that was found goes on as a named test in tests/unit, with its seed.

import { expect, test } from 'vitest';
import { runSwarm } from '../../engine/sim/run-swarm.ts';
import { SWARM_SCENARIOS } from '../../engine/sim/scenarios.ts';
import { drawSwarm } from '../../engine/sim/swarm.ts';
import type { WorldEvent } from '../../engine/trace/events.ts';
import { Recorder } from '../../engine/trace/recorder.ts';
import { failureText, sweep } from '../../scripts/sim/pool.ts';

const SEEDS = Number(process.env['SWARM_SEEDS'] ?? 10_000);
/** A slow, shared machine runs fewer, and says so. */
const SECONDS_MAX = Number(process.env['SWARM_SECONDS'] ?? 300);
const TIMEOUT_MS = 600_000;

function traceHash(name: string, seed: number): string {
  const scenario = SWARM_SCENARIOS.get(name)!;
  const recorder = new Recorder<WorldEvent>();
  runSwarm(scenario, drawSwarm(seed, scenario), {
    onEntry({ node, timeTicks, event }) {
      recorder.node = node;
      recorder.timeTicks = timeTicks;
      recorder.trace(event);
    },
  });
  return recorder.hash;
}

const scenarios = [...SWARM_SCENARIOS.keys()];
const seedsEach = Math.ceil(SEEDS / scenarios.length);

test.each(scenarios)('%s: the same seed is the same run', (scenario) => {
  expect(traceHash(scenario, 7)).toBe(traceHash(scenario, 7));
  expect(traceHash(scenario, 7)).not.toBe(traceHash(scenario, 8));
});

for (const scenario of scenarios) {
  test(`${scenario}: ${seedsEach} seeds`, { timeout: TIMEOUT_MS }, async () => {
    const deadlineMs = Date.now() + (SECONDS_MAX * 1000) / scenarios.length;
    const reports = await sweep({ scenario, from: 1, seeds: seedsEach, deadlineMs });
    const failures = reports.filter(({ failed }) => failed).map(failureText);
    expect(failures, `\n${failures.join('\n')}\n`).toHaveLength(0);
    expect(reports.length).toBeGreaterThan(0);
    if (reports.length < seedsEach)
      console.log(`${scenario}: ${reports.length} of ${seedsEach} seeds in ${SECONDS_MAX} s`);
    // A run in which nothing happens proves nothing.
    expect(reports.every(({ operations }) => operations > 0)).toBe(true);
    expect(reports.filter(({ kind }) => kind === 'unknown').length).toBeLessThan(
      1 + reports.length / 20,
    );
  });
}
