// A full storage quota in a real browser: Chromium's own, made small for a while.

import { expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { idbFiles } from '../../engine/env/files-idb.ts';
import { quotaConformance } from './quota.ts';
import { Runner } from './runner.ts';

const MORE_BYTES = 4 << 20;

/** Runs with only so many more bytes of storage than are used. */
async function withSmallQuota(run: () => Promise<void>): Promise<void> {
  const { origin } = location;
  const { usage } = (await cdp().send('Storage.getUsageAndQuota', { origin })) as { usage: number };
  await cdp().send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + MORE_BYTES });
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
