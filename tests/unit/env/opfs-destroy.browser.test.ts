// Deleting a database from the page that used it: no synchronous handle is needed for that.

import { expect, test } from 'vitest';
import { open } from '../../../engine/api/open.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { opfsFiles } from '../../../engine/env/files-opfs.ts';

test('a page deletes a database in OPFS, but not while it is open', async () => {
  const files = opfsFiles(`destroy ${Date.now()}`);
  const db = await open({ files });
  await db.put('a', '1');
  const refusal = await files.destroy().catch((error: unknown) => error);
  expect(isFerrisError(refusal, 'FERRIS_LOCKED')).toBe(true);
  await db.close();
  await files.destroy();
  await files.destroy();
  const again = await open({ files });
  expect(await again.get('a')).toBeUndefined();
  await again.close();
});

test('a page that mounts OPFS itself is told to use a worker', async () => {
  const refusal = await opfsFiles('page')
    .mount()
    .catch((error: unknown) => error);
  expect(isFerrisError(refusal, 'FERRIS_UNSUPPORTED') && refusal.message).toMatch(/worker/);
});
