// Rounds: for each workload every peer runs once, then every peer again, and so on.
//
// A slow minute of the machine then hits all peers alike, and not the one whose turn it
// was. Which peer goes first changes with the round. The median of the rounds counts;
// the JSON keeps them all.

import type { Answer, Request } from './answer.ts';
import { median } from './compare.ts';
import type { Latencies } from './latency.ts';
import type { Mode } from './peer.ts';
import type { Plan, Sizes, Unit, Workload } from './workloads.ts';

/** Where the peers of one suite run: workers of a browser, or processes. */
export interface Host {
  readonly peers: string[];
  readonly versions: Record<string, string>;
  call(peer: string, request: Request): Promise<Answer>;
  close(): Promise<void>;
}

export interface PeerResult {
  /** In the workload's unit: the median, and every round. */
  value: number;
  rounds: number[];
  /** Operations in the last round. */
  ops: number;
  /** In some round time was up before all operations were done: what was done is judged. */
  cut?: true;
  /** Of single transactions, in the last round. */
  latencies?: Latencies;
}

export interface WorkloadResult {
  name: string;
  doc: string;
  unit: Unit;
  peers: Record<string, PeerResult>;
  /** Why a store didn't run this. */
  skipped?: Record<string, string>;
}

export interface SuiteResult {
  suite: Plan['suite'];
  sizes: Sizes;
  settings: Record<string, Record<Mode, string> & { facts?: string }>;
  workloads: WorkloadResult[];
}

/** Measured once, since nothing in it depends on the speed of the machine. */
const SINGLE_ROUND = 'bytes/byte';

/** Who takes longer than this, checks included, and is so many times slower than the best, is not run again. */
const SLOW_MS = 1000;
const SLOW_TIMES = 10;

/** What is about to be done. */
export interface Step {
  readonly suite: Plan['suite'];
  readonly sizes: Sizes;
  readonly workload: string;
  readonly round: number;
  readonly peer: string;
}

export async function measure(
  host: Host,
  plan: Plan,
  rounds: number,
  onStep: (step: Step) => void,
): Promise<SuiteResult> {
  const { suite, sizes } = plan;
  const result: SuiteResult = { suite, sizes, settings: {}, workloads: [] };
  for (const workload of plan.workloads) {
    const begin = (round: number, peer: string) =>
      onStep({ suite, sizes, workload: workload.name, round, peer });
    const measured = await measureOne(host, workload, sizes, rounds, result.settings, begin);
    result.workloads.push(measured);
  }
  for (const peer of host.peers)
    check(peer, 'finish', await host.call(peer, { name: 'finish', sizes }));
  return result;
}

async function measureOne(
  host: Host,
  { name, doc, unit }: Workload,
  sizes: Sizes,
  rounds: number,
  settings: SuiteResult['settings'],
  begin: (round: number, peer: string) => void,
): Promise<WorkloadResult> {
  const measured: WorkloadResult = { name, doc, unit, peers: {} };
  const tookMs: Record<string, number> = {};
  for (let round = 0; round < (unit === SINGLE_ROUND ? 1 : rounds); round++) {
    const hopeless = new Set(slowOnes(measured, tookMs));
    for (const peer of rotated(host.peers, round)) {
      if (measured.skipped?.[peer] || hopeless.has(peer)) continue;
      begin(round, peer);
      const startMs = performance.now();
      const answer = check(peer, name, await host.call(peer, { name, sizes }));
      tookMs[peer] = performance.now() - startMs;
      if (answer.skipped) {
        measured.skipped = { ...measured.skipped, [peer]: answer.skipped };
        continue;
      }
      measured.peers[peer] = withRound(measured.peers[peer], answer);
      settings[peer] = settingsOf(answer);
    }
  }
  return measured;
}

/**
 * Stores that took long and came out far behind: one more round would cost much time and change
 * nothing. They keep the rounds that they have.
 */
function slowOnes({ peers, unit }: WorkloadResult, tookMs: Record<string, number>): string[] {
  if (unit !== 'ops/s') return [];
  const best = Math.max(...Object.values(peers).map(({ value }) => value));
  return Object.keys(peers).filter(
    (peer) =>
      (tookMs[peer] as number) > SLOW_MS && (peers[peer] as PeerResult).value * SLOW_TIMES < best,
  );
}

function withRound(before: PeerResult | undefined, answer: Answer): PeerResult {
  const rounds = [...(before?.rounds ?? []), rounded(answer.value ?? 0)];
  return {
    value: rounded(median(rounds)),
    rounds,
    ops: answer.ops ?? 0,
    ...((answer.cut || before?.cut) && { cut: true as const }),
    ...(answer.latencies && { latencies: answer.latencies }),
  };
}

function settingsOf({ settings, facts }: Answer) {
  return { ...(settings as Record<Mode, string>), ...(facts && { facts }) };
}

function check(peer: string, workload: string, answer: Answer): Answer {
  if (answer.error !== undefined) throw new Error(`${peer} failed at ${workload}: ${answer.error}`);
  return answer;
}

/** Four digits say all that such a number knows. */
const rounded = (value: number) => Number(value.toPrecision(4));

const rotated = <T>(items: readonly T[], by: number): T[] =>
  items.map((_, i) => items[(i + by) % items.length] as T);
