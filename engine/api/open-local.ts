// Opens a store in this thread, on whatever files it is given.

import type { FilesSource } from '../env/files.ts';
import type { StoreOptions } from '../lsm/options.ts';
import { Store } from '../lsm/store.ts';
import { useDeflate } from '../lsm/table/deflate.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import { LocalBackend } from './local-backend.ts';

/** @throws as `Store.open` and the source's `mount` do; nothing stays locked then */
export async function openLocal(
  source: FilesSource,
  options: Omit<StoreOptions, 'files'>,
): Promise<LocalBackend> {
  useDeflate();
  const volume = await source.mount();
  try {
    const clock = options.clock ?? SYSTEM_CLOCK;
    const store = Store.open({ ...options, clock, driven: true, files: volume.files });
    return new LocalBackend(volume, store, clock);
  } catch (error) {
    await volume.close().catch(() => {}); // the first error says more
    throw error;
  }
}
