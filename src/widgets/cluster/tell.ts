// States that tell something, each brought about by hand on the real servers: nothing is set,
// only done. What comes of it is up to them.
//
//     split vote       the leader is switched off; two servers lose patience in the same moment,
//                      and each is heard by one half of the others
//     stale leader     the leader and one follower are cut off: they go on, unaware, while the
//                      others choose another
//     divergent logs   the same, and both leaders are given something to write

import { TICKS_PER_MS } from '../../../engine/index.ts';
import type { TellingState } from './actions.ts';
import type { ClusterHands } from './machine.ts';

const ELECTION_TICKS = 1000 * TICKS_PER_MS;

export function tell(hands: ClusterHands, state: TellingState): void {
  const leader = settle(hands);
  if (leader === undefined) return;
  if (state === 'split vote') splitVote(hands, leader);
  else part(hands, leader, state === 'divergent logs');
}

/** The leader and one follower on one side, and the others, who choose again, on the other. */
function part(hands: ClusterHands, leader: number, writes: boolean): void {
  const behind = hands.servers.filter((id) => id !== leader).slice(0, 1);
  const others = hands.servers.filter((id) => id !== leader && !behind.includes(id));
  hands.act({ do: 'partition', groups: [[leader, ...behind], others] });
  if (writes) write(hands, leader, 'old');
  hands.run(ELECTION_TICKS, () => hands.leaders().some((id) => others.includes(id)));
  const [newest] = hands.leaders();
  if (!writes || newest === undefined || newest === leader) return;
  write(hands, newest, 'new');
}

/** A whole network, everybody up, and one leader. */
function settle(hands: ClusterHands): number | undefined {
  hands.act({ do: 'heal' });
  for (const node of hands.servers) {
    hands.act({ do: 'resume', node });
    hands.act({ do: 'restart', node });
  }
  hands.run(ELECTION_TICKS, () => hands.leaders().length === 1);
  hands.run(60 * TICKS_PER_MS);
  return hands.leaders()[0];
}

/** Somebody who knows nothing of the network asks this leader, whoever else may lead. */
function write(hands: ClusterHands, leader: number, value: string): void {
  const [client] = hands.clients;
  if (client === undefined) return;
  const others = hands.servers.filter((id) => id !== leader);
  for (const to of others) hands.act({ do: 'sever', from: client, to });
  hands.call(client, 'put', 'x', value);
  hands.run(400 * TICKS_PER_MS);
  for (const to of others) hands.act({ do: 'mend', from: client, to });
}

/** Two lose patience at once, and each is heard by its own half of the others alone. */
function splitVote(hands: ClusterHands, leader: number): void {
  hands.act({ do: 'crash', node: leader });
  const all = hands.servers.filter((id) => id !== leader);
  const asks = (id: number) => /candidate/.test(hands.roleOf(id) ?? '');
  hands.run(ELECTION_TICKS, () => all.some(asks));
  const one = all.find(asks);
  const other = all.find((id) => id !== one);
  if (one === undefined || other === undefined) return;
  hands.act({ do: 'clock', node: other, jumpTicks: ELECTION_TICKS });
  const runs = (id: number) => hands.roleOf(id) === 'candidate';
  hands.run(ROUND_TICKS, () => runs(one) || runs(other));
  const voters = all.filter((id) => id !== one && id !== other);
  const half = Math.ceil(voters.length / 2);
  const deaf: Deaf = [
    [one, [other, ...voters.slice(half)]],
    [other, [one, ...voters.slice(0, half)]],
  ];
  change(hands, deaf, 'sever');
  hands.run(ROUND_TICKS, () => runs(one) && runs(other));
  hands.run(ROUND_TICKS);
  change(hands, deaf, 'mend');
}

/** Longer than it takes to ask everybody and to write down what they said. */
const ROUND_TICKS = 40 * TICKS_PER_MS;

/** Who isn't heard by whom. */
type Deaf = readonly (readonly [from: number, to: readonly number[]])[];

function change(hands: ClusterHands, deaf: Deaf, how: 'sever' | 'mend'): void {
  for (const [from, all] of deaf) for (const to of all) hands.act({ do: how, from, to });
}
