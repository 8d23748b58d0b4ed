// A world in which nothing happens by itself: a server loses its patience, or a message arrives,
// when somebody says so. A figure lets its reader say it, and the search says all of it.
//
// 1. Timeouts and latencies are in seconds, and a move takes milliseconds: time enough for the
//    disk, and for nothing else.
// 2. To end a server's patience its clock is moved. So it is a real timeout that goes off.
// 3. A message that arrives out of turn is the simulator's `fire`, as the search does it.

import { TICKS_PER_MS, type World } from '../../../engine/index.ts';
import { letterOf } from '../../marks/nodes.ts';

const ms = (count: number) => count * TICKS_PER_MS;

/** Of a cluster that waits for moves. */
export const STILL = {
  clients: 0,
  raft: {
    preVote: false,
    checkQuorum: false,
    electionTicksMin: ms(20_000),
    electionTicksMax: ms(30_000),
    heartbeatTicks: ms(10_000),
  },
  network: { latency: [[1, ms(10_000), ms(10_000)]] },
} as const;

/** What a move takes: a sync, and some room. */
export const MOVE_TICKS = ms(8);
const PATIENCE_TICKS = ms(30_000);

export type Move = { readonly patience: number } | { readonly from: number; readonly to: number };

export function moveName(move: Move): string {
  if ('patience' in move) return `${letterOf(move.patience)} loses patience`;
  return `${letterOf(move.from)} to ${letterOf(move.to)} arrives`;
}

/** Does it; false if there is no such message on its way. */
export function doMove(world: World, move: Move): boolean {
  if ('patience' in move) {
    world.act({ do: 'clock', node: move.patience, jumpTicks: PATIENCE_TICKS });
    world.run(MOVE_TICKS);
    return true;
  }
  const next = world
    .pending()
    .find(({ kind, from, node }) => kind === 'message' && from === move.from && node === move.to);
  if (next === undefined) return false;
  world.fire(next.id);
  world.run(MOVE_TICKS);
  return true;
}

/** Every move that there may be among so many servers. */
export function allMoves(servers: readonly number[]): Move[] {
  const pairs = servers.flatMap((from) =>
    servers.filter((to) => to !== from).map((to) => ({ from, to })),
  );
  return [...servers.map((patience) => ({ patience })), ...pairs];
}
