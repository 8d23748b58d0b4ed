// The figures about elections. Every server is a real one; what they are told differs.

import { TICKS_PER_MS } from '../../../engine/index.ts';
import type { ClusterAction } from '../cluster/actions.ts';
import { pairScenario } from '../cluster/pair.ts';
import { clusterScenario } from '../cluster/world.ts';

const ms = (count: number) => count * TICKS_PER_MS;

/** The leader of the first term with this seed, as a test says. */
export const FIRST_LEADER = 4;

/** One election, the leader's end, and another election. */
export const election = clusterScenario({
  id: 'election',
  seed: 6,
  clients: 0,
  script: [
    { do: 'run', ticks: ms(420) },
    { do: 'crash', node: FIRST_LEADER, forTicks: ms(600) },
    { do: 'restart', node: FIRST_LEADER, forTicks: ms(200) },
  ],
  opening: ['Five servers have just been switched on. Nobody leads. Who will, and who says so?'],
  offers: ['run', 'isolate leader', 'split vote', 'heal'],
  poster: (entries) =>
    entries.findIndex(({ event }) => event.type === 'raft.role' && event.role === 'candidate') + 1,
});

/** Everybody loses patience after the same time, to the millisecond. */
export const equalTimeouts = clusterScenario({
  id: 'equal-timeouts',
  seed: 2,
  clients: 0,
  raft: { electionTicksMin: ms(150), electionTicksMax: ms(151), preVote: false },
  script: [{ do: 'run', ticks: ms(700) }],
  opening: ['All five wait 150 milliseconds, none of them longer than 151. What comes of it?'],
  offers: [
    'run',
    { do: 'pause', node: 2, forTicks: ms(400) },
    { do: 'resume', node: 2, forTicks: ms(400) },
  ],
});

const RETURNS = 2;
/** B is cut off for a while, and comes back. */
const ABSENCE: readonly ClusterAction[] = [
  { do: 'run', ticks: ms(500) },
  { do: 'isolate', node: RETURNS, forTicks: ms(1500) },
  { do: 'heal', forTicks: ms(700) },
];

export const PRE_VOTE_NAMES = ['without pre-vote', 'with pre-vote'] as const;

export const preVote = pairScenario({
  id: 'pre-vote',
  seed: 3,
  sides: [
    { name: PRE_VOTE_NAMES[0], clients: 0, raft: { preVote: false } },
    { name: PRE_VOTE_NAMES[1], clients: 0, raft: { preVote: true } },
  ],
  script: ABSENCE,
  opening: [
    'One server is cut off for a second and a half. What does it do to the others when it is back?',
  ],
  offers: [
    { do: 'run', ticks: ms(400) },
    { do: 'isolate', node: RETURNS, forTicks: ms(1000) },
    { do: 'crash', node: 3, forTicks: ms(500) },
    { do: 'restart', node: 3, forTicks: ms(500) },
    { do: 'heal', forTicks: ms(500) },
  ],
});

/** How long a message takes: what the exercise lets a reader change. */
export const MESSAGE_MS = [
  [6, 14],
  [30, 60],
  [150, 300],
] as const;

export const latency = (fromMs: number, toMs: number): ClusterAction => ({
  do: 'network',
  options: { latency: [[1, ms(fromMs), ms(toMs)]] },
});

/** Nothing but time to play with. */
export const threeSplits = clusterScenario({
  id: 'three-splits',
  seed: 5,
  clients: 0,
  raft: { preVote: false },
  script: [{ do: 'run', ticks: ms(500) }],
  opening: ['One of them leads. Make it so that three terms in a row have no leader.'],
  offers: ['run', ...MESSAGE_MS.map(([from, to]) => latency(from, to)), 'isolate leader', 'heal'],
});
