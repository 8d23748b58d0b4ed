// Node as a host: a child process for each peer, alive through all rounds.

import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, Request } from '../answer.ts';
import type { Host } from '../measure.ts';
import { NODE_PEERS } from '../peers/node.ts';

const CHILD = new URL('./child.ts', import.meta.url);

/** @param debugPort where a profiler may attach to the first peer; none if it is not given. */
export async function openHost(
  folder: string,
  wanted?: string[],
  debugPort?: number,
): Promise<Host> {
  mkdirSync(folder, { recursive: true });
  const peers = Object.keys(NODE_PEERS).filter((peer) => wanted?.includes(peer) ?? true);
  const children = new Map<string, ChildProcess>();
  for (const peer of peers) {
    const inspect =
      debugPort !== undefined && children.size === 0 ? [`--inspect=${debugPort}`] : [];
    const execArgv = [...process.execArgv, '--expose-gc', ...inspect];
    children.set(peer, fork(CHILD, [peer, join(folder, peer)], { execArgv }));
  }
  return {
    peers,
    versions: { node: process.version },
    call: (peer, request) => call(children.get(peer) as ChildProcess, request),
    async close() {
      for (const child of children.values()) child.kill();
    },
  };
}

function call(child: ChildProcess, request: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) =>
      reject(new Error(`a peer's process ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.off('exit', onExit);
      resolve(answer as Answer);
    });
    child.send(request);
  });
}
