// Programs on real channels and a real clock. What they do there is tested in engine/sim; here it
// is whether they get what they are promised.

import { expect, test } from 'vitest';
import {
  drive,
  FaultyFiles,
  memoryFiles,
  type NodeInput,
  type Program,
  Random,
} from '../../../engine/index.ts';
import { gossip, NOTHING } from '../sim/programs.ts';

/** Ports between each two of three nodes. */
function ports() {
  const all = new Map([1, 2, 3].map((id) => [id, new Map<number, MessagePort>()]));
  for (const [a, b] of [
    [1, 2],
    [1, 3],
    [2, 3],
  ] as const) {
    const { port1, port2 } = new MessageChannel();
    all.get(a)?.set(b, port1);
    all.get(b)?.set(a, port2);
  }
  return all;
}

async function alone(program: Program, nowTicks?: () => number) {
  const volume = await memoryFiles().mount();
  return drive(program, { id: 1, volume, channels: new Map(), nowTicks });
}

test('three nodes that gossip know all rumors in the end', async () => {
  const peers = [1, 2, 3];
  let knowing = 0;
  let tellAll: () => void = () => {};
  const allKnow = new Promise<void>((resolve) => (tellAll = resolve));
  const watched: Program = (environment) => {
    const inner = gossip(peers)(environment);
    let knew = false;
    return {
      step(nowTicks, input) {
        const effects = inner.step(nowTicks, input);
        if (!knew && inner.stateHash?.() === 0b111) {
          knew = true;
          if (++knowing === 3) tellAll();
        }
        return effects;
      },
    };
  };
  const driven = [];
  for (const [id, channels] of ports()) {
    const volume = await memoryFiles().mount();
    driven.push(drive(watched, { id, volume, channels, random: new Random(id) }));
  }
  await allKnow;
  for (const one of driven) await one.stop();
  expect(knowing).toBe(3);
});

test('a wake comes by the clock of the node, not before its time', async () => {
  const wakes: number[] = [];
  const program: Program = () => ({
    step(nowTicks, input) {
      if (input.type === 'wake') wakes.push(nowTicks);
      return { send: [], wakeAtTicks: wakes.length < 3 ? (wakes.length + 1) * 7000 : undefined };
    },
  });
  const startMs = performance.now();
  const driven = await alone(program, () => Math.floor((performance.now() - startMs) * 1000));
  while (wakes.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  await driven.stop();
  for (const [i, at] of wakes.entries()) expect(at).toBeGreaterThanOrEqual((i + 1) * 7000);
});

test('commands come in order; what is not bytes is not a message', async () => {
  const heard: NodeInput[] = [];
  const program: Program = () => ({
    step(_now, input) {
      heard.push(input);
      return NOTHING;
    },
  });
  const { port1, port2 } = new MessageChannel();
  const volume = await memoryFiles().mount();
  const driven = drive(program, { id: 1, volume, channels: new Map([[2, port1]]) });
  driven.command('a');
  driven.command('b');
  port2.postMessage('no bytes');
  port2.postMessage(Uint8Array.of(5));
  while (heard.length < 4) await new Promise((resolve) => setTimeout(resolve, 1));
  await driven.stop();
  expect(heard).toEqual([
    { type: 'start' },
    { type: 'command', command: 'a' },
    { type: 'command', command: 'b' },
    { type: 'message', from: 2, bytes: Uint8Array.of(5) },
  ]);
});

test('a view is sent as the bytes that it shows, and stays with its sender', async () => {
  const bytes = new Uint8Array(1000).subarray(10, 13).fill(4);
  const sender: Program = () => ({
    step: () => ({ send: [{ to: 2, bytes }], wakeAtTicks: undefined }),
  });
  const { port1, port2 } = new MessageChannel();
  const received = new Promise<Uint8Array>((resolve) => {
    port2.onmessage = ({ data }) => resolve(data);
  });
  const volume = await memoryFiles().mount();
  const driven = drive(sender, { id: 1, volume, channels: new Map([[2, port1]]) });
  const got = await received;
  await driven.stop();
  expect([got.length, got.buffer.byteLength, bytes.length]).toEqual([3, 3, 3]);
});

test('on a disk that is durable later, the program is told when it is', async () => {
  const files = new FaultyFiles({ durability: 'manual' });
  const heard: string[] = [];
  const program: Program = () => ({
    step(_now, input) {
      heard.push(input.type);
      if (input.type === 'start') files.create('a').sync();
      return NOTHING;
    },
  });
  const none = async () => {};
  const volume = {
    kind: 'faulty',
    name: 'disk',
    files,
    upkeepDue: false,
    upkeep: none,
    close: none,
  } as const;
  const driven = drive(program, { id: 1, volume, channels: new Map() });
  files.completeSync();
  while (heard.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  await driven.stop();
  expect(heard).toEqual(['start', 'durable']);
});

test('a program that throws is not called again, and says why', async () => {
  let steps = 0;
  const driven = await alone(() => ({
    step() {
      if (++steps === 2) throw new Error('no more');
      return NOTHING;
    },
  }));
  driven.command(1);
  driven.command(2);
  expect(await driven.ended).toMatchObject({ message: 'no more' });
  expect(steps).toBe(2);
});
