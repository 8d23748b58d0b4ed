// The last two minutes: one point for each reading.

import type { Reading } from './protocol.ts';

export interface Point {
  readonly atMs: number;
  readonly readsPerSecond: number;
  readonly writesPerSecond: number;
  readonly readP99Us: number | undefined;
  readonly writeP99Us: number | undefined;
  readonly logBytesPerSecond: number;
  readonly flushBytesPerSecond: number;
  readonly compactionBytesPerSecond: number;
  /** Share of block look-ups that the cache answered; undefined when there were none. */
  readonly hitShare: number | undefined;
  readonly level0Tables: number;
  readonly slowdowns: number;
  readonly stops: number;
}

export const WINDOW_MS = 120_000;

/** What happened between two readings; the first one has nothing before it. */
export function pointOf(reading: Reading, before: Reading | undefined): Point {
  const { properties: now, interval, intervalMs, atMs } = reading;
  const then = before?.properties;
  const perSecond = (amount: number) => (amount * 1000) / Math.max(intervalMs, 1);
  /** A database that was opened again counts from 0. */
  const grown = (current: number, earlier: number | undefined) =>
    earlier === undefined || current < earlier ? 0 : current - earlier;
  const hits = grown(now.blockCache.hits, then?.blockCache.hits);
  const asked = hits + grown(now.blockCache.misses, then?.blockCache.misses);
  return {
    atMs,
    readsPerSecond: perSecond(interval.read.count),
    writesPerSecond: perSecond(grown(now.writtenEntries, then?.writtenEntries)),
    readP99Us: interval.read.count > 0 ? interval.read.p99Us : undefined,
    writeP99Us: interval.write.count > 0 ? interval.write.p99Us : undefined,
    logBytesPerSecond: perSecond(grown(now.logBytes, then?.logBytes)),
    flushBytesPerSecond: perSecond(grown(now.flushedBytes, then?.flushedBytes)),
    compactionBytesPerSecond: perSecond(grown(now.compactedBytesOut, then?.compactedBytesOut)),
    hitShare: asked > 0 ? hits / asked : undefined,
    level0Tables: now.levels[0]?.tables ?? 0,
    slowdowns: grown(now.slowdowns, then?.slowdowns),
    stops: grown(now.stops, then?.stops),
  };
}

/** The points and a new one, without those that are too old. */
export function withPoint(points: readonly Point[], point: Point): Point[] {
  return [...points.filter(({ atMs }) => point.atMs - atMs <= WINDOW_MS), point];
}
