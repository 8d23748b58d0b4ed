// The swarm is worth what it finds: deliberate bugs, in copies of the engine, must be caught.
//
// With every run of the tests all mutants are looked up in the sources, and those that show
// within few seeds are hunted; MUTANTS=all hunts them all, as `npm run sim:mutants` does.

import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { MUTANTS } from './mutants/mutants.ts';
import { hunt, problemOf } from './mutants/run.ts';

const SEEDS_MAX = 2_000;
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

const hunted = MUTANTS.filter(
  ({ isQuick }) => process.env['MUTANTS'] === 'all' || isQuick === true,
);
for (const mutant of hunted)
  test(`caught: ${mutant.name}`, { timeout: TIMEOUT_MS }, async () => {
    const { how, seeds } = await hunt(mutant, SEEDS_MAX, availableParallelism());
    expect(how, `it lived through ${seeds} seeds: ${mutant.why}`).toBeDefined();
  });
