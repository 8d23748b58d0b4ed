// Random histories of a real register, some of them tampered with.
//
// Clients call a register that does one thing at a time, at a random moment between call and
// answer; so what they see is linearizable by construction. An operation whose client gives
// up may still take place much later. Tampering then changes an answer.

import type { Random } from '../../../engine/base/random.ts';
import {
  type Call,
  HistoryBuilder,
  type Operation,
  type Result,
  type Value,
} from '../../../engine/check/history.ts';

export interface Shape {
  readonly operations: number;
  readonly clients: number;
  readonly keys: number;
  readonly values: number;
  /** Chances in a hundred. */
  readonly unknownPercent: number;
  readonly failedPercent: number;
}

interface Busy {
  readonly id: number;
  readonly call: Call;
  /** Set when it has taken place. */
  answer?: { readonly result: Result };
  isGivenUp?: boolean;
}

/** A history that a register has had. */
export function realHistory(random: Random, shape: Shape): readonly Operation[] {
  const builder = new HistoryBuilder();
  const register = new Map<string, Value>();
  const names = Array.from({ length: shape.clients }, (_, i) => `c${i}`);
  const busy = new Map<string, Busy>();
  const ghosts: Busy[] = [];
  let invoked = 0;
  for (let ticks = 0; invoked < shape.operations || busy.size > 0; ticks++) {
    if (ghosts.length > 0 && random.chance(1, 6)) takePlace(random.pick(ghosts), register);
    const lane = random.below(shape.clients);
    const client = names[lane] as string;
    const at = busy.get(client);
    if (at === undefined) {
      if (invoked++ >= shape.operations) continue;
      const call = randomCall(random, shape);
      busy.set(client, { id: builder.invoke(client, call, ticks), call });
    } else if (at.answer === undefined && random.chance(shape.failedPercent, 100)) {
      builder.fail(at.id, ticks);
      busy.delete(client);
    } else if (random.chance(shape.unknownPercent, 100)) {
      builder.unknown(at.id);
      busy.delete(client);
      names[lane] = `${client}'`;
      ghosts.push(at);
    } else if (at.answer === undefined) takePlace(at, register);
    else {
      builder.ok(at.id, at.answer.result, ticks);
      busy.delete(client);
    }
  }
  return builder.operations();
}

/** The same with one answer changed, or one outcome. It may still be right. */
export function tampered(
  random: Random,
  history: readonly Operation[],
  values: number,
): readonly Operation[] {
  const victim = random.below(history.length);
  return history.map((operation, i) =>
    i === victim ? tamper(random, operation, values) : operation,
  );
}

function tamper(random: Random, operation: Operation, values: number): Operation {
  const { call, outcome, result } = operation;
  if (outcome !== 'ok') return { ...operation, outcome: 'failed' };
  if (call.kind === 'get') return { ...operation, result: randomValue(random, values) };
  if (call.kind === 'compareAndSet') return { ...operation, result: result !== true };
  return { ...operation, outcome: 'failed' };
}

function takePlace(busy: Busy, register: Map<string, Value>): void {
  if (busy.answer !== undefined) return;
  const { call } = busy;
  const before = register.get(call.key) ?? null;
  busy.answer = { result: undefined };
  if (call.kind === 'get') busy.answer = { result: before };
  else if (call.kind === 'delete') register.set(call.key, null);
  else if (call.kind === 'put') register.set(call.key, call.value);
  else {
    busy.answer = { result: before === call.expected };
    if (before === call.expected) register.set(call.key, call.value);
  }
}

function randomCall(random: Random, { keys, values }: Shape): Call {
  const key = `k${random.below(keys)}`;
  const draw = random.below(10);
  if (draw < 4) return { kind: 'get', key };
  if (draw < 7) return { kind: 'put', key, value: `${1 + random.below(values)}` };
  if (draw < 8) return { kind: 'delete', key };
  const [expected, value] = [randomValue(random, values), randomValue(random, values)];
  return { kind: 'compareAndSet', key, expected, value };
}

function randomValue(random: Random, values: number): Value {
  const drawn = random.below(values + 1);
  return drawn === 0 ? null : `${drawn}`;
}
