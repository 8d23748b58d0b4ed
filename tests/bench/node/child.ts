// One peer in a process of its own: `fork(child.ts, [peer, directory, sizes])`.

import { answerer } from '../answer.ts';
import { NODE_PEERS } from '../peers/node.ts';
import type { Sizes } from '../workloads.ts';

const [name = '', directory = '', sizes = '{}'] = process.argv.slice(2);
const make = NODE_PEERS[name];
if (!make) throw new Error(`there is no peer ${name} in Node`);
const answer = answerer(await make(directory), JSON.parse(sizes) as Sizes);

process.on('message', async (request: string) => {
  process.send?.(await answer(request));
  if (request === 'finish') process.disconnect();
});
