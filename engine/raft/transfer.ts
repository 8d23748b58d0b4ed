// Handing over leadership. Thesis, 3.10.
//
//     no more proposals ─> the target's log is complete ─> timeout-now ─> its election
//
// A transfer that isn't done within an election timeout is given up, and proposals
// are taken again. Its target may still win later: any election may.

import { FerrisError } from '../base/errors.ts';
import type { NodeId } from '../env/program.ts';
import type { Core } from './core.ts';
import type { Leadership } from './leadership.ts';

/** @throws FERRIS_INVALID_ARGUMENT when `to` has no vote */
export function transfer(core: Core, to: NodeId): void {
  const leadership = core.leadership;
  if (leadership === undefined || to === core.id || leadership.transfer?.to === to) return;
  if (!core.configurations.current.voters.includes(to))
    throw new FerrisError(
      'FERRIS_INVALID_ARGUMENT',
      `server ${to} can't lead: it is no voter; name one of ${core.configurations.current.voters}`,
    );
  const deadlineTicks = core.nowTicks + core.settings.electionTicksMin;
  leadership.transfer = { to, deadlineTicks, asked: false };
  core.trace?.({ type: 'raft.transfer', to });
  pursueTransfer(core, leadership);
}

/** Thesis, 3.10, steps 2 and 3, and the end: after an election timeout it is aborted. */
export function pursueTransfer(core: Core, leadership: Leadership): void {
  const { transfer } = leadership;
  if (transfer === undefined) return;
  if (core.nowTicks >= transfer.deadlineTicks) leadership.transfer = undefined;
  else if (leadership.progressOf(transfer.to)?.matchIndex === core.log.lastIndex)
    askForElection(core, leadership);
}

function askForElection(core: Core, leadership: Leadership): void {
  const transfer = leadership.transfer!;
  if (transfer.asked) return;
  transfer.asked = true;
  // The election it asks for doesn't wait for anyone's timeout, so no lease holds (thesis, 6.4.1).
  leadership.leaseForfeited = true;
  core.send(transfer.to, { type: 'timeout-now', term: core.term });
}
