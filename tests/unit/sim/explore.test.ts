// The search finds the one bad order among many, with the fewest choices, and knows when
// there is none.

import { expect, test } from 'vitest';
import type { NodeId, Program } from '../../../engine/env/program.ts';
import { type ExploreOptions, Explorer } from '../../../engine/sim/explore.ts';
import { World } from '../../../engine/sim/world.ts';

const ASK = 1;
const YES = 2;

/** Asks the others for a lock, and takes it when all have said yes. Nobody says yes who has it. */
const owners = (isPolite: boolean): Program & { has: Set<NodeId> } => {
  const has = new Set<NodeId>();
  const program: Program = ({ id }) => {
    let yes = 0;
    return {
      step(_now, input) {
        const others = [1, 2, 3].filter((other) => other !== id);
        if (input.type === 'start')
          return {
            send: others.map((to) => ({ to, bytes: Uint8Array.of(ASK) })),
            wakeAtTicks: undefined,
          };
        if (input.type !== 'message') return { send: [], wakeAtTicks: undefined };
        if (input.bytes[0] === YES && ++yes === 2) has.add(id);
        const agrees = !has.has(id) && (!isPolite || input.from < id);
        const isAsked = input.bytes[0] === ASK && agrees;
        return {
          send: isAsked ? [{ to: input.from, bytes: Uint8Array.of(YES) }] : [],
          wakeAtTicks: undefined,
        };
      },
    };
  };
  return Object.assign(program, { has });
};

function options(isPolite: boolean): Pick<ExploreOptions, 'make'> {
  return {
    make() {
      const program = owners(isPolite);
      const world: World = new World({
        seed: 1,
        hashes: true,
        nodes: [1, 2, 3].map((id) => ({ id, program })),
        onStep: () => {
          if (program.has.size < 2) return;
          world.violate({ invariant: 'one owner', message: 'two have the lock', entries: [] });
        },
      });
      return world;
    },
  };
}

test('finds the shortest order that breaks it', () => {
  const explorer = new Explorer({ ...options(false), depthMax: 12 });
  while (explorer.work(50));
  expect(explorer.verdict).toBe('found');
  // Each of two owners needs two questions and two answers.
  expect(explorer.counterexample?.path).toHaveLength(8);
  const world = options(false).make();
  for (const choice of explorer.counterexample!.path) if ('fire' in choice) world.fire(choice.fire);
  expect(world.violation?.invariant).toBe('one owner');
});

test('knows when all orders are tried, and when the budget is spent', () => {
  const all = new Explorer({ ...options(true), depthMax: 20 });
  while (all.work(50));
  expect(all.verdict).toBe('all tried');
  expect(all.progress.states).toBeGreaterThan(20);
  expect(all.progress.tried).toBeGreaterThan(all.progress.states - 1);
  const some = new Explorer({ ...options(true), depthMax: 20, statesMax: 10 });
  while (some.work(50));
  expect(some.verdict).toBe('out of budget');
});

test('faults are choices within their budget', () => {
  const crash = () => [{ do: 'crash', node: 1 }] as const;
  const count = (faultsMax: number) => {
    const explorer = new Explorer({ ...options(true), depthMax: 20, faults: crash, faultsMax });
    while (explorer.work(50));
    return explorer.progress.states;
  };
  expect(count(1)).toBeGreaterThan(count(0));
});
