// How much of the network FerrisDB takes, minified and gzipped.
//
// A bundler leaves out what a program doesn't import, so there is a figure for each way to use
// it. The mark is on the engine itself: the synchronous store over OPFS, codec included, which
// is what runs in a worker of your own. `open` brings the promised interface, and the engine for
// pages where no worker can be started; its worker is a second file, with the engine in it. All of
// index.ts also has what this site shows: described files, simulated disks, the console.

import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'vite';

export interface BundleResult {
  readonly name: string;
  /** The names that are imported from engine/index.ts. */
  readonly imports: string;
  readonly bytes: number;
  readonly gzippedBytes: number;
}

/** The mark is on the first. */
const ENTRIES = [
  {
    name: 'the engine: the store over OPFS, with its codec',
    imports: '{ Store, Batch, opfsFiles, useDeflate }',
  },
  { name: 'the same without the codec', imports: '{ Store, Batch, opfsFiles }' },
  { name: 'the promised interface', imports: '{ open, opfsFiles }' },
  { name: 'all that there is', imports: '*' },
];

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const INDEX = `${ROOT}engine/index.ts`;
const ENTRY = 'virtual:entry';

export async function measureBundles(): Promise<BundleResult[]> {
  const results: BundleResult[] = [];
  let worker: BundleResult | undefined;
  for (const { name, imports } of ENTRIES) {
    for (const { isWorker, code } of await bundle(imports)) {
      const bytes = Buffer.from(code);
      const gzippedBytes = gzipSync(bytes, { level: 9 }).length;
      const sizes = { bytes: bytes.length, gzippedBytes };
      if (isWorker) worker = { name: 'the worker that `open` starts', imports: '', ...sizes };
      else results.push({ name, imports, ...sizes });
    }
  }
  return worker ? [...results, worker] : results;
}

async function bundle(imports: string): Promise<{ isWorker: boolean; code: string }[]> {
  const built = await build({
    configFile: false,
    root: ROOT,
    publicDir: false,
    logLevel: 'error',
    worker: { format: 'es' },
    plugins: [entryOf(imports)],
    build: {
      write: false,
      minify: true,
      target: 'es2022',
      rolldownOptions: {
        input: ENTRY,
        preserveEntrySignatures: 'strict',
        output: { format: 'es' },
        // Loading a file of the engine does nothing: bundlers may leave out what isn't used.
        treeshake: { moduleSideEffects: [{ test: /[\\/]engine[\\/]/, sideEffects: false }] },
      },
    },
  });
  const { output } = (Array.isArray(built) ? built[0] : built) as unknown as {
    output: { fileName: string; type: string; code?: string; source?: string }[];
  };
  return output
    .filter(({ fileName }) => fileName.endsWith('.js'))
    .map(({ type, code, source }) => ({
      isWorker: type === 'asset',
      code: String(code ?? source),
    }));
}

function entryOf(imports: string): Plugin {
  return {
    name: 'entry',
    resolveId: (id) => (id === ENTRY ? id : null),
    load: (id) => (id === ENTRY ? `export ${imports} from ${JSON.stringify(INDEX)};` : null),
  };
}
