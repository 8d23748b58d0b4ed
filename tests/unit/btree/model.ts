// What the tests of the B-tree share: a model, a way to read everything, a check of its shape.

import { expect } from 'vitest';
import { compareBytes, text, utf8 } from '../../../engine/base/bytes.ts';
import type { Random } from '../../../engine/base/random.ts';
import { Branch, type Node } from '../../../engine/btree/node.ts';
import { Pages, readHeader } from '../../../engine/btree/pages.ts';
import { type BTree, type TreeOperation, treeName } from '../../../engine/btree/tree.ts';
import type { Files } from '../../../engine/env/files.ts';

export type Model = Map<string, string>;
export type Step = readonly [key: string, value: string | undefined];

export function operationsOf(steps: readonly Step[]): TreeOperation[] {
  return steps.map(([key, value]) => [utf8(key), value === undefined ? undefined : utf8(value)]);
}

export function applyTo(model: Model, steps: readonly Step[]): void {
  for (const [key, value] of steps) {
    if (value === undefined) model.delete(key);
    else model.set(key, value);
  }
}

/** A few puts and deletes of keys that come again. */
export function randomSteps(random: Random, keys: number, most: number): Step[] {
  return Array.from({ length: random.between(1, most) }, (): Step => {
    const key = `k${random.below(keys)}`.padEnd(random.pick([2, 5, 20]), 'x');
    if (random.chance(2, 5)) return [key, undefined];
    return [key, `${random.below(1000)}`.padEnd(random.pick([1, 8, 30]), 'v')];
  });
}

export function contents(tree: BTree, start?: string, end?: string): [string, string][] {
  const found: [string, string][] = [];
  const scan = tree.scan({
    ...(start !== undefined && { start: utf8(start) }),
    ...(end !== undefined && { end: utf8(end) }),
  });
  for (; scan.valid; scan.next()) found.push([text(scan.key), text(scan.value)]);
  scan.close();
  return found;
}

export function sorted(model: Model): [string, string][] {
  return [...model].sort(([a], [b]) => compareBytes(utf8(a), utf8(b)));
}

/** Walks the newest file: order, levels, sizes, counts. */
export function expectSound(files: Files, tree: BTree): void {
  const found = files.list().map((name) => commitOf(files, name));
  const whole = found.findLast(({ last }) => last !== undefined);
  if (whole?.last === undefined) {
    expect(tree.stats).toMatchObject({ commits: 0, entries: 0, livePages: 0 });
    return;
  }
  const { pages, last } = whole;
  const { root, height, entries, livePages, commit } = last.commit;
  expect(tree.stats).toMatchObject({ commits: commit, height, entries, livePages });
  const seen = { nodes: 0, entries: 0 };
  if (root !== 0) walk(pages, root, height - 1, undefined, undefined, seen);
  expect(seen).toEqual({ nodes: livePages, entries });
  for (const { pages } of found) pages.close();
}

function commitOf(files: Files, name: string) {
  const number = Number(name.slice(0, 6));
  expect(name).toBe(treeName(number));
  const file = files.open(name);
  const pageBytes = readHeader(file) ?? 256;
  const options = { pageBytes, cachePages: 1e6, trace: undefined };
  const pages = new Pages(file, number, pageBytes, options);
  return { pages, last: pages.lastCommit() };
}

function walk(
  pages: Pages,
  page: number,
  level: number,
  low: Uint8Array | undefined,
  high: Uint8Array | undefined,
  seen: { nodes: number; entries: number },
): void {
  const node: Node = pages.node(page);
  seen.nodes++;
  expect(node.level).toBe(level);
  expect(node.bytes).toBeLessThanOrEqual(pages.pageBytes - 8);
  const keys = node instanceof Branch ? node.keys.slice(1) : node.keys;
  for (const [i, key] of keys.entries()) {
    if (i > 0) expect(compareBytes(keys[i - 1] as Uint8Array, key)).toBeLessThan(0);
    if (low) expect(compareBytes(low, key)).toBeLessThanOrEqual(0);
    if (high) expect(compareBytes(key, high)).toBeLessThan(0);
  }
  if (!(node instanceof Branch)) {
    expect(node.keys.length).toBeGreaterThan(0);
    seen.entries += node.keys.length;
    return;
  }
  expect(node.children.length).toBeGreaterThan(1);
  node.children.forEach((child, i) => {
    walk(
      pages,
      child as number,
      level - 1,
      i === 0 ? low : node.keys[i],
      node.keys[i + 1] ?? high,
      seen,
    );
  });
}
