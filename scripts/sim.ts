// npm run sim -- --scenario NAME --seeds N --from S
//
//   --scenario NAME   of engine/sim/scenarios.ts, or `all`; default all
//   --seeds N         so many of each; default 100
//   --from S          the first seed; `date`: one that is made from today's date; default 1
//   --minutes M       no new seeds after M minutes, shared out among the scenarios
//   --threads T       default: one for each core
//   --first           ends with the first failure
//   --shrink          makes the first failures small, and tells them
//   --messages        when shrinking, also looks for messages that may be lost
//   --replay FILE     runs what --shrink has stored, and tells it
//   --page URL        links lead to this page, which shows swarm runs; default: of the site's own address
//   --json            one line of JSON for each failure, and one at the end
//
// Ends with 0 if nothing failed, 1 if something did, 2 for a wrong call.

import { mkdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { TICKS_PER_MS } from '../engine/env/program.ts';
import { isFailure } from '../engine/sim/run-swarm.ts';
import { SWARM_SCENARIOS } from '../engine/sim/scenarios.ts';
import { failureText, type SeedReport, sweep } from './sim/pool.ts';
import { linkOf, type StoredRun, shrinkSeed, store, tell } from './sim/story.ts';

/** Failures that are shrunk and told; the others are like them, or wait for their turn. */
const STORIES_MAX = 3;
const STORY_LINES = 60;

const OPTIONS = {
  scenario: { type: 'string', default: 'all' },
  seeds: { type: 'string', default: '100' },
  from: { type: 'string', default: '1' },
  minutes: { type: 'string', default: 'Infinity' },
  threads: { type: 'string' },
  first: { type: 'boolean', default: false },
  shrink: { type: 'boolean', default: false },
  messages: { type: 'boolean', default: false },
  replay: { type: 'string' },
  page: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** Ends the process: there is nothing to run. */
function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

function wanted() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    return refuse(`${(error as Error).message}; the head of scripts/sim.ts lists what there is`);
  }
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (!(value >= 0)) refuse(`--${name} is ${text}; give a number`);
  return value;
}

/** Each day has seeds of its own: a million of them. */
function firstSeed(text: string): number {
  if (text !== 'date') return count('from', text);
  return Math.floor(Date.now() / 86_400_000) * 1_000_000;
}

function scenariosOf(name: string): string[] {
  if (name === 'all') return [...SWARM_SCENARIOS.keys()];
  if (SWARM_SCENARIOS.has(name)) return [name];
  return refuse(`no scenario ${name}. There are: ${[...SWARM_SCENARIOS.keys()].join(', ')}, all`);
}

const options = wanted();
if (options.replay !== undefined) {
  const stored = JSON.parse(readFileSync(options.replay, 'utf8')) as StoredRun;
  process.exit(isFailure(tell(stored, STORY_LINES)) ? 1 : 0);
}
const say = (line: string) => (options.json ? undefined : console.log(line));
const scenarios = scenariosOf(options.scenario);
const seeds = count('seeds', options.seeds);
const from = firstSeed(options.from);
const minutes = count('minutes', options.minutes);
const failures: SeedReport[] = [];
const totals = { seeds: 0, events: 0, unknown: 0, ms: 0, virtualMs: 0 };

async function run(scenario: string): Promise<void> {
  const startedMs = performance.now();
  const deadlineMs = Date.now() + (minutes * 60_000) / scenarios.length;
  let nextMs = startedMs + 5_000;
  let done = 0;
  const onReport = (report: SeedReport) => {
    done++;
    if (report.failed) tellFailure(report);
    if (report.failed && options.first) return true;
    if (performance.now() < nextMs) return undefined;
    nextMs += 5_000;
    say(`  ${scenario}: ${done} of ${seeds} seeds`);
    return undefined;
  };
  const threads =
    options.threads === undefined ? {} : { threads: count('threads', options.threads) };
  const reports = await sweep({ scenario, from, seeds, deadlineMs, onReport, ...threads });
  summarize(scenario, reports, performance.now() - startedMs);
}

function tellFailure(report: SeedReport): void {
  failures.push(report);
  console.log(options.json ? JSON.stringify(report) : failureText(report));
}

function summarize(scenario: string, reports: readonly SeedReport[], ms: number): void {
  const sum = (of: (report: SeedReport) => number) =>
    reports.reduce((total, r) => total + of(r), 0);
  const events = sum((report) => report.events);
  const virtualMs = sum((report) => report.ticks) / TICKS_PER_MS;
  const unknown = reports.filter(({ kind }) => kind === 'unknown').length;
  const failed = reports.filter((report) => report.failed).length;
  totals.seeds += reports.length;
  totals.events += events;
  totals.unknown += unknown;
  totals.ms += ms;
  totals.virtualMs += virtualMs;
  const rate = `${Math.round((events / ms) * 1000)} events/s, ${Math.round(virtualMs / ms)} times real time`;
  say(
    `${scenario}: ${reports.length} seeds from ${from}, ${failed} failed, ${unknown} unknown; ${(ms / 1000).toFixed(1)} s, ${rate}`,
  );
}

function shrinkFirst(): void {
  mkdirSync('.reports', { recursive: true });
  for (const { scenario, seed } of failures.slice(0, STORIES_MAX)) {
    const { stored, runs } = shrinkSeed(scenario, seed, options.messages);
    const path = `.reports/sim-${scenario}-${seed}.json`;
    store(stored, path);
    console.log(`\n${scenario}, seed ${seed}, after ${runs} runs of shrinking:`);
    tell(stored, STORY_LINES);
    console.log(`npm run sim -- --replay ${path}`);
    console.log(linkOf(stored, options.page));
  }
}

for (const scenario of scenarios) await run(scenario);
if (options.shrink) shrinkFirst();
if (options.json) console.log(JSON.stringify({ ...totals, failed: failures.length }));
else console.log(`${totals.seeds} seeds, ${failures.length} failed, ${totals.unknown} unknown`);
process.exitCode = failures.length > 0 ? 1 : 0;
