// Commands: what clients ask of the replicated key-value store, as bytes.
//
//    0        4          12     13      14         18              22
//    +--------+----------+------+-------+----------+---------------+-----+----------+-------+
//    | client | request  | call | flags | key size | expected size | key | expected | value |
//    +--------+----------+------+-------+----------+---------------+-----+----------+-------+
//
// A client makes these bytes once. They are the body of its request, the data of the log
// entry, and what every server applies, so nothing is encoded twice on the way.
//
// 1. (client, request) names a command for ever: see sessions.ts.
// 2. `execute` is deterministic, and is all that a command does. What it answers depends on
//    the state and the command alone, so all servers that applied the same log agree.
// 3. `add` works on decimal text, so that what is stored reads the same for `get`. A value
//    that is no whole number, or a sum beyond 2^53 - 1, changes nothing: 'failed'.

import { EMPTY_BYTES, equalBytes, text, utf8 } from '../base/bytes.ts';
import { crc32 } from '../base/crc32.ts';
import { FerrisError } from '../base/errors.ts';
import { layout, type Span, u8, u32, u64, viewOf } from '../base/layout.ts';
import { ByteReader, ByteWriter } from './byte-cursor.ts';

/** What stands before key, expected value and value. */
export const CommandHead = layout('command', {
  client: u32('who asks'),
  request: u64('counts the requests of this client', 'sequence'),
  call: u8('1 get, 2 put, 3 delete, 4 compare and set, 5 add', 'type'),
  flags: u8('1: a value is expected; 2: there is a value', 'type'),
  keyBytes: u32('bytes of the key', 'length'),
  expectedBytes: u32('bytes of the expected value', 'length'),
});

const CALLS = ['get', 'put', 'delete', 'cas', 'add'] as const;

/** What can be asked of a key. `cas`: compare and set. */
export type CallName = (typeof CALLS)[number];

const EXPECTS = 1;
const HAS_VALUE = 2;

/** One command. */
export interface Command {
  readonly client: number;
  readonly request: number;
  readonly call: CallName;
  readonly key: Uint8Array;
  /** For `cas`: what must be there; null: nothing. */
  readonly expected: Uint8Array | null;
  /** What to write, or to add; null for a `cas` that deletes, and where there is none. */
  readonly value: Uint8Array | null;
}

/** What a command is answered. */
export interface Answer {
  /** `failed`: it changed nothing, because it could not. */
  readonly outcome: 'ok' | 'failed';
  /** What `get` found, the sum of `add`, or what a `cas` that failed found; null for nothing. */
  readonly value: Uint8Array | null;
}

/** The keys and values that commands work on. */
export interface KeyValues {
  /** A view that holds until the next change, or undefined. */
  get(key: Uint8Array): Uint8Array | undefined;
  /** Copies both. */
  put(key: Uint8Array, value: Uint8Array): void;
  delete(key: Uint8Array): void;
}

const scratch = new ByteWriter(256);

/** The bytes of a command. */
export function encodeCommand(command: Command): Uint8Array<ArrayBuffer> {
  const { client, request, call, key, expected, value } = command;
  scratch.clear();
  scratch.u32(client);
  scratch.u64(request);
  scratch.u8(CALLS.indexOf(call) + 1);
  scratch.u8((expected === null ? 0 : EXPECTS) | (value === null ? 0 : HAS_VALUE));
  scratch.u32(key.length);
  scratch.u32(expected?.length ?? 0);
  scratch.raw(key);
  scratch.raw(expected ?? EMPTY_BYTES);
  scratch.raw(value ?? EMPTY_BYTES);
  return scratch.take();
}

/** Reads a command; its bytes are views. @throws FERRIS_CORRUPTION when it is none */
export function decodeCommand(bytes: Uint8Array): Command {
  const reader = new ByteReader(bytes);
  const client = reader.u32();
  const request = reader.u64();
  const call = CALLS[reader.u8() - 1];
  if (call === undefined) throw new FerrisError('FERRIS_CORRUPTION', 'a command of no known call');
  const flags = reader.u8();
  const keyBytes = reader.u32();
  const expectedBytes = reader.u32();
  const key = reader.raw(keyBytes);
  const expected = reader.raw(expectedBytes);
  const value = reader.rest();
  return {
    client,
    request,
    call,
    key,
    expected: (flags & EXPECTS) === 0 ? null : expected,
    value: (flags & HAS_VALUE) === 0 ? null : value,
  };
}

/** Does what a command says. */
export function execute(command: Command, state: KeyValues): Answer {
  const { call, key, value } = command;
  switch (call) {
    case 'get':
      return { outcome: 'ok', value: copyOf(state.get(key)) };
    case 'put':
      state.put(key, value ?? EMPTY_BYTES);
      return DONE;
    case 'delete':
      state.delete(key);
      return DONE;
    case 'cas':
      return compareAndSet(command, state);
    case 'add':
      return add(key, value, state);
  }
}

/** What an answer and its command leave in a running hash of all that was applied. */
export function foldState(hash: number, command: Uint8Array, answer: Answer | undefined): number {
  const folded = crc32(command, 0, command.length, hash);
  if (answer === undefined) return folded;
  const { value } = answer;
  const marked = (folded ^ (answer.outcome === 'ok' ? 1 : 2)) >>> 0;
  return value === null ? marked : crc32(value, 0, value.length, marked);
}

/** The bytes of a command, named; offsets begin at `offset`. Damage is one span of kind 'corrupt'. */
export function describeCommand(bytes: Uint8Array, offset: number): Span[] {
  const doc = 'what a client asks';
  if (bytes.length < CommandHead.size) return [whole('command', 'corrupt', offset, bytes, doc)];
  const view = viewOf(bytes);
  const head = CommandHead.spans(view, 0).map((span) => ({
    ...span,
    offset: span.offset + offset,
  }));
  const keyAt = CommandHead.size;
  const expectedAt = keyAt + view.getUint32(CommandHead.at.keyBytes, true);
  const valueAt = expectedAt + view.getUint32(CommandHead.at.expectedBytes, true);
  if (valueAt > bytes.length)
    return [...head, whole('rest', 'corrupt', offset + keyAt, bytes.subarray(keyAt), 'too short')];
  const parts = [
    whole('key', 'key', offset + keyAt, bytes.subarray(keyAt, expectedAt), 'the key'),
    whole('expected', 'value', offset + expectedAt, bytes.subarray(expectedAt, valueAt), 'compare'),
    whole('value', 'value', offset + valueAt, bytes.subarray(valueAt), 'the value'),
  ];
  return [...head, ...parts.filter(({ size }) => size > 0)];
}

const DONE: Answer = { outcome: 'ok', value: null };

function compareAndSet({ key, expected, value }: Command, state: KeyValues): Answer {
  const found = state.get(key) ?? null;
  const isExpected =
    found === null || expected === null ? found === expected : equalBytes(found, expected);
  if (!isExpected) return { outcome: 'failed', value: copyOf(found) };
  if (value === null) state.delete(key);
  else state.put(key, value);
  return DONE;
}

function add(key: Uint8Array, value: Uint8Array | null, state: KeyValues): Answer {
  const found = state.get(key);
  const sum = numberIn(found, '0') + numberIn(value ?? undefined, '1');
  if (!Number.isSafeInteger(sum)) return { outcome: 'failed', value: copyOf(found) };
  const bytes = utf8(String(sum));
  state.put(key, bytes);
  return { outcome: 'ok', value: bytes };
}

/** A whole number in decimal, or NaN. */
function numberIn(bytes: Uint8Array | undefined, missing: string): number {
  const digits = bytes === undefined ? missing : text(bytes);
  return /^-?\d{1,16}$/.test(digits) ? Number(digits) : Number.NaN;
}

function copyOf(bytes: Uint8Array | null | undefined): Uint8Array | null {
  return bytes?.slice() ?? null;
}

function whole(
  name: string,
  kind: Span['kind'],
  offset: number,
  { length: size }: Uint8Array,
  doc: string,
): Span {
  return { name, kind, offset, size, doc };
}
