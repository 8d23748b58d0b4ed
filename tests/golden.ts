// Golden files: what a test printed, kept under tests/golden and compared word for word.
// `UPDATE_GOLDEN=1 npx vitest run tests/unit/wal` writes them anew. Read the difference
// before you commit it: a line that you can't explain is a bug.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';

/** Expects `text` to be what `tests/golden/<name>` holds. */
export function expectGolden(name: string, text: string): void {
  const path = join(import.meta.dirname, 'golden', name);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const kept = existsSync(path) ? readFileSync(path, 'utf8') : `no golden file ${name}`;
  expect(text, `golden/${name}: UPDATE_GOLDEN=1 writes it anew`).toBe(kept);
}
