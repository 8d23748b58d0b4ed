// Nodes and time: what each action does, and what it leaves alone.

import { expect, test } from 'vitest';
import { FerrisError, type Program, World, type WorldAction } from '../../../engine/index.ts';
import { eventsOf, gossip, type Heard, listener, NOTHING, pingPong, recorded } from './programs.ts';

const NETWORK = { latency: [[1, 1000, 1000]] } as const;
const DISK = { latency: [[1, 700, 700]] } as const;

/** Nodes 1 and 2 that listen. */
function two() {
  const heard: Heard[][] = [[], [], []];
  const nodes = [1, 2].map((id) => ({ id, program: listener(heard[id] as Heard[]) }));
  const made = recorded({ seed: 1, nodes, network: NETWORK, disk: DISK });
  const tell = (node: number, command: object) => made.world.act({ do: 'command', node, command });
  const types = (node: number) => (heard[node] as Heard[]).map(({ input }) => input.type);
  return { ...made, heard, tell, types };
}

test('all nodes boot when the world is made, in order, each with a stream of its own', () => {
  const drawn: number[] = [];
  const program: Program = ({ random }) => {
    drawn.push(random.u32());
    return { step: () => NOTHING };
  };
  const nodes = [3, 1].map((id) => ({ id, program }));
  const { recorder, world } = recorded({ seed: 1, nodes });
  expect(recorder.entries.map(({ node, event }) => [node, event.type])).toEqual([
    [3, 'node.start'],
    [1, 'node.start'],
  ]);
  world.act({ do: 'crash', node: 1 });
  world.act({ do: 'restart', node: 1 });
  expect(new Set(drawn).size).toBe(3);
});

test('a wake comes when it was asked for; asking again replaces it, and so does asking for none', () => {
  const { world, tell, heard } = two();
  tell(1, { wakeAtTicks: 500 });
  tell(1, { wakeAtTicks: 300 });
  world.run(1000);
  expect(heard[1]?.slice(3)).toEqual([{ nowTicks: 300, input: { type: 'wake' } }]);
  tell(1, { wakeAtTicks: 1500 });
  tell(1, {});
  world.run(1000);
  expect(heard[1]).toHaveLength(6);
  tell(1, { wakeAtTicks: 5 });
  world.run(0);
  expect(heard[1]?.at(-1)).toEqual({ nowTicks: 2000, input: { type: 'wake' } });
});

test('a clock that runs fast wakes early, and a jump moves the wake', () => {
  const { world, tell, heard } = two();
  world.act({ do: 'clock', node: 1, ratePpm: 500_000 });
  tell(1, { wakeAtTicks: 1500 });
  world.run(999);
  expect(heard[1]).toHaveLength(2);
  world.run(1);
  expect(heard[1]?.at(-1)).toEqual({ nowTicks: 1500, input: { type: 'wake' } });
  tell(1, { wakeAtTicks: 4500 });
  world.act({ do: 'clock', node: 1, jumpTicks: 3000 });
  world.run(0);
  expect(heard[1]?.at(-1)).toEqual({ nowTicks: 4500, input: { type: 'wake' } });
});

test('a paused node does nothing; what came meanwhile it gets in order when it goes on', () => {
  const { world, recorder, tell, types, heard } = two();
  tell(2, { wakeAtTicks: 1500 });
  world.act({ do: 'pause', node: 2 });
  world.run(800);
  tell(1, { to: 2, bytes: [1] });
  world.run(1200);
  tell(2, {});
  expect(types(2)).toEqual(['start', 'command']);
  expect(eventsOf(recorder, 'net.deliver')).toHaveLength(0);
  world.act({ do: 'resume', node: 2 });
  world.run(0);
  expect(types(2)).toEqual(['start', 'command', 'wake', 'message', 'command']);
  expect(heard[2]?.at(-1)?.nowTicks).toBe(2000);
});

test('what comes right after a node goes on does not overtake what waited', () => {
  const { world, tell, heard } = two();
  world.act({ do: 'pause', node: 2 });
  tell(2, { wakeAtTicks: 8001 });
  world.act({ do: 'resume', node: 2 });
  tell(2, { wakeAtTicks: 8002 });
  world.run(0);
  const commands = heard[2]?.flatMap(({ input }) =>
    input.type === 'command' ? [input.command] : [],
  );
  expect(commands).toEqual([{ wakeAtTicks: 8001 }, { wakeAtTicks: 8002 }]);
});

test('a wake that is no longer wanted when its turn comes is not told', () => {
  const { world, tell, types } = two();
  tell(2, { wakeAtTicks: 1500 });
  world.act({ do: 'pause', node: 2 });
  world.run(1000);
  tell(2, { wakeAtTicks: 9000 });
  world.run(1000);
  world.act({ do: 'resume', node: 2 });
  world.run(1000);
  expect(types(2)).toEqual(['start', 'command', 'command']);
});

test('a slow node needs its time for each step', () => {
  const { world, tell, heard } = two();
  world.act({ do: 'slow', node: 2, stepTicks: 400 });
  for (let i = 0; i < 3; i++) tell(1, { to: 2 });
  world.run(5000);
  expect(heard[2]?.slice(1).map(({ nowTicks }) => nowTicks)).toEqual([1400, 1800, 2200]);
});

test('a crash drops what waits at the door, and a restart begins anew', () => {
  const { world, recorder, tell, types } = two();
  world.act({ do: 'pause', node: 2 });
  tell(1, { to: 2 });
  world.run(1000);
  world.act({ do: 'crash', node: 2 });
  expect(world.node(2)).toMatchObject({ state: 'down', program: undefined });
  expect(eventsOf(recorder, 'net.drop')).toMatchObject([{ message: 1, reason: 'node is down' }]);
  world.act({ do: 'restart', node: 2 });
  world.run(5000);
  expect(types(2)).toEqual(['start', 'start']);
  expect(world.node(2)).toMatchObject({ state: 'up', boots: 2 });
});

test('an action that makes no sense now does nothing and says nothing', () => {
  const { world, recorder } = two();
  world.act({ do: 'crash', node: 2 });
  const before = recorder.entries.length;
  const senseless: WorldAction[] = [
    { do: 'crash', node: 2 },
    { do: 'pause', node: 2 },
    { do: 'resume', node: 1 },
    { do: 'restart', node: 1 },
    { do: 'command', node: 2, command: {} },
    { do: 'command', node: 77, command: {} },
    { do: 'sever', from: 1, to: 77 },
    { do: 'disk', node: 1, fault: 'rot', file: 'none', offset: 0, bit: 0 },
    { do: 'delay', message: 5, ticks: 5 },
  ];
  for (const action of senseless) world.act(action);
  expect(recorder.entries).toHaveLength(before);
});

test('a program that throws takes its node down, and keeps what it had written', () => {
  const program: Program = ({ files }) => ({
    step(_now, input) {
      if (input.type === 'start' && !files.exists('a')) files.create('a').append(Uint8Array.of(7));
      if (input.type === 'command') throw new FerrisError('FERRIS_IO', 'a disk that is no good');
      return NOTHING;
    },
  });
  const { world, recorder } = recorded({ seed: 1, nodes: [{ id: 1, program }] });
  world.act({ do: 'command', node: 1, command: 0 });
  const message = 'FERRIS_IO: a disk that is no good';
  expect(eventsOf(recorder, 'node.fail')).toEqual([
    { type: 'node.fail', message, code: 'FERRIS_IO' },
  ]);
  expect(world.node(1)).toMatchObject({ state: 'down', error: { message } });
  world.act({ do: 'restart', node: 1 });
  expect(world.node(1).state).toBe('up');
  expect([...world.node(1).disk.bytesOf('a')]).toEqual([7]);
});

test('what the listener throws is not taken for an error of the program', () => {
  class Enough extends Error {}
  const trace = () => {
    throw new Enough();
  };
  const nodes = [{ id: 1, program: pingPong }];
  expect(() => new World({ seed: 1, nodes, trace })).toThrow(Enough);
  let calls = 0;
  const later = () => {
    if (++calls > 4) throw new Enough();
  };
  const world = new World({
    seed: 1,
    nodes: [...nodes, { id: 2, program: pingPong }],
    trace: later,
  });
  expect(() => world.run(100_000)).toThrow(Enough);
  expect(world.node(1).state).toBe('up');
});

test('the same when it is thrown while the program speaks', () => {
  class Enough extends Error {}
  const program: Program = ({ trace }) => ({
    step(_now, input) {
      if (input.type === 'command')
        trace?.({ type: 'client.return', request: 1, outcome: 'ok', value: null });
      return NOTHING;
    },
  });
  const trace = ({ type }: { type: string }) => {
    if (type === 'client.return') throw new Enough();
  };
  const world = new World({ seed: 1, nodes: [{ id: 1, program }], trace });
  expect(() => world.act({ do: 'command', node: 1, command: 0 })).toThrow(Enough);
});

test('a program that swallows the loss of its power is down all the same, and says nothing more', () => {
  const program: Program = ({ files }) => ({
    step(_now, input) {
      if (input.type !== 'command') return NOTHING;
      try {
        files.create('a');
      } catch {}
      return { send: [{ to: 1, bytes: Uint8Array.of(1) }], wakeAtTicks: 5 };
    },
  });
  const { world, recorder } = recorded({ seed: 1, nodes: [{ id: 1, program }] });
  world.act({ do: 'crash', node: 1, atCall: 1 });
  world.act({ do: 'command', node: 1, command: 0 });
  expect(world.node(1).state).toBe('down');
  expect(eventsOf(recorder, 'net.send')).toEqual([]);
  expect(eventsOf(recorder, 'node.crash', 'node.fail')).toEqual([{ type: 'node.crash' }]);
});

test('nothing is left pending of a node that is down', () => {
  const { world, tell } = two();
  tell(1, { wakeAtTicks: 500 });
  world.act({ do: 'slow', node: 1, stepTicks: 50 });
  tell(1, {});
  expect(world.pending().map(({ kind }) => kind)).toEqual(['wake', 'turn']);
  world.act({ do: 'crash', node: 1 });
  expect(world.pending()).toEqual([]);
});

// Time, and choosing what comes next.

test('run stops at the very step that makes so many events', () => {
  const nodes = [1, 2].map((id) => ({ id, program: pingPong }));
  const { world, recorder } = recorded({ seed: 3, nodes });
  const whole = recorded({ seed: 3, nodes });
  whole.world.run(100_000);
  for (const events of [1, 2, 7]) {
    const before = recorder.entries.length;
    world.act({ do: 'run', ticks: 100_000, events });
    const made = recorder.entries.length - before;
    expect(made).toBeGreaterThanOrEqual(events);
    expect(made).toBeLessThan(events + 2); // a step of ping-pong makes two
  }
  world.run(100_000 - world.nowTicks);
  expect(recorder.hash).toBe(whole.recorder.hash);
  expect(() => new World({ seed: 1, nodes }).run(1, 1)).toThrow('FERRIS_INVALID_ARGUMENT');
});

test('the same seed and actions give the same trace; another seed another one; nobody listening, the same world', () => {
  const peers = [1, 2, 3, 4];
  const nodes = peers.map((id) => ({ id, program: gossip(peers) }));
  const network = {
    lossPpm: 50_000,
    duplicatePpm: 50_000,
    corruptPpm: 10_000,
    reorderPpm: 500_000,
  };
  const live = (world: World) => {
    world.run(50_000);
    world.act({ do: 'crash', node: 2 });
    world.act({ do: 'partition', groups: [[1], [3, 4]] });
    world.run(50_000);
    world.act({ do: 'restart', node: 2 });
    world.act({ do: 'clock', node: 3, ratePpm: 1000 });
    world.run(50_000);
    return world.stateHash();
  };
  const once = (seed: number) => {
    const { world, recorder } = recorded({ seed, nodes, network, hashes: true });
    return [live(world), recorder.hash];
  };
  expect(once(1)).toEqual(once(1));
  expect(once(1)[1]).not.toBe(once(2)[1]);
  expect(live(new World({ seed: 1, nodes, network, hashes: true }))).toBe(once(1)[0]);
});

test('a violation stops the world, and is said once', () => {
  const nodes = [1, 2].map((id) => ({ id, program: pingPong }));
  const steps: number[] = [];
  const { world, recorder } = recorded({
    seed: 1,
    nodes,
    onStep: (node) => {
      steps.push(node);
      if (steps.length === 5) world.violate({ invariant: 'five', message: 'it is', entries: [1] });
    },
  });
  world.run(1e6);
  expect(world.steps).toBe(5);
  expect(steps).toEqual([2, 1, 2, 1, 2]);
  expect([world.step(), world.violation?.invariant]).toEqual([false, 'five']);
  world.violate({ invariant: 'six', message: '', entries: [] });
  expect(eventsOf(recorder, 'sim.violation')).toHaveLength(1);
});

test('pending events can be done in any order; a message does not move time, a wake does', () => {
  const { world, tell, types } = two();
  tell(1, { to: 2, bytes: [1] });
  tell(1, { to: 2, bytes: [2], wakeAtTicks: 300 });
  const pending = world.pending();
  expect(pending.map(({ kind, node, message }) => [kind, node, message])).toEqual([
    ['message', 2, 1],
    ['message', 2, 2],
    ['wake', 1, undefined],
  ]);
  expect(world.fire(pending[1]?.id ?? 0)).toBe(true);
  expect(world.nowTicks).toBe(0);
  expect(world.fire(pending[1]?.id ?? 0)).toBe(false);
  world.fire(pending[2]?.id ?? 0);
  expect(world.nowTicks).toBe(300);
  world.fire(pending[0]?.id ?? 0);
  expect([types(1), types(2)]).toEqual([
    ['start', 'command', 'command', 'wake'],
    ['start', 'message', 'message'],
  ]);
});

test('equal worlds have equal hashes, by whatever order they were reached; others differ', () => {
  const nodes = [1, 2, 3, 4].map((id) => ({ id, program: listener([]) }));
  const make = (...actions: WorldAction[]) => {
    const world = new World({ seed: 1, nodes, network: NETWORK, hashes: true });
    for (const [node, to] of [
      [1, 2],
      [3, 4],
    ] as const)
      world.act({ do: 'command', node, command: { to } });
    for (const action of actions) world.act(action);
    return world;
  };
  const fire = (world: World, ...nodesToFire: number[]) => {
    for (const node of nodesToFire)
      world.fire(world.pending().find((event) => event.node === node)?.id ?? 0);
    return world.stateHash({ timeless: true });
  };
  expect(fire(make(), 2, 4)).toBe(fire(make(), 4, 2));
  expect(fire(make(), 2)).not.toBe(fire(make(), 4));
  const others: WorldAction[][] = [
    [],
    [{ do: 'crash', node: 1 }],
    [{ do: 'pause', node: 1 }],
    [{ do: 'slow', node: 1, stepTicks: 1 }],
    [{ do: 'clock', node: 1, ratePpm: 1 }],
    [{ do: 'clock', node: 1, jumpTicks: 1 }],
    [{ do: 'sever', from: 1, to: 2 }],
    [{ do: 'drop', message: 1 }],
    [{ do: 'duplicate', message: 1 }],
    [{ do: 'corrupt', message: 1, bit: 0 }],
    [{ do: 'disk', node: 1, fault: 'stuck' }],
    [{ do: 'command', node: 1, command: {} }],
  ];
  const hashes = others.map((actions) => make(...actions).stateHash({ timeless: true }));
  expect(new Set(hashes).size).toBe(others.length);
  const delayed = make({ do: 'delay', message: 1, ticks: 1 });
  expect(delayed.stateHash()).not.toBe(make().stateHash());
  expect(delayed.stateHash({ timeless: true })).toBe(make().stateHash({ timeless: true }));
});

test('what is on a disk, and what a program was told, are part of the state', () => {
  const forgetful: Program = ({ files }) => ({
    step(_now, input) {
      if (input.type === 'command') files.create(`${input.command}`);
      return NOTHING;
    },
    stateHash: () => 0,
  });
  const after = (command: string) => {
    const nodes = [{ id: 1, program: forgetful }];
    const world = new World({ seed: 1, nodes, hashes: true });
    world.act({ do: 'command', node: 1, command });
    return world.stateHash();
  };
  expect(after('a')).toBe(after('a'));
  expect(after('a')).not.toBe(after('b'));
  const told = (byte: number) => {
    const nodes = [1, 2].map((id) => ({ id, program: listener([]) }));
    const world = new World({ seed: 1, nodes, network: NETWORK, hashes: true });
    world.act({ do: 'command', node: 1, command: { to: 2 } });
    world.act({ do: 'corrupt', message: 1, bit: byte });
    world.run(1000);
    return world.stateHash();
  };
  expect(told(1)).toBe(told(1));
  expect(told(1)).not.toBe(told(2));
});

test('a world refuses nodes that share a number, and a look at one that it does not have', () => {
  const node = { id: 1, program: pingPong };
  expect(() => new World({ seed: 1, nodes: [node, node] })).toThrow('FERRIS_INVALID_ARGUMENT');
  expect(() => new World({ seed: 1, nodes: [node] }).node(2)).toThrow('there is no node 2');
  const badTable = { latency: [[1, 5, 2]] } as const;
  expect(() => new World({ seed: 1, nodes: [node], disk: badTable })).toThrow('latency table');
});
