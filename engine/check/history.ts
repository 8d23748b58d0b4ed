// A client history: what each client asked, what it was told, and when.
//
//     client a   [put x=1]           [get x -> 2]
//     client b         [put x=2]
//     client c               [put x=3 ...                    no answer ever came
//     order       0    1 2   3    4  5          6
//
// It is all that a checker knows of a store: no log, no leader, no disk. Herlihy and Wing
// (1990) define correctness on histories alone, so the same checker serves any store.
//
// 1. A client does one thing at a time: its operations never overlap.
// 2. An operation ends in one of three ways. `ok`: it was answered. `failed`: it certainly
//    had no effect. `unknown`: no answer came, so it may take effect at any time after it
//    was called, long after the client gave up too, or never.
// 3. A client whose operation is unknown is never heard of again: it may still be at work.
//    The program behind it goes on under a new name.
// 4. Events are in one order, the one in which they were reported. Ticks never go back in
//    it, but several events may share a tick; then the order tells which was first.
//
// The notions of ok, fail and info, and the rule of new names, are Jepsen's (Kingsbury).

import { FerrisError } from '../base/errors.ts';

/** The value of a key; null when there is none. */
export type Value = string | null;

/** What a client may ask of one key. */
export type Call =
  | { readonly kind: 'get'; readonly key: string }
  | { readonly kind: 'put'; readonly key: string; readonly value: string }
  | { readonly kind: 'delete'; readonly key: string }
  | {
      readonly kind: 'compareAndSet';
      readonly key: string;
      readonly expected: Value;
      readonly value: Value;
    };

/** What it is told: a get its value, a compareAndSet whether it set, the others nothing. */
export type Result = Value | boolean | undefined;

export type Outcome = 'ok' | 'failed' | 'unknown';

/** One call of one client, and what became of it. Plain data. */
export interface Operation {
  /** Its place among the calls of the history, from 0. */
  readonly id: number;
  readonly client: string;
  readonly call: Call;
  readonly outcome: Outcome;
  /** The answer of an `ok` operation; undefined for all others. */
  readonly result: Result;
  readonly invokedTicks: number;
  /** Undefined when the outcome is unknown. */
  readonly returnedTicks: number | undefined;
  /** The place of the call among all events of the history, from 0. */
  readonly invokedOrder: number;
  /** The place of the answer; undefined when the outcome is unknown. */
  readonly returnedOrder: number | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Collects a history, event by event, and refuses one that no client could have had. */
export class HistoryBuilder {
  readonly #operations: Writable<Operation>[] = [];
  /** Client -> its operation under way, or 'gone' when its last one is unknown. */
  readonly #clients = new Map<string, number | 'gone'>();
  /** Operations that have had neither answer nor end. */
  readonly #open = new Set<number>();
  #events = 0;
  #ticks = 0;

  /**
   * A client calls. Returns the operation's id, which its end is reported with.
   * @throws FERRIS_INVALID_ARGUMENT when the client is busy or gone, or time goes back.
   */
  invoke(client: string, call: Call, ticks: number): number {
    const busyWith = this.#clients.get(client);
    if (busyWith === 'gone')
      throw invalid(`client ${client} ended with an unknown outcome: give the next one a new name`);
    if (busyWith !== undefined)
      throw invalid(`client ${client} calls while its operation ${busyWith} is under way: end it`);
    const invokedOrder = this.#tick(ticks);
    const id = this.#operations.length;
    this.#operations.push({
      id,
      client,
      call,
      outcome: 'unknown',
      result: undefined,
      invokedTicks: ticks,
      returnedTicks: undefined,
      invokedOrder,
      returnedOrder: undefined,
    });
    this.#clients.set(client, id);
    this.#open.add(id);
    return id;
  }

  /**
   * The operation was answered.
   * @throws FERRIS_INVALID_ARGUMENT when it isn't under way, or can't have such an answer.
   */
  ok(id: number, result: Result, ticks: number): void {
    const operation = this.#openOperation(id);
    if (!fits(operation.call, result))
      throw invalid(`operation ${id} is a ${operation.call.kind}: it can't answer ${result}`);
    this.#end(operation, 'ok', ticks);
    operation.result = result;
  }

  /**
   * The operation has had no effect and never will: it must not be visible.
   * @throws FERRIS_INVALID_ARGUMENT when it isn't under way.
   */
  fail(id: number, ticks: number): void {
    this.#end(this.#openOperation(id), 'failed', ticks);
  }

  /**
   * The client gave up waiting. It may not call again.
   * @throws FERRIS_INVALID_ARGUMENT when the operation isn't under way.
   */
  unknown(id: number): void {
    const operation = this.#openOperation(id);
    this.#open.delete(id);
    this.#clients.set(operation.client, 'gone');
  }

  /** The history so far, in the order of the calls. What is under way counts as unknown. */
  operations(): readonly Operation[] {
    return this.#operations.map((operation) => ({ ...operation }));
  }

  #openOperation(id: number): Writable<Operation> {
    const operation = this.#operations[id];
    if (operation === undefined) throw invalid(`there is no operation ${id}: invoke it first`);
    if (!this.#open.has(id)) throw invalid(`operation ${id} has ended already: end it once`);
    return operation;
  }

  #end(operation: Writable<Operation>, outcome: 'ok' | 'failed', ticks: number): void {
    operation.returnedOrder = this.#tick(ticks);
    operation.returnedTicks = ticks;
    operation.outcome = outcome;
    this.#open.delete(operation.id);
    this.#clients.delete(operation.client);
  }

  #tick(ticks: number): number {
    if (!Number.isSafeInteger(ticks) || ticks < this.#ticks)
      throw invalid(`an event at tick ${ticks} after one at ${this.#ticks}: report them in order`);
    this.#ticks = ticks;
    return this.#events++;
  }
}

/** The value that a call writes if it takes effect; undefined for a get. */
export function writtenBy(call: Call): Value | undefined {
  if (call.kind === 'get') return undefined;
  return call.kind === 'delete' ? null : call.value;
}

/** The value that an operation proves to have been there; undefined when it proves none. */
export function seenBy({ call, outcome, result }: Operation): Value | undefined {
  if (outcome !== 'ok') return undefined;
  if (call.kind === 'get') return result as Value;
  return call.kind === 'compareAndSet' && result === true ? call.expected : undefined;
}

/** True for an answered compareAndSet that found another value than it expected. */
export function isRefused({ call, result }: Operation): boolean {
  return call.kind === 'compareAndSet' && result === false;
}

function fits(call: Call, result: Result): boolean {
  if (call.kind === 'get') return result === null || typeof result === 'string';
  return typeof result === (call.kind === 'compareAndSet' ? 'boolean' : 'undefined');
}

function invalid(message: string): FerrisError {
  return new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}
