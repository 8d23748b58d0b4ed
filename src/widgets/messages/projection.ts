// What the figure shows: the servers and messages as everywhere (src/projections/cluster.ts), and
// what each server believes of the others.
//
// Whether a suspicion is wrong is told by the world: a server that is paused or slow isn't down.
// No server knows that; only the drawing does.

import type { Recorded } from '../../../engine/index.ts';
import { type ClusterState, clusterProjection, nodeOf } from '../../projections/cluster.ts';
import { TIMEOUT_TICKS } from './detector.ts';
import { type MessagesEvent, SERVERS } from './machine.ts';

/** What one server thinks of another. */
export interface Opinion {
  readonly by: number;
  readonly of: number;
  /** When something last came from it; undefined before. */
  readonly heardTicks: number | undefined;
  /** Since when it is suspected. */
  readonly suspectedTicks: number | undefined;
}

export interface Suspicion {
  readonly by: number;
  readonly of: number;
  readonly fromTicks: number;
  readonly toTicks: number | undefined;
  readonly silentTicks: number;
  /** The suspected server was up at that moment. */
  readonly isFalse: boolean;
}

export interface MessagesState {
  readonly cluster: ClusterState;
  readonly opinions: readonly Opinion[];
  /** The newest so many, in the order in which they began. */
  readonly suspicions: readonly Suspicion[];
  readonly timeoutTicks: number;
  readonly falseCount: number;
}

const SUSPICIONS_MAX = 24;

const { initial: cluster, project: projectCluster } = clusterProjection({ servers: SERVERS });

export const NOTHING_SENT: MessagesState = {
  cluster,
  opinions: SERVERS.flatMap((by) =>
    SERVERS.filter((of) => of !== by).map((of) => ({
      by,
      of,
      heardTicks: undefined,
      suspectedTicks: undefined,
    })),
  ),
  suspicions: [],
  timeoutTicks: TIMEOUT_TICKS,
  falseCount: 0,
};

export function projectMessages(
  before: MessagesState,
  entry: Recorded<MessagesEvent>,
): MessagesState {
  const { event, node, timeTicks } = entry;
  const after = projectCluster(before.cluster, entry as Parameters<typeof projectCluster>[1]);
  const state = after === before.cluster ? before : { ...before, cluster: after };
  switch (event.type) {
    case 'net.deliver': {
      const message = after.network.messages.find(({ id }) => id === event.message);
      if (message?.corrupt) return state;
      return change(state, event.to, event.from, { heardTicks: timeTicks });
    }
    case 'peer.suspect':
      return suspect(state, node, event.peer, timeTicks, event.silentTicks);
    case 'peer.trust':
      return trust(state, node, event.peer, timeTicks);
    case 'node.crash':
    case 'node.fail':
      return forget(state, node, timeTicks);
    case 'detector.timeout':
      return { ...state, timeoutTicks: event.timeoutTicks };
    default:
      return state;
  }
}

function change(
  state: MessagesState,
  by: number,
  of: number,
  now: Partial<Opinion>,
): MessagesState {
  const at = state.opinions.findIndex((one) => one.by === by && one.of === of);
  const one = state.opinions[at];
  return one ? { ...state, opinions: state.opinions.with(at, { ...one, ...now }) } : state;
}

function suspect(
  state: MessagesState,
  by: number,
  of: number,
  fromTicks: number,
  silentTicks: number,
): MessagesState {
  const machine = nodeOf(state.cluster, of)?.machine;
  const isFalse = machine === 'up' || machine === 'paused';
  const suspicion = { by, of, fromTicks, toTicks: undefined, silentTicks, isFalse };
  const suspicions = [...state.suspicions.slice(-(SUSPICIONS_MAX - 1)), suspicion];
  const falseCount = state.falseCount + (isFalse ? 1 : 0);
  return change({ ...state, suspicions, falseCount }, by, of, { suspectedTicks: fromTicks });
}

function trust(state: MessagesState, by: number, of: number, toTicks: number): MessagesState {
  const suspicions = state.suspicions.map((one) =>
    one.by === by && one.of === of && one.toTicks === undefined ? { ...one, toTicks } : one,
  );
  return change({ ...state, suspicions }, by, of, { suspectedTicks: undefined });
}

/** A server that goes down takes its opinions with it. */
function forget(state: MessagesState, by: number, nowTicks: number): MessagesState {
  return state.opinions
    .filter((one) => one.by === by)
    .reduce(
      (now, { of }) => change(trust(now, by, of, nowTicks), by, of, { heardTicks: undefined }),
      state,
    );
}
