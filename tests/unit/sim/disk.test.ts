// The disks of nodes: what is durable when, what hurts them, and what a crash takes away.

import { expect, test } from 'vitest';
import { durableCounter, eventsOf, type Heard, listener, recorded } from './programs.ts';

const NETWORK = { latency: [[1, 1000, 1000]] } as const;
const DISK = { latency: [[1, 700, 700]] } as const;

/** A counter (node 1), and who is told of its durable counts (node 9). */
function counter(seed = 1) {
  const heard: Heard[] = [];
  const nodes = [
    { id: 1, program: durableCounter },
    { id: 9, program: listener(heard) },
  ];
  const made = recorded({ seed, nodes, network: NETWORK, disk: DISK });
  const count = () => made.world.act({ do: 'command', node: 1, command: 'count' });
  const told = () =>
    heard.flatMap(({ input }) => (input.type === 'message' ? [input.bytes[0] as number] : []));
  return { ...made, count, told };
}

test('a sync is durable a flush later, and the program is told', () => {
  const { world, count, told } = counter();
  world.run(700); // the directory and the empty file
  count();
  world.run(699);
  expect(world.node(1).disk.durableBytesOf('log')).toBe(0);
  world.run(1);
  expect(world.node(1).disk.durableBytesOf('log')).toBe(1);
  world.run(1000);
  expect(told()).toEqual([1]);
});

test('what is asked for while a flush runs waits for the next one, and shares it', () => {
  const { world, count, told } = counter();
  world.run(700);
  count();
  world.run(100);
  count();
  count();
  world.run(600);
  expect(world.node(1).disk.durableBytesOf('log')).toBe(1);
  world.run(700);
  expect(world.node(1).disk.durableBytesOf('log')).toBe(3);
  world.run(1000);
  expect(told()).toEqual([1, 2, 3]);
});

test('a disk that is stuck flushes nothing until it is well; a slow one takes its time', () => {
  const { world, count, recorder } = counter();
  world.run(700);
  count();
  world.act({ do: 'disk', node: 1, fault: 'stuck' });
  world.run(1e6);
  const durable = () => world.node(1).disk.durableBytesOf('log');
  expect(durable()).toBe(0);
  world.act({ do: 'disk', node: 1, fault: 'well' });
  world.run(700);
  expect(durable()).toBe(1);
  world.act({ do: 'disk', node: 1, fault: 'slow', syncTicks: 5000 });
  count();
  world.run(4999);
  expect(durable()).toBe(1);
  world.run(1);
  expect(durable()).toBe(2);
  expect(eventsOf(recorder, 'node.disk')).toEqual([
    { type: 'node.disk', syncTicks: 0, stuck: true },
    { type: 'node.disk', syncTicks: 0, stuck: false },
    { type: 'node.disk', syncTicks: 5000, stuck: false },
  ]);
});

test('a full disk refuses an append, a failing one a sync, and a rotten one has another bit', () => {
  for (const [fault, code] of [
    ['full', 'FERRIS_NO_SPACE'],
    ['fail', 'FERRIS_IO'],
  ] as const) {
    const { world, count } = counter();
    count();
    world.run(5000);
    world.act({ do: 'disk', node: 1, fault });
    count();
    expect(world.node(1)).toMatchObject({ state: 'down', error: { code } });
    world.act({ do: 'disk', node: 1, fault: 'well' });
    world.act({ do: 'restart', node: 1 });
    count();
    expect(world.node(1).state).toBe('up');
  }
  const { world, count } = counter();
  count();
  world.act({ do: 'disk', node: 1, fault: 'rot', file: 'log', offset: 0, bit: 7 });
  expect([...world.node(1).disk.bytesOf('log')]).toEqual([0x81]);
});

test('decay flips a bit of what is durable, wherever it is, but for spared files and dead disks', () => {
  const rotten = (place: number, spares: string, crashes = false) => {
    const { world, count } = counter();
    count();
    world.run(5000);
    count();
    if (crashes) world.act({ do: 'crash', node: 1, survive: 'everything' });
    const before = world.node(1).disk.bytesOf('log');
    world.act({ do: 'disk', node: 1, fault: 'decay', place, spares });
    const after = world.node(1).disk.bytesOf('log');
    return [...after].map((byte, i) => byte ^ (before[i] as number));
  };
  expect(rotten(0, '.rft')).toEqual([1, 0]);
  expect(rotten(7, '.rft')).toEqual([128, 0]);
  expect(rotten(8 + 3, '.rft'), 'the second byte is not durable').toEqual([8, 0]);
  expect(rotten(3, 'og')).toEqual([0, 0]);
  expect(rotten(3, '.rft', true)).toEqual([0, 0]);
});

test('a disk that lies tells of what a crash takes away', () => {
  const { world, count, told } = counter();
  world.run(700);
  world.act({ do: 'disk', node: 1, fault: 'lie' });
  count();
  world.run(5000);
  expect(told()).toEqual([1]);
  world.act({ do: 'crash', node: 1, survive: 'nothing' });
  world.act({ do: 'restart', node: 1 });
  expect(world.node(1).disk.bytesOf('log')).toHaveLength(0);
});

test('survive says what a crash leaves: nothing, everything, or a torn half', () => {
  for (const [survive, left] of [
    ['nothing', 1],
    ['everything', 5],
    ['torn', 3],
  ] as const) {
    const { world, count } = counter();
    count();
    world.run(5000);
    for (let i = 0; i < 4; i++) count();
    world.act({ do: 'crash', node: 1, survive });
    world.act({ do: 'restart', node: 1 });
    expect(world.node(1).disk.bytesOf('log')).toHaveLength(left);
  }
});

test('a crash at any step, or inside any call on the disk, loses nothing that was told to be durable', () => {
  let lost = 0;
  for (let at = 0; at < 60; at++) {
    for (const atCall of [0, 1, 2, 3]) {
      const { world, count, told } = counter(at * 4 + atCall);
      for (let i = 0; i < at; i++) {
        if (i % 3 === 0) count();
        world.step();
      }
      world.act({ do: 'crash', node: 1, atCall });
      count();
      count();
      world.run(20_000);
      const max = Math.max(0, ...told());
      world.act({ do: 'crash', node: 1 });
      const before = world.node(1).disk.namesNow.includes('log')
        ? world.node(1).disk.bytesOf('log').length
        : 0;
      world.act({ do: 'restart', node: 1 });
      const bytes = [...world.node(1).disk.bytesOf('log')];
      expect(bytes.slice(0, max)).toEqual(Array.from({ length: max }, (_, i) => i + 1));
      if (bytes.length < before) lost++;
    }
  }
  expect(lost).toBeGreaterThan(10); // else the crashes here take nothing at all
});
