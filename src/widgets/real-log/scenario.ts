// Raft and what it has on disk: with disks that keep their word, and with one that doesn't.

import { FIRST_CLIENT, TICKS_PER_MS } from '../../../engine/index.ts';
import type { ClusterAction } from '../cluster/actions.ts';
import { raftInvariants } from '../cluster/invariants.ts';
import { pairScenario } from '../cluster/pair.ts';
import { clusterScenario } from '../cluster/world.ts';

const ms = (count: number) => count * TICKS_PER_MS;

export const [A, B, C] = [1, 2, 3] as const;

/** More than anybody's patience: who is so late asks for votes at once. */
const PATIENCE_TICKS = ms(300);
/** Requests, votes and their syncs; less than anybody else's patience. */
const CAMPAIGN_TICKS = ms(140);

const hurry = (node: number): ClusterAction => ({
  do: 'clock',
  node,
  jumpTicks: PATIENCE_TICKS,
  forTicks: CAMPAIGN_TICKS,
});
const put = (value: string, forTicks: number): ClusterAction => ({
  do: 'put',
  client: FIRST_CLIENT,
  key: 'x',
  value,
  forTicks,
});
const lie: ClusterAction = { do: 'disk', node: B, fault: 'lie' };
const crash: ClusterAction = { do: 'crash', node: B, survive: 'nothing', forTicks: ms(60) };
const restart: ClusterAction = { do: 'restart', node: B, forTicks: ms(250) };

/** A vote, an entry, a crash: all that B has on its disk, byte by byte. */
export const realLog = clusterScenario({
  id: 'real-log',
  seed: 4,
  servers: 3,
  traceFiles: [A, B, C],
  watch: raftInvariants(),
  script: [hurry(A), put('1', ms(120)), crash, restart],
  opening: ['A asks for votes. B would say yes. What does it do before it says so?'],
  offers: ['put', 'run', lie, crash, restart],
  poster: (entries) => {
    const told = entries.findIndex(
      ({ node, event }) => node === B && event.type === 'raft.persisted',
    );
    const asked = entries
      .slice(0, told)
      .findLastIndex(({ node, event }) => node === B && event.type === 'file.sync');
    return asked + 1;
  },
});

export const DISK_NAMES = ['disks that keep their word', 'disks that lie'] as const;

/** A and B elect A; B loses power; then B and C elect somebody. */
export const TWICE: readonly ClusterAction[] = [
  { do: 'partition', groups: [[A, B], [C]], forTicks: ms(10) },
  hurry(A),
  put('1', ms(150)),
  { ...crash, forTicks: ms(20) },
  { do: 'partition', groups: [[A], [B, C]] },
  { do: 'restart', node: B, forTicks: ms(10) },
  { ...hurry(C), forTicks: ms(700) },
];

/** What a server forgot isn't held against it: what comes of it is the point. */
const watch = raftInvariants({ forgives: true });

export const forgetful = pairScenario({
  id: 'forgetful',
  seed: 4,
  sides: [
    { name: DISK_NAMES[0], servers: 3, watch },
    { name: DISK_NAMES[1], servers: 3, watch, disk: { syncLies: true } },
  ],
  script: TWICE,
  opening: ['B votes for A, loses power, and is asked again. Whom does it vote for?'],
  offers: [
    { do: 'run', ticks: ms(400) },
    { do: 'restart', node: B, forTicks: ms(400) },
    { do: 'crash', node: B, survive: 'nothing', forTicks: ms(100) },
    { do: 'heal', forTicks: ms(400) },
  ],
});

/** Three servers and the lying disk of B. The rest is the reader's. */
export const twoLeaders = clusterScenario({
  id: 'two-leaders',
  seed: 22,
  servers: 3,
  clients: 0,
  watch,
  script: [lie],
  opening: ['The disk of B lies. Make two servers lead in one term.'],
  offers: ['run', crash, restart, 'isolate leader', 'heal'],
});
