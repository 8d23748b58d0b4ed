// What one server is at this moment: its machine, its role, its term and its log.
//
// Everything is what the server itself has said. Two servers that call themselves leader
// are both drawn as leaders: which of them is right is for the reader to see.

import type { ConfigurationView, ProgressState, RaftRole } from '../../engine/index.ts';
import { EMPTY_LOG, type LogView } from './cluster-log.ts';

export type Machine = 'off' | 'up' | 'paused' | 'down';

/** Its election timer; an arc that shrinks. Times are of the world, not of its own clock. */
export interface ElectionTimer {
  readonly setAtTicks: number;
  /** When it would go off if its clock kept its pace. */
  readonly endsAtTicks: number;
}

/** What a leader knows of a follower. */
export interface PeerView {
  readonly peer: number;
  readonly state: ProgressState;
  readonly matchIndex: number;
  readonly nextIndex: number;
}

/** What it was from `fromTicks` until the next span begins: a band along its lane. */
export interface NodeSpan {
  readonly fromTicks: number;
  readonly machine: Machine;
  readonly role: RaftRole;
  readonly term: number;
}

export interface NodeView {
  readonly id: number;
  readonly machine: Machine;
  readonly boots: number;
  readonly role: RaftRole;
  readonly term: number;
  /** Who has its vote in this term; 0: nobody. */
  readonly vote: number;
  /** Term and vote are on its disk. */
  readonly votePersisted: boolean;
  /** Who it takes for the leader; 0: nobody. */
  readonly leader: number;
  /** Votes that it has counted for itself, and how many it needs. */
  readonly votes: number;
  readonly votesNeeded: number;
  readonly timer: ElectionTimer | undefined;
  readonly log: LogView;
  readonly peers: readonly PeerView[];
  readonly configuration: ConfigurationView | undefined;
  /** Its clock: parts in a million fast, and how far it was moved in all. */
  readonly ratePpm: number;
  readonly jumpedTicks: number;
  /** Each of its steps takes this much longer. */
  readonly slowTicks: number;
  readonly diskStuck: boolean;
  /** It says "durable", and writes nothing. */
  readonly diskLies: boolean;
  /** How long a sync takes longer than it should. */
  readonly diskSlowTicks: number;
  /** Stands for everything that was applied; two servers at the same index have the same. */
  readonly stateHash: number;
  /** A server: it has said something of Raft. */
  readonly spans: readonly NodeSpan[];
}

export const SPANS_MAX = 48;

export function newNode(id: number): NodeView {
  return {
    id,
    machine: 'off',
    boots: 0,
    role: 'follower',
    term: 0,
    vote: 0,
    votePersisted: true,
    leader: 0,
    votes: 0,
    votesNeeded: 0,
    timer: undefined,
    log: EMPTY_LOG,
    peers: [],
    configuration: undefined,
    ratePpm: 0,
    jumpedTicks: 0,
    slowTicks: 0,
    diskStuck: false,
    diskLies: false,
    diskSlowTicks: 0,
    stateHash: 0,
    spans: [],
  };
}

/** Adds a span where what the band shows has changed. */
export function withSpan(node: NodeView, nowTicks: number): NodeView {
  const last = node.spans.at(-1);
  const { machine, role, term } = node;
  if (last && last.machine === machine && last.role === role && last.term === term) return node;
  const span = { fromTicks: nowTicks, machine, role, term };
  const kept = last?.fromTicks === nowTicks ? node.spans.slice(0, -1) : node.spans;
  return { ...node, spans: [...kept.slice(-(SPANS_MAX - 1)), span] };
}
