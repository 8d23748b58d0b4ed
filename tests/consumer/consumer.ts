// A program of somebody who has only what the site serves: ferrisdb.js and the types beside it.
// It is compiled, not run: it fails when the types are missing, wrong, or resolve to `any`.

import { crc32, type Database, isFerrisError, utf8 } from '../../public/ferrisdb.js';

export async function use(db: Database): Promise<void> {
  await db.put('crab', 'orange');
  const bytes: Uint8Array | undefined = await db.get('crab');
  const words: string | undefined = await db.get('crab', { encoding: 'utf8' });
  for await (const [key, value] of db.scan({ prefix: 'c', encoding: 'utf8' }))
    if (key === words) await db.delete(value);

  // @ts-expect-error: were the types `any`, this would compile.
  const wrong: number = await db.get('crab');
  if (bytes && crc32(bytes) === crc32(utf8('orange'))) await db.put('wrong', String(wrong));
}

export const isClosed = (error: unknown): boolean => isFerrisError(error, 'FERRIS_CLOSED');
