// A disk that is too small: what every file system keeps when it is full.

import { isFerrisError } from '../../engine/base/errors.ts';
import { Random } from '../../engine/base/random.ts';
import type { File, FilesSource, Volume } from '../../engine/env/files.ts';
import { check, content, equal, equalContent, eventually, rejects } from './assertions.ts';

/** How a test fills the disk. */
export interface Filling {
  readonly pieceBytes: number;
  /** More of them than fit; one must fit. */
  readonly pieces: number;
  /** True where a deleted file's space is back at once; IndexedDB takes its time. */
  readonly deletingMakesRoom: boolean;
}

/** Fills a file system until FERRIS_NO_SPACE, then sees that nothing durable was lost. */
export async function quotaConformance(source: FilesSource, filling: Filling): Promise<void> {
  const { pieceBytes, pieces, deletingMakesRoom } = filling;
  const whole = incompressible(pieceBytes, pieces);
  const volume = await source.mount();
  const file = volume.files.create('a');
  file.append(whole.subarray(0, pieceBytes));
  file.sync();
  volume.files.syncDirectory();
  await eventually(() => file.durableBytes === pieceBytes, 'the first piece is durable');
  await fill(volume, file, whole, pieceBytes);
  const durable = file.durableBytes;
  equalContent(
    content(file).subarray(0, durable),
    whole.subarray(0, durable),
    'what is durable, on the full disk',
  );
  await closeFull(volume);
  const again = await source.mount();
  const found = content(again.files.open('a'));
  check(
    found.length >= durable,
    `${found.length} bytes are no fewer than the ${durable} durable ones`,
  );
  equalContent(found, whole.subarray(0, found.length), 'what is left after a remount');
  if (deletingMakesRoom) {
    again.files.delete('a');
    const b = again.files.create('b');
    b.append(whole.subarray(0, pieceBytes));
    b.sync();
    await eventually(() => b.durableBytes === pieceBytes, 'deleting has made room');
  }
  await again.close();
}

/** Random bytes: Chromium compresses what IndexedDB stores, and would find room for zeros. */
function incompressible(pieceBytes: number, pieces: number): Uint8Array {
  const piece = new Random(1).bytes(pieceBytes);
  const whole = new Uint8Array(pieceBytes * pieces);
  for (let i = 0; i < pieces; i++) {
    piece[0] = i;
    whole.set(piece, i * pieceBytes);
  }
  return whole;
}

/** Appends piece after piece; the append that is refused leaves the file as it was. */
async function fill(
  volume: Volume,
  file: File,
  whole: Uint8Array,
  pieceBytes: number,
): Promise<void> {
  for (let at = pieceBytes; at < whole.length; at += pieceBytes) {
    try {
      file.append(whole.subarray(at, at + pieceBytes));
      file.sync();
    } catch (error) {
      check(isFerrisError(error, 'FERRIS_NO_SPACE'), `${error} is FERRIS_NO_SPACE`);
      equal(file.size, at, 'size after the refused append');
      return;
    }
    const done = () => file.durableBytes === file.size || volume.files.failure !== undefined;
    await eventually(done, 'the piece is durable, or never will be');
  }
  throw new Error(`${whole.length} bytes fitted on a disk that was meant to be smaller`);
}

/** Where durability comes later, closing says what never became durable. */
async function closeFull(volume: Volume): Promise<void> {
  const { failure } = volume.files;
  if (failure === undefined) await volume.close();
  else await rejects('FERRIS_NO_SPACE', volume.close());
}
