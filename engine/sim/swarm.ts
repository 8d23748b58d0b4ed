// A swarm run, drawn from its seed before it starts: options, actions, and how it ends.
//
//     |------------ safety ------------|------- liveness -------|
//      clients read and write,          a majority is healed, the others are cut off,
//      the nemesis does its worst       down or well: a new write must be acknowledged
//
// 1. The same seed and scenario give the same plan, so a failing run is known by two words,
//    and its actions are a history like any other (decision 0012).
// 2. Options are drawn as faults are: small windows, small snapshots, no pre-vote. What a
//    default hides, another seed shows.
// 3. In the second phase a random majority is well, and stays so. That is all that Raft
//    needs (paper, 5.6), so no progress within the bound is a fault.
//
// The two phases are TigerBeetle's; a healed core as the test of liveness, too.

import { Random } from '../base/random.ts';
import { type NodeId, TICKS_PER_MS } from '../env/program.ts';
import type { WorldAction } from './actions.ts';
import { drawCalls } from './client-calls.ts';
import type { NetworkOptions } from './link.ts';
import { drawEpisodes, drawFaultPlans, type FaultPlan, type TimedAction } from './nemesis.ts';
import type { SwarmScenario } from './scenarios.ts';

/** What of the servers and the network differs from run to run. */
export interface SwarmOptions {
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  readonly inFlightMax: number;
  readonly appendBytesMax: number;
  readonly chunkBytes: number;
  readonly keptEntriesMax: number;
  readonly snapshotEntries: number;
  readonly forward: boolean;
  readonly reads: 'index' | 'log';
  readonly clientTimeoutMs: number;
  readonly network: NetworkOptions;
}

/** All that a seed decides. Plain JSON. */
export interface SwarmPlan {
  readonly seed: number;
  readonly options: SwarmOptions;
  readonly faults: readonly FaultPlan[];
  /** Of both phases, by time; the last ones heal the core. */
  readonly actions: readonly TimedAction[];
  /** When the second phase begins. */
  readonly healTicks: number;
  /** By when the write must be acknowledged. */
  readonly endTicks: number;
  /** The servers that are well in the second phase. */
  readonly core: readonly NodeId[];
}

/** The servers of a scenario, spares included. */
export function serversOf({ servers, spares }: SwarmScenario): NodeId[] {
  return Array.from({ length: servers + spares }, (_, index) => index + 1);
}

/** Clients are numbered from here on. */
const CLIENT_FIRST: NodeId = 100;

/** The clients of a scenario; the last one asks for progress at the end. */
export function clientsOf({ clients }: SwarmScenario): NodeId[] {
  return Array.from({ length: clients + 1 }, (_, index) => CLIENT_FIRST + index);
}

/** Draws a run. */
export function drawSwarm(seed: number, scenario: SwarmScenario): SwarmPlan {
  const random = new Random(seed);
  const options = drawOptions(random.fork('options'), scenario);
  const faults = drawFaultPlans(random.fork('faults'), scenario.faults);
  const healTicks = scenario.safetyMs * TICKS_PER_MS;
  const servers = serversOf(scenario);
  const core = drawCore(random.fork('core'), scenario);
  const expendable = servers.filter((node) => !core.includes(node));
  const targets = { servers, clients: clientsOf(scenario), expendable };
  const actions = [
    ...drawCalls(
      random.fork('calls'),
      scenario,
      { ...targets, clients: targets.clients.slice(0, -1) },
      healTicks,
    ),
    ...faults.flatMap((plan) =>
      drawEpisodes(random.fork(`episodes: ${plan.kind}`), plan, targets, healTicks),
    ),
  ].sort((a, b) => a.atTicks - b.atTicks);
  for (const action of heal(random.fork('heal'), targets.servers, targets.clients, core))
    actions.push({ atTicks: healTicks, action });
  const endTicks = healTicks + scenario.livenessMs * TICKS_PER_MS;
  return { seed, options, faults, actions, healTicks, endTicks, core };
}

function drawOptions(random: Random, scenario: SwarmScenario): SwarmOptions {
  // Without a pre-vote, check-quorum lets a server that was away come back; not the reverse.
  const checkQuorum = scenario.leases || random.chance(3, 4);
  return {
    checkQuorum,
    preVote: random.chance(3, 4),
    inFlightMax: random.pick([1, 2, 8]),
    appendBytesMax: random.pick([64, 500, 65_536]),
    chunkBytes: random.pick([40, 300, 16_384]),
    keptEntriesMax: random.pick([0, 3, 1000]),
    snapshotEntries: random.pick(scenario.snapshotEntries),
    forward: random.chance(1, 4),
    reads: random.chance(4, 5) ? 'index' : 'log',
    clientTimeoutMs: random.pick([50, 150, 500]),
    network: {},
  };
}

/** A majority of the founders; all servers where the membership changes, since nobody knows who will count. */
function drawCore(random: Random, scenario: SwarmScenario): NodeId[] {
  const servers = serversOf(scenario);
  if (scenario.membership) return servers;
  const majority = Math.floor(servers.length / 2) + 1;
  const size = random.between(majority, servers.length);
  while (servers.length > size) servers.splice(random.below(servers.length), 1);
  return servers;
}

/** The core as new; the others stay as they are, are cut off, or down. */
function heal(
  random: Random,
  servers: readonly NodeId[],
  clients: readonly NodeId[],
  core: readonly NodeId[],
): WorldAction[] {
  const others = servers.filter((node) => !core.includes(node));
  const actions: WorldAction[] = [{ do: 'heal' }];
  const fate = random.pick(['stay', 'cut off', 'down'] as const);
  if (fate === 'cut off' && others.length > 0)
    actions.push({ do: 'partition', groups: [[...core, ...clients], others] });
  if (fate === 'down') for (const node of others) actions.push({ do: 'crash', node });
  for (const node of core)
    actions.push(
      { do: 'disk', node, fault: 'well' },
      { do: 'clock', node, ratePpm: 0 },
      { do: 'slow', node, stepTicks: 0 },
      { do: 'resume', node },
      { do: 'restart', node },
    );
  return actions;
}

/** Actions with times as a history: what is done, and how long one waits between. */
export function historyOf(actions: readonly TimedAction[], endTicks: number): WorldAction[] {
  const history: WorldAction[] = [];
  let nowTicks = 0;
  const waitFor = (atTicks: number) => {
    if (atTicks > nowTicks) history.push({ do: 'run', ticks: atTicks - nowTicks });
    nowTicks = Math.max(nowTicks, atTicks);
  };
  for (const { atTicks, action } of actions) {
    waitFor(atTicks);
    history.push(action);
  }
  waitFor(endTicks);
  return history;
}
