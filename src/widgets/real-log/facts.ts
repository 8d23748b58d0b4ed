// Numbers of the page, from runs of its own figures.

import type { Recorded, WorldEvent } from '../../../engine/index.ts';
import { madeBy } from '../../exercise/history.ts';
import { B, forgetful, realLog } from './scenario.ts';

type Entries = readonly Recorded<WorldEvent>[];

/** What B wrote and waited for between its vote and the message that says so. */
export function voteOf(entries: Entries) {
  const mine = entries.filter(({ node }) => node === B);
  const from = mine.findIndex(({ event }) => event.type === 'raft.vote' && !event.pre);
  const to = mine.findIndex(
    ({ event }, at) => at > from && event.type === 'net.send' && event.name === 'vote-reply',
  );
  const between = mine.slice(from, to);
  const appends = between.flatMap(({ event }) => (event.type === 'file.append' ? [event] : []));
  return {
    headerBytes: appends[0]?.bytes.length ?? 0,
    recordBytes: appends[1]?.bytes.length ?? 0,
    waitMs: ((mine[to]?.timeTicks ?? 0) - (mine[from]?.timeTicks ?? 0)) / 1000,
    persisted: between
      .flatMap(({ event }) => (event.type === 'raft.persisted' ? [event] : []))
      .at(-1),
  };
}

function recordsOfB(entries: Entries): number {
  const appends = entries.filter(({ node, event }) => node === B && event.type === 'file.append');
  return appends.length;
}

const { entries } = madeBy(realLog, realLog.script);
const { sides } = madeBy(forgetful, forgetful.script).state;

/** On each side: who led which term, and what the checker found. */
const outcomes = sides.map(({ nodes, terms, violation }) => ({
  leaders: terms.filter(({ leader }) => leader > 0).map(({ term, leader }) => ({ term, leader })),
  lastLeader: nodes.filter(({ role }) => role === 'leader').map(({ id, term }) => ({ id, term })),
  violation,
}));
type Outcome = (typeof outcomes)[number];
const [honest, lying] = outcomes as [Outcome, Outcome];

export const FACTS = { ...voteOf(entries), appends: recordsOfB(entries), honest, lying };
