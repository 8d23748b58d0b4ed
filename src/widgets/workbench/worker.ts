// Entry of the workbench's worker.

import { opfsFiles } from '../../../engine/index.ts';
import { Host } from './host.ts';
import type { Message, Request } from './protocol.ts';

const host = new Host(opfsFiles, (message: Message) => self.postMessage(message));

self.onmessage = async ({ data: { id, call, body } }: MessageEvent<Request>) => {
  try {
    const act = host.calls[call] as (body: unknown) => Promise<unknown>;
    self.postMessage({ id, ok: true, body: await act(body) });
  } catch (error) {
    self.postMessage({ id, ok: false, error: String((error as Error).message) });
  }
};
