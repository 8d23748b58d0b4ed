// Sessions: so that a command that was sent twice is applied once.
//
// A client whose answer didn't come can't know whether its command was applied. It sends the
// same command again, with the same number, perhaps to another server; and then it may be in
// the log twice. The state machine keeps the last answer of each client, by number:
//
//     client 101, request 7      newer than 6: apply it, keep the answer
//     client 101, request 7      the same: give the answer again
//     client 101, request 6      older: the client has gone on, nobody waits for it
//
// 1. A client has one request outstanding, so that one answer a client is enough.
// 2. Numbers only grow, over restarts of the client too (client.ts).
// 3. Sessions are part of the state: they are in snapshots, and change with the log alone.
//
// Sessions never expire here: a client that is gone for ever leaves one small record. With
// many short-lived clients the log would have to agree on when to forget one.
//
// Ongaro's thesis, 6.3.

import { EMPTY_BYTES } from '../base/bytes.ts';
import type { ByteReader, ByteWriter } from './byte-cursor.ts';
import type { Answer } from './commands.ts';

/** The last request of one client, and what it was answered. */
export interface Session {
  readonly request: number;
  readonly answer: Answer;
}

/** What a session says of a request: apply it, give this answer again, or give none. */
export type Verdict = 'apply' | 'stale' | Answer;

export function judge(session: Session | undefined, request: number): Verdict {
  if (session === undefined || request > session.request) return 'apply';
  return request === session.request ? session.answer : 'stale';
}

// A session as bytes:  request u64 | outcome u8 | has value u8 | size u32 | value

export function writeSession(writer: ByteWriter, { request, answer }: Session): void {
  const { outcome, value } = answer;
  writer.u64(request);
  writer.u8(outcome === 'ok' ? 1 : 2);
  writer.u8(value === null ? 0 : 1);
  writer.u32(value?.length ?? 0);
  writer.raw(value ?? EMPTY_BYTES);
}

/** What `writeSession` wrote. @throws FERRIS_CORRUPTION */
export function readSession(reader: ByteReader): Session {
  const request = reader.u64();
  const outcome = reader.u8() === 1 ? 'ok' : 'failed';
  const hasValue = reader.u8() === 1;
  const value = reader.raw(reader.u32()).slice();
  return { request, answer: { outcome, value: hasValue ? value : null } };
}
