// One peer in a dedicated worker, which its first message names.

import { type Answerer, answerer } from '../answer.ts';
import { BROWSER_PEERS } from '../peers/browser.ts';
import type { Sizes } from '../workloads.ts';

let answer: Answerer | undefined;

async function start(name: string, sizes: Sizes): Promise<void> {
  const make = BROWSER_PEERS[name];
  if (!make) throw new Error(`there is no peer ${name} in the browser`);
  answer = answerer(await make(), sizes);
}

self.onmessage = async ({ data }) => {
  try {
    if (!answer) await start(data.peer, data.sizes);
    self.postMessage(await answer!(data.request));
  } catch (error) {
    self.postMessage({ error: (error as Error).stack ?? String(error) });
  }
};
