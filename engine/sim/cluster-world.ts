// A cluster in a box: servers of the replicated store and their clients, set up as pages,
// the console and examples have them.
//
//     const world = clusterWorld({ seed: 7, servers: 5 });
//     world.act({ do: 'command', node: FIRST_CLIENT, command: { call: 'put', key: 'a', value: '1' } });
//     world.run(1000 * TICKS_PER_MS);
//
// Latencies are stretched, so that something can be seen: a message takes 6 to 14 ms, a sync 2
// to 5 ms, an election timeout 150 to 300 ms. Ratios are what matters (Raft paper, 5.6:
// broadcast time << election timeout), and those are as they should be.

import { client } from '../cluster/client.ts';
import { nameSent } from '../cluster/name-message.ts';
import { type ReplicaOptions, replica } from '../cluster/replica.ts';
import { type NodeId, TICKS_PER_MS } from '../env/program.ts';
import type { NetworkOptions } from './link.ts';
import type { NodeOptions } from './machine.ts';
import { World, type WorldOptions } from './world.ts';

/** How many servers and clients there are, and what differs from the defaults. */
export interface ClusterSetup {
  /** Numbered from 1; they found the cluster together. Default 5. */
  readonly servers?: number;
  /** Servers that exist and take no part until they are added; numbered after the others. Default 0. */
  readonly spares?: number;
  /** Numbered from `FIRST_CLIENT`. Default 1. */
  readonly clients?: number;
  readonly raft?: Partial<ReplicaOptions['raft']>;
  /** Whom a server takes for the founders, where they don't agree; to show what comes of that. */
  readonly foundersOf?: (server: NodeId) => Founders;
  readonly replica?: Partial<Omit<ReplicaOptions, 'raft'>>;
  readonly network?: NetworkOptions;
  readonly disk?: WorldOptions['disk'] | undefined;
  /** Default 250 ms. */
  readonly clientTimeoutTicks?: number;
  /** Default 1,500 ms. */
  readonly clientGiveUpTicks?: number;
}

/** A founding configuration; joint while `outgoing` isn't empty. */
export interface Founders {
  readonly voters: readonly NodeId[];
  readonly outgoing?: readonly NodeId[];
}

/** Servers have the numbers below it. */
export const FIRST_CLIENT: NodeId = 100;

const NETWORK: NetworkOptions = { latency: [[1, 6 * TICKS_PER_MS, 14 * TICKS_PER_MS]] };
const DISK = { latency: [[1, 2 * TICKS_PER_MS, 5 * TICKS_PER_MS]] } as const;
const RAFT = {
  electionTicksMin: 150 * TICKS_PER_MS,
  electionTicksMax: 300 * TICKS_PER_MS,
  heartbeatTicks: 50 * TICKS_PER_MS,
};

/** The numbers of the servers, spares among them. */
export function serversOf({ servers = 5, spares = 0 }: ClusterSetup): NodeId[] {
  return Array.from({ length: servers + spares }, (_, i) => i + 1);
}

export function clientsOf({ clients = 1 }: ClusterSetup): NodeId[] {
  return Array.from({ length: clients }, (_, i) => FIRST_CLIENT + i);
}

/** Makes the world. @throws FERRIS_INVALID_ARGUMENT */
export function clusterWorld(
  setup: ClusterSetup & Omit<WorldOptions, 'nodes' | 'describe' | 'network' | 'disk'>,
): World {
  const { network, disk, servers: _s, spares: _p, clients: _c, raft: _r, ...more } = setup;
  const { foundersOf: _f, ...rest } = more;
  return new World({
    ...rest,
    nodes: nodesOf(setup),
    network: { ...NETWORK, ...network },
    disk: { ...DISK, ...disk },
    describe: nameSent,
  });
}

function nodesOf(setup: ClusterSetup): NodeOptions[] {
  const all = serversOf(setup);
  const founders = all.slice(0, setup.servers ?? 5);
  const server = ({ voters, outgoing = [] }: Founders) => {
    const configuration = { voters, outgoing, learners: [], learnersNext: [], autoLeave: false };
    return replica({ ...setup.replica, raft: { ...RAFT, configuration, ...setup.raft } });
  };
  const founder = server({ voters: founders });
  const spare = server({ voters: [] });
  const programOf = (id: NodeId) => {
    if (setup.foundersOf) return server(setup.foundersOf(id));
    return founders.includes(id) ? founder : spare;
  };
  const asking = client({
    servers: all,
    timeoutTicks: setup.clientTimeoutTicks ?? 250 * TICKS_PER_MS,
    giveUpTicks: setup.clientGiveUpTicks ?? 1500 * TICKS_PER_MS,
  });
  return [
    ...all.map((id) => ({ id, program: programOf(id) })),
    ...clientsOf(setup).map((id) => ({ id, program: asking })),
  ];
}
