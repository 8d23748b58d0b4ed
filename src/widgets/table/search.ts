// The two binary searches of a lookup, one probe at a time, over the bytes that the engine wrote.
//
// The engine does them in a few nanoseconds and says nothing about a single probe. So they are
// done once more here, slowly; the world (scenario.ts) holds each against what the engine did,
// and stops if they part ways.

import type { BlockShape, TableShape } from './shape.ts';

/** Of a place that was looked at: how what stands there compares with the key looked for. */
export type Order = 'before' | 'here' | 'after';

export interface Probe {
  readonly at: number;
  readonly order: Order;
}

/** Keys of the figure are ASCII, so their order as text is that of their bytes. */
export function orderOf(there: string, key: string): Order {
  if (there === key) return 'here';
  return there < key ? 'before' : 'after';
}

/** Which separators are looked at, and the block that is left: the last whose separator isn't after the key. */
export function searchIndex(
  { blocks }: TableShape,
  key: string,
): { probes: Probe[]; found: number } {
  return search(blocks.length, (at) => {
    const order = orderOf(blocks[at]?.separator ?? '', key);
    return { order, isLower: order !== 'after' };
  });
}

/** Which restart points are looked at, and the one that is left: the last whose key is before the key. */
export function searchRestarts(block: BlockShape, key: string): { probes: Probe[]; found: number } {
  return search(block.restarts.length, (at) => {
    const order = orderOf(block.entries[block.restarts[at] as number]?.key ?? '', key);
    return { order, isLower: order === 'before' };
  });
}

/** The entries that are walked over from a restart point on: up to the key, or to the first after it. */
export function walk(block: BlockShape, restart: number, key: string): Probe[] {
  const probes: Probe[] = [];
  for (let at = block.restarts[restart] as number; at < block.entries.length; at++) {
    const order = orderOf(block.entries[at]?.key ?? '', key);
    probes.push({ at, order });
    if (order !== 'before') break;
  }
  return probes;
}

/** The last of `count` places that is lower; 0 if none is. Place 0 is never looked at. */
function search(
  count: number,
  look: (at: number) => { readonly order: Order; readonly isLower: boolean },
): { probes: Probe[]; found: number } {
  const probes: Probe[] = [];
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    const { order, isLower } = look(middle);
    probes.push({ at: middle, order });
    if (isLower) low = middle;
    else high = middle - 1;
  }
  return { probes, found: low };
}
