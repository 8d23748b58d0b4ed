// One peer in a dedicated worker, which is called like it.

import { type Answerer, answerer, type Request } from '../answer.ts';
import { BROWSER_PEERS } from '../peers/browser.ts';

let answer: Answerer | undefined;

async function start(name: string): Promise<Answerer> {
  const make = BROWSER_PEERS[name];
  if (!make) throw new Error(`there is no peer ${name} in the browser`);
  return answerer(await make(), memory);
}

/** Chromium tells a worker how large its own heap is, if it may. */
function memory() {
  const { memory: known } = performance as { memory?: { usedJSHeapSize: number } };
  return known ? { heapBytes: known.usedJSHeapSize } : {};
}

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  try {
    answer ??= await start(self.name);
    self.postMessage(await answer(data));
  } catch (error) {
    self.postMessage({ error: (error as Error).stack ?? String(error) });
  }
};
