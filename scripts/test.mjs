// node scripts/test.mjs [stage ...]      `npm test` runs every stage, `npm run check` the fast ones.
//
// Idea: run all stages even when one fails, count what each says it ran, and end with one line
// that a person and a machine can read: `N passed, N failed` (`, N skipped` may follow).
//
// A stage is a list of commands. A command with a `report` is a test run, and its tests are counted
// from the JSON it writes; any other command is one check. A command that fails without a failed
// test in its report (a crash, a file that doesn't load) counts as one failure, so that a red run
// can never end in `0 failed`.
//
// Environment: CHROMIUM_PATH, FIREFOX_PATH (browsers), SITE_URL, BASE_PATH (see address.mjs),
// CRASH_POINTS, FAULT_RUNS, FUZZ_RUNS, MODEL_RUNS and SWARM_SEEDS (sizes of samples). Reports are left in
// .reports/.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

const root = new URL('..', import.meta.url);
const REPORTS = '.reports';
const ROOT_BUILD = { BASE_PATH: '/', OUT_DIR: 'dist-root' };

const vitest = (project) => ({
  name: `vitest ${project}`,
  run: `vitest run --project ${project} --reporter=default --reporter=json --outputFile.json=${REPORTS}/${project}.json`,
  report: { file: `${REPORTS}/${project}.json`, count: countVitest },
});

const STAGES = {
  // Writes .astro/types.d.ts, which the type checks need and a fresh clone lacks.
  sync: { commands: [{ name: 'astro sync', run: 'astro sync', quiet: true }] },
  types: {
    parallel: true,
    commands: [
      // All TypeScript, that of Svelte's files included, by the native compiler.
      {
        name: 'svelte-check',
        run: 'svelte-check --tsconfig ./tsconfig.json --tsgo --fail-on-warnings --output human',
      },
      {
        name: 'astro check',
        run: 'astro check --tsconfig tsconfig.astro.json --minimumFailingSeverity warning',
      },
    ],
  },
  lint: { commands: [{ name: 'biome', run: 'biome check --error-on-warnings' }] },
  node: { commands: [vitest('node')] },
  // The fast loop: without the suites that draw many runs (vitest.config.ts).
  quick: {
    commands: [
      {
        ...vitest('node'),
        env: { QUICK: '1' },
      },
    ],
  },
  browser: { commands: [vitest('browser')] },
  build: {
    commands: [
      { name: 'build', run: 'node scripts/site.mjs build' },
      { name: 'library types', run: 'tsc -p tests/consumer/tsconfig.json' },
      { name: 'build under /', run: 'astro build', env: ROOT_BUILD, quiet: true },
      { name: 'links under /', run: 'node scripts/check-links.mjs', env: ROOT_BUILD },
    ],
  },
  e2e: {
    commands: [
      {
        name: 'playwright',
        run: 'playwright test',
        report: { file: `${REPORTS}/e2e.json`, count: countPlaywright },
      },
    ],
  },
};

function countVitest(report) {
  const files = report.testResults ?? [];
  const unloadable = files.filter((f) => f.status === 'failed' && f.assertionResults.length === 0);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function countPlaywright({ stats }) {
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
}

/** Runs one command to its end. With `quiet`, its output is kept and printed in one piece. */
function execute(command, quiet) {
  const env = { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', ...command.env };
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command.run, {
      cwd: root,
      env,
      shell: true,
      stdio: quiet ? 'pipe' : 'inherit',
    });
    let output = '';
    for (const stream of quiet ? [child.stdout, child.stderr] : [])
      stream.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => {
      if (output && code !== 0) process.stdout.write(output);
      resolve({ ok: code === 0, seconds: (performance.now() - startedMs) / 1000 });
    });
  });
}

function count(command, ok) {
  const path = command.report && new URL(command.report.file, root);
  if (!path) return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
  if (!existsSync(path)) return { passed: 0, failed: ok ? 0 : 1, skipped: 0 };
  const counts = command.report.count(JSON.parse(readFileSync(path, 'utf8')));
  if (!ok && counts.failed === 0) counts.failed = 1;
  return counts;
}

async function runCommand(command, quiet, results) {
  if (command.report) rmSync(new URL(command.report.file, root), { force: true });
  if (!quiet) console.log(`\n— ${command.name}`);
  const { ok, seconds } = await execute(command, quiet);
  results.push({ name: command.name, seconds, ...count(command, ok) });
}

async function runStage(stage, results) {
  if (stage.parallel) {
    console.log(`\n— ${stage.commands.map((c) => c.name).join(', ')}`);
    await Promise.all(stage.commands.map((command) => runCommand(command, true, results)));
  } else {
    for (const command of stage.commands) await runCommand(command, command.quiet, results);
  }
}

function printSummary(results) {
  console.log();
  for (const { name, seconds, passed, failed, skipped } of results) {
    const counts = `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
    console.log(
      `${failed ? 'FAIL' : 'ok  '} ${name.padEnd(16)}${seconds.toFixed(1).padStart(7)} s  ${counts}`,
    );
  }
  const sum = (field) => results.reduce((total, result) => total + result[field], 0);
  const skipped = sum('skipped');
  console.log(
    `\n${sum('passed')} passed, ${sum('failed')} failed${skipped ? `, ${skipped} skipped` : ''}`,
  );
  return sum('failed');
}

const everything = Object.keys(STAGES).filter((name) => name !== 'quick');
const names = process.argv.length > 2 ? process.argv.slice(2) : everything;
const unknown = names.filter((name) => !STAGES[name]);
if (unknown.length > 0) {
  console.error(`No stage ${unknown.join(', ')}. There are: ${Object.keys(STAGES).join(', ')}.`);
  process.exit(2);
}
mkdirSync(new URL(REPORTS, root), { recursive: true });
const results = [];
for (const name of names) await runStage(STAGES[name], results);
process.exitCode = printSummary(results) > 0 ? 1 : 0;
