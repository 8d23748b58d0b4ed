// What a node says in one step: messages made into bytes, in the order in which they leave.

import type { NodeEffects, NodeId, Outgoing } from '../env/program.ts';
import { encodeMessage } from './codec.ts';
import type { ClusterMessage } from './message.ts';

export class Outbox {
  readonly #from: NodeId;
  #send: Outgoing[] = [];

  constructor(from: NodeId) {
    this.#from = from;
  }

  send(to: NodeId, message: ClusterMessage): void {
    this.#send.push({ to, bytes: encodeMessage(this.#from, to, message) });
  }

  /** All of it, and when to wake up; the outbox is empty afterwards. */
  take(wakeAtTicks: number | undefined): NodeEffects {
    const send = this.#send;
    this.#send = [];
    return { send, wakeAtTicks };
  }
}
