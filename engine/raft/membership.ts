// Changes of membership, as a leader makes them. Paper, 6; thesis, chapter 4.
//
// 1. A change is an entry, and counts once it is appended. The next one waits until
//    it is committed; and none is made before the leader has committed an entry of
//    its own term, or two leaders could each make a single step from a different
//    configuration (the bug in the thesis' algorithm that Ongaro reported in 2015).
// 2. A joint configuration that leaves by itself is left when it is committed.
// 3. A leader that is no voter any more leads until that is committed, not counting
//    itself, and then steps down (thesis, 4.2.2).

import { changed, encodeConfiguration, isJoint, isVoter, left } from './configuration.ts';
import type { Core, InputOf } from './core.ts';
import type { RefusalReason } from './effects.ts';
import type { Leadership } from './leadership.ts';
import type { Configuration, Entry } from './message.ts';
import { appendOwn, replicateAll } from './replicate.ts';

/** A change of membership is asked for. @throws FERRIS_INVALID_ARGUMENT when it makes no sense */
export function configure(core: Core, { context, change }: InputOf<'configure'>): void {
  const leadership = core.leadership;
  if (leadership === undefined) {
    core.refuse(context, 'not leader');
    return;
  }
  const { current } = core.configurations;
  const reason = obstacle(core, leadership);
  if (reason !== undefined) {
    core.refuse(context, reason);
    return;
  }
  if (isJoint(current) && change.how !== 'leave') {
    core.refuse(context, 'change under way');
    return;
  }
  const { index, term } = appendConfiguration(core, leadership, changed(current, change));
  core.answers.push({ type: 'proposed', context, index, term });
}

function obstacle(core: Core, leadership: Leadership): RefusalReason | undefined {
  if (leadership.transfer !== undefined) return 'transferring';
  // Thesis, 4.1: one at a time; and not before the no-op is committed, see 1 above.
  const needed = Math.max(core.configurations.index, leadership.firstIndex);
  return core.commitIndex < needed ? 'change under way' : undefined;
}

function appendConfiguration(
  core: Core,
  leadership: Leadership,
  configuration: Configuration,
): Entry {
  return appendOwn(core, leadership, 'configuration', encodeConfiguration(configuration));
}

/** The commit index has moved: is a change complete? */
export function followCommit(core: Core, leadership: Leadership): void {
  const { current, index } = core.configurations;
  if (core.commitIndex < index) return;
  // Paper, 6: once C(old,new) is committed, the leader makes an entry for C(new).
  if (isJoint(current) && current.autoLeave) appendConfiguration(core, leadership, left(current));
  else if (!isVoter(current, core.id)) stepDown(core, leadership);
}

/** Paper, 6: the leader steps down once it has committed C(new), which it isn't in. */
function stepDown(core: Core, leadership: Leadership): void {
  replicateAll(core, leadership); // those who stay learn what is committed
  core.becomeFollower(core.term, 0, 'removed');
}
