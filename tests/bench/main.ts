// One run of the benchmark, from its options to its report.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machineFacts, peerVersions } from './facts.ts';
import { judge, type Mark } from './marks.ts';
import { type Host, measure, type SuiteResult } from './measure.ts';
import { runMicro } from './micro/run.ts';
import { printMarks, printMicro, printSuite } from './report.ts';
import { type Sizes, WORKLOADS } from './workloads.ts';

const LATEST = fileURLToPath(new URL('./results/latest.json', import.meta.url));

const SIZES: Record<'browser' | 'node', Sizes> = {
  browser: { records: 20_000, syncs: 500, gets: 10_000, seeks: 2_000 },
  node: { records: 100_000, syncs: 500, gets: 100_000, seeks: 20_000 },
};

const list = (text: string | undefined) => text?.split(',').filter(Boolean);

function options(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      peers: { type: 'string' },
      workloads: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      records: { type: 'string' },
      out: { type: 'string', default: LATEST },
    },
  });
  const rounds = Number(values.rounds);
  if (!(rounds >= 1)) throw new Error('--rounds takes a number from 1');
  const wanted = list(values.workloads);
  const workloads = WORKLOADS.filter(({ name }) => wanted?.includes(name) ?? true);
  const suites = list(values.only) ?? ['browser', 'node', 'micro'];
  return {
    suites,
    peers: list(values.peers),
    workloads,
    rounds,
    records: values.records,
    out: values.out,
  };
}

function sizesOf(suite: 'browser' | 'node', records: string | undefined): Sizes {
  const sizes = SIZES[suite];
  if (records === undefined) return sizes;
  const scale = Number(records) / sizes.records;
  const scaled = (count: number) => Math.max(1, Math.round(count * Math.min(scale, 1)));
  return {
    ...sizes,
    records: Number(records),
    gets: scaled(sizes.gets),
    seeks: scaled(sizes.seeks),
  };
}

/** Runs what `args` ask for; returns the exit code: 1 when a mark was missed. */
export async function main(args: string[]): Promise<number> {
  const asked = options(args);
  const folder = mkdtempSync(join(tmpdir(), 'ferrisdb-bench-'));
  const suites: SuiteResult[] = [];
  const versions: Record<string, string> = {};
  try {
    for (const suite of ['browser', 'node'] as const) {
      if (!asked.suites.includes(suite)) continue;
      const { openHost } = await import(`./${suite}/host.ts`);
      const sizes = sizesOf(suite, asked.records);
      const host: Host = await openHost(join(folder, suite), sizes, asked.peers);
      Object.assign(versions, host.versions);
      try {
        const result = await measure(host, suite, sizes, asked.workloads, asked.rounds);
        suites.push(result);
        printSuite(result);
      } finally {
        await host.close();
      }
    }
    const micro = asked.suites.includes('micro') ? runMicro(asked.rounds) : [];
    printMicro(micro);
    const marks = judge(suites);
    printMarks(marks);
    save(asked.out, {
      ...machineFacts(),
      versions: { ...versions, ...peerVersions() },
      rounds: asked.rounds,
      suites,
      micro,
      marks,
    });
    return marks.every((mark: Mark) => mark.passed) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function save(file: string, results: object): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  console.log(`\nWritten: ${file}`);
}
