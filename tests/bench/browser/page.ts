// The page that the benchmark drives: `call(peer, request)` runs one workload.

import { type Answer, type Answerer, answerer, type Request } from '../answer.ts';
import { PAGE_PEERS } from '../peers/browser.ts';

const answerers = new Map<string, Answerer>();

async function call(peer: string, request: Request): Promise<Answer> {
  let answer = answerers.get(peer);
  if (!answer) {
    const onPage = PAGE_PEERS[peer];
    answer = onPage ? answerer(await onPage(), () => ({})) : inWorker(peer);
    answerers.set(peer, answer);
  }
  return answer(request);
}

function inWorker(peer: string): Answerer {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    type: 'module',
    name: peer,
  });
  return (request) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) =>
        reject(new Error(`the worker of ${peer} failed: ${event.message}`));
      worker.postMessage(request);
    });
}

Object.assign(globalThis, { call });
