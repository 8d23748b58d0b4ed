// What every file system of the engine keeps (engine/env/files.ts), as a list of cases.

import { access } from './files-access.ts';
import { large } from './files-large.ts';
import { lasting } from './files-lasting.ts';
import type { ConformanceCase } from './suite.ts';

/** Every case, in order. */
export const filesConformance: readonly ConformanceCase[] = [
  ...access.cases,
  ...lasting.cases,
  ...large.cases,
];
