// The store against a model: a sorted map, and copies of it for snapshots.
//
// Random programs of puts, deletes, range deletes, merges, values that expire, batches, scans
// that stay open, snapshots, flushes, compactions, slices of work, changes of options, crashes of
// the process and reopenings give the same answers as the map, whatever the sizes, policies,
// codecs and caches. fast-check shrinks a failing program and prints the seed that repeats it.
//
//     MODEL_RUNS=20000 npx vitest run --project node tests/model/store
//     MODEL_SEED=17 npx vitest run --project node tests/model/store      the programs of a seed

import fc from 'fast-check';
import { test } from 'vitest';
import { Pair } from './pair.ts';
import { placeOf } from './places.ts';
import { command, options } from './programs.ts';

const RUNS = Number(process.env['MODEL_RUNS'] ?? 300);
const SEED = process.env['MODEL_SEED'];

/** Some seconds of work, on a machine that may have others. */
const TIMEOUT_MS = 600_000;

test(
  'random programs give the answers of a sorted map',
  async () => {
    const commands = fc.array(command, { maxLength: 60, size: 'max' });
    await fc.assert(
      fc.asyncProperty(options, commands, async (options, commands) => {
        await new Pair(await placeOf('memory', 1), options).run(commands);
      }),
      { numRuns: RUNS, ...(SEED !== undefined && { seed: Number(SEED) }) },
    );
  },
  TIMEOUT_MS,
);
