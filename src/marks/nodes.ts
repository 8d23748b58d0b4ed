// What every drawing of a cluster says of nodes and messages, in the same words.

import type { MessageView } from '../projections/cluster-network.ts';
import type { NodeView } from '../projections/cluster-node.ts';

const CLIENTS_FROM = 100;

export function isClient(id: number): boolean {
  return id >= CLIENTS_FROM;
}

/** A, B, C for servers; a small letter for clients, from k on. */
export function letterOf(id: number): string {
  return isClient(id)
    ? String.fromCharCode(107 + ((id - CLIENTS_FROM) % 16))
    : String.fromCharCode(64 + id);
}

export function nameOf(id: number): string {
  return isClient(id) ? `client ${letterOf(id)}` : `server ${letterOf(id)}`;
}

/** Milliseconds in few letters: `3.2 ms`. */
export function msText(ticks: number): string {
  return `${(ticks / 1000).toFixed(1)} ms`;
}

/** Does it take part with a vote, as the newest configuration that it knows has it? */
export function isLearner({ id, configuration }: NodeView): boolean {
  return configuration?.learners.includes(id) ?? false;
}

/** One sentence for the ear. */
export function nodeText(node: NodeView): string {
  const { id, machine, role, term, log } = node;
  const state =
    machine === 'off' ? 'not started' : machine === 'down' ? 'down' : `${role} in term ${term}`;
  const paused = machine === 'paused' ? ', paused' : '';
  const last = log.base + log.entries.length;
  const voted = node.vote ? `, vote for ${letterOf(node.vote)}` : '';
  return `Server ${letterOf(id)}: ${state}${paused}${voted}, log to ${last}, committed to ${log.commitIndex}`;
}

/** What a message is and what became of it. */
export function messageText(message: MessageView): string {
  const { name, note, from, to, fate, reason } = message;
  const what = note ? `${name}, ${note}` : name;
  const end =
    fate === 'flying' ? 'in flight' : fate === 'delivered' ? 'delivered' : `lost: ${reason}`;
  const second = message.copyOf ? 'second copy of ' : '';
  return `${second}${what}, from ${letterOf(from)} to ${letterOf(to)}, ${end}`;
}

/** Outlines of the kinds of messages, about (0, 0). */
export const MESSAGE_SHAPES: Readonly<Record<MessageView['kind'], string>> = {
  election: 'M0-7.5L7.5 0L0 7.5L-7.5 0Z',
  entries: 'M-5.5-5.5H5.5V5.5H-5.5Z',
  heartbeat: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z',
  snapshot: 'M-8-6H8V6H-8ZM-8-1.5H8',
  client: 'M-6 5.5L0-6.5L6 5.5Z',
  other: 'M-5 0L0-5L5 0L0 5ZM-5-5L5 5',
};
