// From what clients say of themselves to a history that can be checked.

import { type Call, HistoryBuilder, type Operation, type Result } from '../check/history.ts';
import type { NodeId } from '../env/program.ts';
import type { WorldEvent } from '../trace/events.ts';
import type { ReplicaEvent } from '../trace/events-raft.ts';
import type { Recorded } from '../trace/recorder.ts';

type Invoke = Extract<ReplicaEvent, { type: 'client.invoke' }>;
type Return = Extract<ReplicaEvent, { type: 'client.return' }>;

interface UnderWay {
  readonly id: number;
  readonly call: Call;
}

/** Collects calls of the key-value store; other calls and other events are passed over. */
export class ClientHistory {
  readonly #builder = new HistoryBuilder();
  readonly #underWay = new Map<NodeId, UnderWay>();
  /** After a call of unknown outcome a client goes on under another name. */
  readonly #lives = new Map<NodeId, number>();
  count = 0;

  see({ node, timeTicks, event }: Recorded<WorldEvent>): void {
    if (event.type === 'client.invoke') this.#invoke(node, timeTicks, event);
    else if (event.type === 'client.return') this.#return(node, timeTicks, event);
  }

  operations(): readonly Operation[] {
    return this.#builder.operations();
  }

  #invoke(node: NodeId, timeTicks: number, event: Invoke): void {
    const call = callOf(event);
    if (call === undefined) return;
    this.count++;
    const life = this.#lives.get(node) ?? 1;
    const name = life === 1 ? `${node}` : `${node}/${life}`;
    this.#underWay.set(node, { id: this.#builder.invoke(name, call, timeTicks), call });
  }

  #return(node: NodeId, timeTicks: number, { outcome, value }: Return): void {
    const underWay = this.#underWay.get(node);
    if (underWay === undefined) return;
    this.#underWay.delete(node);
    const { id, call } = underWay;
    if (outcome === 'unknown') {
      this.#builder.unknown(id);
      this.#lives.set(node, (this.#lives.get(node) ?? 1) + 1);
    } else if (outcome === 'ok') this.#builder.ok(id, resultOf(call, value), timeTicks);
    // A compare that failed has looked: that is an answer.
    else if (call.kind === 'compareAndSet') this.#builder.ok(id, false, timeTicks);
    else this.#builder.fail(id, timeTicks);
  }
}

function callOf({ call, key, value, expected }: Invoke): Call | undefined {
  if (call === 'get' || call === 'delete') return { kind: call, key };
  if (call === 'put') return { kind: call, key, value: value ?? '' };
  if (call === 'cas') return { kind: 'compareAndSet', key, expected, value };
  return undefined;
}

function resultOf(call: Call, value: string | null): Result {
  if (call.kind === 'get') return value;
  return call.kind === 'compareAndSet' ? true : undefined;
}
