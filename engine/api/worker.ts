// Entry of the worker that runs a store on OPFS: synchronous file handles exist
// in workers alone.

import type { Request } from './protocol.ts';
import { type Port, WorkerServer } from './worker-server.ts';

interface WorkerScope extends Port {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;
const server = new WorkerServer(scope);
scope.onmessage = ({ data }) => void server.handle(data);
