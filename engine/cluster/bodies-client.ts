// The bodies of what clients ask and are told; see bodies-raft.ts for how to read them.

import { EMPTY_BYTES } from '../base/bytes.ts';
import { FerrisError } from '../base/errors.ts';
import { layout, type Span, u8, u16, u64 } from '../base/layout.ts';
import type { NodeId } from '../env/program.ts';
import type { ConfigurationChange } from '../raft/effects.ts';
import type { Bodies } from './bodies-raft.ts';
import type { ByteReader, ByteWriter } from './byte-cursor.ts';
import { describeCommand } from './commands.ts';
import type { ClientMessage, Reply } from './message.ts';

const request = u64('counts the requests of this client', 'sequence');

const RequestBody = layout('request', {});
const ConfigureBody = layout('configure', {
  request,
  how: u8('1 auto, 2 joint, 3 leave', 'type'),
  keeps: u8('1: learners stay as they are', 'type'),
  voters: u8('how many voters follow', 'length'),
  learners: u8('how many learners follow them', 'length'),
});
const TransferBody = layout('transfer', { request, to: u16('the leader wanted') });
const ReplyBody = layout('reply', {
  request,
  outcome: u8('1 ok, 2 failed, 3 refused', 'type'),
  hasValue: u8('1: a value follows', 'type'),
  leader: u16('who leads, as far as the sender knows; 0: nobody'),
});

const HOWS: readonly NonNullable<ConfigurationChange['how']>[] = ['auto', 'joint', 'leave'];
const OUTCOMES: readonly Reply['outcome'][] = ['ok', 'failed', 'refused'];

export const CLIENT_BODIES: Bodies<ClientMessage['type']> = {
  request: {
    kind: 32,
    fixed: RequestBody,
    write: (w, m) => w.raw(m.command),
    read: (r) => ({ type: 'request', command: r.rest() }),
    describeRest: (bytes, offset) => describeCommand(bytes.subarray(offset), offset),
  },
  configure: {
    kind: 33,
    fixed: ConfigureBody,
    write(w, { request, change }) {
      const { voters, learners, how = 'auto' } = change;
      w.u64(request);
      w.u8(HOWS.indexOf(how) + 1);
      w.u8(learners === undefined ? 1 : 0);
      w.u8(voters.length);
      w.u8(learners?.length ?? 0);
      writeIds(w, [...voters, ...(learners ?? [])]);
    },
    read(r) {
      const request = r.u64();
      const how = known(HOWS[r.u8() - 1], 'way to change');
      const keeps = r.u8() === 1;
      const counts = { voters: r.u8(), learners: r.u8() };
      const voters = readIds(r, counts.voters);
      const learners = readIds(r, counts.learners);
      const change = keeps ? { voters, how } : { voters, learners, how };
      return { type: 'configure', request, change };
    },
    describeRest: (bytes, offset) =>
      opaque('ids', bytes, offset, 'voters, then learners; u16 each'),
  },
  transfer: {
    kind: 34,
    fixed: TransferBody,
    write(w, m) {
      w.u64(m.request);
      w.u16(m.to);
    },
    read: (r) => ({ type: 'transfer', request: r.u64(), to: r.u16() }),
  },
  reply: {
    kind: 35,
    fixed: ReplyBody,
    write(w, m) {
      w.u64(m.request);
      w.u8(OUTCOMES.indexOf(m.outcome) + 1);
      w.u8(m.value === null ? 0 : 1);
      w.u16(m.leader);
      w.raw(m.value ?? EMPTY_BYTES);
    },
    read(r) {
      const request = r.u64();
      const outcome = known(OUTCOMES[r.u8() - 1], 'outcome');
      const hasValue = r.u8() === 1;
      const leader = r.u16();
      const value = r.rest();
      return { type: 'reply', request, outcome, leader, value: hasValue ? value : null };
    },
    describeRest: (bytes, offset) => opaque('value', bytes, offset, 'what was found'),
  },
};

function writeIds(writer: ByteWriter, ids: readonly NodeId[]): void {
  for (const id of ids) writer.u16(id);
}

function readIds(reader: ByteReader, count: number): NodeId[] {
  return Array.from({ length: count }, () => reader.u16());
}

function known<T>(value: T | undefined, what: string): T {
  if (value !== undefined) return value;
  throw new FerrisError('FERRIS_CORRUPTION', `a message names no known ${what}`);
}

function opaque(name: string, { length }: Uint8Array, offset: number, doc: string): Span[] {
  const size = length - offset;
  return size === 0 ? [] : [{ name, kind: 'value', offset, size, doc }];
}
