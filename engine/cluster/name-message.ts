// Messages in a few words, for pictures: what an arrow between two nodes is called.

import { show } from '../base/bytes.ts';
import { isFerrisError } from '../base/errors.ts';
import type { Append, AppendReply } from '../raft/message.ts';
import { peekMessage } from './codec.ts';
import { decodeCommand } from './commands.ts';
import { showConfiguration } from './entry-codec.ts';
import type { ClusterMessage } from './message.ts';

/** What a message is, and what is worth saying of it. */
export interface MessageName {
  readonly name: string;
  readonly note: string;
}

/** For a world's `describe`. Bytes that are no message are 'damaged'. */
export function nameMessage(bytes: Uint8Array): MessageName {
  const message = peekMessage(bytes);
  if (message === undefined) return { name: 'damaged', note: `${bytes.length} bytes` };
  const isHeartbeat = message.type === 'append' && message.entries.length === 0;
  return { name: isHeartbeat ? 'heartbeat' : message.type, note: noteOf(message) };
}

function noteOf(message: ClusterMessage): string {
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

function raftNote(message: Exclude<ClusterMessage, { type: 'request' | 'reply' }>): string {
  switch (message.type) {
    case 'pre-vote':
    case 'vote':
      return `, log to ${message.lastIndex} of term ${message.lastTerm}`;
    case 'pre-vote-reply':
    case 'vote-reply':
      return message.granted ? ', yes' : ', no';
    case 'append':
      return appendNote(message);
    case 'append-reply':
      return replyNote(message);
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

function appendNote({ entries, commitIndex }: Append): string {
  const [first, last] = [entries[0]?.index, entries.at(-1)?.index];
  const which = first === last ? `entry ${first}` : `entries ${first}..${last}`;
  return `${first === undefined ? '' : `, ${which}`}, commit ${commitIndex}`;
}

function replyNote({ rejected, index, conflictIndex }: AppendReply): string {
  return rejected ? `, not after ${index}, try ${conflictIndex}` : `, has ${index}`;
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
