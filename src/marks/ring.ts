// Where everything of a ring stands: pure, so the same state is the same picture.
//
//              A                 servers on a circle, A on top, clockwise
//          E       B             clients outside of it, left and right, below
//            D   C
//        k           l           messages travel on the right of their chord
//
// Nothing moves but messages.

import type { MessageView } from '../projections/cluster-network.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const RING_WIDTH = 460;
export const RING_HEIGHT = 392;
export const NODE_RADIUS = 25;
export const TIMER_RADIUS = 33;
const CENTER: Point = { x: RING_WIDTH / 2, y: 200 };
const RING_RADIUS = 128;
/** Messages keep this far from the middle of a node, and from their chord. */
const EDGE = 40;
const ASIDE = 6;

/** For `transform`; somebody without a place is out of sight. */
export function translate(point: Point | undefined): string {
  return point ? `translate(${point.x.toFixed(1)} ${point.y.toFixed(1)})` : 'translate(-99 -99)';
}

export type Places = ReadonlyMap<number, Point>;

export function placeNodes(servers: readonly number[], clients: readonly number[]): Places {
  const places = new Map<number, Point>();
  servers.forEach((id, i) => {
    places.set(id, onRing(servers.length === 1 ? 0 : i / servers.length, RING_RADIUS));
  });
  clients.forEach((id, i) => {
    const isLeft = i % 2 === 0;
    const row = Math.floor(i / 2);
    places.set(id, { x: isLeft ? 30 : RING_WIDTH - 30, y: RING_HEIGHT - 34 - row * 62 });
  });
  return places;
}

/** `turn` is a part of the whole circle, from the top, clockwise. */
function onRing(turn: number, radius: number): Point {
  const angle = turn * 2 * Math.PI - Math.PI / 2;
  return { x: CENTER.x + radius * Math.cos(angle), y: CENTER.y + radius * Math.sin(angle) };
}

/** Where the words about a node stand, and how they are set. */
export function labelPlace({ x, y }: Point): Point & { readonly anchor: 'start' | 'middle' } {
  const isTop = y < CENTER.y - RING_RADIUS * 0.9;
  if (isTop) return { x: x + 40, y: y - 20, anchor: 'start' };
  return y < CENTER.y + RING_RADIUS * 0.2
    ? { x, y: y - 54, anchor: 'middle' }
    : { x, y: y + 50, anchor: 'middle' };
}

/** From 0 where it was sent to 1 where it arrives; waiting at the end if it must. */
export function progressOf({ sentAtTicks, arrivesAtTicks }: MessageView, nowTicks: number): number {
  const whole = arrivesAtTicks - sentAtTicks;
  return whole <= 0 ? 1 : Math.min(1, Math.max(0, (nowTicks - sentAtTicks) / whole));
}

/** Where a message is on its way, or undefined for one between strangers. */
export function placeMessage(
  places: Places,
  { from, to }: { from: number; to: number },
  progress: number,
): Point | undefined {
  const a = places.get(from);
  const b = places.get(to);
  if (!a || !b) return undefined;
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const ux = (b.x - a.x) / length;
  const uy = (b.y - a.y) / length;
  const at = EDGE + progress * (length - 2 * EDGE);
  return { x: a.x + ux * at - uy * ASIDE, y: a.y + uy * at + ux * ASIDE };
}

export interface Chord {
  readonly key: string;
  readonly a: Point;
  readonly b: Point;
  /** Cut in both directions, or in one; the arrow of that one points from `a` to `b`. */
  readonly cut: 'none' | 'both' | 'one';
}

/** A line for each pair of servers. */
export function chordsOf(
  places: Places,
  servers: readonly number[],
  severed: readonly (readonly [number, number])[],
): Chord[] {
  const isCut = (from: number, to: number) => severed.some(([f, t]) => f === from && t === to);
  return servers.flatMap((one, i) =>
    servers.slice(i + 1).map((other) => {
      const there = isCut(one, other);
      const back = isCut(other, one);
      const [from, to] = back && !there ? [other, one] : [one, other];
      const cut = there && back ? 'both' : there || back ? 'one' : 'none';
      return { key: `${one}-${other}`, a: at(places, from), b: at(places, to), cut };
    }),
  );
}

function at(places: Places, id: number): Point {
  return places.get(id) ?? CENTER;
}

/** Which servers hear each other, directly or over others; one group when all is well. */
export function groupsOf(
  servers: readonly number[],
  severed: readonly (readonly [number, number])[],
): number[][] {
  const apart = new Set(severed.map(([from, to]) => `${from}>${to}`));
  const groups: number[][] = [];
  const left = new Set(servers);
  for (const first of servers) {
    if (!left.delete(first)) continue;
    const group = [first];
    for (const one of group)
      for (const other of [...left]) {
        if (apart.has(`${one}>${other}`) && apart.has(`${other}>${one}`)) continue;
        left.delete(other);
        group.push(other);
      }
    groups.push(group);
  }
  return groups;
}

/**
 * The wall between two groups: a line through the gaps of the ring where one ends and the other
 * begins. Undefined where there are more or fewer than two such gaps.
 */
export function wallOf(
  servers: readonly number[],
  groups: readonly number[][],
): [Point, Point] | undefined {
  if (groups.length !== 2) return undefined;
  const groupOf = (id: number) => groups.findIndex((group) => group.includes(id));
  const gaps = servers.flatMap((id, i) => {
    const next = servers[(i + 1) % servers.length] as number;
    return groupOf(id) === groupOf(next)
      ? []
      : [onRing((i + 0.5) / servers.length, RING_RADIUS + 44)];
  });
  return gaps.length === 2 ? (gaps as [Point, Point]) : undefined;
}

/** The two sides of a line that was drawn across the ring, or undefined if it parts nobody. */
export function partedBy(
  places: Places,
  servers: readonly number[],
  from: Point,
  to: Point,
): number[][] | undefined {
  const side = (id: number) => {
    const { x, y } = at(places, id);
    return (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x) > 0;
  };
  const groups = [servers.filter(side), servers.filter((id) => !side(id))];
  return groups.every((group) => group.length > 0) ? groups : undefined;
}
