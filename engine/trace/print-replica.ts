// What the replicated store and its clients say, as text.

import type { ReplicaEvent } from './events-raft.ts';

type Printers = {
  readonly [T in ReplicaEvent['type']]: (event: Extract<ReplicaEvent, { type: T }>) => string;
};

/** The line of each event, without its type; see print.ts. */
export const REPLICA_PRINTERS: Printers = {
  'replica.drop': (e) => `from ${e.from} +${e.sizeBytes}`,
  'replica.apply': (e) =>
    `index ${e.index} term ${e.term} client ${e.client} request ${e.request} ${e.call}${e.duplicate ? ' again' : ''} state ${hash(e.stateHash)}`,
  'replica.full': (e) => `again in ${e.pauseTicks}`,
  'replica.snapshot': (e) => `index ${e.index} +${e.sizeBytes}`,
  'replica.restore': (e) => `index ${e.index} state ${hash(e.stateHash)}`,
  'client.invoke': (e) =>
    `request ${e.request} ${e.call} ${e.key}${e.expected === null ? '' : ` if ${e.expected}`}${e.value === null ? '' : ` = ${e.value}`}`,
  'client.send': (e) => `request ${e.request} to ${e.to} attempt ${e.attempt}`,
  'client.return': (e) =>
    `request ${e.request} ${e.outcome}${e.value === null ? '' : ` ${e.value}`}`,
};

function hash(value: number): string {
  return value.toString(16).padStart(8, '0');
}
