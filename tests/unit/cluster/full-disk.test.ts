// A disk that is full for a while: its server acknowledges nothing, and goes on when there is room.

import { describe, expect, test } from 'vitest';
import { RaftInvariants } from '../../../engine/check/raft-invariants.ts';
import { client } from '../../../engine/cluster/client.ts';
import { MAP_MACHINE } from '../../../engine/cluster/map-machine.ts';
import { nameMessage } from '../../../engine/cluster/name-message.ts';
import { type ReplicaView, replica } from '../../../engine/cluster/replica.ts';
import { storeMachine } from '../../../engine/cluster/store-machine.ts';
import { World } from '../../../engine/sim/world.ts';
import type { WorldEvent } from '../../../engine/trace/events.ts';
import { Recorder } from '../../../engine/trace/recorder.ts';

const MS = 1000;
const SERVERS = [1, 2, 3];
const CLIENTS = [100, 101];
const MACHINES = {
  map: MAP_MACHINE,
  store: storeMachine({ memtableBytes: 512, logBytes: 1024, tableBytes: 512 }),
};

class Cluster {
  readonly recorder = new Recorder<WorldEvent>();
  readonly world: World;

  constructor(seed: number, machine: (typeof MACHINES)['map']) {
    const configuration = { voters: SERVERS, outgoing: [], learners: [], learnersNext: [] };
    const timeouts = { electionTicksMin: 150 * MS, electionTicksMax: 300 * MS };
    const program = replica({
      raft: {
        configuration: { ...configuration, autoLeave: false },
        ...timeouts,
        heartbeatTicks: 50 * MS,
      },
      ...{ machine, snapshotEntries: 20 },
    });
    const workload = { calls: 100_000, mix: { get: 1, put: 4, add: 2 } };
    const asks = client({ servers: SERVERS, workload });
    this.world = new World({
      seed,
      nodes: [
        ...SERVERS.map((id) => ({ id, program })),
        ...CLIENTS.map((id) => ({ id, program: asks })),
      ],
      trace: this.recorder.trace,
      stamp: (node, timeTicks) => {
        this.recorder.node = node;
        this.recorder.timeTicks = timeTicks;
      },
      describe: nameMessage,
    });
  }

  /** Runs; returns how many calls were answered meanwhile. */
  run(ms: number): number {
    const from = this.recorder.entries.length;
    this.world.run(ms * MS);
    for (const id of SERVERS) {
      expect(this.world.node(id)?.error, `what server ${id} died of`).toBeUndefined();
      expect(this.world.node(id)?.state).toBe('up');
    }
    const entries = this.recorder.entries.slice(from);
    return entries.filter(({ event }) => event.type === 'client.return').length;
  }

  view(id: number): ReplicaView {
    return this.world.node(id)?.program as ReplicaView;
  }

  get leader(): number {
    return SERVERS.find((id) => this.view(id).raft?.status().role === 'leader') ?? 0;
  }

  fill(...nodes: number[]): void {
    for (const node of nodes) this.world.act({ do: 'disk', node, fault: 'full' });
  }

  empty(...nodes: number[]): void {
    for (const node of nodes) this.world.act({ do: 'disk', node, fault: 'well' });
  }

  get refusals(): number[] {
    return this.recorder.entries
      .filter(({ event }) => event.type === 'replica.full')
      .map(({ node }) => node);
  }

  /** Raft's invariants hold, and all servers come to the same state. */
  expectSound(): void {
    const invariants = new RaftInvariants();
    for (const entry of this.recorder.entries) expect(invariants.see(entry)).toBeUndefined();
    const applied = SERVERS.map((id) => this.view(id).machine?.appliedIndex ?? 0);
    expect(Math.max(...applied) - Math.min(...applied)).toBeLessThan(20);
  }
}

describe.each(Object.entries(MACHINES))('on a %s', (_name, machine) => {
  test.each([1, 2, 3, 4])('a leader’s disk is full for three seconds, seed %i', (seed) => {
    const cluster = new Cluster(seed, machine);
    expect(cluster.run(1500)).toBeGreaterThan(10);
    const full = cluster.leader;
    cluster.fill(full);
    expect(cluster.run(3000)).toBeGreaterThan(20);
    expect(cluster.leader).not.toBe(full);
    expect(new Set(cluster.refusals)).toEqual(new Set([full]));
    const refusals = cluster.refusals.length;
    expect(refusals, 'it does not try all the time').toBeLessThan(8);
    cluster.empty(full);
    expect(cluster.run(3000)).toBeGreaterThan(20);
    expect(cluster.refusals.length).toBe(refusals);
    cluster.expectSound();
  });

  test.each([5, 6])(
    'all disks are full: nothing is answered until there is room, seed %i',
    (seed) => {
      const cluster = new Cluster(seed, machine);
      cluster.run(1500);
      cluster.fill(...SERVERS);
      cluster.run(500);
      expect(cluster.run(3000)).toBe(0);
      cluster.empty(...SERVERS);
      expect(cluster.run(4000)).toBeGreaterThan(20);
      cluster.expectSound();
    },
  );

  test('a disk is full again and again', () => {
    const cluster = new Cluster(7, machine);
    for (let round = 0; round < 8; round++) {
      const node = SERVERS[round % 3] as number;
      cluster.run(500);
      cluster.fill(node);
      cluster.run(700);
      cluster.empty(node);
    }
    expect(cluster.run(3000)).toBeGreaterThan(20);
    expect(new Set(cluster.refusals).size).toBe(3);
    cluster.expectSound();
  });
});
