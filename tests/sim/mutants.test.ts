// The swarm is worth what it finds: deliberate bugs, in copies of the engine, must be caught.
//
// `npm run sim:mutants` does the same, and tells how each was caught, and after how many seeds.

import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { MUTANTS } from './mutants/mutants.ts';
import { hunt, problemOf } from './mutants/run.ts';

const SEEDS_MAX = 10_000;
const TIMEOUT_MS = 600_000;

test('each mutant changes the engine at one place', () => {
  expect(MUTANTS.length).toBeGreaterThanOrEqual(15);
  const problems = MUTANTS.flatMap(({ name, edits }) =>
    edits.flatMap((edit) => {
      const problem = problemOf(edit);
      return problem === undefined ? [] : [`${name}: ${problem}`];
    }),
  );
  expect(problems, problems.join('\n')).toHaveLength(0);
});

for (const mutant of MUTANTS)
  test(`caught: ${mutant.name}`, { timeout: TIMEOUT_MS }, async () => {
    const { how, seeds } = await hunt(mutant, SEEDS_MAX, availableParallelism());
    expect(how, `it lived through ${seeds} seeds: ${mutant.why}`).toBeDefined();
  });
