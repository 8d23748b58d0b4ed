// npm run sim:mutants -- [--seeds N] [--threads T] [NAME ...]
//
// Runs each deliberate bug of tests/sim/mutants until the swarm has caught it, and says how, and
// after how many seeds. Ends with 1 if one gets away.

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { MUTANTS } from '../tests/sim/mutants/mutants.ts';
import { hunt } from '../tests/sim/mutants/run.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '10000' },
    threads: { type: 'string', default: `${availableParallelism()}` },
  },
});
const chosen = MUTANTS.filter(
  ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
);
let away = 0;
for (const mutant of chosen) {
  const { how, seeds } = await hunt(mutant, Number(values.seeds), Number(values.threads));
  if (how === undefined) away++;
  console.log(
    `${how === undefined ? 'NOT CAUGHT' : 'caught    '} ${mutant.name.padEnd(58)} ${String(seeds).padStart(5)} seeds of ${mutant.scenario}${how === undefined ? '' : `: ${how}`}`,
  );
}
console.log(`${chosen.length - away} of ${chosen.length} mutants caught`);
process.exitCode = away > 0 ? 1 : 0;
