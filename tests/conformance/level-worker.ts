// A worker for the suite over OPFS: it runs the suite by itself, or serves stores to a page.
// One worker serves them all, since starting one for each of a thousand databases takes minutes.

import type { Request } from '../../engine/api/protocol.ts';
import { WorkerServer } from '../../engine/api/worker-server.ts';
import { opfsFiles } from '../../engine/index.ts';
import { FerrisLevel } from '../../engine/level.ts';
import { levelConformance } from './level.ts';

/** What the page asks for. */
export type LevelRequest = { readonly run: string } | { readonly serve: MessagePort };

self.onmessage = async ({ data }: MessageEvent<LevelRequest>) => {
  if ('serve' in data) serve(data.serve);
  else self.postMessage(await runSuite(data.run));
};

function serve(port: MessagePort): void {
  const server = new WorkerServer(port);
  port.onmessage = ({ data }: MessageEvent<Request>) => void server.handle(data);
}

function runSuite(prefix: string) {
  let databases = 0;
  const place = () => opfsFiles(`${prefix}-${databases++}`);
  return levelConformance((options) => new FerrisLevel(place(), options));
}
