// Small parts by themselves, in Node. Each round of each part is a new process, so that no
// part's compiled code or garbage gets in another's way, and rounds go round as in measure.ts.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from '../compare.ts';
import { PARTS } from './parts.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

export interface MicroResult {
  name: string;
  unit: string;
  rows: { name: string; value: number; rounds: number[] }[];
}

export function runMicro(rounds: number): MicroResult[] {
  return PARTS.map(({ name, unit, rows }) => {
    const figures = rows.map((row) => ({ name: row, value: 0, rounds: [] as number[] }));
    process.stderr.write(`micro ${name} `);
    for (let round = 0; round < rounds; round++) {
      for (const figure of figures) figure.rounds.push(runOnce(name, figure.name));
      process.stderr.write('.');
    }
    process.stderr.write('\n');
    for (const figure of figures) figure.value = median(figure.rounds);
    return { name, unit, rows: figures };
  });
}

function runOnce(part: string, row: string): number {
  const args = [...process.execArgv, CHILD, part, row];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${part}, ${row}: ${stderr}`);
  return Number(stdout);
}
