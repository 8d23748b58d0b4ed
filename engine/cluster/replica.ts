// A replica: one server of the replicated store, as a program (env/program.ts).
//
//     message ──decode──> Raft core ──> persist ──> RaftStorage ──durable──> core: persisted
//                           │  ▲  └──> messages ──encode──> send
//                           │  └────── proposals, reads <── requests of clients
//                           └──> entries ──> StateMachine ──> answers
//
// 1. It does what the core asks for in the core's order (raft/effects.ts): the log first, then
//    messages. What must not be said before it is durable, the core holds back itself.
// 2. It starts when all that it found on its disk is durable, and not before: the process that
//    wrote it may have ended before its sync.
// 3. A request is answered by the server that took it, when its entry is applied there. One that
//    is not leader names the leader, or with `forward` sends the request on.
// 4. A read is answered from the state machine when everything is applied up to the index that
//    the core gave for it (ReadIndex; thesis, 6.4).
// 5. After so many entries the state machine is frozen and written out, a piece at a time. When
//    that is durable the log before it may go.
// 6. What fails at its disk it doesn't survive: it throws, and its node stops; others carry on.
//    A disk that is full is waited for (full-disk.ts).

import { assert } from '../base/assert.ts';
import { isFerrisError } from '../base/errors.ts';
import type { File } from '../env/files.ts';
import type {
  NodeEffects,
  NodeEnvironment,
  NodeId,
  NodeInput,
  RunningProgram,
} from '../env/program.ts';
import type { RaftEffects, RaftOptions, ReceivedChunk } from '../raft/effects.ts';
import type { Entry, LogIndex, SnapshotMeta } from '../raft/message.ts';
import { Raft } from '../raft/raft.ts';
import { ClientDesk } from './client-desk.ts';
import { decodeMessage } from './codec.ts';
import { FullDisk, type Stoppable } from './full-disk.ts';
import { MAP_MACHINE } from './map-machine.ts';
import type { ClientMessage, ClusterMessage } from './message.ts';
import { Outbox } from './outbox.ts';
import { RaftStorage } from './raft-storage.ts';
import { SnapshotFiles, SnapshotWriter } from './snapshot-files.ts';
import type { MachineKind, MachinePlace, StateMachine } from './state-machine.ts';

/** What a replica is told; the same on every server of a cluster. */
export interface ReplicaOptions {
  /** All but the server's own number, which its environment has. */
  readonly raft: Omit<RaftOptions, 'id'>;
  /** Default: in memory. */
  readonly machine?: MachineKind;
  /** A snapshot after so many entries; 0: never. Default 1,000. */
  readonly snapshotEntries?: number;
  /** Send requests on to the leader instead of naming it. Default false. */
  readonly forward?: boolean;
  /** How reads are answered: by ReadIndex, or by an entry of their own. Default 'index'. */
  readonly reads?: 'index' | 'log';
  /** Pause between two pieces of background work. Default 100. */
  readonly sliceTicks?: number;
}

/** A server, to look at. */
export interface ReplicaView extends RunningProgram {
  /** Absent until it has started, see (2). */
  readonly raft: Raft | undefined;
  readonly machine: StateMachine | undefined;
  readonly storage: RaftStorage | undefined;
}

/** The program of a server. */
export function replica(options: ReplicaOptions): (environment: NodeEnvironment) => ReplicaView {
  const pauseTicks = options.raft.electionTicksMax * FULL_PAUSE_TIMEOUTS;
  return (environment) =>
    new FullDisk(() => new Replica(options, environment), pauseTicks, environment.trace);
}

/** After so many election timeouts a server looks again whether its disk has room. */
const FULL_PAUSE_TIMEOUTS = 4;

const DEFAULTS = {
  machine: MAP_MACHINE,
  snapshotEntries: 1000,
  forward: false,
  reads: 'index',
  sliceTicks: 100,
} as const;

class Replica implements Stoppable {
  raft: Raft | undefined;
  machine: StateMachine | undefined;
  storage: RaftStorage | undefined;
  readonly #options: Required<ReplicaOptions>;
  readonly #environment: NodeEnvironment;
  readonly #outbox: Outbox;
  readonly #desk: ClientDesk;
  readonly #snapshots: SnapshotFiles;
  /** What was found of the newest snapshot, while it may not be durable. */
  #found: File | undefined;
  #writing: SnapshotWriter | undefined;
  #received: SnapshotMeta | undefined;
  #snapshotIndex: LogIndex = 0;
  /** Where the machine was restored to, while that may not be durable: a record of it might be sooner. */
  #restored: MachinePlace | undefined;
  /** What is to be done when a record of the Raft log is durable. */
  readonly #afterwards: { readonly ticket: number; readonly run: () => void }[] = [];
  #nowTicks = 0;
  #wakeAtTicks = Number.POSITIVE_INFINITY;
  #workAtTicks: number | undefined;

  constructor(options: ReplicaOptions, environment: NodeEnvironment) {
    this.#options = { ...DEFAULTS, ...options };
    this.#environment = environment;
    this.#outbox = new Outbox(environment.id);
    this.#desk = new ClientDesk(this.#options, this.#outbox);
    this.#snapshots = new SnapshotFiles(environment.files);
  }

  step(nowTicks: number, input: NodeInput): NodeEffects {
    this.#nowTicks = nowTicks;
    if (input.type === 'start') this.#recover();
    if (this.raft === undefined && !this.#begin()) return this.#outbox.take(undefined);
    const raft = this.raft as unknown as Raft;
    if (input.type === 'message') this.#hear(raft, input.from, input.bytes);
    if (nowTicks >= this.#wakeAtTicks) raft.step(nowTicks, { type: 'wake' });
    if (this.#workAtTicks !== undefined && nowTicks >= this.#workAtTicks) this.#work();
    this.#settle(raft);
    do this.#do(raft, raft.take());
    while (this.#settle(raft));
    return this.#outbox.take(this.#nextWake());
  }

  close(): void {
    this.#abandon();
    this.#found?.close();
    this.#snapshots.close();
    try {
      this.machine?.close();
    } catch (error) {
      if (!isFerrisError(error)) throw error; // what it could not write, the Raft log has
    }
    this.storage?.close();
  }

  // Starting.

  /** Reads the log, and asks that it be durable with the snapshot that it names. */
  #recover(): void {
    this.storage = RaftStorage.open(this.#environment.files);
    const { snapshot } = this.storage.image;
    if (snapshot !== undefined && snapshot.index > 0)
      this.#found = this.#snapshots.settle(snapshot.index);
  }

  /** Begins to take part, if all that was found is durable. */
  #begin(): boolean {
    const { storage } = this;
    if (storage?.ready !== true) return false;
    if (this.#found !== undefined && this.#found.durableBytes < this.#found.size) return false;
    this.#found?.close();
    const { term, vote, snapshot, entries } = storage.image;
    this.#snapshotIndex = snapshot?.index ?? 0;
    this.#snapshots.dropOthers(this.#snapshotIndex);
    const { appliedIndex } = this.#openMachine(storage);
    const { id, random, trace } = this.#environment;
    const options = { ...this.#options.raft, id };
    const recovered = { term, vote, snapshot, entries, appliedIndex };
    const raft = new Raft(options, recovered, random, { snapshots: this.#snapshots, trace });
    raft.step(this.#nowTicks, { type: 'wake' });
    this.raft = raft;
    return true;
  }

  /** Opens the machine that counts, or makes it from the snapshot when it is behind. */
  #openMachine(storage: RaftStorage): StateMachine {
    const { machine: kind } = this.#options;
    const place = this.#placeOf(storage.image.generation);
    kind.discardOthers(place);
    const machine = kind.open(place);
    this.machine = machine;
    if (this.#snapshotIndex > 0) this.#snapshots.offer(this.#snapshotIndex);
    if (machine.appliedIndex >= this.#snapshotIndex) return machine;
    return this.#restore(storage, this.#snapshotIndex);
  }

  #placeOf(generation: number): MachinePlace {
    const { files, trace } = this.#environment;
    return { files, generation, trace };
  }

  // Inputs.

  #hear(raft: Raft, from: NodeId, bytes: Uint8Array): void {
    const message = decodeMessage(bytes, from, this.#environment.id);
    if (message === undefined) {
      this.#environment.trace?.({ type: 'replica.drop', from, sizeBytes: bytes.length });
      return;
    }
    if (isOfClients(message)) this.#desk.hear(raft, this.#nowTicks, from, message);
    else raft.step(this.#nowTicks, { type: 'message', from, message });
  }

  // Effects, in the core's order.

  #do(raft: Raft, effects: RaftEffects): void {
    const storage = this.storage as RaftStorage;
    for (const request of effects.persist) {
      storage.persist(request);
      const { snapshot } = request;
      if (snapshot === undefined) continue;
      this.#after(storage, () => this.#dropBefore(snapshot.index));
    }
    for (const { to, message } of effects.send) this.#outbox.send(to, message);
    for (const chunk of effects.receive) this.#receive(chunk);
    if (effects.restore !== undefined) this.#restore(storage, effects.restore.index);
    for (const entry of effects.apply) this.#apply(raft, entry);
    for (const answer of effects.answers) this.#desk.answered(raft, answer);
    if (this.machine !== undefined) this.#desk.read(raft, this.machine);
    this.#freeze();
    storage.sync();
    this.#wakeAtTicks = effects.wakeAtTicks;
  }

  /** Snapshots of lower indexes are of no use any more, nor is one that is just being written. */
  #dropBefore(index: LogIndex): void {
    if (this.#writing !== undefined && this.#writing.index < index) this.#abandon();
    this.#snapshots.dropBefore(index);
  }

  #after(storage: RaftStorage, run: () => void): void {
    this.#afterwards.push({ ticket: storage.ticket, run });
  }

  #receive(chunk: ReceivedChunk): void {
    if (chunk.offsetBytes === 0) this.#received = undefined;
    if (this.#snapshots.receive(chunk)) this.#received = chunk.meta;
  }

  /** Replaces the machine by one with the state of the snapshot at `index`. */
  #restore(storage: RaftStorage, index: LogIndex): StateMachine {
    this.#abandon();
    const { machine: kind } = this.#options;
    this.machine?.close();
    const generation = storage.image.generation + (kind.keepsFiles ? 1 : 0);
    const place = this.#placeOf(generation);
    const machine = kind.restore(place, this.#snapshots.parts(index, kind.id));
    assert(machine.appliedIndex === index, 'a snapshot holds what its name says');
    this.machine = machine;
    this.#snapshotIndex = index;
    this.#snapshots.offer(index);
    if (kind.keepsFiles) this.#restored = place;
    const { stateHash } = machine;
    this.#environment.trace?.({ type: 'replica.restore', index, stateHash });
    return machine;
  }

  /** What was restored is durable: from now on it counts, and then the one before it may go. */
  #switch(storage: RaftStorage, place: MachinePlace): void {
    this.#restored = undefined;
    storage.switchGeneration(place.generation);
    storage.sync();
    this.#after(storage, () => {
      const isNewest = storage.image.generation === place.generation;
      if (isNewest && this.#restored === undefined) this.#options.machine.discardOthers(place);
    });
  }

  #apply(raft: Raft, entry: Entry): void {
    const { index, term } = entry;
    const machine = this.machine as StateMachine;
    const applied = machine.apply(entry);
    if (applied !== undefined) {
      const { client, request, duplicate, call } = applied;
      const { stateHash } = machine;
      this.#environment.trace?.({
        type: 'replica.apply',
        index,
        term,
        client,
        request,
        duplicate,
        call,
        stateHash,
      });
    }
    this.#desk.applied(raft, entry, applied);
  }

  // Durability, and what comes of it.

  /** True if the core was told something. */
  #settle(raft: Raft): boolean {
    const storage = this.storage as RaftStorage;
    const { files } = this.#environment;
    if (this.#restored !== undefined && files.directoryDurable)
      this.#switch(storage, this.#restored);
    const hasNews = storage.advance();
    if (hasNews)
      raft.step(this.#nowTicks, { type: 'persisted', sequence: storage.persistedSequence });
    while ((this.#afterwards[0]?.ticket ?? Number.POSITIVE_INFINITY) <= storage.durableTicket)
      this.#afterwards.shift()?.run();
    const hasWritten = this.#writing?.isDurable === true && this.#offer(raft, this.#writing);
    const hasReceived = this.#received !== undefined && this.#snapshots.isReceivedDurable;
    if (hasReceived) this.#acceptReceived(raft, this.#received as SnapshotMeta);
    return hasNews || hasWritten || hasReceived;
  }

  #offer(raft: Raft, { index, file }: SnapshotWriter): true {
    this.#writing = undefined;
    this.#snapshotIndex = index;
    this.#environment.trace?.({ type: 'replica.snapshot', index, sizeBytes: file.size });
    file.close();
    this.#snapshots.offer(index);
    raft.step(this.#nowTicks, { type: 'compact', index });
    return true;
  }

  #acceptReceived(raft: Raft, meta: SnapshotMeta): void {
    this.#received = undefined;
    const isSound = this.#snapshots.isSound(meta.index, this.#options.machine.id);
    const type = isSound ? 'snapshot-received' : 'snapshot-refused';
    raft.step(this.#nowTicks, { type, meta });
  }

  // Background.

  /** Begins a snapshot when it is time for one. */
  #freeze(): void {
    const { snapshotEntries, machine: kind } = this.#options;
    const { machine } = this;
    if (snapshotEntries === 0 || machine === undefined || this.#writing !== undefined) return;
    if (machine.appliedIndex - this.#snapshotIndex < snapshotEntries) return;
    const frozen = machine.freeze();
    if (frozen === undefined) return;
    this.#writing = new SnapshotWriter(this.#environment.files, frozen, kind.id);
  }

  #work(): void {
    this.#workAtTicks = undefined;
    if (this.#writing?.isWritten === false) this.#writing.work();
    else if (this.machine?.workDue === true) this.machine.work();
  }

  #nextWake(): number {
    const hasWork = this.#writing?.isWritten === false || this.machine?.workDue === true;
    if (!hasWork) this.#workAtTicks = undefined;
    else this.#workAtTicks ??= this.#nowTicks + this.#options.sliceTicks;
    return Math.min(this.#wakeAtTicks, this.#workAtTicks ?? Number.POSITIVE_INFINITY);
  }

  #abandon(): void {
    this.#writing?.abandon();
    this.#writing = undefined;
  }
}

function isOfClients(message: ClusterMessage): message is ClientMessage {
  const { type } = message;
  return type === 'request' || type === 'configure' || type === 'transfer' || type === 'reply';
}
