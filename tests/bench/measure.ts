// Rounds: for each workload every peer runs once, then every peer again, and so on.
//
// A slow minute of the machine then hits all peers alike, and not the one whose turn it
// was. Which peer goes first changes with the round. The median of the rounds counts;
// the JSON keeps them all.

import type { Answer } from './answer.ts';
import type { Mode } from './peer.ts';
import type { Sizes, Workload } from './workloads.ts';

/** Where the peers of one suite run: workers of a browser, or processes. */
export interface Host {
  readonly peers: string[];
  readonly versions: Record<string, string>;
  call(peer: string, request: string): Promise<Answer>;
  close(): Promise<void>;
}

export interface PeerResult {
  /** Operations a second: the median, and every round. */
  opsPerSecond: number;
  rounds: number[];
}

export interface WorkloadResult {
  name: string;
  doc: string;
  ops: number;
  peers: Record<string, PeerResult>;
}

export interface SuiteResult {
  suite: 'browser' | 'node';
  sizes: Sizes;
  settings: Record<string, Record<Mode, string> & { facts?: string }>;
  workloads: WorkloadResult[];
}

export async function measure(
  host: Host,
  suite: SuiteResult['suite'],
  sizes: Sizes,
  workloads: readonly Workload[],
  rounds: number,
): Promise<SuiteResult> {
  const result: SuiteResult = { suite, sizes, settings: {}, workloads: [] };
  for (const { name, doc } of workloads) {
    process.stderr.write(`${suite} ${name} `);
    const measured: WorkloadResult = { name, doc, ops: 0, peers: {} };
    for (let round = 0; round < rounds; round++) {
      for (const peer of rotated(host.peers, round)) {
        const answer = await ask(host, peer, name);
        const rate = (measured.peers[peer] ??= { opsPerSecond: 0, rounds: [] });
        rate.rounds.push(Math.round((answer.ops / answer.ms) * 1000));
        measured.ops = answer.ops;
        result.settings[peer] = {
          ...answer.settings,
          ...(answer.facts && { facts: answer.facts }),
        };
      }
      process.stderr.write('.');
    }
    for (const rate of Object.values(measured.peers)) rate.opsPerSecond = median(rate.rounds);
    result.workloads.push(measured);
    process.stderr.write('\n');
  }
  for (const peer of host.peers) await host.call(peer, 'finish');
  return result;
}

async function ask(host: Host, peer: string, workload: string) {
  const { error, ops, ms, settings, facts } = await host.call(peer, workload);
  if (error !== undefined || !ops || !ms || !settings)
    throw new Error(`${peer} failed at ${workload}: ${error}`);
  return { ops, ms, settings, facts };
}

const rotated = <T>(items: readonly T[], by: number): T[] =>
  items.map((_, i) => items[(i + by) % items.length] as T);

/**
 * How many times as fast `a` is as `b`: the median of the rounds' ratios. The two ran close
 * together in each round, so what slowed the machine then slowed both.
 */
export function ratio(a: PeerResult, b: PeerResult): number {
  return median(a.rounds.map((rate, round) => rate / (b.rounds[round] as number)));
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
