// The world of a swarm run: its servers and clients, as the plan has drawn them.

import { client } from '../cluster/client.ts';
import { MAP_MACHINE } from '../cluster/map-machine.ts';
import { type ReplicaOptions, replica } from '../cluster/replica.ts';
import { storeMachine } from '../cluster/store-machine.ts';
import { TICKS_PER_MS } from '../env/program.ts';
import type { Configuration } from '../raft/message.ts';
import type { NodeOptions } from './machine.ts';
import type { SwarmScenario } from './scenarios.ts';
import { clientsOf, type SwarmPlan, serversOf } from './swarm.ts';
import { World, type WorldOptions } from './world.ts';

/** Long enough for a few round trips over a slow network, short enough for many elections in a run. */
const ELECTION_MS = { min: 150, max: 300 };
const HEARTBEAT_MS = 50;

/** So small that it flushes and compacts within a run. */
const SMALL_STORE = { memtableBytes: 4096 };

const NOBODY: Configuration = {
  voters: [],
  outgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: true,
};

/** Makes the world of a plan; `listening` hears it. */
export function swarmWorld(
  scenario: SwarmScenario,
  plan: SwarmPlan,
  listening: Pick<WorldOptions, 'trace' | 'stamp' | 'describe' | 'onStep'>,
): World {
  const servers = serversOf(scenario);
  const founders = { ...NOBODY, voters: servers.slice(0, scenario.servers) };
  const nodes: NodeOptions[] = servers.map((id) => ({
    id,
    program: replica(replicaOptions(scenario, plan, id <= scenario.servers ? founders : NOBODY)),
  }));
  const ids = clientsOf(scenario);
  for (const id of ids)
    nodes.push({
      id,
      program: client({
        servers,
        timeoutTicks: plan.options.clientTimeoutMs * TICKS_PER_MS,
        giveUpTicks: (id === ids.at(-1) ? scenario.livenessMs : 2_000) * TICKS_PER_MS,
      }),
    });
  const { network } = plan.options;
  const disk = { reserves: scenario.reserves };
  return new World({ seed: plan.seed, nodes, network, disk, ...listening });
}

function replicaOptions(
  { leases, machine }: SwarmScenario,
  { options }: SwarmPlan,
  configuration: Configuration,
): ReplicaOptions {
  const { preVote, checkQuorum, inFlightMax, appendBytesMax, chunkBytes, keptEntriesMax } = options;
  return {
    raft: {
      configuration,
      electionTicksMin: ELECTION_MS.min * TICKS_PER_MS,
      electionTicksMax: ELECTION_MS.max * TICKS_PER_MS,
      heartbeatTicks: HEARTBEAT_MS * TICKS_PER_MS,
      leaseReads: leases,
      ...{ preVote, checkQuorum, inFlightMax, appendBytesMax, chunkBytes, keptEntriesMax },
    },
    machine: machine === 'store' ? storeMachine(SMALL_STORE) : MAP_MACHINE,
    snapshotEntries: options.snapshotEntries,
    forward: options.forward,
    reads: options.reads,
  };
}
