// The scenarios that swarm runs are drawn from: who is there, and what may go wrong.

import { FAULT_KINDS, type FaultKind } from './nemesis.ts';

/** A family of runs; a seed picks one of them. */
export interface SwarmScenario {
  readonly name: string;
  /** What it is after, in a sentence. */
  readonly purpose: string;
  /** Founding servers, numbered from 1. */
  readonly servers: number;
  /** Servers after them with an empty log that may be added. */
  readonly spares: number;
  /** Clients that read and write; one more asks for progress at the end. */
  readonly clients: number;
  /** Keys they share: few, so that they meet. */
  readonly keys: number;
  /** Where the state lives: in memory, or in a store on the node's disk. */
  readonly machine: 'map' | 'store';
  /** Their disks keep zeros ready behind logs: rule 9 of env/files.ts. */
  readonly reserves: boolean;
  /** Entries between two snapshots are drawn from these; 0: never. */
  readonly snapshotEntries: readonly number[];
  readonly faults: readonly FaultKind[];
  /** Clients also ask for other members. */
  readonly membership: boolean;
  /** They ask for another leader, this often at most; 0: never. */
  readonly transferMs: number;
  /** Reads from leases. Only sound where clocks are, so there must be no fault of clocks. */
  readonly leases: boolean;
  /** How long faults happen, and how long after them progress may take. Virtual time. */
  readonly safetyMs: number;
  readonly livenessMs: number;
}

const BASE: Omit<SwarmScenario, 'name' | 'purpose'> = {
  servers: 5,
  spares: 0,
  clients: 3,
  keys: 2,
  machine: 'map',
  reserves: false,
  snapshotEntries: [0, 20],
  faults: FAULT_KINDS,
  membership: false,
  transferMs: 1_000,
  leases: false,
  safetyMs: 3_000,
  livenessMs: 15_000,
};

const ALL: readonly SwarmScenario[] = [
  {
    ...BASE,
    name: 'raft-3',
    purpose: 'three servers: each majority is nearly everyone',
    servers: 3,
  },
  { ...BASE, name: 'raft-5', purpose: 'five servers: two may be anywhere' },
  {
    ...BASE,
    name: 'raft-3-reads',
    purpose:
      'many clients on one key, while leaders are cut off or asleep: reads must not be stale',
    servers: 3,
    clients: 6,
    keys: 1,
    faults: ['pause', 'partition', 'one-way cut', 'flapping partition'],
  },
  {
    ...BASE,
    name: 'raft-3-lease',
    purpose: 'reads from leases, with sound clocks, while leaders change and are cut off',
    servers: 3,
    clients: 6,
    keys: 1,
    transferMs: 150,
    leases: true,
    faults: ['pause', 'partition', 'one-way cut', 'flapping partition', 'crash', 'slow disk'],
  },
  {
    ...BASE,
    name: 'raft-5-membership',
    purpose: 'servers are added and removed while all else goes wrong',
    servers: 3,
    spares: 2,
    membership: true,
    snapshotEntries: [0, 3, 10],
  },
  {
    ...BASE,
    name: 'raft-5-snapshots',
    purpose: 'a snapshot every few entries, and who was away needs one',
    snapshotEntries: [3, 6, 10],
    safetyMs: 4_000,
  },
  {
    ...BASE,
    name: 'raft-3-store',
    purpose: 'the state is in a store on the disk of each server, and survives with it',
    servers: 3,
    machine: 'store',
    snapshotEntries: [0, 6, 20],
  },
  {
    ...BASE,
    name: 'raft-3-reserves',
    purpose: 'logs of servers that crash end in zeros that nobody wrote, and stores are recovered',
    servers: 3,
    machine: 'store',
    reserves: true,
    snapshotEntries: [0, 6, 20],
    faults: ['crash', 'slow disk', 'partition', 'pause'],
  },
];

/** By name. */
export const SWARM_SCENARIOS: ReadonlyMap<string, SwarmScenario> = new Map(
  ALL.map((scenario) => [scenario.name, scenario]),
);
