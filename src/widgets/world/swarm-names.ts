// What swarm runs there are, for a page that offers them before anybody asks for one: swarm.ts
// brings the whole store with it.

import { SWARM_SCENARIOS } from '../../../engine/index.ts';

const PREFIX = 'swarm-';

export const SWARM_NAMES: readonly string[] = [...SWARM_SCENARIOS.keys()];

/** The figure of a swarm scenario. */
export function swarmId(name: string): string {
  return PREFIX + name;
}

export function isSwarm(id: string): boolean {
  return id.startsWith(PREFIX);
}

/** The scenario of a figure; undefined if it is none of a swarm. */
export function swarmName(id: string): string | undefined {
  return isSwarm(id) ? id.slice(PREFIX.length) : undefined;
}
