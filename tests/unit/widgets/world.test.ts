import { describe, expect, test } from 'vitest';
import { ClusterConsole, drawSwarm, SWARM_SCENARIOS } from '../../../engine/index.ts';
import { isFailure, runSwarm } from '../../../engine/sim/run-swarm.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import { run, scriptOf } from '../../../src/player/history.ts';
import { decodeLink } from '../../../src/player/link.ts';
import { figureOfLink } from '../../../src/player/link-figure.ts';
import { OFFERED_SIZES, SIZES, worldOf } from '../../../src/widgets/world/scenario.ts';
import { swarmOf } from '../../../src/widgets/world/swarm.ts';
import { SWARM_NAMES, swarmId } from '../../../src/widgets/world/swarm-names.ts';

describe('a world of any size', () => {
  test.each(OFFERED_SIZES)('of %i servers rewinds', (size) => {
    checkRewind(worldOf(size));
  });

  test.each(SIZES)('of %i servers: a link of the console opens the very run', (nodes) => {
    const cluster = new ClusterConsole({ nodes, seed: 11 }, 'https://example.org/');
    cluster.run(700);
    cluster.put('a', '1');
    cluster.crash(cluster.leader());
    cluster.run(500);
    cluster.step();
    cluster.get('a');
    if (nodes > 1) cluster.partition([1], [2]);
    cluster.run(300);
    cluster.heal();
    cluster.step();
    const { hash: fragment } = new URL(cluster.link());
    const world = worldOf(nodes);
    expect(figureOfLink(fragment)).toBe(world.id);
    const opened = decodeLink(fragment, world);
    if (!opened.ok) throw new Error(opened.refusal.message);
    const again = run(world, opened.shared.history);
    expect(again.error).toBeUndefined();
    expect(again.entries).toHaveLength(opened.shared.cursor);
    expect(again.hash).toBe(cluster.hash);
  });
});

describe('a swarm run', () => {
  test.each(SWARM_NAMES)('%s: the figure shows what the sweep runs', (name) => {
    const scenario = SWARM_SCENARIOS.get(name);
    const figure = swarmOf(swarmId(name));
    if (!scenario || !figure) throw new Error('no such scenario');
    const seed = 5;
    const told: string[] = [];
    const plan = drawSwarm(seed, scenario);
    const { verdict } = runSwarm(scenario, plan, {
      onEntry: ({ event, timeTicks }) => {
        if (timeTicks < plan.healTicks) told.push(`${timeTicks} ${event.type}`);
      },
    });
    expect(isFailure(verdict)).toBe(false);
    const { entries, error } = run(figure, { ...scriptOf(figure), seed });
    // Some are longer than a page shows; their beginning is the same.
    expect([undefined, 'too many events']).toContain(error?.kind);
    const shown = entries
      .filter(({ timeTicks }) => timeTicks < plan.healTicks)
      .map(({ event, timeTicks }) => `${timeTicks} ${event.type}`);
    expect(shown).toEqual(error ? told.slice(0, shown.length) : told);
    expect(shown.length).toBeGreaterThan(1000);
  });

  test('there is none of another name', () => {
    expect(swarmOf('swarm-raft-99')).toBeUndefined();
    expect(swarmOf('raft-5')).toBeUndefined();
  });
});
