// abstract-level's published suite over memory and over a directory.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memoryFiles } from '../../engine/index.ts';
import { FerrisLevel } from '../../engine/level.ts';
import { levelConformance } from './level.ts';

// How many assertions this version of the suite makes: fewer of memory, which doesn't last.
const ASSERTIONS = { memory: 5156, node: 5162 };

/** Each opens a thousand databases, one after the other. */
const TIMEOUT_MS = 300_000;

test(
  'abstract-level: all assertions hold in memory',
  async () => {
    const outcome = await levelConformance((options) => new FerrisLevel(memoryFiles(), options));
    expect(outcome.failures).toEqual([]);
    expect(outcome.passed).toBe(ASSERTIONS.memory);
  },
  TIMEOUT_MS,
);

test(
  'abstract-level: all assertions hold in a directory',
  async () => {
    const parent = mkdtempSync(join(tmpdir(), 'ferrisdb-level-'));
    let databases = 0;
    try {
      const place = () => join(parent, String(databases++));
      const outcome = await levelConformance((options) => new FerrisLevel(place(), options));
      expect(outcome.failures).toEqual([]);
      expect(outcome.passed).toBe(ASSERTIONS.node);
    } finally {
      rmSync(parent, { recursive: true });
    }
  },
  TIMEOUT_MS,
);
