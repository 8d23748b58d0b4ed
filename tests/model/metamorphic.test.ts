// One program, several stores: their answers are the same.
//
// The stores differ in sizes, policies, codecs, caches, in when they do their background work, and
// in where they live: in memory, in a directory of Node, on a simulated disk, on one that syncs
// late. Every answer is compared with a sorted map's, and then with each other's. A failing
// program is shrunk, and the seed that repeats it is printed.
//
//     METAMORPHIC_RUNS=20000 npx vitest run --project node tests/model/metamorphic
//     METAMORPHIC_SEED=17 npx vitest run --project node tests/model/metamorphic

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoreOptions } from '../../engine/lsm/options.ts';
import { Recorder } from '../../engine/trace/recorder.ts';
import { Pair } from './pair.ts';
import { type PlaceName, placeOf } from './places.ts';
import { type Command, command, options } from './programs.ts';

const RUNS = Number(process.env['METAMORPHIC_RUNS'] ?? 1000);
const SEED = process.env['METAMORPHIC_SEED'];
const PARAMETERS = SEED === undefined ? {} : { seed: Number(SEED) };

/** Some seconds of work, on a machine that may have others. */
const TIMEOUT_MS = 600_000;

interface Variant {
  readonly options: Omit<StoreOptions, 'files'>;
  readonly place: PlaceName;
  readonly restless: boolean;
}

const variantAt = (...places: PlaceName[]): fc.Arbitrary<Variant> =>
  fc.record({ options, place: fc.constantFrom(...places), restless: fc.boolean() });
const commands = fc.array(command, { maxLength: 80, size: 'max' });

async function answersOf(variant: Variant, program: readonly Command[]): Promise<string[]> {
  const { options, restless } = variant;
  const place = await placeOf(variant.place, options.seed ?? 1);
  try {
    const pair = new Pair(place, { ...options, restless });
    await pair.run(program);
    return pair.answers;
  } finally {
    await place.close();
  }
}

async function expectAlike(variants: readonly Variant[], program: Command[]): Promise<void> {
  const [first, ...others] = variants;
  const expected = await answersOf(first as Variant, program);
  for (const other of others) expect(await answersOf(other, program)).toEqual(expected);
}

test(
  'the same program gives the same answers under all options',
  async () => {
    const variants = fc.tuple(
      variantAt('memory'),
      variantAt('disk'),
      variantAt('slow disk'),
      variantAt('memory', 'disk', 'slow disk'),
    );
    const alike = fc.asyncProperty(variants, commands, expectAlike);
    await fc.assert(alike, { numRuns: Math.ceil(RUNS / 4), ...PARAMETERS });
  },
  TIMEOUT_MS,
);

test(
  'and in a directory of Node',
  async () => {
    const variants = fc.tuple(variantAt('memory'), variantAt('node'));
    const program = fc.array(command, { maxLength: 40, size: 'max' });
    const alike = fc.asyncProperty(variants, program, expectAlike);
    await fc.assert(alike, { numRuns: Math.ceil(RUNS / 50), ...PARAMETERS });
  },
  TIMEOUT_MS,
);

test(
  'the same program under the same options does the same, event by event',
  async () => {
    const variant = variantAt('disk', 'slow disk');
    const traced = async ({ options, place, restless }: Variant, program: readonly Command[]) => {
      const { trace, entries, ...rest } = recorder();
      const home = await placeOf(place, options.seed ?? 1, trace);
      await new Pair(home, { ...options, restless, trace }).run(program);
      return { hash: rest.hash(), events: entries.length };
    };
    const same = fc.asyncProperty(variant, commands, async (variant, program) => {
      expect(await traced(variant, program)).toEqual(await traced(variant, program));
    });
    await fc.assert(same, { numRuns: Math.ceil(RUNS / 20), ...PARAMETERS });
  },
  TIMEOUT_MS,
);

function recorder() {
  const recorder = new Recorder();
  const { trace, entries } = recorder;
  return { trace, entries, hash: () => recorder.hash };
}
