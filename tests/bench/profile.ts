// node tests/bench/profile.ts SUITE WORKLOAD [PEER] [RECORDS]
//
// Where the time of one workload goes: runs it once to warm up, once more under V8's
// sampling profiler, and prints the functions by the time spent in themselves, without
// opening, closing and checking. SUITE is `browser` or `node`. The whole profile
// is left in results/SUITE-WORKLOAD.cpuprofile, for the developer tools of a browser.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import type { Host } from './measure.ts';

const PORT = 9322;
const SAMPLE_US = 200;
const SHOWN = 30;
/** Functions of runner.ts and of the peers around the timed loop; V8 may inline the loop itself. */
const UNTIMED = ['verify', 'expected', 'open', '#reopen', 'close', 'destroy', 'finish'];

interface ProfileNode {
  id: number;
  children?: number[];
  callFrame: { functionName: string; url: string; lineNumber: number };
}

interface Profile {
  nodes: ProfileNode[];
  samples: number[];
  timeDeltas: number[];
}

type Send = (method: string, params?: object) => Promise<unknown>;

async function main(): Promise<void> {
  const [suite = 'node', workload = 'fillrandom-100', peer = 'ferrisdb', records] =
    process.argv.slice(2);
  const folder = mkdtempSync(join(tmpdir(), 'ferrisdb-profile-'));
  const count = Number(records ?? (suite === 'node' ? 100_000 : 20_000));
  const sizes = {
    records: count,
    syncs: 500,
    gets: Math.min(count, 200_000),
    seeks: Math.min(count, 200_000) / 5,
    cellMsMax: 30_000,
  };
  const { openHost } = await import(`./${suite}/host.ts`);
  const host: Host = await openHost(folder, [peer], PORT);
  try {
    const request = { name: workload, sizes };
    await host.call(peer, request);
    const { send, end } = await (suite === 'node' ? attachToNode() : attachToWorker(peer));
    await send('Profiler.enable');
    await send('Profiler.setSamplingInterval', { interval: SAMPLE_US });
    await send('Profiler.start');
    const { ops = 0, ms = 0 } = await host.call(peer, request);
    const { profile } = (await send('Profiler.stop')) as { profile: Profile };
    await end();
    console.log(
      `${suite} ${workload}: ${ops} ops in ${ms.toFixed(0)} ms, ${((ms * 1000) / ops).toFixed(2)} us each`,
    );
    report(profile, ops);
    const file = new URL(`./results/${suite}-${workload}.cpuprofile`, import.meta.url);
    writeFileSync(fileURLToPath(file), JSON.stringify(profile));
  } finally {
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function attachToWorker(peer: string): Promise<{ send: Send; end: () => Promise<void> }> {
  const browser = await puppeteer.connect({ browserURL: `http://localhost:${PORT}` });
  for (const page of await browser.pages()) {
    for (const worker of page.workers()) {
      const name = await worker.evaluate(() => self.name);
      if (name !== peer) continue;
      const send = (method: string, params?: object) =>
        worker.client.send(method as never, params as never);
      return { send, end: () => browser.disconnect() };
    }
  }
  throw new Error(`no worker is called ${peer}`);
}

/** Speaks the protocol itself: requests and answers with numbers, over one socket. */
async function attachToNode(): Promise<{ send: Send; end: () => Promise<void> }> {
  const targets = await (await fetch(`http://localhost:${PORT}/json/list`)).json();
  const socket = new WebSocket(targets[0].webSocketDebuggerUrl);
  const waiting = new Map<number, (result: unknown) => void>();
  let sent = 0;
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(data);
    waiting.get(id)?.(result);
  };
  await new Promise((resolve) => {
    socket.onopen = resolve;
  });
  const send: Send = (method, params = {}) =>
    new Promise((resolve) => {
      waiting.set(++sent, resolve);
      socket.send(JSON.stringify({ id: sent, method, params }));
    });
  return { send, end: async () => socket.close() };
}

function report(profile: Profile, ops: number): void {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const timed = timedNodes(profile, nodes);
  const selfUs = new Map<string, number>();
  let totalUs = 0;
  for (const [i, id] of profile.samples.entries()) {
    if (!timed.has(id)) continue;
    const us = profile.timeDeltas[i] ?? 0;
    totalUs += us;
    const name = nameOf(nodes.get(id) as ProfileNode);
    selfUs.set(name, (selfUs.get(name) ?? 0) + us);
  }
  for (const [name, us] of [...selfUs].sort((a, b) => b[1] - a[1]).slice(0, SHOWN)) {
    const share = ((100 * us) / totalUs).toFixed(1).padStart(5);
    console.log(`${share} %  ${((us * 1000) / ops).toFixed(0).padStart(7)} ns/op  ${name}`);
  }
}

/** The nodes of the call tree below the root, but for those that are not timed. */
function timedNodes({ nodes: all }: Profile, nodes: Map<number, ProfileNode>): Set<number> {
  const timed = new Set<number>();
  const add = (id: number) => {
    const node = nodes.get(id) as ProfileNode;
    const name = node.callFrame.functionName;
    if (UNTIMED.includes(name) || name === '(idle)') return;
    timed.add(id);
    node.children?.forEach(add);
  };
  add((all[0] as ProfileNode).id);
  return timed;
}

function nameOf({ callFrame }: ProfileNode): string {
  const file = callFrame.url.split('/').slice(-2).join('/');
  return `${callFrame.functionName || '(anonymous)'}  ${file}:${callFrame.lineNumber + 1}`;
}

await main();
