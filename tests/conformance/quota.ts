// A disk that is too small: what every file system keeps when it is full.

import { isFerrisError } from '../../engine/base/errors.ts';
import type { FilesSource, Volume } from '../../engine/env/files.ts';
import { check, content, equal, equalContent, eventually, rejects } from './assertions.ts';

const PIECE_BYTES = 64 * 1024;

/**
 * Fills a file system until FERRIS_NO_SPACE, then sees that nothing durable was lost.
 * @param source a file system with room for one piece at least, and for `pieces` at most
 */
export async function quotaConformance(source: FilesSource, pieces: number): Promise<void> {
  const volume = await source.mount();
  const file = volume.files.create('a');
  file.append(new Uint8Array(PIECE_BYTES).fill(1));
  file.sync();
  volume.files.syncDirectory();
  await eventually(() => file.durableBytes === PIECE_BYTES, 'the first piece is durable');
  let refusedAt = -1;
  for (let i = 1; i <= pieces && refusedAt < 0; i++) {
    const before = file.size;
    try {
      if (volume.upkeepDue) await volume.upkeep();
      file.append(new Uint8Array(PIECE_BYTES).fill(2));
      file.sync();
      await eventually(
        () => file.durableBytes === file.size || volume.files.failure !== undefined,
        'durable, or failed',
      );
    } catch (error) {
      check(isFerrisError(error, 'FERRIS_NO_SPACE'), `${error} is FERRIS_NO_SPACE`);
      equal(file.size, before, 'size after the refused append');
      refusedAt = i;
    }
  }
  check(refusedAt > 0, 'the disk was full at some time');
  const durable = file.durableBytes;
  const expected = new Uint8Array(durable).fill(2).fill(1, 0, PIECE_BYTES);
  equalContent(content(file).subarray(0, durable), expected, 'what is durable, on the full disk');
  await closeFull(volume);
  const again = await source.mount();
  const found = content(again.files.open('a'));
  check(
    found.length >= durable,
    `${found.length} bytes are no fewer than the ${durable} durable ones`,
  );
  equalContent(found.subarray(0, durable), expected, 'what was durable, after a remount');
  again.files.delete('a');
  await again.close();
}

/** Where durability comes later, closing says what never became durable. */
async function closeFull(volume: Volume): Promise<void> {
  const { failure } = volume.files;
  if (failure === undefined) await volume.close();
  else await rejects('FERRIS_NO_SPACE', volume.close());
}
