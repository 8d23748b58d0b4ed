// A worker thread of Node, its files in a directory.

import { parentPort } from 'node:worker_threads';
import { nodeFiles } from '../../engine/node.ts';
import { type Invitation, serve } from './server.ts';

parentPort?.once('message', async (invitation: Invitation) => {
  const driven = await serve(invitation, nodeFiles(invitation.place));
  parentPort?.once('message', () => driven.stop());
  const error = await driven.ended;
  parentPort?.close();
  if (error !== undefined) throw error;
});
