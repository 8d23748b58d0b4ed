// One store in a worker of its own, called like it, driven by the benchmark's own loops.

import { opfsFiles } from '../../../engine/index.ts';
import { type Answerer, answerer, type Request } from '../../../tests/bench/answer.ts';
import { opfsFootprint } from '../../../tests/bench/footprint.ts';
import type { Peer } from '../../../tests/bench/peer.ts';
import { Ferris } from '../../../tests/bench/peers/ferris.ts';
import { Idb } from '../../../tests/bench/peers/idb.ts';

const NAME = 'benchmarks-page';

const STORES: Record<string, () => Peer> = {
  ferrisdb: () => new Ferris(opfsFiles(NAME), () => opfsFootprint(['ferrisdb', NAME])),
  idb: () => new Idb(`ferrisdb-${NAME}`),
};

let answer: Answerer | undefined;

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  const make = STORES[self.name];
  if (!make) throw new Error(`there is no store ${self.name}`);
  answer ??= answerer(make(), () => ({}));
  self.postMessage(await answer(data));
};
