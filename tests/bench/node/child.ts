// One peer in a process of its own: `fork(child.ts, [peer, directory])`.

import { answerer, type Request } from '../answer.ts';
import { NODE_PEERS } from '../peers/node.ts';

const [name = '', directory = ''] = process.argv.slice(2);
const make = NODE_PEERS[name];
if (!make) throw new Error(`there is no peer ${name} in Node`);
const answer = answerer(await make(directory), () => {
  globalThis.gc?.();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return { rssBytes: rss, heapBytes: heapUsed, buffersBytes: arrayBuffers };
});

process.on('message', async (request: Request) => process.send?.(await answer(request)));
process.on('disconnect', () => process.exit(0));
