// What a process or a worker answers, given the name of a workload (or `finish`).

import type { Mode, Peer } from './peer.ts';
import { type Outcome, Runner } from './runner.ts';
import type { Sizes } from './workloads.ts';

export interface Answer extends Partial<Outcome> {
  error?: string;
  settings?: Record<Mode, string>;
  facts?: string | undefined;
}

export type Answerer = (request: string) => Promise<Answer>;

export function answerer(peer: Peer, sizes: Sizes): Answerer {
  const runner = new Runner(peer, sizes);
  return async (request) => {
    try {
      if (request !== 'finish') {
        const outcome = await runner.run(request);
        return { ...outcome, settings: peer.settings, facts: peer.facts?.() };
      }
      await runner.finish();
      return {};
    } catch (error) {
      return { error: (error as Error).stack ?? String(error) };
    }
  };
}
