// Servers and clients in a simulated world: they elect, serve, crash, come back, catch up by
// snapshot, change who takes part, and apply each command once.

import { describe, expect, test } from 'vitest';
import { text, utf8 } from '../../../engine/base/bytes.ts';
import { client } from '../../../engine/cluster/client.ts';
import { MAP_MACHINE } from '../../../engine/cluster/map-machine.ts';
import { nameMessage } from '../../../engine/cluster/name-message.ts';
import { type ReplicaOptions, type ReplicaView, replica } from '../../../engine/cluster/replica.ts';
import { storeMachine } from '../../../engine/cluster/store-machine.ts';
import type { Configuration } from '../../../engine/raft/message.ts';
import { World } from '../../../engine/sim/world.ts';
import type { WorldEvent } from '../../../engine/trace/events.ts';
import { Recorder } from '../../../engine/trace/recorder.ts';

const MS = 1000;
const SECOND = 1000 * MS;
const CLIENT = 100;

function configurationOf(voters: readonly number[]): Configuration {
  return { voters, outgoing: [], learners: [], learnersNext: [], autoLeave: false };
}

interface Setup extends Partial<ReplicaOptions> {
  readonly servers?: number;
  /** Servers that begin with an empty configuration. */
  readonly spares?: number;
  readonly clients?: number;
  readonly calls?: number;
  readonly seed?: number;
}

/** A cluster, and what is asked of it in tests. */
class Cluster {
  readonly world: World;
  readonly recorder = new Recorder<WorldEvent>();
  readonly servers: number[];

  constructor({ servers = 3, spares = 0, clients = 1, calls, seed = 1, ...options }: Setup = {}) {
    const voters = Array.from({ length: servers }, (_, i) => i + 1);
    this.servers = Array.from({ length: servers + spares }, (_, i) => i + 1);
    const program = (founding: readonly number[]) =>
      replica({
        raft: {
          configuration: configurationOf(founding),
          ...{ electionTicksMin: 150 * MS, electionTicksMax: 300 * MS, heartbeatTicks: 50 * MS },
        },
        ...options,
      });
    const asks = client({
      servers: this.servers,
      ...(calls !== undefined && { workload: { calls, mix: { get: 3, put: 3, cas: 2, add: 2 } } }),
    });
    this.world = new World({
      seed,
      nodes: [
        ...this.servers.map((id) => ({ id, program: program(id <= servers ? voters : []) })),
        ...Array.from({ length: clients }, (_, i) => ({ id: CLIENT + i, program: asks })),
      ],
      trace: this.recorder.trace,
      describe: nameMessage,
    });
  }

  run(ms: number): void {
    this.world.run(ms * MS);
    for (const id of this.servers)
      expect(this.world.node(id)?.error, `what server ${id} died of`).toBeUndefined();
  }

  view(id: number): ReplicaView | undefined {
    return this.world.node(id)?.program as ReplicaView | undefined;
  }

  get leader(): number {
    const leads = (id: number) => this.view(id)?.raft?.status().role === 'leader';
    const terms = (id: number) => this.view(id)?.raft?.status().term ?? 0;
    return this.servers.filter(leads).sort((a, b) => terms(b) - terms(a))[0] ?? 0;
  }

  /** Asks, and waits for the answer. */
  ask(command: unknown, ms = 12_000): string {
    const from = this.recorder.entries.length;
    this.world.act({ do: 'command', node: CLIENT, command });
    for (let waited = 0; waited < ms; waited += 20) {
      this.run(20);
      for (const { event } of this.recorder.entries.slice(from))
        if (event.type === 'client.return')
          return event.value === null ? event.outcome : `${event.outcome} ${event.value}`;
    }
    return 'no answer';
  }

  events<T extends WorldEvent['type']>(type: T): Extract<WorldEvent, { type: T }>[] {
    const events = this.recorder.entries.map(({ event }) => event);
    return events.filter((event) => event.type === type) as Extract<WorldEvent, { type: T }>[];
  }

  /** All servers that are up have the same state at the same index. */
  expectAgreement(): void {
    const hashes = new Map<number, number>();
    for (const { event } of this.recorder.entries) {
      if (event.type !== 'replica.apply') continue;
      const known = hashes.get(event.index) ?? event.stateHash;
      expect(event.stateHash, `state at ${event.index}`).toBe(known);
      hashes.set(event.index, known);
    }
    const up = this.servers.flatMap((id) => this.view(id)?.machine ?? []);
    const states = up.map((machine) =>
      JSON.stringify(machine.list(100).map(({ key, value }) => [text(key), text(value)])),
    );
    expect(new Set(states).size, states.join('\n')).toBe(1);
  }
}

const MACHINES = { map: MAP_MACHINE, store: storeMachine() };

for (const servers of [3, 5]) {
  test(`${servers} servers elect a leader and answer`, () => {
    const cluster = new Cluster({ servers });
    cluster.run(1000);
    expect(cluster.leader).toBeGreaterThan(0);
    expect(cluster.ask({ call: 'get', key: 'a' })).toBe('ok');
    expect(cluster.ask({ call: 'put', key: 'a', value: '1' })).toBe('ok');
    expect(cluster.ask({ call: 'get', key: 'a' })).toBe('ok 1');
    expect(cluster.ask({ call: 'cas', key: 'a', expected: '2', value: '3' })).toBe('failed 1');
    expect(cluster.ask({ call: 'add', key: 'a', value: '41' })).toBe('ok 42');
    expect(cluster.ask({ call: 'delete', key: 'a' })).toBe('ok');
    expect(cluster.ask({ call: 'get', key: 'a' })).toBe('ok');
    cluster.run(200);
    cluster.expectAgreement();
  });
}

for (const [name, machine] of Object.entries(MACHINES))
  describe(`on a ${name}`, () => {
    test('a leader crashes, another one serves, and it comes back', () => {
      const cluster = new Cluster({ machine, calls: 200, clients: 2, snapshotEntries: 30 });
      for (const survive of ['nothing', 'chance', 'everything'] as const) {
        cluster.run(1500);
        const { leader } = cluster;
        cluster.world.act({ do: 'crash', node: leader, survive });
        cluster.run(1500);
        expect(cluster.leader).not.toBe(leader);
        cluster.world.act({ do: 'restart', node: leader });
        cluster.run(1500);
        cluster.expectAgreement();
      }
      cluster.run(20_000);
      const outcomes = cluster.events('client.return').map(({ outcome }) => outcome);
      expect(outcomes.length).toBe(400);
      expect(outcomes).not.toContain('unknown');
    });

    test('everybody crashes, and everything acknowledged is there', () => {
      const cluster = new Cluster({ machine, snapshotEntries: 4 });
      for (let i = 0; i < 10; i++)
        expect(cluster.ask({ call: 'put', key: `k${i}`, value: `${i}` })).toBe('ok');
      for (const node of cluster.servers)
        cluster.world.act({ do: 'crash', node, survive: 'nothing' });
      cluster.run(500);
      for (const node of cluster.servers) cluster.world.act({ do: 'restart', node });
      cluster.run(1000);
      for (let i = 0; i < 10; i++)
        expect(cluster.ask({ call: 'get', key: `k${i}` })).toBe(`ok ${i}`);
      cluster.expectAgreement();
    });

    test('a server that was away long gets a snapshot', () => {
      const options = { machine, snapshotEntries: 10 };
      const raft = {
        configuration: configurationOf([1, 2, 3]),
        ...{ electionTicksMin: 150 * MS, electionTicksMax: 300 * MS, heartbeatTicks: 50 * MS },
        ...{ keptEntriesMax: 5, chunkBytes: 200 },
      };
      const cluster = new Cluster({ ...options, raft });
      cluster.run(1000);
      const away = cluster.servers.find((id) => id !== cluster.leader)!;
      cluster.world.act({ do: 'crash', node: away });
      for (let i = 0; i < 60; i++)
        expect(cluster.ask({ call: 'put', key: `k${i % 7}`, value: `${i}` })).toBe('ok');
      cluster.world.act({ do: 'restart', node: away });
      cluster.run(3000);
      const restored = cluster.events('replica.restore').length;
      expect(restored).toBeGreaterThan(0);
      cluster.expectAgreement();
      cluster.world.act({ do: 'crash', node: away, survive: 'nothing' });
      cluster.world.act({ do: 'restart', node: away });
      cluster.run(2000);
      cluster.expectAgreement();
      // What was restored on disk is still there; in memory it is made again.
      const again = cluster.events('replica.restore').length - restored;
      expect(again).toBe(machine.keepsFiles ? 0 : 1);
      const leftovers = cluster.world.node(away)!.disk.list();
      expect(leftovers.filter((file) => file.endsWith('.snp')).length).toBe(1);
      // One to read, and one that the next change may begin.
      expect(leftovers.filter((file) => file.endsWith('.rft')).length).toBeLessThan(3);
      const generations = new Set(leftovers.flatMap((file) => /^g\d+/.exec(file)?.[0] ?? []));
      expect(generations.size).toBe(machine.keepsFiles ? 1 : 0);
    });

    test('crashes inside any call of the disk, again and again', () => {
      for (let seed = 1; seed <= 6; seed++) {
        const cluster = new Cluster({ machine, seed, calls: 150, clients: 2, snapshotEntries: 8 });
        for (let round = 0; round < 12; round++) {
          const node = 1 + ((seed + round) % 3);
          cluster.world.act({ do: 'crash', node, atCall: 1 + ((seed * 7 + round * 11) % 40) });
          cluster.run(700);
          cluster.world.act({ do: 'crash', node });
          cluster.world.act({ do: 'restart', node });
          cluster.run(600);
        }
        cluster.run(12_000);
        expect(cluster.leader, `seed ${seed}`).toBeGreaterThan(0);
        expect(cluster.ask({ call: 'put', key: 'last', value: 'one' })).toBe('ok');
        cluster.run(500);
        cluster.expectAgreement();
      }
    });
  });

test('one server, a snapshot every three entries, and the power goes all the time', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const cluster = new Cluster({ servers: 1, seed, calls: 1000, snapshotEntries: 3 });
    // Slow, so that the power often goes while something is on its way to the disk.
    cluster.world.act({ do: 'disk', node: 1, fault: 'slow', syncTicks: 20 * MS });
    for (let round = 0; round < 20; round++) {
      cluster.run(900 + ((seed * 13 + round * 7) % 160));
      cluster.world.act({
        do: 'crash',
        node: 1,
        survive: round % 3 === 0 ? 'everything' : 'chance',
      });
      cluster.world.act({ do: 'restart', node: 1 });
    }
    cluster.run(2000);
    cluster.expectAgreement();
    expect(cluster.events('replica.snapshot').length).toBeGreaterThan(20);
  }
});

test('a command whose reply is lost is applied once', () => {
  const cluster = new Cluster();
  cluster.run(1000);
  const { leader } = cluster;
  expect(cluster.ask({ call: 'add', key: 'n', value: '1' })).toBe('ok 1');
  cluster.world.act({ do: 'command', node: CLIENT, command: { call: 'add', key: 'n' } });
  cluster.world.act({ do: 'sever', from: leader, to: CLIENT });
  cluster.run(1300);
  cluster.world.act({ do: 'heal' });
  cluster.run(3000);
  const duplicates = cluster.events('replica.apply').filter(({ duplicate }) => duplicate);
  expect(duplicates.length, 'it was in the log twice').toBeGreaterThan(0);
  expect(cluster.events('client.return').at(-1)).toMatchObject({ outcome: 'ok', value: '2' });
  expect(cluster.ask({ call: 'get', key: 'n' })).toBe('ok 2');
});

test('a client that restarts is not taken for what it was', () => {
  const cluster = new Cluster();
  expect(cluster.ask({ call: 'put', key: 'a', value: 'before' })).toBe('ok');
  cluster.world.act({ do: 'crash', node: CLIENT, survive: 'nothing' });
  cluster.world.act({ do: 'restart', node: CLIENT });
  expect(cluster.ask({ call: 'put', key: 'a', value: 'after' })).toBe('ok');
  expect(cluster.ask({ call: 'get', key: 'a' })).toBe('ok after');
});

test('without a majority a call is given up as unknown', () => {
  const cluster = new Cluster();
  cluster.run(1000);
  const others = cluster.servers.filter((id) => id !== cluster.leader);
  for (const node of others) cluster.world.act({ do: 'crash', node });
  expect(cluster.ask({ call: 'put', key: 'a', value: '1' })).toBe('unknown');
  for (const node of others) cluster.world.act({ do: 'restart', node });
  expect(cluster.ask({ call: 'put', key: 'a', value: '2' })).toBe('ok');
  expect(cluster.ask({ call: 'get', key: 'a' })).toBe('ok 2');
});

test('followers send on what they are asked, if told to', () => {
  const cluster = new Cluster({ forward: true });
  cluster.run(1000);
  for (const server of cluster.servers) {
    cluster.world.act({ do: 'partition', groups: [[CLIENT, server], [], []] });
    cluster.world.act({ do: 'heal' });
    expect(cluster.ask({ call: 'add', key: 'n', value: '1' })).toMatch(/^ok/);
    expect(cluster.ask({ call: 'get', key: 'n' })).toMatch(/^ok \d$/);
  }
  const refused = cluster.events('net.send').filter(({ note }) => note.includes('refused'));
  expect(refused).toEqual([]);
});

test('reads may be entries of the log', () => {
  const cluster = new Cluster({ reads: 'log' });
  expect(cluster.ask({ call: 'put', key: 'a', value: '1' })).toBe('ok');
  expect(cluster.ask({ call: 'get', key: 'a' })).toBe('ok 1');
  expect(cluster.events('raft.read')).toEqual([]);
  expect(cluster.events('replica.apply').some(({ call }) => call === 'get')).toBe(true);
});

test('members come and go, and leadership is handed over', () => {
  const cluster = new Cluster({ servers: 3, spares: 2, snapshotEntries: 10 });
  for (let i = 0; i < 20; i++)
    expect(cluster.ask({ call: 'put', key: `k${i}`, value: `${i}` })).toBe('ok');
  expect(cluster.ask({ call: 'configure', voters: [1, 2, 3, 4] })).toBe('ok');
  expect(cluster.ask({ call: 'configure', voters: [2, 4, 5], learners: [1] })).toBe('ok');
  cluster.run(3000);
  expect([2, 4, 5]).toContain(cluster.leader);
  expect(cluster.ask({ call: 'configure', voters: [] })).toMatch(/^failed FERRIS_INVALID_ARGUMENT/);
  const to = [2, 4, 5].find((id) => id !== cluster.leader)!;
  expect(cluster.ask({ call: 'transfer', to })).toBe('ok');
  cluster.run(1000);
  expect(cluster.leader).toBe(to);
  for (let i = 0; i < 20; i++) expect(cluster.ask({ call: 'get', key: `k${i}` })).toBe(`ok ${i}`);
  cluster.run(1000);
  expect(cluster.view(cluster.leader)?.raft?.status().configuration).toMatchObject({
    ...{ voters: [2, 4, 5], outgoing: [], learners: [1] },
  });
});

test('damaged and foreign messages are dropped, with an event', () => {
  const cluster = new Cluster();
  cluster.run(1000);
  const server = cluster.view(1)!;
  const before = cluster.events('replica.drop').length;
  server.step(cluster.world.nowTicks, { type: 'message', from: 2, bytes: utf8('hello') });
  server.step(cluster.world.nowTicks, { type: 'message', from: 2, bytes: new Uint8Array(100) });
  expect(cluster.events('replica.drop').length).toBe(before + 2);
});

test('the same seed gives the same run', () => {
  const hash = () => {
    const cluster = new Cluster({ seed: 5, calls: 50, clients: 2, machine: MACHINES.store });
    cluster.world.run(3 * SECOND);
    return cluster.recorder.hash;
  };
  expect(hash()).toBe(hash());
});
