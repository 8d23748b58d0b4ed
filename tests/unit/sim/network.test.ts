// The links: what becomes of a message that nobody touches by hand.

import { expect, test } from 'vitest';
import type { NetworkOptions, WorldAction } from '../../../engine/index.ts';
import { eventsOf, gossip, type Heard, listener, recorded } from './programs.ts';

const SLOW: NetworkOptions = { latency: [[1, 1000, 1000]] };
const MILLION = 1_000_000;

/** Three listeners, and a way to make one send. */
function three(network: NetworkOptions = SLOW, seed = 1) {
  const heard: Heard[][] = [[], [], [], []];
  const nodes = [1, 2, 3].map((id) => ({ id, program: listener(heard[id] as Heard[]) }));
  const { world, recorder } = recorded({ seed, nodes, network });
  const send = (node: number, to: number, bytes = [1]) =>
    world.act({ do: 'command', node, command: { to, bytes } });
  const messages = (id: number) =>
    (heard[id] as Heard[]).flatMap(({ input }) =>
      input.type === 'message' ? [[...input.bytes].join(',')] : [],
    );
  return { world, recorder, send, messages, heard };
}

test('a message takes the latency of its table, and says before when it will arrive', () => {
  const { world, recorder, send, heard } = three();
  send(1, 2);
  expect(eventsOf(recorder, 'net.send')).toMatchObject([
    { message: 1, from: 1, to: 2, sizeBytes: 1, arrivesAtTicks: 1000 },
  ]);
  world.run(999);
  expect(heard[2]).toHaveLength(1);
  world.run(1);
  expect(heard[2]?.[1]).toMatchObject({ nowTicks: 1000, input: { type: 'message', from: 1 } });
  expect(recorder.entries.at(-1)).toMatchObject({
    node: 2,
    timeTicks: 1000,
    event: { type: 'net.deliver' },
  });
});

test('a link keeps its order, unless messages are let loose', () => {
  const wide: NetworkOptions = { latency: [[1, 0, 5000]] };
  const sent = Array.from({ length: 50 }, (_, i) => `${i}`);
  for (const reorderPpm of [0, MILLION]) {
    const { world, send, messages } = three({ ...wide, reorderPpm });
    for (const i of sent) send(1, 2, [Number(i)]);
    world.run(10_000);
    expect([...messages(2)].sort()).toEqual([...sent].sort());
    if (reorderPpm === 0) expect(messages(2)).toEqual(sent);
    else expect(messages(2)).not.toEqual(sent);
  }
});

test('loss, duplication and corruption come as often as they are asked for', () => {
  const count = 4000;
  const options = { lossPpm: 100_000, duplicatePpm: 50_000, corruptPpm: 20_000 };
  const { world, recorder, send, messages } = three({ ...SLOW, ...options });
  for (let i = 0; i < count; i++) send(1, 2, [0, 0, 0]);
  world.run(5000);
  const lost = eventsOf(recorder, 'net.drop');
  const doubled = eventsOf(recorder, 'net.duplicate');
  expect(lost.every(({ reason }) => reason === 'loss')).toBe(true);
  expect(lost.length / count).toBeCloseTo(0.1, 1);
  expect(doubled.length / (count - lost.length)).toBeCloseTo(0.05, 1);
  expect(messages(2)).toHaveLength(count - lost.length + doubled.length);
  const wrong = messages(2).filter((message) => message !== '0,0,0');
  expect(wrong.length / count).toBeCloseTo(0.02, 1);
  expect(wrong.length).toBeGreaterThan(30);
  for (const message of wrong) {
    const bits = message
      .split(',')
      .map((byte) => Number(byte).toString(2))
      .join('');
    expect([...bits].filter((bit) => bit === '1')).toHaveLength(1);
  }
});

test('a bandwidth makes messages wait for each other, headers included', () => {
  const { world, send, heard } = three({ ...SLOW, bandwidthBytesPerMs: 100 });
  for (let i = 0; i < 3; i++) send(1, 2, Array(160).fill(i)); // 200 bytes on the wire: 2 ms
  world.run(20_000);
  const arrivals = heard[2]?.slice(1).map(({ nowTicks }) => nowTicks);
  expect(arrivals).toEqual([3000, 5000, 7000]);
});

test('a queue is bounded: what does not fit is dropped, and there is room again later', () => {
  const { world, recorder, send, messages } = three({ ...SLOW, queueBytesMax: 300 });
  for (let i = 0; i < 3; i++) send(1, 2, Array(100).fill(i)); // 140 bytes each
  send(1, 3);
  expect(eventsOf(recorder, 'net.drop')).toMatchObject([{ message: 3, reason: 'queue is full' }]);
  world.run(1000);
  send(1, 2, [7]);
  world.run(1000);
  expect(messages(2)).toHaveLength(3);
  expect(messages(3)).toHaveLength(1);
});

test('a partition cuts between groups, both ways, and spares whom it does not name', () => {
  const { world, recorder, send, messages } = three();
  world.act({ do: 'partition', groups: [[1], [2]] });
  expect(eventsOf(recorder, 'net.links')).toEqual([
    {
      type: 'net.links',
      severed: [
        [1, 2],
        [2, 1],
      ],
    },
  ]);
  send(1, 2);
  send(2, 1);
  send(1, 3);
  send(3, 2);
  world.run(1000);
  expect([1, 2, 3].map((id) => messages(id).length)).toEqual([0, 1, 1]);
  expect(eventsOf(recorder, 'net.drop').map(({ reason }) => reason)).toEqual([
    'severed',
    'severed',
  ]);
  world.act({ do: 'partition', groups: [] });
  expect(world.severed).toEqual([]);
});

test('a node in two groups is a bridge between them', () => {
  const { world } = three();
  world.act({
    do: 'partition',
    groups: [
      [1, 2],
      [2, 3],
    ],
  });
  expect(world.severed).toEqual([
    [1, 3],
    [3, 1],
  ]);
});

test('a one-way cut lets answers through; what is under way when it comes is lost', () => {
  const { world, recorder, send, messages } = three();
  send(1, 2);
  world.run(500);
  world.act({ do: 'sever', from: 1, to: 2 });
  send(2, 1);
  world.run(1000);
  expect([messages(1).length, messages(2).length]).toEqual([1, 0]);
  expect(eventsOf(recorder, 'net.drop')).toMatchObject([{ message: 1, reason: 'severed' }]);
  world.act({ do: 'mend', from: 1, to: 2 });
  send(1, 2);
  world.run(1000);
  expect(messages(2)).toHaveLength(1);
});

test('what was sent before a cut and arrives after it is heard', () => {
  const { world, send, messages } = three();
  send(1, 2);
  world.act({ do: 'sever', from: 1, to: 2 });
  world.run(500);
  world.act({ do: 'mend', from: 1, to: 2 });
  world.run(500);
  expect(messages(2)).toHaveLength(1);
});

test('a flapping partition comes and goes, until all is healed', () => {
  const { world, recorder } = three();
  world.act({ do: 'partition', groups: [[1], [2, 3]], flapTicks: 100 });
  const cuts = [];
  for (let i = 0; i < 5; i++) {
    cuts.push(world.severed.length);
    world.run(100);
  }
  expect(cuts).toEqual([4, 0, 4, 0, 4]);
  world.act({ do: 'heal' });
  world.run(1000);
  expect(world.severed).toEqual([]);
  expect(world.pending()).toEqual([]);
  expect(eventsOf(recorder, 'net.links').length).toBe(7);
});

test('a network that is changed is as new again when it is healed', () => {
  const { world, send, messages } = three();
  world.act({ do: 'network', options: { lossPpm: MILLION } });
  send(1, 2);
  world.run(1000);
  expect(messages(2)).toHaveLength(0);
  world.act({ do: 'heal' });
  send(1, 2);
  world.run(1000);
  expect(messages(2)).toHaveLength(1);
});

test('by hand a message is dropped, delayed, doubled, or one bit of it flipped; once it has arrived nothing happens', () => {
  const { world, recorder, send, messages } = three();
  for (let i = 1; i <= 4; i++) send(1, 2, [i * 16, 0]);
  expect(world.inFlight().map(({ message }) => message)).toEqual([1, 2, 3, 4]);
  const byHand: WorldAction[] = [
    { do: 'drop', message: 1 },
    { do: 'delay', message: 2, ticks: 500 },
    { do: 'duplicate', message: 3 },
    { do: 'corrupt', message: 4, bit: 9 },
  ];
  for (const action of byHand) world.act(action);
  world.run(1000);
  expect(messages(2)).toEqual(['48,0', '64,2', '48,0']);
  world.run(500);
  expect(messages(2)).toEqual(['48,0', '64,2', '48,0', '32,0']);
  const before = recorder.entries.length;
  for (const action of byHand) world.act(action);
  world.act({ do: 'drop', message: 999 });
  expect(recorder.entries).toHaveLength(before);
});

test('corrupting a message leaves the bytes of its sender and of its copy alone', () => {
  const { world, send, messages } = three();
  send(1, 2, [8]);
  world.act({ do: 'duplicate', message: 1 });
  world.act({ do: 'corrupt', message: 1, bit: 0 });
  world.run(1000);
  expect(messages(2)).toEqual(['9', '8']);
});

test('a message to a node that is down or unknown is dropped', () => {
  const { world, recorder, send } = three();
  world.act({ do: 'crash', node: 2 });
  send(1, 2);
  send(1, 42);
  world.run(1000);
  expect(eventsOf(recorder, 'net.drop').map(({ message, reason }) => [message, reason])).toEqual([
    [2, 'node is down'],
    [1, 'node is down'],
  ]);
});

test('one more draw in one component shifts nothing in the others', () => {
  const peers = [1, 2, 3];
  const nodes = peers.map((id) => ({ id, program: gossip(peers) }));
  const arrivals = (options: NetworkOptions) => {
    const { world, recorder } = recorded({
      seed: 5,
      nodes,
      network: { ...options, reorderPpm: MILLION },
    });
    world.run(200_000);
    return eventsOf(recorder, 'net.send').map((e) => [e.from, e.to, e.arrivesAtTicks]);
  };
  const plain = arrivals({});
  expect(plain.length).toBeGreaterThan(50);
  expect(arrivals({ corruptPpm: 300_000 })).toEqual(plain);
  const lossy = arrivals({ lossPpm: 200_000 });
  expect(lossy.filter(([, , arrives]) => arrives === undefined).length).toBeGreaterThan(10);
  expect(lossy).toEqual(plain.map((sent, i) => (lossy[i]?.[2] === undefined ? lossy[i] : sent)));
});
