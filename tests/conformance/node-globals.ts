// What tape expects of Node, for browsers. Imported before it.

import { later } from '../../engine/api/later.ts';

interface NodeProcess {
  env?: Record<string, string>;
  cwd?: () => string;
  nextTick?: (task: (...values: unknown[]) => void, ...values: unknown[]) => void;
}

const scope = globalThis as unknown as { process?: NodeProcess; __dirname?: string };
scope.__dirname ??= '/';
scope.process ??= {};
scope.process.env ??= {};
scope.process.cwd ??= () => '/';
scope.process.nextTick ??= (task, ...values) => later(() => task(...values));
