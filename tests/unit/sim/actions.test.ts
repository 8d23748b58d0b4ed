import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseWorldAction, World, type WorldAction } from '../../../engine/index.ts';
import { gossip } from './programs.ts';

const SOUND: WorldAction[] = [
  { do: 'run', ticks: 5 },
  { do: 'run', ticks: 5, events: 3 },
  { do: 'command', node: 100, command: { put: 'a' } },
  { do: 'crash', node: 1 },
  { do: 'crash', node: 1, survive: 'torn', atCall: 2 },
  { do: 'restart', node: 1, survive: 'nothing' },
  { do: 'pause', node: 1 },
  { do: 'resume', node: 1 },
  { do: 'slow', node: 1, stepTicks: 0 },
  { do: 'clock', node: 1, ratePpm: -5, jumpTicks: -7 },
  { do: 'partition', groups: [[1, 2], [3]] },
  { do: 'partition', groups: [], flapTicks: 9 },
  { do: 'sever', from: 1, to: 2 },
  { do: 'mend', from: 1, to: 2 },
  { do: 'heal' },
  { do: 'network', options: { lossPpm: 5, latency: [[1, 2, 3]] } },
  { do: 'drop', message: 1 },
  { do: 'duplicate', message: 1 },
  { do: 'delay', message: 1, ticks: 0 },
  { do: 'corrupt', message: 1, bit: 8 },
  { do: 'disk', node: 1, fault: 'slow', syncTicks: 5 },
  { do: 'disk', node: 1, fault: 'stuck' },
  { do: 'disk', node: 1, fault: 'rot', file: 'a', offset: 0, bit: 7 },
  { do: 'disk', node: 1, fault: 'decay', place: 12, spares: '.rft' },
];

test('every action comes through as it is, and what it says besides is left out', () => {
  for (const action of SOUND) {
    expect(parseWorldAction(JSON.parse(JSON.stringify(action)))).toEqual(action);
    expect(parseWorldAction({ ...action, more: 1 })).toEqual(action);
  }
});

const UNSOUND: readonly unknown[] = [
  ...[undefined, null, 5, 'run', [], {}, { do: 5 }, { do: 'toString' }, { do: '__proto__' }],
  { do: 'run' },
  { do: 'run', ticks: -1 },
  { do: 'run', ticks: 1.5 },
  { do: 'run', ticks: '5' },
  { do: 'run', ticks: 1e300 },
  { do: 'run', ticks: 1, events: 0 },
  { do: 'crash', node: 0 },
  { do: 'crash', node: 1, survive: 'much' },
  { do: 'clock', node: 1, ratePpm: 1e6 },
  { do: 'partition', groups: [1] },
  { do: 'partition', groups: [['1']] },
  { do: 'sever', from: 1 },
  { do: 'network', options: { speed: 5 } },
  { do: 'network', options: { lossPpm: 2e6 } },
  { do: 'network', options: { latency: [] } },
  { do: 'network', options: { latency: [[0, 1, 2]] } },
  { do: 'network', options: { latency: [[1, 3, 2]] } },
  { do: 'drop', message: 0 },
  { do: 'disk', node: 1 },
  { do: 'disk', node: 1, fault: 'constructor' },
  { do: 'disk', node: 1, fault: 'slow' },
  { do: 'disk', node: 1, fault: 'rot', file: 'a', offset: 0, bit: 8 },
  { do: 'disk', node: 1, fault: 'decay', place: -1, spares: '' },
  { do: 'disk', node: 1, fault: 'decay', place: 1 },
];

test('what is not an action is refused', () => {
  for (const value of UNSOUND)
    expect(parseWorldAction(value), JSON.stringify(value)).toBeUndefined();
});

test('whatever is parsed can be done, in any order, and the world goes on', () => {
  const node = fc.integer({ min: 1, max: 5 });
  const any = fc.oneof(
    fc.constantFrom(...SOUND),
    fc.record({
      do: fc.constantFrom(...SOUND.map((action) => action.do)),
      node,
      from: node,
      to: node,
      message: fc.integer({ min: 1, max: 40 }),
      ticks: fc.nat(20_000),
      bit: fc.nat(100),
      stepTicks: fc.nat(5000),
      ratePpm: fc.integer({ min: -900_000, max: 900_000 }),
      jumpTicks: fc.integer({ min: -20_000, max: 20_000 }),
      groups: fc.array(fc.array(node, { maxLength: 4 }), { maxLength: 3 }),
      flapTicks: fc.option(fc.integer({ min: 1, max: 5000 }), { nil: undefined }),
      fault: fc.constantFrom('slow', 'stuck', 'well', 'full', 'fail', 'lie'),
      syncTicks: fc.nat(5000),
      atCall: fc.nat(3),
      survive: fc.constantFrom('chance', 'nothing', 'everything', 'torn'),
      command: fc.constant({}),
    }),
  );
  const peers = [1, 2, 3, 4];
  fc.assert(
    fc.property(fc.integer(), fc.array(any, { maxLength: 40 }), (seed, list) => {
      const nodes = peers.map((id) => ({ id, program: gossip(peers) }));
      const world = new World({ seed, nodes, trace: () => {}, hashes: true });
      for (const value of list) {
        const action = parseWorldAction(value);
        if (action === undefined) continue;
        world.act(action);
        world.run(1000);
        world.stateHash();
        world.pending();
      }
      for (const id of peers) {
        world.act({ do: 'resume', node: id });
        world.act({ do: 'restart', node: id });
        world.act({ do: 'slow', node: id, stepTicks: 0 });
      }
      world.act({ do: 'heal' });
      const before = world.steps;
      world.run(5_000_000);
      expect(world.steps).toBeGreaterThan(before + 20);
    }),
    { numRuns: 100 },
  );
});
