// A program of somebody who has only what the site serves: ferrisdb.js and the types beside it.
// It is compiled, not run: it fails when the types are missing, wrong, or resolve to `any`.

import { crc32, FerrisError, isFerrisError, utf8 } from '../../public/ferrisdb.js';

const checksum: number = crc32(utf8('ferris'));
const error = new FerrisError('FERRIS_CLOSED', 'Open it again.');
if (isFerrisError(error, 'FERRIS_CLOSED') && error.retryable) throw error;

// @ts-expect-error: were the types `any`, this would compile.
const wrong: string = crc32(utf8('ferris'));

export { checksum, wrong };
