// Everything that nodes say to each other: servers among themselves, and clients to them.

import type { NodeId } from '../env/program.ts';
import type { ConfigurationChange } from '../raft/effects.ts';
import type { Message } from '../raft/message.ts';

/** A client asks for a command to be done. */
export interface Request {
  readonly type: 'request';
  /** An encoded `Command`; it says who asks, and the number of the request. */
  readonly command: Uint8Array;
}

/** An operator asks for another membership. */
export interface Configure {
  readonly type: 'configure';
  readonly request: number;
  readonly change: ConfigurationChange;
}

/** An operator asks for another leader. */
export interface Transfer {
  readonly type: 'transfer';
  readonly request: number;
  readonly to: NodeId;
}

/** What became of a request. */
export interface Reply {
  readonly type: 'reply';
  readonly request: number;
  /** `refused`: nothing was done here; ask `leader`, or anybody later when that is 0. */
  readonly outcome: 'ok' | 'failed' | 'refused';
  readonly leader: NodeId;
  readonly value: Uint8Array | null;
}

export type ClientMessage = Request | Configure | Transfer | Reply;
export type ClusterMessage = Message | ClientMessage;
