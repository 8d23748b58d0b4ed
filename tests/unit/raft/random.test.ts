// Servers whose messages are lost, doubled and late, whose disks are slow, and which
// crash; some hundred seeds. What must hold is checked in every step, and in the end
// all faults stop and there must be progress.

import { expect, test } from 'vitest';
import { Random } from '../../../engine/base/random.ts';
import { Cluster } from './cluster.ts';
import { write } from './disk.ts';
import { Invariants } from './invariants.ts';

const SEEDS = Number(process.env['RAFT_SEEDS'] ?? 300);
const FIRST = Number(process.env['RAFT_FROM'] ?? 1);
const STEPS = 1500;

class Life {
  readonly cluster: Cluster;
  readonly #random: Random;
  readonly #invariants: Invariants;
  readonly #reads = new Map<number, number>();
  #seen = new Map<number, number>();
  #number = 0;
  /** How much of each kind of trouble this run has. */
  readonly #odds: Readonly<Record<string, number>>;

  constructor(seed: number) {
    this.#random = new Random(seed).fork('life');
    const r = this.#random;
    const voters = r.pick([
      [1, 2, 3],
      [1, 2, 3, 4],
      [1, 2, 3, 4, 5],
      [1, 2],
    ]);
    const checkQuorum = r.chance(3, 4);
    this.cluster = new Cluster({
      seed,
      voters,
      learners: r.chance(1, 3) ? [6] : [],
      others: [7, 8],
      preVote: r.chance(3, 4),
      checkQuorum,
      leaseReads: checkQuorum && r.chance(1, 2),
      leaseTicks: 900,
      inFlightMax: r.between(1, 4),
      appendBytesMax: r.between(20, 100),
      chunkBytes: r.between(3, 40),
      keptEntriesMax: r.between(0, 8),
    });
    this.cluster.isSilent = true;
    this.#invariants = new Invariants(this.cluster);
    for (const id of this.cluster.servers.keys()) this.cluster.slowDisks.add(id);
    this.#odds = {
      deliver: 60,
      persist: 25,
      time: 12,
      propose: 6,
      read: 3,
      drop: r.below(12),
      double: r.below(5),
      crash: r.below(3),
      compact: r.below(3),
      configure: r.below(3),
      transfer: r.below(2),
    };
  }

  live(): void {
    const total = Object.values(this.#odds).reduce((a, b) => a + b);
    for (let i = 0; i < STEPS; i++) {
      let draw = this.#random.below(total);
      const kind = Object.entries(this.#odds).find(([, odds]) => (draw -= odds) < 0)![0];
      this.#act(kind);
      this.#checkReads();
    }
  }

  #act(kind: string): void {
    const { cluster } = this;
    const random = this.#random;
    const id = random.pick([...cluster.servers.keys()]);
    const server = cluster.server(id);
    const context = ++this.#number;
    const flight = cluster.flights.length > 0 ? random.pick(cluster.flights) : undefined;
    if (kind === 'deliver') cluster.deliver((f) => f === flight);
    if (kind === 'drop') cluster.drop((f) => f === flight);
    if (kind === 'double' && flight) cluster.flights.push(flight);
    if (kind === 'persist') cluster.persist(id, random.between(1, 3));
    if (kind === 'time') this.#passTime(random.pick([5, 30, 100, 700]));
    if (kind === 'propose') cluster.propose(id, `c${context}`, context);
    if (kind === 'crash') this.#crash(id);
    if (kind === 'compact' && server.appliedIndex > 0) cluster.compact(id);
    if (kind === 'read') {
      this.#reads.set(context, this.#invariants.committedIndex);
      cluster.step(id, { type: 'read', context });
    }
    const { voters } = server.raft.status().configuration;
    if (kind === 'transfer' && voters.length > 0)
      cluster.step(id, { type: 'transfer', to: random.pick(voters) });
    if (kind === 'configure') this.#configure(id, context);
  }

  #passTime(ticks: number): void {
    this.cluster.advance(ticks);
    for (const id of this.cluster.servers.keys())
      if (this.#random.chance(1, 2)) this.cluster.step(id, { type: 'wake' });
  }

  #crash(id: number): void {
    const { disk, syncs } = this.cluster.server(id);
    for (const request of syncs.slice(0, this.#random.below(syncs.length + 1)))
      write(disk, request);
    this.cluster.crash(id);
    this.cluster.restart(id);
    this.#seen.delete(id);
  }

  #configure(id: number, context: number): void {
    const random = this.#random;
    const voters = [1, 2, 3, 4, 5, 7, 8].filter(() => random.chance(1, 2));
    if (voters.length === 0 || !voters.every((voter) => this.cluster.servers.has(voter))) return;
    const all = [...this.cluster.servers.keys()];
    const learners = all.filter((other) => !voters.includes(other) && random.chance(1, 3));
    const isJoint = this.cluster.server(id).raft.status().configuration.outgoing.length > 0;
    const how = isJoint ? 'leave' : random.chance(1, 4) ? 'joint' : 'auto';
    this.cluster.step(id, { type: 'configure', context, change: { voters, learners, how } });
  }

  /** A read sees everything that was committed when it was asked for. */
  #checkReads(): void {
    for (const server of this.cluster.servers.values()) {
      for (const answer of server.answers.splice(0))
        if (answer.type === 'readable')
          expect(answer.index).toBeGreaterThanOrEqual(this.#reads.get(answer.context)!);
    }
  }

  /** All faults end: someone leads, and every member has what is proposed then. */
  recover(): void {
    const { cluster } = this;
    cluster.slowDisks.clear();
    for (const id of cluster.servers.keys()) cluster.persist(id);
    cluster.run(20_000);
    for (let tries = 0; tries < 10; tries++) {
      const [leader] = cluster.leaders();
      if (leader !== undefined) cluster.propose(leader, 'the end');
      cluster.run(2000);
      if (leader !== undefined && this.#isDone(leader)) return;
    }
    throw new Error(`no progress\n${cluster.logs()}`);
  }

  #isDone(leader: number): boolean {
    const { configuration } = this.cluster.server(leader).raft.status();
    const members = [...configuration.voters, ...configuration.learners];
    const states = members.map((id) => this.cluster.server(id).commands.join(' '));
    return new Set(states).size === 1 && states[0]!.endsWith('the end');
  }
}

test(`${SEEDS} random lives keep every promise, and come to rest`, () => {
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const life = new Life(seed);
    try {
      life.live();
      life.recover();
    } catch (error) {
      throw new Error(`RAFT_SEEDS=1 RAFT_FROM=${seed}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
});
