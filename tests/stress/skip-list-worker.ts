import { type Job, work } from './skip-list-thread.ts';

self.addEventListener('message', ({ data }: MessageEvent<Job>) => self.postMessage(work(data)));
