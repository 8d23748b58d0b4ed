// The page that the benchmark drives: `call(peer, request, sizes)` runs one workload.

import { type Answer, type Answerer, answerer } from '../answer.ts';
import { PAGE_PEERS } from '../peers/browser.ts';
import type { Sizes } from '../workloads.ts';

const answerers = new Map<string, Answerer>();

async function call(peer: string, request: string, sizes: Sizes): Promise<Answer> {
  let answer = answerers.get(peer);
  if (!answer) {
    const onPage = PAGE_PEERS[peer];
    answer = onPage ? answerer(await onPage(), sizes) : inWorker(peer, sizes);
    answerers.set(peer, answer);
  }
  return answer(request);
}

function inWorker(peer: string, sizes: Sizes): Answerer {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    type: 'module',
    name: peer,
  });
  return (request) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) =>
        reject(new Error(`the worker of ${peer} failed: ${event.message}`));
      worker.postMessage({ peer, request, sizes });
    });
}

Object.assign(globalThis, { call });
