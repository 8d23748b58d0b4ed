import { parentPort } from 'node:worker_threads';
import { type Job, work } from './skip-list-thread.ts';

parentPort?.on('message', (job: Job) => parentPort?.postMessage(work(job)));
