// Commands on their way into the log: at the leader, or by way of it.

import type { NodeId } from '../env/program.ts';
import type { Core, InputOf } from './core.ts';
import type { RefusalReason } from './effects.ts';
import type { Leadership } from './leadership.ts';
import type { Entry, Propose } from './message.ts';
import { appendOwn } from './replicate.ts';

/** A caller's command. */
export function onPropose(core: Core, { context, data }: InputOf<'propose'>): void {
  if (core.leadership === undefined) {
    forward(core, context, data);
    return;
  }
  const result = propose(core, core.leadership, data);
  if (typeof result === 'string') {
    core.refuse(context, result);
    return;
  }
  core.answers.push({ type: 'proposed', context, index: result.index, term: result.term });
}

/** Paper, 5.1: "if a client contacts a follower, the follower redirects it to the leader". */
function forward(core: Core, context: number, data: Uint8Array): void {
  if (core.leader === 0) {
    core.refuse(context, 'no leader');
    return;
  }
  core.send(core.leader, { type: 'propose', term: core.term, data });
  core.answers.push({ type: 'forwarded', context, to: core.leader });
}

/** A follower has sent a command on. */
export function onForwarded(core: Core, from: NodeId, message: Propose): void {
  if (core.leadership === undefined) {
    core.drop(from, message, 'this server leads no more');
    return;
  }
  const result = propose(core, core.leadership, message.data);
  if (typeof result === 'string') core.drop(from, message, result);
}

/** A command for the log; or why not. */
function propose(core: Core, leadership: Leadership, data: Uint8Array): Entry | RefusalReason {
  if (leadership.transfer !== undefined) return 'transferring'; // Thesis, 3.10, step 1
  const { uncommittedBytes } = leadership;
  if (uncommittedBytes > 0 && uncommittedBytes + data.length > core.settings.uncommittedBytesMax)
    return 'too much in flight';
  return appendOwn(core, leadership, 'command', data);
}
