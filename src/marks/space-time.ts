// A space-time diagram: a lane for each node, time along the lanes, messages from one lane to
// another. Pure: the same state is the same picture. (Lamport drew computations like this in
// "Time, Clocks, and the Ordering of Events in a Distributed System", 1978.)
//
//     A ━━━━━━━━━━━━━━━━━━━━━━━━━━━━      thick: it leads
//            \        /                   a message takes time, so its line is slanted
//     B ──────●──────○───────?━━━         an outline: it stands for election
//                      \
//     C ────────────────✕── ✂             a cross: lost, or the server is down
//
// 1. Places along time are absolute (time x scale), so a shape that is there stays as it is, and
//    the whole sheet is moved. Only what has changed is made again.
// 2. Shapes are kept for the object that they were made of: a message that no event has touched
//    has the very same shape as before.
// 3. Shapes come in groups, by the numbers of their messages. A browser that is given something
//    new looks again at all that shares its parent, so a parent has few children.

import type { MessageView } from '../projections/cluster-network.ts';
import type { NodeSpan, NodeView } from '../projections/cluster-node.ts';

export interface Sheet {
  /** Time goes across, or down on a phone. */
  readonly direction: 'across' | 'down';
  /** Pixels for a tick. */
  readonly scale: number;
  /** Pixels between two lanes, and before the first. */
  readonly gap: number;
  readonly margin: number;
  /** Nodes in the order of their lanes. */
  readonly lanes: readonly number[];
}

export interface MessageShape {
  readonly key: number;
  readonly message: MessageView;
  /** The line, with its arrow or its cross. */
  readonly d: string;
  /** What of its way is still to come. */
  readonly rest: string;
}

/** Messages whose numbers are close. */
export interface ShapeGroup {
  readonly key: number;
  readonly shapes: readonly MessageShape[];
}

export interface BandShape {
  readonly key: string;
  readonly node: number;
  readonly role: NodeSpan['role'];
  readonly machine: NodeSpan['machine'];
  /** Along the time: beginning and length. */
  readonly at: number;
  readonly length: number;
  readonly lane: number;
  /** The term, where it has just become another; empty elsewhere. */
  readonly label: string;
}

const GROUP_MESSAGES = 12;
const ARROW = 5;
const CROSS = 4.5;
/** A message lost at once still shows where it was bound for. */
const LOST_PART = 0.3;
/** Closer than this, a label would lie on the one before. */
const LABEL_GAP = 30;
/** Beyond the last lane, for what is written there: below the lanes, or right of them. */
export const RULER = { across: 20, down: 60 } as const;

export function lanePlace({ gap, margin, lanes }: Sheet, node: number): number {
  return margin + gap * lanes.indexOf(node);
}

/** Across the time: all lanes, and beyond them the ruler. */
export function sheetSize({ direction, gap, margin, lanes }: Sheet): number {
  return 2 * margin + gap * Math.max(lanes.length - 1, 0) + RULER[direction];
}

type Along = readonly [along: number, lane: number];

function point({ direction }: Sheet, [along, lane]: Along): string {
  const [x, y] = direction === 'across' ? [along, lane] : [lane, along];
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

/** Layouts of messages that didn't change are the ones of before. */
export class MessageLayout {
  readonly #sheet: Sheet;
  readonly #known = new WeakMap<MessageView, MessageShape>();

  constructor(sheet: Sheet) {
    this.#sheet = sheet;
  }

  shapeOf(message: MessageView): MessageShape {
    const known = this.#known.get(message);
    if (known) return known;
    const shape = { key: message.id, message, ...pathsOf(this.#sheet, message) };
    this.#known.set(message, shape);
    return shape;
  }

  /** Those that can be seen in a stretch of time, between nodes that have a lane, in groups. */
  groups(messages: readonly MessageView[], fromTicks: number, toTicks: number): ShapeGroup[] {
    const { lanes } = this.#sheet;
    const groups: { key: number; shapes: MessageShape[] }[] = [];
    for (const message of messages) {
      const { id, from, to, sentAtTicks, arrivesAtTicks, endedAtTicks } = message;
      const isSeen =
        sentAtTicks <= toTicks &&
        Math.max(endedAtTicks ?? arrivesAtTicks, arrivesAtTicks) >= fromTicks &&
        lanes.includes(from) &&
        lanes.includes(to);
      if (!isSeen) continue;
      const key = Math.floor(id / GROUP_MESSAGES);
      let group = groups.findLast((one) => one.key === key);
      if (!group) groups.push((group = { key, shapes: [] }));
      group.shapes.push(this.shapeOf(message));
    }
    return groups;
  }
}

function pathsOf(sheet: Sheet, message: MessageView): { d: string; rest: string } {
  const { scale } = sheet;
  const from: Along = [message.sentAtTicks * scale, lanePlace(sheet, message.from)];
  const due: Along = [message.arrivesAtTicks * scale, lanePlace(sheet, message.to)];
  if (message.fate === 'flying') return { d: '', rest: line(sheet, from, due) };
  const endedAt = (message.endedAtTicks ?? message.arrivesAtTicks) * scale;
  if (message.fate === 'delivered') {
    const end: Along = [endedAt, due[1]];
    return { d: line(sheet, from, end) + arrow(sheet, from, end), rest: '' };
  }
  const way = (endedAt - from[0]) / (due[0] - from[0] || 1);
  const part = Math.min(1, Math.max(way, LOST_PART));
  const end: Along = [from[0] + (due[0] - from[0]) * part, from[1] + (due[1] - from[1]) * part];
  return { d: line(sheet, from, end) + cross(sheet, end), rest: '' };
}

function line(sheet: Sheet, from: Along, to: Along): string {
  return `M${point(sheet, from)}L${point(sheet, to)}`;
}

function arrow(sheet: Sheet, from: Along, to: Along): string {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
  const along = ((to[0] - from[0]) / length) * ARROW;
  const lane = ((to[1] - from[1]) / length) * ARROW;
  const left: Along = [to[0] - along - lane * 0.6, to[1] - lane + along * 0.6];
  const right: Along = [to[0] - along + lane * 0.6, to[1] - lane - along * 0.6];
  return `M${point(sheet, left)}L${point(sheet, to)}L${point(sheet, right)}`;
}

function cross(sheet: Sheet, [along, lane]: Along): string {
  const a = line(sheet, [along - CROSS, lane - CROSS], [along + CROSS, lane + CROSS]);
  return a + line(sheet, [along - CROSS, lane + CROSS], [along + CROSS, lane - CROSS]);
}

/** How a server's lane looks between two times; the last band is open and ends at `toTicks`. */
export function bandsOf(
  sheet: Sheet,
  { id, spans }: NodeView,
  fromTicks: number,
  toTicks: number,
): BandShape[] {
  let labelledAt = Number.NEGATIVE_INFINITY;
  let term = -1;
  return spans.flatMap((span, i) => {
    const endTicks = spans[i + 1]?.fromTicks ?? toTicks;
    const at = span.fromTicks * sheet.scale;
    const isNew = span.term !== term && at - labelledAt > LABEL_GAP;
    term = isNew ? span.term : term;
    if (isNew) labelledAt = at;
    if (endTicks < fromTicks || span.fromTicks > toTicks) return [];
    const { role, machine } = span;
    return [
      {
        key: `${id}-${span.fromTicks}`,
        node: id,
        role,
        machine,
        at,
        length: Math.max(0, (endTicks - span.fromTicks) * sheet.scale),
        lane: lanePlace(sheet, id),
        label: isNew && span.term > 0 ? `term ${span.term}` : '',
      },
    ];
  });
}

/** Round times that a ruler marks between two times, no closer than about `stepPx`. */
export function ticksOf(sheet: Sheet, fromTicks: number, toTicks: number, stepPx = 90): number[] {
  const rough = stepPx / sheet.scale;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough;
  const first = Math.max(0, Math.ceil(fromTicks / step));
  const count = Math.max(0, Math.floor(toTicks / step) - first + 1);
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}
