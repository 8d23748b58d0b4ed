// Runs a mutant: the engine is copied, changed, and swept by a process of its own.

import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Edit, Mutant } from './mutants.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** What became of a mutant. */
export interface Caught {
  readonly name: string;
  /** How it showed; undefined: it wasn't caught. */
  readonly how: string | undefined;
  /** The first seed that showed it, of those from 1 on; or how many ran. */
  readonly seeds: number;
}

/** Why this edit can't be made; undefined if it can. */
export function problemOf({ file, find }: Edit): string | undefined {
  const times = readFileSync(join(ROOT, file), 'utf8').split(find).length - 1;
  return times === 1 ? undefined : `${file} has it ${times} times: ${find}`;
}

/** Sweeps seeds until one fails. */
export async function hunt(mutant: Mutant, seeds: number, threads: number): Promise<Caught> {
  const copy = mkdtempSync(join(tmpdir(), 'mutant-'));
  try {
    for (const part of ['engine', 'scripts', 'package.json'])
      cpSync(join(ROOT, part), join(copy, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    for (const edit of mutant.edits) {
      const problem = problemOf(edit);
      if (problem !== undefined) throw new Error(`the mutant "${mutant.name}": ${problem}`);
      apply(copy, edit);
    }
    return await sweep(copy, mutant, seeds, threads);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function apply(copy: string, { file, find, replace }: Edit): void {
  const path = join(copy, file);
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(find, () => replace),
  );
}

async function sweep(copy: string, { name, scenario }: Mutant, seeds: number, threads: number) {
  const options = ['--seeds', `${seeds}`, '--threads', `${threads}`, '--first', '--json'];
  const script = ['scripts/sim.ts', '--scenario', scenario, ...options];
  // A run that fails ends with 1, which is what is hoped for.
  const { stdout } = await run(process.execPath, script, { cwd: copy, maxBuffer: 1 << 28 }).catch(
    (error: { stdout: string; stderr: string; code: number }) => {
      if (error.code === 1 && error.stdout !== '') return error;
      throw new Error(`the mutant "${name}" doesn't run: ${error.stderr}`);
    },
  );
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const total = lines.pop();
  const [first] = lines.sort((a, b) => a.seed - b.seed);
  if (first === undefined) return { name, how: undefined, seeds: total.seeds };
  return { name, how: first.invariant || first.kind, seeds: first.seed };
}
