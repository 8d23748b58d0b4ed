// Starts a server of the cluster in a worker thread of Node.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Start } from './cluster.ts';

export const startInNode: Start = (invitation, ports) => {
  const worker = new Worker(new URL('./node-worker.ts', import.meta.url));
  worker.postMessage(invitation, ports as never);
  return {
    async stop() {
      // A directory is locked as long as the process lives, so a thread gives it back itself.
      worker.postMessage('stop');
      await once(worker, 'exit');
    },
  };
};
