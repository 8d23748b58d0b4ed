// Timeout against what it costs: how long a dead server goes unnoticed, and how often a living one
// is suspected. Each place is a run in which server C is crashed ten times.

import type { Recorded } from '../../../engine/index.ts';
import type { Coordinates, Measure, Sweep, Values } from '../../sweep/sweep.ts';
import type { MessagesAction } from './actions.ts';
import { TIMEOUT_TICKS } from './detector.ts';
import { type MessagesEvent, SERVERS } from './machine.ts';
import { messages } from './scenario.ts';

export const CRASHES = 10;
const TICKS_PER_MINUTE = 60_000_000;

const wholeMs = (ticks: number) => `${Math.round(ticks / 1000)} ms`;
const lossText = (ppm: number) => (ppm === 0 ? 'none' : `${ppm / 10_000} %`);

const USUAL: Measure = { id: 'usual', label: 'noticed after, on average', show: wholeMs };
const LONGEST: Measure = { id: 'longest', label: 'at the latest', show: wholeMs };
const FALSE: Measure = { id: 'false', label: 'false suspicions a minute', show: String };

const LOSSES = [0, 10_000, 50_000, 100_000, 200_000];

function runAt({ timeoutTicks = TIMEOUT_TICKS, lossPpm = 0 }: Coordinates): MessagesAction[] {
  return [
    { do: 'network', options: { lossPpm } },
    { do: 'timeout', timeoutTicks },
    { do: 'trial', crashes: CRASHES },
  ];
}

/** Of every crash and every other server: how long until it suspects; 0 if it did already. */
class Detections {
  readonly delays: number[] = [];
  falseCount = 0;
  readonly #downSince = new Map<number, number>();
  readonly #suspects = new Set<string>();

  see({ event, node, timeTicks }: Recorded<MessagesEvent>): void {
    if (event.type === 'node.crash') this.#crash(node, timeTicks);
    else if (event.type === 'node.start') this.#downSince.delete(node);
    else if (event.type === 'peer.trust') this.#suspects.delete(`${node} ${event.peer}`);
    else if (event.type === 'peer.suspect') {
      this.#suspects.add(`${node} ${event.peer}`);
      const downTicks = this.#downSince.get(event.peer);
      if (downTicks === undefined) this.falseCount++;
      else this.delays.push(timeTicks - downTicks);
    }
  }

  #crash(node: number, timeTicks: number): void {
    this.#downSince.set(node, timeTicks);
    for (const other of SERVERS) {
      if (this.#suspects.has(`${other} ${node}`)) this.delays.push(0);
      this.#suspects.delete(`${node} ${other}`);
    }
  }
}

export function measureDetection(entries: readonly Recorded<MessagesEvent>[]): Values {
  const found = new Detections();
  for (const entry of entries) found.see(entry);
  const { delays, falseCount } = found;
  const tookTicks = entries.at(-1)?.timeTicks ?? 0;
  if (delays.length === 0 || tookTicks === 0) return {};
  const sum = delays.reduce((a, b) => a + b, 0);
  return {
    usual: Math.round(sum / delays.length),
    longest: Math.max(...delays),
    false: Math.round((falseCount * TICKS_PER_MINUTE) / tookTicks),
  };
}

const timeoutAxis = (ms: readonly number[]) => ({
  id: 'timeoutTicks',
  label: 'silence that makes suspicious',
  values: ms.map((each) => each * 1000),
  show: wholeMs,
});
const loss = { id: 'lossPpm', label: 'heartbeats lost', values: LOSSES, show: lossText };

export const detectionTime: Sweep = {
  id: 'detection-time',
  scenario: messages,
  x: timeoutAxis([80, 120, 160, 200, 240, 280, 320, 360, 400]),
  settings: [{ ...loss, label: 'Heartbeats lost', initial: 0 }],
  measures: [USUAL, LONGEST],
  asides: [FALSE],
  actions: runAt,
  measure: measureDetection,
};

export const falseSuspicions: Sweep = {
  id: 'false-suspicions',
  scenario: messages,
  x: timeoutAxis([60, 80, 100, 120, 160, 200, 300]),
  y: loss,
  measures: [FALSE, USUAL],
  actions: runAt,
  measure: measureDetection,
};
