// A failing run made small, and told: its actions, its last events, and a link to it.

import { writeFileSync } from 'node:fs';
import { shareLink } from '../../engine/api/share-link.ts';
import { isFailure, runSwarm, type SwarmVerdict } from '../../engine/sim/run-swarm.ts';
import { SWARM_SCENARIOS } from '../../engine/sim/scenarios.ts';
import { shrinkRun, type TimedRun } from '../../engine/sim/shrink.ts';
import { drawSwarm, historyOf } from '../../engine/sim/swarm.ts';
import type { WorldEvent } from '../../engine/trace/events.ts';
import { printEvent } from '../../engine/trace/print.ts';
import { type Recorded, Recorder } from '../../engine/trace/recorder.ts';
import { base, site } from '../address.mjs';

/** What `--replay` reads: a scenario, a seed, and other actions than the seed's, if any. */
export interface StoredRun {
  readonly scenario: string;
  readonly seed: number;
  readonly run?: TimedRun;
}

/** The same kind of failure: two broken invariants are two kinds. */
function kindOf(verdict: SwarmVerdict): string {
  return verdict.kind === 'violation'
    ? `violation ${verdict.violation.invariant}`
    : `${verdict.kind} ${verdict.kind === 'threw' ? verdict.code : ''}`;
}

/** The smallest run that fails as this seed does. */
export function shrinkSeed(
  name: string,
  seed: number,
  messages: boolean,
): { stored: StoredRun; runs: number } {
  const scenario = SWARM_SCENARIOS.get(name)!;
  const plan = drawSwarm(seed, scenario);
  const whole: TimedRun = { actions: plan.actions, endTicks: plan.healTicks };
  const kind = kindOf(runSwarm(scenario, plan).verdict);
  const needsEnd = kind.startsWith('no progress');
  const { run, runs } = shrinkRun(
    whole,
    (candidate) => {
      // Whether there is progress shows only after the healing, which is never taken away.
      const run = needsEnd ? { ...candidate, endTicks: plan.healTicks } : candidate;
      const { verdict, ticks, delivered } = runSwarm(scenario, plan, { run, messages });
      if (!isFailure(verdict) || kindOf(verdict) !== kind) return undefined;
      return { atTicks: Math.min(ticks, plan.healTicks), delivered };
    },
    { messages },
  );
  return { stored: { scenario: name, seed, run }, runs };
}

/** Runs it and prints its actions and its last `lines` events. */
export function tell({ scenario: name, seed, run }: StoredRun, lines: number): SwarmVerdict {
  const scenario = SWARM_SCENARIOS.get(name)!;
  const plan = drawSwarm(seed, scenario);
  const recorder = new Recorder<WorldEvent>();
  const { verdict } = runSwarm(scenario, plan, {
    ...(run === undefined ? {} : { run }),
    onEntry({ node, timeTicks, event }) {
      recorder.node = node;
      recorder.timeTicks = timeTicks;
      recorder.trace(event);
    },
  });
  for (const { atTicks, action } of run?.actions ?? [])
    console.log(`  at ${atTicks}: ${JSON.stringify(action)}`);
  for (const entry of recorder.entries.slice(-lines)) console.log(lineOf(entry));
  console.log(`${verdict.kind}${verdict.kind === 'ok' ? '' : `: ${verdict.message}`}`);
  console.log(`${recorder.entries.length} events, trace hash ${recorder.hash}`);
  return verdict;
}

function lineOf({ index, node, timeTicks, event }: Recorded<WorldEvent>): string {
  return `  ${String(index).padStart(6)} ${String(timeTicks).padStart(9)}  ${node}  ${printEvent(event)}`;
}

/** Writes a run to a file that `--replay` reads. */
export function store(stored: StoredRun, path: string): void {
  writeFileSync(path, `${JSON.stringify(stored)}\n`);
}

/** Where SITE_URL and BASE_PATH say that the site is. */
const WORLD_PAGE = `${site}${base}lab/world/`;

/** The address that shows a run on the page of worlds: the plan of the seed, or a small history. */
export function linkOf({ scenario: name, seed, run }: StoredRun, page = WORLD_PAGE): string {
  const actions = run
    ? historyOf(run.actions, run.endTicks)
    : [{ do: 'stage' as const, stage: 'plan' }];
  return `${page}${shareLink(`swarm-${name}`, { version: 1, seed, actions, cursor: 0 })}`;
}
