import { describe, expect, test } from 'vitest';
import type { Span } from '../../../engine/index.ts';
import { layoutLanes } from '../../../src/marks/file-lanes.ts';
import { leafAt, leavesOf, moveByKey } from '../../../src/marks/hex-grid.ts';
import { layoutLog } from '../../../src/marks/log-row.ts';
import { indices, windowOf } from '../../../src/marks/window.ts';
import { NO_FILES } from '../../../src/projections/files.ts';

const span = (name: string, offset: number, size: number, children: Span[] = []): Span => ({
  name,
  kind: 'key',
  offset,
  size,
  doc: '',
  ...(children.length ? { children } : {}),
});

describe('hex grid', () => {
  const spans = [
    span('a', 0, 4),
    span('b', 4, 6, [span('c', 4, 1), span('d', 5, 5)]),
    span('e', 12, 2),
  ];
  const leaves = leavesOf(spans);

  test('leaves are the innermost spans, with their way there', () => {
    expect(leaves.map(({ path }) => path)).toEqual(['a', 'b / c', 'b / d', 'e']);
  });

  test('leafAt finds the span of every byte, and none in gaps and beyond', () => {
    const found = Array.from({ length: 15 }, (_, offset) => leafAt(leaves, offset));
    expect(found).toEqual([0, 0, 0, 0, 1, 2, 2, 2, 2, 2, -1, -1, 3, 3, -1]);
    expect(leafAt([], 0)).toBe(-1);
  });

  test('keys move inside the bytes and never out of them', () => {
    expect(moveByKey('ArrowDown', 3, 40, 16)).toBe(19);
    expect(moveByKey('ArrowDown', 30, 40, 16)).toBe(30);
    expect(moveByKey('ArrowLeft', 0, 40, 16)).toBe(0);
    expect(moveByKey('End', 33, 40, 16)).toBe(39);
    expect(moveByKey('PageDown', 3, 40, 16)).toBe(39);
    expect(moveByKey('PageUp', 3, 40, 16)).toBe(0);
    expect(moveByKey('x', 3, 40, 16)).toBeUndefined();
  });
});

describe('windows', () => {
  test('hold what can be seen and a little more', () => {
    expect(windowOf(1000, 10, 500, 100)).toEqual({ first: 46, end: 64 });
    expect(windowOf(3, 10, 0, 100)).toEqual({ first: 0, end: 3 });
    expect(windowOf(3, 10, 900, 100)).toEqual({ first: 3, end: 3 });
    expect(indices({ first: 2, end: 5 })).toEqual([2, 3, 4]);
    expect(indices({ first: 3, end: 2 })).toEqual([]);
  });
});

describe('log row', () => {
  test('no record is more than four times as wide as another', () => {
    const record = (key: string, size: number) => ({
      key,
      offset: 0,
      size,
      concept: 'durable' as const,
      label: '',
    });
    expect(
      layoutLog([record('a', 10), record('b', 20), record('c', 9000)]).map(({ grow }) => grow),
    ).toEqual([1, 2, 4]);
    expect(layoutLog([])).toEqual([]);
  });
});

describe('file lanes', () => {
  const state = {
    ...NO_FILES,
    files: [
      {
        name: 'a',
        id: 'a#0',
        named: 'durable' as const,
        size: 1024,
        durableBytes: 512,
        segments: [
          {
            id: '1',
            append: 0,
            offset: 0,
            size: 512,
            state: 'durable' as const,
            bytes: new Uint8Array(512),
          },
          {
            id: '2',
            append: 1,
            offset: 512,
            size: 512,
            state: 'asked' as const,
            bytes: new Uint8Array(512),
          },
        ],
      },
    ],
  };

  test('the scale is the capacity, and more where a file is larger', () => {
    expect(
      layoutLanes(state, 2048, () => '').lanes[0]?.boxes.map(({ x, width, row }) => [
        x,
        width,
        row,
      ]),
    ).toEqual([
      [0, 0.25, 1],
      [0.25, 0.25, 0.5],
    ]);
    expect(layoutLanes(state, 512, () => '').lanes[0]?.watermark).toBe(0.5);
  });

  test('ticks stand at the sectors, and never too many have a number', () => {
    expect(layoutLanes(NO_FILES, 1024, () => '').ticks.map(({ label }) => label)).toEqual([
      '0',
      '512',
      '1024',
    ]);
    const { ticks } = layoutLanes(NO_FILES, 512 * 100, () => '');
    expect(ticks).toHaveLength(101);
    expect(ticks.filter(({ label }) => label !== '').length).toBeLessThan(9);
  });
});
