// A worker of a page, its files in the origin's private file system.

import { opfsFiles } from '../../engine/index.ts';
import { type Invitation, serve } from './server.ts';

self.onmessage = async ({ data }: MessageEvent<Invitation>) => {
  const { ended } = await serve(data, opfsFiles(data.place));
  const error = await ended;
  if (error !== undefined) throw error;
};
