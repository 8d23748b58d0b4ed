import { describe, expect, test } from 'vitest';
import type { EngineEvent, Recorded } from '../../../engine/index.ts';
import { CUT, survivors } from '../../../src/exercise/files-sync-crash/prediction.ts';
import { madeBy } from '../../../src/exercise/history.ts';
import { captionText } from '../../../src/player/caption.ts';
import { checkCuts, checkRewind } from '../../../src/player/check-scenario.ts';
import { run, scriptOf } from '../../../src/player/history.ts';
import { type DiskAction, disk } from '../../../src/widgets/disk/scenario.ts';

describe('the figure of one file on one disk', () => {
  test('rewinds', () => checkRewind(disk));
  test('survives a power cut anywhere', () => checkCuts(disk));

  test('the script ends with two durable orders and two volatile ones', () => {
    const { entries } = run(disk, scriptOf(disk));
    const state = entries.reduce(disk.project, disk.initial);
    expect(state.files[0]?.segments.map(({ state }) => state)).toEqual([
      'durable',
      'durable',
      'volatile',
      'volatile',
    ]);
  });

  test('the last sentence says what is there after a power cut', () => {
    const said = (actions: readonly DiskAction[]) => {
      const { entries, state } = madeBy(disk, actions);
      return captionText(disk.caption(entries.at(-1) as Recorded<EngineEvent>, state));
    };
    expect(said(CUT)).toContain('orders has 904 bytes');
    const nameless: DiskAction[] = [{ do: 'append' }, { do: 'sync' }, { do: 'cut' }];
    const { entries } = madeBy(disk, [...nameless, { do: 'restart', luck: 'worst' }]);
    const restored = entries.findIndex(({ event }) => event.type === 'power.restored');
    const state = entries.slice(0, restored + 1).reduce(disk.project, disk.initial);
    const caption = disk.caption(entries[restored] as Recorded<EngineEvent>, state);
    expect(captionText(caption)).toContain('there is no orders');
  });

  test('the prediction of the page is answered by the engine', () => {
    expect(survivors()).toBe('some');
  });
});
