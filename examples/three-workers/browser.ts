// Starts a server of the cluster in a worker of this page.

import type { Start } from './cluster.ts';

export const startInBrowser: Start = (invitation, ports) => {
  const worker = new Worker(new URL('./browser-worker.ts', import.meta.url), { type: 'module' });
  worker.postMessage(invitation, ports);
  return { stop: () => worker.terminate() };
};
