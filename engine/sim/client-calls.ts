// What the clients of a swarm run ask for: drawn before it starts, as actions with times,
// so that shrinking can take calls out one by one.
//
// Every value is written once in a run, so a value that is read tells which write it is
// from; and keys are few, so that clients meet on them.

import type { Random } from '../base/random.ts';
import type { ClientCall } from '../cluster/calls.ts';
import { TICKS_PER_MS } from '../env/program.ts';
import type { Targets, TimedAction } from './nemesis.ts';
import type { SwarmScenario } from './scenarios.ts';

/** The calls of all clients until `endTicks`. */
export function drawCalls(
  random: Random,
  scenario: SwarmScenario,
  targets: Targets,
  endTicks: number,
): TimedAction[] {
  const actions: TimedAction[] = [];
  const values = { last: 0 };
  const pauseTicksMax = random.pick([20, 60, 200]) * TICKS_PER_MS;
  const reads = random.pick([2, 5, 8]);
  for (const node of targets.clients) {
    const own = random.fork(`client ${node}`);
    for (let atTicks = 0; ; ) {
      atTicks += own.between(1, pauseTicksMax);
      if (atTicks >= endTicks) break;
      const command = drawCall(own, scenario, reads, values);
      actions.push({ atTicks, action: { do: 'command', node, command } });
    }
  }
  const admin = random.fork('admin');
  if (scenario.membership)
    actions.push(...drawAdmin(admin.fork('members'), targets, endTicks, 400, drawMembers));
  if (scenario.transferMs > 0 && admin.chance(1, 2))
    actions.push(
      ...drawAdmin(admin.fork('transfers'), targets, endTicks, scenario.transferMs, drawTransfer),
    );
  return actions;
}

/** @param reads so many of ten */
function drawCall(
  random: Random,
  { keys }: SwarmScenario,
  reads: number,
  values: { last: number },
): ClientCall {
  const key = `k${random.below(keys)}`;
  if (random.chance(reads, 10)) return { call: 'get', key };
  const value = `${++values.last}`;
  const drawn = random.below(10);
  if (drawn < 1) return { call: 'delete', key };
  if (drawn < 8) return { call: 'put', key, value };
  // Only a recent value has a chance to be there still.
  const expected = random.chance(1, 4) ? null : `${Math.max(1, values.last - random.below(4) - 1)}`;
  return { call: 'cas', key, expected, value };
}

function drawAdmin(
  random: Random,
  { servers, clients }: Targets,
  endTicks: number,
  pauseMsMax: number,
  draw: (random: Random, servers: readonly number[]) => ClientCall,
): TimedAction[] {
  const actions: TimedAction[] = [];
  for (let atTicks = 0; ; ) {
    atTicks += random.between(1, pauseMsMax * TICKS_PER_MS);
    if (atTicks >= endTicks) return actions;
    const command = draw(random, servers);
    actions.push({ atTicks, action: { do: 'command', node: random.pick(clients), command } });
  }
}

/** Any voters, at least one; some of the others learn. */
function drawMembers(random: Random, servers: readonly number[]): ClientCall {
  const voters = servers.filter(() => random.chance(3, 5));
  if (voters.length === 0) voters.push(random.pick(servers));
  const learners = servers.filter((node) => !voters.includes(node) && random.chance(1, 3));
  return { call: 'configure', voters, learners };
}

function drawTransfer(random: Random, servers: readonly number[]): ClientCall {
  return { call: 'transfer', to: random.pick(servers) };
}
