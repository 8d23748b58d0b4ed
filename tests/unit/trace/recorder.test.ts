import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from '../../../engine/base/bytes.ts';
import type { EngineEvent } from '../../../engine/trace/events.ts';
import { Fold } from '../../../engine/trace/fold.ts';
import { canonical, Recorder } from '../../../engine/trace/recorder.ts';

const sync = (size: number): EngineEvent => ({ type: 'wal.sync', log: 3, size });

test('the recorder stamps and keeps every event', () => {
  const recorder = new Recorder();
  recorder.trace(sync(1));
  recorder.node = 2;
  recorder.timeTicks = 9;
  recorder.trace(sync(2));
  expect(recorder.entries).toEqual([
    { index: 0, node: 0, timeTicks: 0, event: sync(1) },
    { index: 1, node: 2, timeTicks: 9, event: sync(2) },
  ]);
});

test('the hash stands for all events, in order, with where and when', () => {
  const hashOf = (...sizes: number[]) => {
    const recorder = new Recorder();
    for (const size of sizes) recorder.trace(sync(size));
    return recorder.hash;
  };
  expect(hashOf()).toBe('00000000');
  expect(hashOf(1, 2)).toBe(hashOf(1, 2));
  expect(new Set([hashOf(), hashOf(1), hashOf(1, 2), hashOf(2, 1)]).size).toBe(4);
  const elsewhere = new Recorder();
  elsewhere.node = 1;
  elsewhere.trace(sync(1));
  expect(elsewhere.hash).not.toBe(hashOf(1));
});

test('the hash of a known run never changes: shared links are checked by it', () => {
  const recorder = new Recorder();
  recorder.trace({ type: 'file.append', file: 'é.wal', offset: 64, bytes: Uint8Array.of(0, 255) });
  recorder.trace(sync(66));
  expect(recorder.hash).toMatchInlineSnapshot(`"9e12501b"`);
});

test('bytes are hexadecimal in the canonical text', () => {
  expect(canonical({ a: utf8('hi'), b: [1, 'x'] })).toBe('{"a":"0x6869","b":[1,"x"]}');
});

test('a listener that throws leaves the event kept', () => {
  const recorder = new Recorder();
  recorder.onEntry = () => {
    throw new Error('cut');
  };
  expect(() => recorder.trace(sync(1))).toThrow('cut');
  expect(recorder.entries).toHaveLength(1);
});

test('a fold gives the same state from wherever it comes', () => {
  const entries: number[] = [];
  const fold = new Fold<readonly number[], number>(
    [],
    (state, entry) => [...state, entry],
    entries,
  );
  const jumps = fc.array(fc.nat(300), { maxLength: 30 });
  for (let i = 0; i < 300; i++) entries.push(i);
  fc.assert(
    fc.property(jumps, (counts) => {
      for (const count of counts) expect(fold.at(count)).toEqual(entries.slice(0, count));
    }),
  );
});

test('a step back costs at most the way from one checkpoint', () => {
  let steps = 0;
  const count = (state: number) => {
    steps++;
    return state + 1;
  };
  const fold = new Fold(0, count, new Array<number>(1000).fill(0));
  fold.at(1000);
  for (let at = 999; at > 900; at--) {
    steps = 0;
    expect(fold.at(at)).toBe(at);
    expect(steps).toBeLessThanOrEqual(64);
  }
});

test('a fold goes on when entries are added, and remembers where it was', () => {
  const entries = [1, 2, 3];
  let steps = 0;
  const add = (state: number, entry: number) => {
    steps++;
    return state + entry;
  };
  const fold = new Fold(0, add, entries);
  expect(fold.at(3)).toBe(6);
  entries.push(4);
  expect(fold.at(4)).toBe(10);
  expect(steps).toBe(4);
  expect(fold.at(0)).toBe(0);
  expect(() => fold.at(5)).toThrow('assertion failed');
});
