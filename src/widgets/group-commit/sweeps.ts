// What is measured of many loads: latency against the size of a group, and against waiting.

import { Fold, type Recorded } from '../../../engine/index.ts';
import type { Coordinates, Measure, Sweep, Values } from '../../sweep/sweep.ts';
import { msText } from './caption.ts';
import { type GroupEvent, TICKS_PER_MS } from './machine.ts';
import {
  type GroupState,
  latenciesOf,
  NO_GROUPS,
  percentile,
  projectGroups,
  syncsDone,
} from './projection.ts';
import { groupCommit, loadUnder, RULES } from './scenario.ts';

/** Enough for a 99th percentile: two of them may be slower. */
const CLIENTS = 200;

const P50: Measure = { id: 'p50', label: 'half are answered within', show: msText };
const P99: Measure = { id: 'p99', label: '99 of 100 within', show: msText };
const RATE: Measure = { id: 'rate', label: 'writes a second', show: String };
const SYNCS: Measure = { id: 'syncs', label: 'syncs for 100 writes', show: String };

const perSecond = (ticks: number) =>
  `every ${msText(ticks)}, ${Math.round((TICKS_PER_MS * 1000) / ticks)} a second`;

/** A client comes, in the mean, every so many ticks. */
const ARRIVALS = [2, 4, 6, 10, 20, 40];

/** A run that goes on until everybody is answered, in numbers. */
export function measureLoad(entries: readonly Recorded<GroupEvent>[]): Values {
  const state: GroupState = new Fold(NO_GROUPS, projectGroups, entries).at(entries.length);
  const latencies = latenciesOf(state);
  const first = state.clients[0]?.arrivedTicks ?? 0;
  const tookTicks = Math.max(state.nowTicks - first, 1);
  return {
    p50: percentile(latencies, 50) ?? 0,
    p99: percentile(latencies, 99) ?? 0,
    rate: Math.round((latencies.length * TICKS_PER_MS * 1000) / tookTicks),
    syncs: Math.round((syncsDone(state) * 100) / latencies.length),
  };
}

function runAt(at: Coordinates) {
  const { groupMax = RULES.groupMax, waitTicks = RULES.waitTicks, everyTicks = 6 } = at;
  return loadUnder({ groupMax, waitTicks }, { clients: CLIENTS, everyTicks });
}

export const latencyAgainstGroup: Sweep = {
  id: 'latency-against-group',
  scenario: groupCommit,
  x: { id: 'groupMax', label: 'writes in a group, at most', values: [1, 2, 3, 4, 6, 8, 16, 64] },
  settings: [
    { id: 'everyTicks', label: 'A client', values: ARRIVALS, initial: 6, show: perSecond },
  ],
  measures: [P50, P99],
  asides: [RATE, SYNCS],
  actions: runAt,
  measure: measureLoad,
};

export const waitingForCompany: Sweep = {
  id: 'waiting-for-company',
  scenario: groupCommit,
  x: {
    id: 'waitTicks',
    label: 'the first in line waits for company, at most',
    values: [0, 5, 10, 20, 40, 80],
    show: msText,
  },
  y: { id: 'everyTicks', label: 'a client every', values: ARRIVALS, show: msText },
  measures: [SYNCS, P99, P50, RATE],
  actions: runAt,
  measure: measureLoad,
};
