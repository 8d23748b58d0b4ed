// One run of the benchmark, from its options to its report.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { measureBundles } from './bundle.ts';
import { CPU_CLOCK } from './clock.ts';
import { machineFacts, peerVersions } from './facts.ts';
import type { LongOptions, LongResult } from './long.ts';
import { judge } from './marks.ts';
import { type Host, measure, type Step } from './measure.ts';
import { runMicro } from './micro/run.ts';
import { type Asked, LONG, options } from './options.ts';
import { printBundles, printLong, printMarks, printMicro, printSuite } from './report.ts';
import type { Results } from './results.ts';
import type { Plan } from './workloads.ts';

type Suite = 'browser' | 'node';

/** Runs what `args` ask for; returns the exit code: 1 when a mark was missed. */
export async function main(args: string[]): Promise<number> {
  const asked = options(args);
  if (asked.cpu) process.env[CPU_CLOCK] = 'yes'; // the peers' processes inherit it
  const folder = mkdtempSync(join(tmpdir(), 'ferrisdb-bench-'));
  const results: Results = {
    command: ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
    ...machineFacts(),
    versions: peerVersions(),
    rounds: asked.rounds,
    suites: [],
    micro: [],
    bundles: [],
    long: [],
    marks: [],
  };
  try {
    if (asked.parts.includes('bundle')) results.bundles = await measureBundles();
    printBundles(results.bundles);
    for (const suite of ['browser', 'node'] as const) await runSuite(suite, asked, folder, results);
    if (asked.parts.includes('micro')) results.micro = runMicro(asked.rounds);
    printMicro(results.micro);
    results.marks = judge(results.suites, results.micro, results.bundles);
    printMarks(results.marks);
    results.machine.loadAverage = machineFacts().machine.loadAverage;
    save(asked.out, results);
    return results.marks.every(({ passed }) => passed) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runSuite(suite: Suite, asked: Asked, folder: string, results: Results) {
  const plans = asked.plans.filter((plan) => plan.suite === suite);
  const long = asked.long && asked.parts.includes(suite);
  if (plans.length === 0 && !long) return;
  const { openHost } = await import(`./${suite}/host.ts`);
  const host: Host = await openHost(join(folder, suite), asked.peers);
  Object.assign(results.versions, host.versions);
  try {
    for (const plan of plans) {
      const result = await measure(host, plan, roundsOf(plan, asked), showStep());
      results.suites.push(result);
      printSuite(result);
    }
  } finally {
    await host.close();
  }
  if (!long) return;
  const overwrites = asked.overwrites ?? LONG[suite].overwrites;
  const result = await runLong(openHost, join(folder, `${suite}-long`), {
    ...LONG[suite],
    overwrites,
  });
  results.long.push({ suite, result });
  printLong(suite, result);
}

/** `--rounds` rules; what is large has fewer otherwise. */
const roundsOf = (plan: Plan, { rounds, roundsAsked }: Asked) =>
  roundsAsked ? rounds : Math.min(rounds, plan.roundsMax ?? rounds);

/** A line for each workload, with a dot for each round. */
function showStep(): (step: Step) => void {
  let shown = '';
  let round = -1;
  return ({ suite, sizes, workload, round: begun }) => {
    if (workload !== shown) process.stderr.write(`\n${suite} ${sizes.records} ${workload} `);
    if (workload !== shown || begun !== round) process.stderr.write('.');
    shown = workload;
    round = begun;
  };
}

/** In a host of its own, so that nothing that ran before is in its memory. */
async function runLong(
  openHost: (folder: string, peers: string[]) => Promise<Host>,
  folder: string,
  long: LongOptions,
): Promise<LongResult> {
  const host = await openHost(folder, ['ferrisdb']);
  try {
    const sizes = { records: long.records, syncs: 0, gets: 0, seeks: 0, cellMsMax: 0 };
    const { error, long: result } = await host.call('ferrisdb', { name: 'long', sizes, long });
    if (!result) throw new Error(`the long run failed: ${error}`);
    return result;
  } finally {
    await host.close();
  }
}

function save(file: string, results: object): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`);
  console.log(`\nWritten: ${file}`);
}
