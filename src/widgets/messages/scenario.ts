// The figure of the page: three servers that ping each other, and one that falls silent.

import { type Recorded, TICKS_PER_MS } from '../../../engine/index.ts';
import { letterOf } from '../../marks/nodes.ts';
import type { Mark, Scenario } from '../../player/scenario.ts';
import { labelMessages, type MessagesAction, parseMessages, shortenMessages } from './actions.ts';
import { messagesCaption } from './caption.ts';
import { type MessagesEvent, MessagesMachine } from './machine.ts';
import { type MessagesState, NOTHING_SENT, projectMessages } from './projection.ts';

export type MessagesScenario = Scenario<
  MessagesMachine,
  MessagesAction,
  MessagesState,
  MessagesEvent
>;

/** Virtual ticks for a millisecond of playing: a heartbeat's period takes a second. */
const TICKS_PER_PLAYED_MS = 50;
/** What goes by after a button. */
export const FOR_TICKS = 300 * TICKS_PER_MS;

export const messages: MessagesScenario = {
  id: 'messages',
  version: 1,
  seed: 20,
  script: [
    { do: 'run', ticks: 240 * TICKS_PER_MS },
    { do: 'pause', node: 3, forTicks: 200 * TICKS_PER_MS },
    { do: 'resume', node: 3, forTicks: 160 * TICKS_PER_MS },
  ],
  create: (context) => new MessagesMachine(context),
  apply: (machine, action) => machine.apply(action),
  shorten: shortenMessages,
  ticksPerMs: TICKS_PER_PLAYED_MS,
  initial: NOTHING_SENT,
  project: projectMessages,
  opening: ['Three servers are about to start. Each will tell the others that it is alive.'],
  caption: messagesCaption,
  mark,
  label: labelMessages,
  offers: () => [{ action: { do: 'run', ticks: FOR_TICKS } }],
  parse: parseMessages,
  poster: (entries) => entries.findIndex(({ event }) => event.type === 'node.resume'),
};

/** The same servers, and nothing has been done to them yet. */
export const falseSuspicion: MessagesScenario = {
  ...messages,
  id: 'false-suspicion',
  seed: 21,
  script: [{ do: 'run', ticks: FOR_TICKS }],
  opening: ['All three are well. Make one of them suspect another.'],
  poster: (entries) => entries.length,
};

/** The same again, for another task. */
export const twoOpinions: MessagesScenario = { ...falseSuspicion, id: 'two-opinions' };

function mark({ event, node }: Recorded<MessagesEvent>): Mark | undefined {
  const who = letterOf(node);
  switch (event.type) {
    case 'peer.suspect':
      return { kind: 'error', label: `${who} suspects ${letterOf(event.peer)}` };
    case 'peer.trust':
      return { kind: 'sync', label: `${who} trusts ${letterOf(event.peer)} again` };
    case 'node.crash':
      return { kind: 'crash', label: `${who} is down` };
    case 'node.pause':
      return { kind: 'fork', label: `${who} is paused` };
    case 'node.resume':
      return { kind: 'fork', label: `${who} goes on` };
    default:
      return undefined;
  }
}
