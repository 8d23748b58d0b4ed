// A swarm run to look at: a seed, the plan that is drawn from it, and all that came of it.
//
//     #f=swarm-raft-5.…      [1, version, seed, actions]: the stage `plan`, or a shrunk history
//
// It is the same world that `npm run sim -- --scenario raft-5 --from SEED --seeds 1` runs.

import {
  drawSwarm,
  SWARM_SCENARIOS,
  type SwarmScenario,
  swarmWorld,
} from '../../../engine/index.ts';
import type { ClusterMachine } from '../cluster/machine.ts';
import { type ClusterScenario, clusterScenario } from '../cluster/world.ts';
import { swarmId, swarmName } from './swarm-names.ts';

/** The figure of a swarm scenario; undefined if there is none of this id. */
export function swarmOf(id: string): ClusterScenario | undefined {
  const scenario = SWARM_SCENARIOS.get(swarmName(id) ?? '');
  return scenario && figureOf(scenario);
}

function figureOf(scenario: SwarmScenario): ClusterScenario {
  const { name, purpose, servers, spares, clients } = scenario;
  return clusterScenario({
    id: swarmId(name),
    seed: 1,
    servers,
    spares,
    clients: clients + 1, // the last one asks for progress at the end
    make: (options) => swarmWorld(scenario, drawSwarm(options.seed, scenario), options),
    stages: { plan: (machine) => follow(machine, scenario) },
    script: [{ do: 'stage', stage: 'plan' }],
    opening: [`A swarm run of ${name}: ${purpose}.`],
    offers: ['run', 'get', 'heal'],
    ticksPerMs: 400,
  });
}

/** Does all that was drawn, each at its time, until the network heals. */
function follow(machine: ClusterMachine, scenario: SwarmScenario): void {
  const { world } = machine;
  const { actions, healTicks } = drawSwarm(world.seed, scenario);
  for (const { atTicks, action } of actions) {
    if (machine.isOver || world.violation) return;
    if (atTicks > world.nowTicks) machine.run(atTicks - world.nowTicks);
    machine.act(action);
  }
  if (healTicks > world.nowTicks) machine.run(healTicks - world.nowTicks);
}
