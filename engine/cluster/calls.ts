// What the person or the test behind a client asks for, as plain JSON:
//
//     { call: 'put', key: 'a', value: '1' }        { call: 'get', key: 'a' }
//     { call: 'cas', key: 'a', expected: '1', value: '2' }     expected null: nothing is there
//     { call: 'delete', key: 'a' }                 { call: 'add', key: 'n', value: '5' }
//     { call: 'configure', voters: [1, 2, 4], learners: [5], how: 'joint' }
//     { call: 'transfer', to: 2 }

import { utf8 } from '../base/bytes.ts';
import { FerrisError } from '../base/errors.ts';
import type { NodeId } from '../env/program.ts';
import type { ConfigurationChange } from '../raft/effects.ts';
import { encodeCommand } from './commands.ts';
import type { ClusterMessage } from './message.ts';

/** A call of the key-value store. */
export type KeyCall =
  | { readonly call: 'get' | 'delete'; readonly key: string }
  | { readonly call: 'put'; readonly key: string; readonly value: string }
  | {
      readonly call: 'cas';
      readonly key: string;
      readonly expected: string | null;
      readonly value: string | null;
    }
  /** `value`: a whole number in decimal; default 1. */
  | { readonly call: 'add'; readonly key: string; readonly value?: string };

/** A call that changes the cluster itself. */
export type AdminCall =
  | ({ readonly call: 'configure' } & ConfigurationChange)
  | { readonly call: 'transfer'; readonly to: NodeId };

export type ClientCall = KeyCall | AdminCall;

/** A call as events tell it. */
export interface CallView {
  readonly call: string;
  readonly key: string;
  readonly value: string | null;
  readonly expected: string | null;
}

/** The call that `value` is. @throws FERRIS_INVALID_ARGUMENT when it is none */
export function parseCall(value: unknown): ClientCall {
  if (typeof value !== 'object' || value === null) throw invalid('a call is an object');
  const call = value as Readonly<Record<string, unknown>>;
  const isKeyed = typeof call['key'] === 'string';
  const hasValue = typeof call['value'] === 'string';
  switch (call['call']) {
    case 'get':
    case 'delete':
      if (isKeyed) return value as KeyCall;
      throw invalid(`${call['call']} needs a key, which is text`);
    case 'put':
      if (isKeyed && hasValue) return value as KeyCall;
      throw invalid('put needs a key and a value, both text');
    case 'cas':
      if (isKeyed && isTextOrNull(call['expected']) && isTextOrNull(call['value']))
        return value as KeyCall;
      throw invalid('cas needs a key, and expected and value, each text or null');
    case 'add':
      if (isKeyed && (hasValue || call['value'] === undefined)) return value as KeyCall;
      throw invalid('add needs a key, and a whole number as text');
    case 'configure':
      if (isIds(call['voters']) && (call['learners'] === undefined || isIds(call['learners'])))
        return value as AdminCall;
      throw invalid('configure needs voters, a list of up to 255 servers');
    case 'transfer':
      if (isId(call['to'])) return value as AdminCall;
      throw invalid('transfer needs the server to transfer to');
    default:
      throw invalid('a call is get, put, delete, cas, add, configure or transfer');
  }
}

/** The message that asks for a call. */
export function messageOf(call: ClientCall, client: number, request: number): ClusterMessage {
  if (call.call === 'transfer') return { type: 'transfer', request, to: call.to };
  if (call.call === 'configure') {
    const { call: _, ...change } = call;
    return { type: 'configure', request, change };
  }
  const { value, expected } = viewOf(call);
  const command = encodeCommand({
    ...{ client, request, call: call.call, key: utf8(call.key) },
    expected: expected === null ? null : utf8(expected),
    value: value === null ? null : utf8(value),
  });
  return { type: 'request', command };
}

/** The call as events tell it; those that have no key tell what they want as their value. */
export function viewOf(call: ClientCall): CallView {
  const view = { call: call.call, key: '', value: null, expected: null };
  switch (call.call) {
    case 'configure':
      return { ...view, value: `${call.voters}` };
    case 'transfer':
      return { ...view, value: `${call.to}` };
    case 'get':
    case 'delete':
      return { ...view, key: call.key };
    case 'cas':
      return { ...view, key: call.key, value: call.value, expected: call.expected };
    default:
      return { ...view, key: call.key, value: call.value ?? '1' };
  }
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isId(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= 0xffff;
}

function isIds(value: unknown): boolean {
  return Array.isArray(value) && value.length <= 0xff && value.every(isId);
}

function invalid(message: string): FerrisError {
  return new FerrisError('FERRIS_INVALID_ARGUMENT', `${message}; see engine/cluster/calls.ts`);
}
