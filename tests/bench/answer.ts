// What a process or a worker answers, given the name of a workload (or `finish`) and sizes.

import { type LongOptions, type LongResult, longRun } from './long.ts';
import type { Mode, Peer } from './peer.ts';
import { type Outcome, Runner } from './runner.ts';
import type { Sizes } from './workloads.ts';

export interface Request {
  /** A workload, or `finish`. */
  readonly name: string;
  readonly sizes: Sizes;
  /** Given for a long run, instead of a workload. */
  readonly long?: LongOptions;
}

export interface Answer extends Partial<Outcome> {
  error?: string;
  settings?: Record<Mode, string>;
  facts?: string | undefined;
  long?: LongResult;
}

export type Answerer = (request: Request) => Promise<Answer>;

/** Memory of this process or worker in bytes, as far as it can be known. */
export type Probe = () => { rssBytes?: number; heapBytes?: number; buffersBytes?: number };

export function answerer(peer: Peer, probe: Probe): Answerer {
  let runner: Runner | undefined;
  let sizesNow = '';
  const run = async ({ name, sizes, long }: Request): Promise<Answer> => {
    if (long) return { long: await longRun(peer, long, probe) };
    if (name === 'finish') {
      await (runner ?? new Runner(peer, sizes)).finish();
      runner = undefined;
      return {};
    }
    const asked = JSON.stringify(sizes);
    if (!runner || asked !== sizesNow) runner = new Runner(peer, sizes);
    sizesNow = asked;
    const outcome = await runner.run(name);
    return { ...outcome, settings: peer.settings, facts: peer.facts?.() };
  };
  return (request) =>
    run(request).catch((error) => ({ error: (error as Error).stack ?? String(error) }));
}
