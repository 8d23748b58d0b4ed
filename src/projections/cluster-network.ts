// What is between the nodes: messages and links.
//
//     net.send ──> flying ──net.deliver──> delivered
//                    └────── net.drop ───> dropped (and why)
//
// Messages that have ended are kept for a while, so that a diagram can show where they
// went; those in flight are kept however many there are.

import type { DropReason, SimEvent } from '../../engine/index.ts';

/** Which family a message belongs to: its shape in every drawing. */
export type MessageKind = 'election' | 'entries' | 'heartbeat' | 'snapshot' | 'client' | 'other';

export interface MessageView {
  readonly id: number;
  /** Index of the event that sent it: after it, it can be dropped, delayed or doubled. */
  readonly entry: number;
  readonly from: number;
  readonly to: number;
  readonly name: string;
  readonly note: string;
  readonly kind: MessageKind;
  /** An answer: drawn hollow. */
  readonly isReply: boolean;
  readonly sizeBytes: number;
  readonly sentAtTicks: number;
  /** When it will arrive, or would have. */
  readonly arrivesAtTicks: number;
  readonly fate: 'flying' | 'delivered' | 'dropped';
  /** Once it isn't flying any more. */
  readonly endedAtTicks: number | undefined;
  readonly reason: DropReason | undefined;
  /** A bit of it was flipped on the way. */
  readonly corrupt: boolean;
  /** The message that this one is a second copy of; 0: none. */
  readonly copyOf: number;
}

export interface NetworkView {
  /** By number: the order in which they were sent. */
  readonly messages: readonly MessageView[];
  /** Links that are cut, each `[from, to]`, one way. */
  readonly severed: readonly (readonly [from: number, to: number])[];
}

export const QUIET_NETWORK: NetworkView = { messages: [], severed: [] };

/** Ended messages that are kept. */
export const ENDED_MAX = 120;
/** A message that was lost as it was sent is drawn as if it had been on its way for so long. */
const LOST_AFTER_TICKS = 10_000;

export function projectNetwork(
  network: NetworkView,
  event: SimEvent,
  nowTicks: number,
  entry: number,
): NetworkView {
  switch (event.type) {
    case 'net.send':
      return { ...network, messages: trim([...network.messages, sent(event, nowTicks, entry)]) };
    case 'net.deliver':
      return change(network, event.message, { fate: 'delivered', endedAtTicks: nowTicks });
    case 'net.drop': {
      const { reason } = event;
      return change(network, event.message, { fate: 'dropped', endedAtTicks: nowTicks, reason });
    }
    case 'net.duplicate':
      return duplicated(network, event);
    case 'net.delay':
      return change(network, event.message, { arrivesAtTicks: event.arrivesAtTicks });
    case 'net.corrupt':
      return change(network, event.message, { corrupt: true });
    case 'net.links':
      return { ...network, severed: event.severed };
    default:
      return network;
  }
}

type Sent = Extract<SimEvent, { type: 'net.send' }>;

function sent(event: Sent, nowTicks: number, entry: number): MessageView {
  const { message, from, to, name, note, sizeBytes } = event;
  return {
    id: message,
    entry,
    from,
    to,
    name,
    note,
    ...kindOf(name, from, to),
    sizeBytes,
    sentAtTicks: nowTicks,
    arrivesAtTicks: event.arrivesAtTicks ?? nowTicks + LOST_AFTER_TICKS,
    fate: 'flying',
    endedAtTicks: undefined,
    reason: undefined,
    corrupt: false,
    copyOf: 0,
  };
}

function duplicated(
  network: NetworkView,
  event: Extract<SimEvent, { type: 'net.duplicate' }>,
): NetworkView {
  const original = network.messages.find(({ id }) => id === event.message);
  if (!original) return network;
  const { copy, message, arrivesAtTicks } = event;
  const second: MessageView = { ...original, id: copy, copyOf: message, arrivesAtTicks };
  const flying = { fate: 'flying', endedAtTicks: undefined, reason: undefined } as const;
  return { ...network, messages: trim([...network.messages, { ...second, ...flying }]) };
}

function change(network: NetworkView, id: number, now: Partial<MessageView>): NetworkView {
  const at = network.messages.findLastIndex((message) => message.id === id);
  if (at < 0) return network;
  const messages = network.messages.with(at, { ...(network.messages[at] as MessageView), ...now });
  return { ...network, messages };
}

function trim(messages: MessageView[]): MessageView[] {
  let over = messages.filter(({ fate }) => fate !== 'flying').length - ENDED_MAX;
  return over <= 0 ? messages : messages.filter(({ fate }) => fate === 'flying' || over-- <= 0);
}

const CLIENTS_FROM = 100;

/** By the names that the codec gives messages. */
function kindOf(name: string, from: number, to: number): { kind: MessageKind; isReply: boolean } {
  const isReply = name.endsWith('reply');
  if (from >= CLIENTS_FROM || to >= CLIENTS_FROM) return { kind: 'client', isReply };
  if (/vote|timeout-now/.test(name)) return { kind: 'election', isReply };
  if (name.startsWith('append')) return { kind: 'entries', isReply };
  if (name.startsWith('snapshot')) return { kind: 'snapshot', isReply };
  if (name === 'heartbeat') return { kind: 'heartbeat', isReply };
  return { kind: /propose|request|read/.test(name) ? 'client' : 'other', isReply };
}
