// A full storage quota in a real browser: Chromium's own, made small for a while.

import { expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { idbFiles } from '../../engine/env/files-idb.ts';
import { quotaConformance } from './quota.ts';
import { Runner } from './runner.ts';

const QUOTA_BYTES = 4 << 20;

/** Runs on empty storage with room for so many bytes. */
async function withSmallQuota(run: () => Promise<void>): Promise<void> {
  const { origin } = location;
  // Chromium remembers for a while how much room IndexedDB had; clearing ends that, too.
  await cdp().send('Storage.clearDataForOrigin', {
    origin,
    storageTypes: 'indexeddb,file_systems',
  });
  await cdp().send('Storage.overrideQuotaForOrigin', { origin, quotaSize: QUOTA_BYTES });
  try {
    await run();
  } finally {
    await cdp().send('Storage.overrideQuotaForOrigin', { origin });
  }
}

test('idb: a full quota stops it with FERRIS_NO_SPACE, and loses nothing durable', () =>
  withSmallQuota(() =>
    quotaConformance(idbFiles('quota'), {
      pieceBytes: 1 << 19,
      pieces: 16,
      deletingMakesRoom: false,
    }),
  ));

test('opfs: a full quota is FERRIS_NO_SPACE, and loses nothing durable', () =>
  withSmallQuota(async () => {
    const runner = new Runner();
    await expect(runner.run({ run: 'quota', database: 'quota' })).resolves.toBeUndefined();
    runner.end();
  }));
