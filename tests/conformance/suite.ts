// How a conformance case is written: a name and a function, with no test runner in it,
// so that the same list runs in Node, in a page, and in a worker that reports back.

import type { Files, FilesSource, Volume } from '../../engine/env/files.ts';

export interface ConformanceCase {
  readonly name: string;
  /** `source` is empty, and nobody else's. */
  run(source: FilesSource): Promise<void>;
}

/** A list of cases in the making. */
export class Suite {
  readonly cases: ConformanceCase[] = [];

  /** A case on one mounted file system. */
  files(name: string, run: (files: Files, volume: Volume) => void | Promise<void>): void {
    this.cases.push({ name, run: (source) => mounted(source, run) });
  }

  /** A case that mounts by itself. */
  source(name: string, run: (source: FilesSource) => Promise<void>): void {
    this.cases.push({ name, run });
  }
}

export const bytes = (...values: number[]) => Uint8Array.from(values);

/** `count` bytes that differ from place to place and from `salt` to `salt`. */
export function pattern(count: number, salt: number): Uint8Array {
  const made = new Uint8Array(count);
  for (let i = 0; i < count; i++) made[i] = i * 31 + (i >>> 8) * 7 + salt;
  return made;
}

/** Runs `use` on a mounted volume, and closes it. */
export async function mounted<T>(
  source: FilesSource,
  use: (files: Files, volume: Volume) => T | Promise<T>,
): Promise<T> {
  const volume = await source.mount();
  try {
    return await use(volume.files, volume);
  } finally {
    await volume.close();
  }
}
