// Lose bytes that a program was told are durable, on a disk that never lies.

import type { EngineEvent } from '../../../engine/index.ts';
import type { FilesState } from '../../projections/files.ts';
import { type DiskAction, FILE_NAME } from '../../widgets/disk/scenario.ts';
import type { Verdict } from '../check.ts';
import type { HistoryMade } from '../history.ts';

type Made = HistoryMade<DiskAction, FilesState, EngineEvent>;

export function losesSynced({ entries }: Made): Verdict {
  let synced = 0;
  let restarts = 0;
  for (const { event } of entries) {
    if (event.type === 'file.durable') synced = event.durableBytes;
    if (event.type === 'power.restored') restarts++;
    if (event.type !== 'power.file') continue;
    if (event.outcome === 'vanished' && synced > 0) return lost(synced);
  }
  if (restarts === 0)
    return {
      verdict: 'open',
      say: 'Nothing is lost yet: the disk has not been asked after a power cut.',
    };
  if (synced === 0)
    return { verdict: 'wrong', say: 'No byte had been synced, so nobody was promised anything.' };
  return {
    verdict: 'wrong',
    say: [
      `${synced} bytes were synced, and they are still there: `,
      { code: FILE_NAME },
      ' was found again.',
    ],
  };
}

function lost(synced: number): Verdict {
  return {
    verdict: 'right',
    say: [
      `${synced} bytes were `,
      { concept: 'durable' },
      ' and are gone, because the name ',
      { code: FILE_NAME },
      ' was not.',
    ],
  };
}

/** All actions of a run that is right. */
export const SOLUTION: readonly DiskAction[] = [
  { do: 'append' },
  { do: 'sync' },
  { do: 'cut' },
  { do: 'restart', luck: 'worst' },
];
