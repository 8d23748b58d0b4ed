// Which line of the engine said it, and that file's text, fetched when first asked for.

import { emitters, files } from 'virtual:engine-source';

/** A place in the engine's source; `line` counts from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
}

/** Where events of this type are emitted; undefined for events that a figure makes itself. */
export function emitterOf(type: string): SourcePlace | undefined {
  return emitters[type];
}

/** The lines of a file as highlighted HTML. */
export async function linesOf(file: string): Promise<readonly string[]> {
  const module = await files[file]?.();
  return module?.default ?? [];
}
