// The first prediction of the page, answered by the engine.

import { type DiskAction, disk, RECORD_BYTES } from '../../widgets/disk/scenario.ts';
import { madeBy } from '../history.ts';

/** The script of the figure, and then the power goes. */
export const CUT: readonly DiskAction[] = [
  ...disk.script,
  { do: 'cut' },
  { do: 'restart', luck: 'any' },
];

/** Which choice is right of this very power cut: by how much of the file is there. */
export function survivors(): 'all' | 'synced' | 'some' {
  const size = madeBy(disk, CUT).state.files[0]?.size ?? 0;
  if (size === 4 * RECORD_BYTES) return 'all';
  return size === 2 * RECORD_BYTES ? 'synced' : 'some';
}
