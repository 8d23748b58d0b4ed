// The numbers in the prose of the page and where its links lead, found by running the servers
// when the page is built.

import { TICKS_PER_MS } from '../../../engine/index.ts';
import { letterOf, msText } from '../../marks/nodes.ts';
import { run, scriptOf } from '../../player/history.ts';
import { measureAll, measureAt } from '../../sweep/sweep.ts';
import type { MessagesAction } from './actions.ts';
import { PERIOD_TICKS, TIMEOUT_TICKS } from './detector.ts';
import { encodeHeartbeat } from './heartbeat.ts';
import { crossing, type Sending, sendings } from './lamport.ts';
import { CYCLE_TICKS, NETWORK } from './machine.ts';
import { FOR_TICKS, messages } from './scenario.ts';
import { CRASHES, detectionTime, falseSuspicions } from './sweeps.ts';

export { describeHeartbeat } from './heartbeat.ts';

const whole = (ticks: number) => `${Math.round(ticks / TICKS_PER_MS)} ms`;

export const PERIOD = whole(PERIOD_TICKS);
export const TIMEOUT = whole(TIMEOUT_TICKS);

/** How quick and how slow a message may be. */
const latencies = NETWORK.latency?.map(([, from, to]) => [from, to] as const) ?? [];
export const QUICKEST = String(Math.min(...latencies.map(([from]) => from)) / TICKS_PER_MS);
export const SLOWEST = whole(Math.max(...latencies.map(([, to]) => to)));

/** How long a run of the plots is. */
export const TRIAL_SECONDS = Math.round((CRASHES * CYCLE_TICKS) / (1000 * TICKS_PER_MS));

export const EXAMPLE = encodeHeartbeat({ sender: 3, number: 5 });

const script = run(messages, scriptOf(messages));

/** Just after the first event of a type that a server says. */
export function momentOf(type: string, node: number): number {
  return script.entries.findIndex((entry) => entry.event.type === type && entry.node === node) + 1;
}

/** Where C, which has just gone on, suspects the first of the others. */
export const C_SUSPECTS = momentOf('peer.suspect', 3);
/** Whether it does, and takes it back. */
export const C_RECALLS = momentOf('peer.trust', 3) > 0;

const QUIET: MessagesAction = { do: 'run', ticks: FOR_TICKS };

/** C is slow for a second; the first to be suspected is not C. */
export const SLOW: readonly MessagesAction[] = [
  QUIET,
  { do: 'slow', node: 3, stepTicks: 60_000, forTicks: 700 * TICKS_PER_MS },
];
/** The clock of A is set a quarter of a second ahead. */
export const JUMP: readonly MessagesAction[] = [
  QUIET,
  { do: 'clock', node: 1, jumpTicks: 250 * TICKS_PER_MS, forTicks: 100 * TICKS_PER_MS },
];
/** Nothing of C arrives at A any more; all else does. */
export const ONE_WAY: readonly MessagesAction[] = [
  QUIET,
  { do: 'sever', from: 3, to: 1, forTicks: FOR_TICKS },
];

/** Who is suspected by whom in a run, in the order of the suspicions: "C suspects A". */
export function suspicionsIn(actions: readonly MessagesAction[]): string[] {
  const { entries } = run(messages, { ...scriptOf(messages), actions });
  return entries.flatMap(({ event, node }) =>
    event.type === 'peer.suspect' ? [`${letterOf(node)} suspects ${letterOf(event.peer)}`] : [],
  );
}

/** Where the first suspicion of such a run stands. */
export function firstSuspicion(actions: readonly MessagesAction[]): number {
  const { entries } = run(messages, { ...scriptOf(messages), actions });
  return entries.findIndex(({ event }) => event.type === 'peer.suspect') + 1;
}

export const KNOWN_TIMES = measureAll(detectionTime);
export const KNOWN_FALSE = measureAll(falseSuspicions);

/** What a timeout costs and buys, at one place of the plots. */
export function at(timeoutMs: number, lossPercent: number) {
  const lossPpm = lossPercent * 10_000;
  const values = measureAt(detectionTime, { timeoutTicks: timeoutMs * TICKS_PER_MS, lossPpm });
  return {
    usual: whole(values['usual'] ?? 0),
    longest: whole(values['longest'] ?? 0),
    falsePerMinute: values['false'] ?? 0,
  };
}

/** Two heartbeats whose Lamport numbers stand in the other order than their times. */
const crossed = crossing(sendings(script.entries));
const words = (one: Sending | undefined) =>
  one && {
    who: letterOf(one.from),
    whom: letterOf(one.to),
    what: one.note,
    at: msText(one.timeTicks),
    count: one.count,
  };
export const EARLIER = words(crossed?.[0]);
export const LATER = words(crossed?.[1]);
