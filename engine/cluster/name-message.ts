// Messages in a few words, for pictures: what an arrow between two nodes is called.

import { show } from '../base/bytes.ts';
import { isFerrisError } from '../base/errors.ts';
import type { Append, AppendReply } from '../raft/message.ts';
import { AppendBody, AppendReplyBody, RAFT_BODIES } from './bodies-raft.ts';
import { u32At } from './byte-cursor.ts';
import { peekMessage } from './codec.ts';
import { decodeCommand } from './commands.ts';
import { showConfiguration } from './entry-codec.ts';
import { BODY_AT, EnvelopeHeader } from './envelope.ts';
import type { ClusterMessage } from './message.ts';

/** What a message is, and what is worth saying of it. */
export interface MessageName {
  readonly name: string;
  readonly note: string;
}

/** Bytes that are no message are 'damaged'. */
export function nameMessage(bytes: Uint8Array): MessageName {
  const message = peekMessage(bytes);
  if (message === undefined) return { name: 'damaged', note: `${bytes.length} bytes` };
  if (message.type === 'append') return nameAppend(message);
  if (message.type === 'append-reply') return nameReply(message);
  return { name: message.type, note: noteOf(message) };
}

/**
 * The same for a message that a program has just made: for a world's `describe`. It is whole, so
 * its checksum is not looked at; and appends and their answers, nine of ten messages, are read
 * where their fields stand. To decode them costs more than all else that recording does.
 */
export function nameSent(bytes: Uint8Array): MessageName {
  const kind = bytes.length > BODY_AT ? bytes[EnvelopeHeader.at.kind] : 0;
  const field = (at: number) =>
    u32At(bytes, BODY_AT + at) + u32At(bytes, BODY_AT + at + 4) * TWO_32;
  if (kind === RAFT_BODIES.append.kind) {
    const { term, previousIndex, commitIndex, count } = AppendBody.at;
    const entries = u32At(bytes, BODY_AT + count);
    if (entries === 0) return heartbeat(field(term), field(commitIndex));
    const before = field(previousIndex);
    return append(field(term), before + 1, before + entries, field(commitIndex));
  }
  if (kind !== RAFT_BODIES['append-reply'].kind) return nameMessage(bytes);
  const { term, index, conflictIndex, rejected } = AppendReplyBody.at;
  if (bytes[BODY_AT + rejected] === 0) return acceptance(field(term), field(index));
  return rejection(field(term), field(index), field(conflictIndex));
}

const TWO_32 = 0x1_0000_0000;

function nameAppend({ term, entries, commitIndex }: Append): MessageName {
  const first = entries[0];
  if (first === undefined) return heartbeat(term, commitIndex);
  return append(term, first.index, first.index + entries.length - 1, commitIndex);
}

function nameReply({ term, rejected, index, conflictIndex }: AppendReply): MessageName {
  return rejected ? rejection(term, index, conflictIndex) : acceptance(term, index);
}

const heartbeat = remembered((term, commit) => ({
  name: 'heartbeat',
  note: `term ${term}, commit ${commit}`,
}));

const append = remembered((term, first, last, commit) => {
  const which = first === last ? `entry ${first}` : `entries ${first}..${last}`;
  return { name: 'append', note: `term ${term}, ${which}, commit ${commit}` };
});

const acceptance = remembered((term, index) => ({
  name: 'append-reply',
  note: `term ${term}, has ${index}`,
}));

const rejection = remembered((term, index, next) => ({
  name: 'append-reply',
  note: `term ${term}, not after ${index}, try ${next}`,
}));

/**
 * The same name as the last time if it is made of the same numbers. A leader says the same to
 * all its followers, and they to it: to make these few texts anew is half of what recording costs.
 */
function remembered(name: (a: number, b: number, c: number, d: number) => MessageName) {
  let [lastA, lastB, lastC, lastD] = [-1, -1, -1, -1];
  let last: MessageName;
  return (a: number, b: number, c = 0, d = 0): MessageName => {
    if (a === lastA && b === lastB && c === lastC && d === lastD) return last;
    [lastA, lastB, lastC, lastD] = [a, b, c, d];
    last = name(a, b, c, d);
    return last;
  };
}

type Other = Exclude<ClusterMessage, Append | AppendReply>;

function noteOf(message: Other): string {
  switch (message.type) {
    case 'request':
      return commandNote(message.command);
    case 'configure':
      return `voters ${message.change.voters}`;
    case 'transfer':
      return `to ${message.to}`;
    case 'reply': {
      const { request, outcome, value } = message;
      return `${request}: ${outcome}${value === null ? '' : ` ${show(value)}`}`;
    }
    default:
      return `term ${message.term}${raftNote(message)}`;
  }
}

function raftNote(message: Exclude<Other, { type: 'request' | 'reply' }>): string {
  switch (message.type) {
    case 'pre-vote':
    case 'vote':
      return `, log to ${message.lastIndex} of term ${message.lastTerm}`;
    case 'pre-vote-reply':
    case 'vote-reply':
      return message.granted ? ', yes' : ', no';
    case 'snapshot': {
      const { meta, offsetBytes, totalBytes, bytes } = message;
      const range = `bytes ${offsetBytes}..${offsetBytes + bytes.length} of ${totalBytes}`;
      return `, to ${meta.index}, ${range}, ${showConfiguration(meta.configuration)}`;
    }
    case 'snapshot-reply':
      return message.installed ? `, has ${message.index}` : `, wants ${message.offsetBytes}`;
    case 'propose':
      return `, ${commandNote(message.data)}`;
    case 'read-index-reply':
      return message.index === 0 ? ', refused' : `, index ${message.index}`;
    default:
      return '';
  }
}

function commandNote(bytes: Uint8Array): string {
  try {
    const { call, key, value } = decodeCommand(bytes);
    return `${call} ${show(key, 16)}${value === null ? '' : ` = ${show(value, 16)}`}`;
  } catch (error) {
    if (!isFerrisError(error)) throw error;
    return 'no command';
  }
}
