// What is said of each event: the world's in the usual words, and what a server believes.

import type { Recorded, WorldEvent } from '../../../engine/index.ts';
import { letterOf, msText } from '../../marks/nodes.ts';
import type { Caption } from '../../player/caption.ts';
import { type ClusterState, nodeOf } from '../../projections/cluster.ts';
import { clusterCaption } from '../cluster/captions.ts';
import type { MessagesEvent } from './machine.ts';
import type { MessagesState } from './projection.ts';

export function messagesCaption(entry: Recorded<MessagesEvent>, state: MessagesState): Caption {
  const { event, node } = entry;
  const who = letterOf(node);
  switch (event.type) {
    case 'peer.suspect': {
      const peer = letterOf(event.peer);
      const silent = `${who} has heard nothing of ${peer} for ${msText(event.silentTicks)}, and suspects it.`;
      return [`${silent} ${truthOf(state.cluster, event.peer, node)}`];
    }
    case 'peer.trust':
      return [
        `${who} hears from ${letterOf(event.peer)} after all, and takes its suspicion back after ${msText(event.suspectedTicks)}.`,
      ];
    case 'heartbeat.refused':
      return [
        `${who} gets bytes from ${letterOf(event.from)} that are `,
        { concept: 'corrupt' },
        ': no heartbeat, as far as it can tell.',
      ];
    case 'detector.timeout':
      return [`${who} will suspect whoever is silent for ${msText(event.timeoutTicks)}.`];
    default:
      return clusterCaption(entry as Recorded<WorldEvent>, state.cluster);
  }
}

/** What the drawing knows and no server does. */
function truthOf(cluster: ClusterState, id: number, by: number): string {
  const node = nodeOf(cluster, id);
  const who = letterOf(id);
  if (!node || node.machine === 'down' || node.machine === 'off') return `${who} is down indeed.`;
  if (node.machine === 'paused') return `${who} is only paused.`;
  if (node.slowTicks > 0) return `${who} is only slow.`;
  if (waitsUnread(cluster, id, by))
    return `${who} is well: its heartbeats wait at the door of ${letterOf(by)}, unread.`;
  return `${who} is well; what it sent didn’t come in time.`;
}

/** It has arrived, and the receiver hasn't taken it yet. */
function waitsUnread({ network, nowTicks }: ClusterState, from: number, to: number): boolean {
  return network.messages.some(
    (one) =>
      one.from === from && one.to === to && one.fate === 'flying' && one.arrivesAtTicks <= nowTicks,
  );
}
