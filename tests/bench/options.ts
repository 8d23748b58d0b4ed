// What a run is asked to do (run.mjs lists it), and how large that is.

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { LongOptions } from './long.ts';
import { PLANS, type Plan, type Sizes, WORKLOADS } from './workloads.ts';

const LATEST = fileURLToPath(new URL('./results/latest.json', import.meta.url));
/** The run that the site shows. */
const RECORDED = fileURLToPath(new URL('./results/recorded.json', import.meta.url));

const PARTS = ['browser', 'node', 'micro', 'bundle'] as const;
type Part = (typeof PARTS)[number];

export const LONG: Record<'browser' | 'node', LongOptions> = {
  browser: { records: 200_000, overwrites: 1_000_000, samples: 50 },
  node: { records: 200_000, overwrites: 5_000_000, samples: 100 },
};

export interface Asked {
  readonly parts: readonly Part[];
  readonly plans: readonly Plan[];
  readonly peers: string[] | undefined;
  readonly rounds: number;
  /** Whether the number of rounds was asked for. */
  readonly roundsAsked: boolean;
  readonly long: boolean;
  /** Overwrites of the long run, where they differ from the usual. */
  readonly overwrites: number | undefined;
  /** Time by the thread's own processor time: see clock.ts. */
  readonly cpu: boolean;
  readonly out: string;
}

/** @throws for an option that isn't there or makes no sense */
export function options(args: string[]): Asked {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      peers: { type: 'string' },
      workloads: { type: 'string' },
      rounds: { type: 'string' },
      records: { type: 'string' },
      quick: { type: 'boolean', default: false },
      cpu: { type: 'boolean', default: false },
      long: { type: 'boolean', default: false },
      overwrites: { type: 'string' },
      record: { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  });
  const { quick, record } = values;
  const wanted = list(values.workloads);
  for (const name of wanted ?? [])
    if (!WORKLOADS.some((each) => each.name === name))
      throw new Error(`there is no workload ${name}`);
  const only = list(values.only) as Part[] | undefined;
  const long = values.long || record;
  const longAlone = values.long && !record && !wanted;
  const parts = only ?? (longAlone ? ['browser', 'node'] : wanted ? ['browser', 'node'] : PARTS);
  const plans = longAlone ? [] : chosen(parts, wanted, countOf('records', values.records), quick);
  return {
    parts: longAlone ? parts.filter((part) => part === 'browser' || part === 'node') : parts,
    plans,
    peers: list(values.peers),
    roundsAsked: values.rounds !== undefined,
    rounds: countOf('rounds', values.rounds) ?? (quick ? 1 : 3),
    long,
    overwrites: countOf('overwrites', values.overwrites) ?? (quick ? 200_000 : undefined),
    cpu: values.cpu,
    out: values.out ?? (record ? RECORDED : LATEST),
  };
}

function chosen(
  parts: readonly Part[],
  wanted: string[] | undefined,
  records: number | undefined,
  quick: boolean,
): Plan[] {
  const workloadsOf = (plan: Plan) =>
    plan.workloads.filter(({ name }) => wanted?.includes(name) ?? true);
  const smallest = (plan: Plan) => plan === PLANS.find(({ suite }) => suite === plan.suite);
  return PLANS.filter((plan) => parts.includes(plan.suite))
    .filter((plan) => (records === undefined ? !quick || smallest(plan) : smallest(plan)))
    .map((plan) => ({
      ...plan,
      workloads:
        records === undefined
          ? workloadsOf(plan)
          : WORKLOADS.filter(({ name }) => wanted?.includes(name) ?? true),
      sizes: scaled(plan.sizes, records, quick),
    }))
    .filter(({ workloads }) => workloads.length > 0);
}

/** Fewer records mean fewer reads; a quick look gives no cell more than a third of a second. */
function scaled(sizes: Sizes, records: number | undefined, quick: boolean): Sizes {
  const share = Math.min(1, (records ?? sizes.records) / sizes.records);
  const some = (count: number) => Math.max(1, Math.round(count * share));
  return {
    records: records ?? sizes.records,
    syncs: quick ? 50 : sizes.syncs,
    gets: some(sizes.gets),
    seeks: some(sizes.seeks),
    cellMsMax: quick ? 300 : sizes.cellMsMax,
  };
}

const list = (text: string | undefined) => text?.split(',').filter(Boolean);

function countOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`--${name} takes a whole number from 1`);
  return count;
}
