// What it costs to catch a server up: the bytes of all messages that bring it entries or chunks.

import type { Recorded, WorldEvent } from '../../../engine/index.ts';

type Entries = readonly Recorded<WorldEvent>[];

export interface Cost {
  readonly messages: number;
  readonly bytes: number;
}

/** Since the network was healed last; messages without entries or chunks are not counted. */
export function costFor(entries: Entries, server: number): Cost {
  const from = entries.findLastIndex(
    ({ event }) => event.type === 'net.links' && event.severed.length === 0,
  );
  let bytes = 0;
  let messages = 0;
  for (const { event } of from < 0 ? [] : entries.slice(from)) {
    if (event.type !== 'net.send' || event.to !== server) continue;
    if (event.name !== 'append' && event.name !== 'snapshot') continue;
    messages++;
    bytes += event.sizeBytes;
  }
  return { messages, bytes };
}
