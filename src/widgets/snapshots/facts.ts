// Numbers of the page, from runs of its own figures.

import type { Recorded, WorldEvent } from '../../../engine/index.ts';
import { madeBy } from '../../exercise/history.ts';
import type { ClusterAction } from '../cluster/actions.ts';
import { costs } from './check.ts';
import { C, catchUp, LOSE_A_CHUNK, snapshots } from './scenario.ts';
import { stage } from './stages.ts';

type Entries = readonly Recorded<WorldEvent>[];

const chunksIn = (entries: Entries) =>
  entries.flatMap(({ event, timeTicks, index }) =>
    event.type === 'raft.snapshot.send' && event.to === C
      ? [{ ...event, timeTicks, at: index }]
      : [],
  );

const { entries } = madeBy(snapshots, snapshots.script);
const chunks = chunksIn(entries);
const afterwards = entries.find(
  ({ event, index }) =>
    event.type === 'net.send' &&
    event.to === C &&
    event.name === 'append' &&
    index > (chunks.at(-1)?.at ?? 0),
);

/** The chunk that was lost, and the one that was sent next. */
export function lostAndNext(run: Entries) {
  const drop = run.findIndex(
    ({ event }) => event.type === 'net.drop' && event.reason === 'dropped by hand',
  );
  const all = chunksIn(run);
  const lost = all.findLast(({ at }) => at < drop);
  const next = all.find(({ at }) => at > drop);
  const waitMs = ((next?.timeTicks ?? 0) - (lost?.timeTicks ?? 0)) / 1000;
  return { lost: lost?.offsetBytes ?? -1, next: next?.offsetBytes ?? -1, waitMs };
}

/** Eight writes to one key, then the network is whole again. */
const ONCE: readonly ClusterAction[] = [
  ...catchUp.script,
  stage('Write x eight times', 100_000),
  { do: 'heal', forTicks: 500_000 },
];

export const FACTS = {
  index: chunks[0]?.index ?? 0,
  totalBytes: chunks[0]?.totalBytes ?? 0,
  chunks: chunks.length,
  afterwards: afterwards?.event.type === 'net.send' ? afterwards.event.note : '',
  ...lostAndNext(madeBy(snapshots, LOSE_A_CHUNK).entries),
  once: costs(madeBy(catchUp, ONCE).entries, ONCE),
};
