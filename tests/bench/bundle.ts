// How much of the network FerrisDB takes: the library, minified and gzipped.
//
// Measured is what a page downloads to open a database: everything that engine/index.ts exports.
// The worker holds the engine a second time, as a file of its own that is fetched when a page
// opens a database in one; it is counted apart.

import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

export interface BundleResult {
  /** The library, without its worker. */
  readonly bytes: number;
  readonly gzippedBytes: number;
  readonly workerGzippedBytes: number;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export async function measureBundle(): Promise<BundleResult> {
  const built = await build({
    configFile: false,
    root: ROOT,
    publicDir: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: {
      write: false,
      minify: true,
      target: 'es2022',
      rolldownOptions: {
        input: `${ROOT}engine/index.ts`,
        preserveEntrySignatures: 'strict',
        output: { format: 'es' },
      },
    },
  });
  const { output } = (Array.isArray(built) ? built[0] : built) as unknown as {
    output: {
      fileName: string;
      type: 'chunk' | 'asset';
      code?: string;
      source?: string | Uint8Array;
    }[];
  };
  const scripts = output.filter(({ fileName }) => fileName.endsWith('.js'));
  const sizes = scripts.map(({ type, code, source }) => {
    const bytes = Buffer.from((type === 'chunk' ? code : source) ?? '');
    return { type, bytes: bytes.length, gzipped: gzipSync(bytes, { level: 9 }).length };
  });
  const sum = (type: string, of: 'bytes' | 'gzipped') =>
    sizes.filter((each) => each.type === type).reduce((total, each) => total + each[of], 0);
  return {
    bytes: sum('chunk', 'bytes'),
    gzippedBytes: sum('chunk', 'gzipped'),
    workerGzippedBytes: sum('asset', 'gzipped'),
  };
}
