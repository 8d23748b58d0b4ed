// abstract-level's own test suite, run by tape as its authors run it, and counted.
//
// The suite decides by a database's manifest what to test. Nothing else is left out: what
// tape itself reports as skipped counts as a failure.

import './node-globals.ts';
import suite from 'abstract-level/test/index.js';
import tape from 'tape';
import type { FerrisLevel } from '../../engine/level.ts';

/** What came of a run of the suite. */
export interface SuiteOutcome {
  readonly tests: number;
  readonly passed: number;
  /** `test: assertion`, with what was expected and what came. */
  readonly failures: readonly string[];
}

/** What tape tells of its progress, as far as it matters here. */
interface Row {
  readonly type: 'test' | 'assert' | 'end';
  readonly name?: string;
  readonly ok?: boolean;
  readonly skip?: boolean;
  readonly expected?: unknown;
  readonly actual?: unknown;
  readonly error?: Error;
}

interface Rows {
  on(event: 'data', listener: (row: Row) => void): void;
  on(event: 'end', listener: () => void): void;
}

/** Runs the suite over new, empty databases of `make`, and closes what it left open. */
export async function levelConformance(
  make: (options: object) => FerrisLevel,
): Promise<SuiteOutcome> {
  const harness = tape.createHarness();
  const made: FerrisLevel[] = [];
  const ran = outcomeOf(harness.createStream({ objectMode: true }) as unknown as Rows);
  suite({
    test: harness,
    factory(options = {}) {
      const database = make(options);
      made.push(database);
      return database;
    },
  });
  const outcome = await ran;
  // Tidying up: some of the suite's tests leave databases that refuse, by design, to be closed.
  await Promise.allSettled(made.map((database) => database.close()));
  return outcome;
}

function outcomeOf(rows: Rows): Promise<SuiteOutcome> {
  const failures: string[] = [];
  let [tests, passed, test] = [0, 0, ''];
  rows.on('data', (row: Row) => {
    if (row.type === 'test') {
      tests++;
      test = row.name ?? '';
    }
    if (row.type !== 'assert') return;
    if (row.ok && !row.skip) passed++;
    else failures.push(`${test}: ${row.name} (${said(row)})`);
  });
  return new Promise((resolve) => {
    rows.on('end', () => resolve({ tests, passed, failures }));
  });
}

function said({ skip, expected, actual, error }: Row): string {
  if (skip) return 'skipped';
  return `expected ${String(expected)}, got ${String(actual)}; ${error?.stack ?? ''}`;
}
