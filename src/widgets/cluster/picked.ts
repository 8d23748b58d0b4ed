// What may be done to the server or the message that is picked.

import type { Selection } from '../../marks/cluster-selection.ts';
import type { Player } from '../../player/player.svelte.ts';
import type { Offer } from '../../player/scenario.ts';
import { type ClusterState, nodeOf } from '../../projections/cluster.ts';
import type { MessageView } from '../../projections/cluster-network.ts';
import type { NodeView } from '../../projections/cluster-node.ts';
import type { ClusterAction } from './actions.ts';

export interface NamedOffer extends Offer<ClusterAction> {
  /** Shorter than the action's own name: what it is done to stands above. */
  readonly label: string;
  /** The key that does it. */
  readonly key: string;
}

/** A fifth too fast. */
const FAST_PPM = 200_000;
const DELAY_TICKS = 50_000;
const FAULT = { kind: 'fault' } as const;

function nodeOffers({ id: node, machine, ratePpm }: NodeView, forTicks: number): NamedOffer[] {
  const isUp = machine === 'up' || machine === 'paused';
  const down = isUp ? {} : { unavailable: 'It is down.' };
  return [
    isUp
      ? { key: 'c', label: 'Crash', action: { do: 'crash', node, forTicks }, ...FAULT }
      : { key: 'c', label: 'Restart', action: { do: 'restart', node, forTicks } },
    machine === 'paused'
      ? { key: 'p', label: 'Resume', action: { do: 'resume', node, forTicks } }
      : { key: 'p', label: 'Pause', action: { do: 'pause', node, forTicks }, ...FAULT, ...down },
    { key: 'o', label: 'Cut off', action: { do: 'isolate', node, forTicks }, ...FAULT },
    ratePpm === 0
      ? {
          key: 'k',
          label: 'Clock 20 % fast',
          action: { do: 'clock', node, ratePpm: FAST_PPM, forTicks },
          ...FAULT,
          ...down,
        }
      : { key: 'k', label: 'Clock right', action: { do: 'clock', node, ratePpm: 0, forTicks } },
  ];
}

function messageOffers(message: MessageView, forTicks: number): NamedOffer[] {
  const { id, fate, endedAtTicks, sentAtTicks } = message;
  const never = fate === 'dropped' && endedAtTicks === sentAtTicks;
  const why = never ? { unavailable: 'It was lost as it was sent.' } : {};
  return [
    { key: 'd', label: 'Drop', action: { do: 'drop', message: id, forTicks }, ...FAULT, ...why },
    {
      key: 'l',
      label: 'Delay 50 ms',
      action: { do: 'delay', message: id, ticks: DELAY_TICKS, forTicks },
      ...FAULT,
      ...why,
    },
    {
      key: 'u',
      label: 'Duplicate',
      action: { do: 'duplicate', message: id, forTicks },
      ...FAULT,
      ...why,
    },
  ];
}

/**
 * Where an action is done: at the cursor, but what is done to a message that has arrived meanwhile
 * is done right after it was sent.
 */
export function beforeActing(
  // biome-ignore lint/suspicious/noExplicitAny: a player is invariant in its world
  player: Player<any, ClusterAction, ClusterState, any>,
  action: ClusterAction,
): number {
  if (!('message' in action)) return player.cursor;
  const { messages } = player.state.network;
  const message = messages.find(({ id }) => id === action.message);
  return message && message.fate !== 'flying' ? message.entry + 1 : player.cursor;
}

/** All that may be done to what is picked. */
export function offersFor(
  state: ClusterState,
  selected: Selection | undefined,
  forTicks: number,
): NamedOffer[] {
  if (selected?.kind === 'node') {
    const node = nodeOf(state, selected.id);
    return node ? nodeOffers(node, forTicks) : [];
  }
  const message = state.network.messages.find(({ id }) => id === selected?.id);
  return message ? messageOffers(message, forTicks) : [];
}
