// Where a store lives while a random program runs, and how it comes back.
//
// Memory, a directory of Node, and a simulated disk give the same answers. On the simulated one a
// reopening may be a power cut, once everything is durable.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../engine/base/random.ts';
import type { Files, Volume } from '../../engine/env/files.ts';
import { FaultyFiles } from '../../engine/env/files-faulty.ts';
import { MemoryFiles } from '../../engine/env/files-memory.ts';
import { nodeFiles } from '../../engine/env/files-node.ts';
import type { Trace } from '../../engine/trace/events.ts';
import type { Reopening } from './programs.ts';

export type PlaceName = 'memory' | 'node' | 'disk' | 'slow disk';

export interface Place {
  readonly files: Files;
  /** Makes durable what waits to be. */
  settle(): void;
  /** After `how`; `files` is another object then. What was written must be durable before a power cut. */
  reopen(how: Reopening): Promise<void>;
  close(): Promise<void>;
}

export async function placeOf(name: PlaceName, seed: number, trace?: Trace): Promise<Place> {
  if (name === 'memory') return memory();
  if (name === 'node') return node();
  return disk(seed, name === 'disk' ? 'at-once' : 'manual', trace);
}

function memory(): Place {
  return { files: new MemoryFiles(), settle() {}, async reopen() {}, async close() {} };
}

async function node(): Promise<Place> {
  const directory = mkdtempSync(join(tmpdir(), 'ferrisdb-'));
  const source = nodeFiles(directory);
  let volume: Volume = await source.mount();
  return {
    get files() {
      return volume.files;
    },
    settle() {},
    async reopen() {
      await volume.close();
      volume = await source.mount();
    },
    async close() {
      await volume.close();
      rmSync(directory, { recursive: true });
    },
  };
}

function disk(seed: number, durability: 'at-once' | 'manual', trace: Trace | undefined): Place {
  let files = new FaultyFiles({ random: new Random(seed).fork('disk'), durability, trace });
  return {
    get files() {
      return files;
    },
    settle: () => files.completeSync(),
    async reopen(how) {
      if (how === 'power cut') files.powerCut();
      files = how === 'power cut' ? files.restart() : files.reopen();
    },
    async close() {},
  };
}
