// A server that was away, and a leader that no longer has what it missed.

import { TICKS_PER_MS } from '../../../engine/index.ts';
import type { ClusterAction } from '../cluster/actions.ts';
import { raftInvariants } from '../cluster/invariants.ts';
import { type ClusterOptions, clusterScenario } from '../cluster/world.ts';
import { STAGES, stage } from './stages.ts';

const ms = (count: number) => count * TICKS_PER_MS;

export const [A, B, C] = [1, 2, 3] as const;

/** Everything is small here: a snapshot is due after so many entries. */
export const SNAPSHOT_ENTRIES = 6;
export const CHUNK_BYTES = 64;

/** A leads, because it loses patience first. */
const lead: ClusterAction = { do: 'clock', node: A, jumpTicks: ms(300), forTicks: ms(140) };
const away: ClusterAction = { do: 'isolate', node: C, forTicks: ms(20) };
const heal: ClusterAction = { do: 'heal', forTicks: ms(500) };

const cluster = {
  seed: 3,
  servers: 3,
  stages: STAGES,
  replica: { snapshotEntries: SNAPSHOT_ENTRIES },
  watch: raftInvariants(),
} as const;

export const snapshots = clusterScenario({
  id: 'snapshots',
  ...cluster,
  raft: { chunkBytes: CHUNK_BYTES, keptEntriesMax: 0 },
  traceFiles: [A, B, C],
  script: [lead, away, stage('Write x eight times', ms(100)), heal],
  opening: ['C was cut off, and missed some entries. The others have thrown them away. What now?'],
  offers: [
    stage('Write x eight times', ms(100)),
    away,
    heal,
    stage('Heal and lose a chunk', ms(500)),
    'run',
  ],
  poster: (entries) =>
    entries.findLastIndex(({ event }) => event.type === 'net.links' && event.severed.length === 0) +
    1,
});

/** A chunk is lost on the way, right after the network is whole again. */
export const LOSE_A_CHUNK: readonly ClusterAction[] = [
  ...snapshots.script.slice(0, -1),
  stage('Heal and lose a chunk', ms(600)),
];

const catching: ClusterOptions = {
  id: 'catch-up',
  ...cluster,
  raft: { chunkBytes: 256, keptEntriesMax: 0 },
  script: [lead, away],
  opening: ['C is cut off. Write, heal, and see what it costs to catch C up.'],
  offers: [
    stage('Write x eight times', ms(100)),
    stage('Write eight new keys', ms(100)),
    heal,
    'run',
  ],
};

export const catchUp = clusterScenario(catching);

/** The same cluster, which never throws its log away: what the log would have cost. */
export const byLog = clusterScenario({ ...catching, replica: { snapshotEntries: 0 } });
