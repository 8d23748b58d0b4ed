// One thread that runs seeds: it is sent a range of them, and answers with a report for each.

import { parentPort } from 'node:worker_threads';
import { isFailure, runSwarm } from '../../engine/sim/run-swarm.ts';
import { SWARM_SCENARIOS } from '../../engine/sim/scenarios.ts';
import { drawSwarm } from '../../engine/sim/swarm.ts';
import type { SeedReport } from './pool.ts';

/** Runs one seed; what the machinery itself throws is a failure too. */
function reportOf(name: string, seed: number): SeedReport {
  const scenario = SWARM_SCENARIOS.get(name)!;
  try {
    const outcome = runSwarm(scenario, drawSwarm(seed, scenario));
    const { verdict, ticks, events, operations } = outcome;
    const { kind } = verdict;
    const invariant = kind === 'violation' ? verdict.violation.invariant : '';
    const message = kind === 'ok' ? '' : verdict.message;
    const failed = isFailure(verdict);
    return { scenario: name, seed, kind, failed, invariant, message, ticks, events, operations };
  } catch (error) {
    const message = (error as Error).stack ?? String(error);
    const nothing = { invariant: '', ticks: 0, events: 0, operations: 0 };
    return { scenario: name, seed, kind: 'threw', failed: true, message, ...nothing };
  }
}

parentPort?.on('message', ([name, from, count]: [string, number, number]) => {
  const reports: SeedReport[] = [];
  for (let seed = from; seed < from + count; seed++) reports.push(reportOf(name, seed));
  parentPort?.postMessage(reports);
});
