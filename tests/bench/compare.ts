// How results compare: which other store is the best at a workload, and how many times as good
// FerrisDB is. The printed tables, the marks and the page of the site all ask here.

import type { PeerResult, WorkloadResult } from './measure.ts';

export const OURS = 'ferrisdb';
/** Keeps nothing when its process ends: shown with a ratio of its own, but no rival to a store. */
export const FORGETFUL = 'memory-level';
/** Shown, but never the best of the others. The rest is our own store behind another interface. */
export const ASIDE: readonly string[] = [
  'ferrisdb (page)',
  'ferrisdb (level)',
  'ferrisdb (each write)',
  FORGETFUL,
];

export interface Comparison {
  readonly peer: string;
  /** How many times as good we are: above 1 is better, in every unit. */
  readonly ratio: number;
}

/** The comparison with each other store that ran, the one that we do worst against first. */
export function comparisons({ peers, unit }: WorkloadResult): Comparison[] {
  const ours = peers[OURS];
  if (!ours) return [];
  return Object.keys(peers)
    .filter((peer) => peer !== OURS && !ASIDE.includes(peer))
    .map((peer) => ({ peer, ratio: ratio(ours, peers[peer] as PeerResult, unit) }))
    .sort((a, b) => a.ratio - b.ratio);
}

/** The other store that does best beside us; undefined when none was measured. */
export function best(workload: WorkloadResult): Comparison | undefined {
  return comparisons(workload)[0];
}

/**
 * How many times as good `a` is as `b`: the median of the rounds' ratios. The two ran close
 * together in each round, so what slowed the machine then slowed both.
 */
export function ratio(a: PeerResult, b: PeerResult, unit: WorkloadResult['unit']): number {
  const ratios = a.rounds.map((value, round) => value / (b.rounds[round] ?? b.value));
  return median(unit === 'ops/s' ? ratios : ratios.map((each) => 1 / each));
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
