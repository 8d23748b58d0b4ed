// Messages and events as text, for transcripts.

import { text } from '../../../engine/base/bytes.ts';
import { decodeConfiguration } from '../../../engine/raft/configuration.ts';
import type { Configuration, Entry, Message } from '../../../engine/raft/message.ts';
import type { RaftEvent } from '../../../engine/trace/events-raft.ts';
import { RAFT_PRINTERS } from '../../../engine/trace/print-raft.ts';

export function printRaftEvent(event: RaftEvent): string {
  const print = RAFT_PRINTERS[event.type] as (event: RaftEvent) => string;
  return `${event.type.padEnd(25)}${print(event)}`;
}

export function printMessage(message: Message): string {
  return `${message.type} term ${message.term}${rest(message)}`;
}

function rest(m: Message): string {
  switch (m.type) {
    case 'pre-vote':
      return ` log ${m.lastIndex}/${m.lastTerm}`;
    case 'vote':
      return ` log ${m.lastIndex}/${m.lastTerm}${m.transfer ? ' for a transfer' : ''}`;
    case 'pre-vote-reply':
    case 'vote-reply':
      return m.granted ? ' granted' : ' refused';
    case 'append':
      return ` round ${m.round} after ${m.previousIndex}/${m.previousTerm} commit ${m.commitIndex} [${m.entries.map(printEntry).join(', ')}]`;
    case 'append-reply':
      return m.rejected
        ? ` round ${m.round} rejects ${m.index}, try ${m.conflictIndex} after term ${m.conflictTerm}`
        : ` round ${m.round} has ${m.index}`;
    case 'snapshot':
      return ` round ${m.round} of ${m.meta.index}/${m.meta.term} ${printConfiguration(m.meta.configuration)} @${m.offsetBytes} +${m.bytes.length} of ${m.totalBytes}`;
    case 'snapshot-reply':
      return ` round ${m.round} of ${m.index} ${m.installed ? 'installed' : `wants @${m.offsetBytes}`}`;
    case 'timeout-now':
      return '';
    case 'propose':
      return ` ${text(m.data)}`;
    case 'read-index':
      return '';
    case 'read-index-reply':
      return ` index ${m.index}`;
  }
}

function printEntry({ index, term, kind, data }: Entry): string {
  if (kind === 'noop') return `${index}/${term} noop`;
  if (kind === 'command') return `${index}/${term} ${text(data)}`;
  return `${index}/${term} ${printConfiguration(decodeConfiguration(data))}`;
}

function printConfiguration({ voters, outgoing, learners }: Configuration): string {
  const joint = outgoing.length > 0 ? `&&{${outgoing.join(' ')}}` : '';
  return `{${voters.join(' ')}}${joint}${learners.length > 0 ? ` learners {${learners.join(' ')}}` : ''}`;
}
