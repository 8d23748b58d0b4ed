// What is said of a reader's code, from what came of running it.

import type { Verdict } from '../check.ts';
import type { CodeReport } from './harness.ts';
import { RUN_MS_MAX } from './run-code.ts';

export function codeVerdict({ kind, cases, message, line }: CodeReport): Verdict {
  if (kind === 'failed') return { verdict: 'open', say: `Your code was not run. ${message}` };
  if (kind === 'broken') {
    const where = line === undefined ? '' : ` at line ${line}`;
    return { verdict: 'wrong', say: `The code stops${where} before any case can run.` };
  }
  if (kind === 'stopped') {
    const during = message ? ` in the case “${message}”` : '';
    const say = `Stopped after ${RUN_MS_MAX / 1000} seconds${during}. Is there a loop without an end?`;
    return { verdict: 'wrong', say };
  }
  const passed = cases.filter((result) => result.passed).length;
  if (passed === cases.length) return { verdict: 'right', say: `All ${passed} cases pass.` };
  return { verdict: 'wrong', say: `${passed} of ${cases.length} cases pass.` };
}
