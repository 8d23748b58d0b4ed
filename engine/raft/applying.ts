// From the log to the state machine, and what may be forgotten then.
//
//     committed and durable here ─> applied ─> in a durable snapshot ─> compacted
//
// A state machine is never ahead of its own log on disk: a server that comes back finds
// everything that it has applied in its log or in its snapshot.

import { assert } from '../base/assert.ts';
import type { Core } from './core.ts';
import type { Entry, LogIndex, SnapshotMeta } from './message.ts';

const NONE: readonly never[] = [];

/** The state machine is replaced when the log on disk begins after the snapshot. */
export function takeRestore(core: Core): SnapshotMeta | undefined {
  const { restoring } = core;
  if (restoring === undefined || restoring.sequence > core.persistence.doneSequence)
    return undefined;
  core.restoring = undefined;
  core.handedIndex = restoring.meta.index;
  return restoring.meta;
}

/** Paper, figure 2, all servers: apply what is committed; here, also durable in this server's log. */
export function takeCommitted(core: Core): readonly Entry[] {
  const to = Math.min(core.commitIndex, core.persistence.persistedIndex);
  if (to <= core.handedIndex || core.restoring !== undefined) return NONE;
  const entries = core.log.slice(core.handedIndex + 1, to);
  core.handedIndex = to;
  return entries;
}

/** Paper, 7: the state machine is safe up to `index`, so the log before it may go. */
export function onCompact(core: Core, index: LogIndex): void {
  assert(index <= core.handedIndex, 'a snapshot holds what was applied');
  const term = core.log.termAt(index);
  if (index <= core.snapshot.index || term === undefined) return;
  core.snapshot = { index, term, configuration: core.configurations.at(index) };
  core.persistence.compact(core.snapshot);
  core.configurations.compact(index);
  const start = index - keptEntries(core, index);
  if (start > core.log.startIndex) core.compactLog(start);
}

/**
 * A leader keeps what its slowest follower still needs, within bounds: entries are cheaper
 * than a snapshot, and one that gets a snapshot must be able to go on from its end.
 */
function keptEntries(core: Core, index: LogIndex): number {
  let kept = 0;
  for (const { sending, matchIndex } of core.leadership?.peers ?? NONE)
    kept = Math.max(kept, index - (sending?.meta.index ?? matchIndex));
  return Math.min(kept, core.settings.keptEntriesMax);
}
