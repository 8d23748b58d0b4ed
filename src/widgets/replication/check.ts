// Lose an entry that no majority had; then try to lose one that was acknowledged.

import { FIRST_CLIENT, type Recorded, type WorldEvent } from '../../../engine/index.ts';
import type { Verdict } from '../../exercise/check.ts';
import type { HistoryMade } from '../../exercise/history.ts';
import { letterOf } from '../../marks/nodes.ts';
import type { ClusterState } from '../../projections/cluster.ts';
import type { ClusterAction } from '../cluster/actions.ts';
import { keepOne, loseOne } from './scenario.ts';

type Made = HistoryMade<ClusterAction, ClusterState, WorldEvent>;

export function losesOne({ entries }: Made): Verdict {
  const lost = lostCommand(entries);
  if (lost !== undefined)
    return {
      verdict: 'right',
      say: `${letterOf(lost.node)} had a command at index ${lost.index} in its log, durably, and has thrown it away: the leader of a later term had something else there.`,
    };
  const cut = entries.some(({ event }) => event.type === 'net.links' && event.severed.length > 0);
  return {
    verdict: 'open',
    say: cut
      ? 'No entry was thrown away so far. The leader must have something to lose before another one leads, and must hear of it afterwards.'
      : 'So far everything that was appended is still there.',
  };
}

/** The first durable command that its server threw away. */
export function lostCommand(
  entries: readonly Recorded<WorldEvent>[],
): { readonly node: number; readonly index: number } | undefined {
  const commands = new Map<number, Set<number>>();
  const durable = new Map<number, number>();
  for (const { node, event } of entries) {
    const mine = commands.get(node) ?? new Set<number>();
    if (event.type === 'raft.append')
      for (const [at, kind] of event.kinds.entries())
        if (kind === 'command') commands.set(node, mine.add(event.firstIndex + at));
    if (event.type === 'raft.persisted') durable.set(node, event.lastIndex);
    if (event.type !== 'raft.truncate') continue;
    const lost = [...mine].filter((index) => index > event.lastIndex);
    const index = lost.find((one) => one <= (durable.get(node) ?? 0));
    if (index !== undefined) return { node, index };
    for (const one of lost) mine.delete(one);
  }
  return undefined;
}

/** So many servers have to be crashed or cut off after the write. */
export const BLOWS = 3;

export function keepsOne({ entries, state }: Made): Verdict {
  const written = state.operations.find(({ call, outcome }) => call === 'put' && outcome === 'ok');
  if (written === undefined)
    return { verdict: 'open', say: 'Write something first, and wait for its answer.' };
  const since = entries.filter(({ timeTicks }) => timeTicks >= (written.returnedAtTicks ?? 0));
  const blows = since.filter(
    ({ event }) =>
      event.type === 'node.crash' || (event.type === 'net.links' && event.severed.length > 0),
  ).length;
  if (blows < BLOWS)
    return {
      verdict: 'open',
      say: `It is acknowledged. Blows since then: ${blows} of ${BLOWS}. Use crashes and cuts.`,
    };
  const read = state.operations.findLast(({ call, outcome }) => call === 'get' && outcome === 'ok');
  if (read === undefined || (read.invokedAtTicks ?? 0) < (written.returnedAtTicks ?? 0))
    return { verdict: 'open', say: 'Now see to it that a majority can talk, and read the key.' };
  if (!mayRead(state, read.result))
    return {
      verdict: 'wrong',
      say: `The read says ${read.result}, and ${written.value} was acknowledged. You have found a bug: please report this link.`,
    };
  return {
    verdict: 'right',
    say: `${blows} blows, and it reads ${read.result}. Whoever leads has asked a majority for votes, and one of that majority had the entry.`,
  };
}

/** The newest acknowledged write, or one whose end nobody knows. */
function mayRead({ operations }: ClusterState, result: string | null): boolean {
  const puts = operations.filter(({ call }) => call === 'put');
  const newest = puts.findLastIndex(({ outcome }) => outcome === 'ok');
  return puts.some(
    ({ value, outcome }, at) => value === result && (at === newest || outcome === 'unknown'),
  );
}

const put = { do: 'put', client: FIRST_CLIENT, key: 'x', value: '1', forTicks: 400_000 } as const;
const get = { do: 'get', client: FIRST_CLIENT, key: 'x', forTicks: 400_000 } as const;

export const LOSE_SOLUTION: readonly ClusterAction[] = [
  ...loseOne.script,
  { do: 'isolate', node: 3, forTicks: 10_000 },
  { ...put, forTicks: 900_000 },
  { do: 'heal', forTicks: 400_000 },
];

export const KEEP_SOLUTION: readonly ClusterAction[] = [
  ...keepOne.script,
  put,
  { do: 'crash', node: 3, forTicks: 600_000 },
  { do: 'crash', node: 1, forTicks: 600_000 },
  { do: 'restart', node: 3, forTicks: 400_000 },
  { do: 'crash', node: 2, forTicks: 600_000 },
  { do: 'restart', node: 1, forTicks: 600_000 },
  get,
];
