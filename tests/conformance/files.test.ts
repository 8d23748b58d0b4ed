// The conformance suite in Node: memory, the simulated disk, the decorator, a real disk.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, onTestFinished, test } from 'vitest';
import { Random } from '../../engine/base/random.ts';
import { faultyFiles } from '../../engine/env/faulty-source.ts';
import type { FilesSource } from '../../engine/env/files.ts';
import { memoryFiles } from '../../engine/env/files-memory.ts';
import { nodeFiles } from '../../engine/env/files-node.ts';
import { tracedFiles } from '../../engine/env/files-traced.ts';
import { filesConformance } from './files.ts';
import { quotaConformance } from './quota.ts';

function traced(inner: FilesSource): FilesSource {
  return {
    ...inner,
    mount: async () => {
      const volume = await inner.mount();
      const files = tracedFiles(volume.files, () => {});
      return {
        kind: volume.kind,
        name: volume.name,
        files,
        get upkeepDue() {
          return volume.upkeepDue;
        },
        upkeep: () => volume.upkeep(),
        close: () => volume.close(),
      };
    },
  };
}

/** A simulated disk on which every sync takes a moment. */
function lateFiles(): FilesSource {
  const source = faultyFiles('late', { random: new Random(1), durability: 'manual' });
  const timer = setInterval(() => {
    if (source.disk.syncsPending > 0) source.disk.completeSync(1);
  }, 0);
  onTestFinished(() => clearInterval(timer));
  return source;
}

function directoryFiles(): FilesSource {
  const parent = mkdtempSync(join(tmpdir(), 'ferrisdb-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return nodeFiles(join(parent, 'new', 'database'));
}

const sources: Record<string, () => FilesSource> = {
  memory: () => memoryFiles(),
  faulty: () => faultyFiles('faulty', { random: new Random(1) }),
  'faulty, durable later': lateFiles,
  'traced memory': () => traced(memoryFiles()),
  'traced, durable later': () => traced(lateFiles()),
  node: directoryFiles,
};

describe.each(Object.entries(sources))('%s', (_name, make) => {
  test.each(filesConformance)('$name', ({ run }) => run(make()));
});

test.each([
  ['memory', memoryFiles('small', { capacityBytes: 300_000 })],
  ['faulty', faultyFiles('small', { capacityBytes: 300_000 })],
  ['traced memory', traced(memoryFiles('small', { capacityBytes: 300_000 }))],
])('%s: a full disk refuses whole appends and loses nothing', (_name, source) =>
  quotaConformance(source, { pieceBytes: 1 << 16, pieces: 10, deletingMakesRoom: true }),
);
