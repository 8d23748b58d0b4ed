// One server of a Raft cluster, without its disk, network and clock.
//
//     const raft = new Raft(options, recovered, random, { snapshots, trace });
//     raft.step(nowTicks, { type: 'wake' });     the first step starts its timers
//     raft.take()                                what is to be done: effects.ts
//
// Where the rules are:
//
//     receive.ts     terms; who does what comes in         paper, 5.1
//     follower.ts    taking over the leader's log          paper, 5.3
//     candidate.ts   elections                             paper, 5.2 and 5.4.1
//     leader.ts      commit, heartbeats, check-quorum      paper, 5.3 and 5.4.2
//     proposals.ts   commands, from here or forwarded      paper, 5.1
//     replicate.ts   what is sent to whom                  paper, 5.3; thesis, 10.2.1
//     install.ts     taking a snapshot                     paper, 7
//     applying.ts    applying, and compacting the log      paper, 5.3 and 7
//     membership.ts  changing who takes part               paper, 6; thesis, 4
//     read-index.ts  reads without a log entry             thesis, 6.4
//     transfer.ts    handing leadership over               thesis, 3.10
//     core.ts        the state they share                  paper, figure 2
//
// Three kinds of trouble are told apart. A wrong option or a configuration that makes
// no sense throws a FerrisError. A message that no correct server would send now is
// dropped, with `raft.drop`. A broken precondition (a gap in the log recovered) is an
// assertion: going on could lose what was promised.

import { assert } from '../base/assert.ts';
import type { Random } from '../base/random.ts';
import type { NodeId } from '../env/program.ts';
import type { WorldTrace } from '../trace/events.ts';
import type { RaftRole } from '../trace/events-raft.ts';
import { onCompact, takeCommitted, takeRestore } from './applying.ts';
import { countOwnVote, onElectionTimeout } from './candidate.ts';
import { Core } from './core.ts';
import type {
  RaftEffects,
  RaftInput,
  RaftOptions,
  RecoveredRaft,
  SnapshotSource,
} from './effects.ts';
import { onSnapshotReceived, onSnapshotRefused } from './install.ts';
import { flush, onHeartbeat, onOwnPersisted } from './leader.ts';
import type { RaftLog } from './log.ts';
import { configure } from './membership.ts';
import type { Configuration, LogIndex, SnapshotMeta, Term } from './message.ts';
import { settingsOf } from './options.ts';
import type { Progress } from './progress.ts';
import { onPropose } from './proposals.ts';
import { onRead } from './read-index.ts';
import { onMessage } from './receive.ts';
import { transfer } from './transfer.ts';

/** What a server is up to: to look at, never to change. */
export interface RaftStatus {
  readonly id: NodeId;
  readonly term: Term;
  readonly vote: NodeId;
  readonly role: RaftRole;
  /** 0: unknown. */
  readonly leader: NodeId;
  readonly commitIndex: LogIndex;
  /** Entries up to here were handed out to be applied. */
  readonly handedIndex: LogIndex;
  readonly persistedIndex: LogIndex;
  readonly configuration: Configuration;
  readonly snapshot: SnapshotMeta;
  readonly log: Pick<RaftLog, 'startIndex' | 'lastIndex' | 'lastTerm' | 'termAt' | 'entryAt'>;
  /** Of a leader: the others. */
  readonly peers: readonly Readonly<Pick<Progress, 'id' | 'state' | 'matchIndex' | 'nextIndex'>>[];
}

const NONE: readonly never[] = [];

export class Raft {
  readonly #core: Core;
  #isStarted = false;

  /** @throws FERRIS_INVALID_ARGUMENT when an option is wrong */
  constructor(
    options: RaftOptions,
    recovered: RecoveredRaft,
    random: Random,
    world: { readonly snapshots: SnapshotSource; readonly trace?: WorldTrace | undefined },
  ) {
    this.#core = new Core(settingsOf(options), recovered, random, world.snapshots, world.trace);
  }

  /**
   * Does one input; what comes of it is in the next `take`.
   * @param nowTicks the server's own clock, which never goes back
   * @throws FERRIS_INVALID_ARGUMENT for a `configure` or `transfer` that makes no sense
   */
  step(nowTicks: number, input: RaftInput): void {
    const core = this.#core;
    assert(!this.#isStarted || nowTicks >= core.nowTicks, "a server's clock never goes back");
    core.nowTicks = nowTicks;
    if (!this.#isStarted) this.#start();
    switch (input.type) {
      case 'wake':
        onWake(core);
        return;
      case 'message':
        onMessage(core, input.from, input.message);
        return;
      case 'persisted':
        onPersisted(core, input.sequence);
        return;
      case 'propose':
        onPropose(core, input);
        return;
      case 'read':
        onRead(core, input.context);
        return;
      case 'transfer':
        transfer(core, input.to);
        return;
      case 'configure':
        configure(core, input);
        return;
      case 'compact':
        onCompact(core, input.index);
        return;
      case 'snapshot-received':
        onSnapshotReceived(core, input.meta);
        return;
      case 'snapshot-refused':
        onSnapshotRefused(core, input.meta);
        return;
    }
  }

  /** Paper, 5.2: servers start up as followers. */
  #start(): void {
    this.#isStarted = true;
    this.#core.bootTicks = this.#core.nowTicks;
    this.#core.setRole('follower', 0, 'start');
    this.#core.setElectionTimer();
  }

  /** Everything to do since the last call; see effects.ts for the order. */
  take(): RaftEffects {
    const core = this.#core;
    if (core.leadership !== undefined) flush(core, core.leadership);
    const persist = core.persistence.request(core.term, core.vote, core.log);
    const restore = takeRestore(core);
    const effects: RaftEffects = {
      persist: persist === undefined ? NONE : [persist],
      send: core.ready,
      receive: core.received,
      restore,
      apply: takeCommitted(core),
      answers: core.answers,
      wakeAtTicks: this.#isStarted ? wakeAt(core) : 0,
    };
    if (core.ready.length > 0) core.ready = [];
    if (core.received.length > 0) core.received = [];
    if (core.answers.length > 0) core.answers = [];
    return effects;
  }

  status(): RaftStatus {
    const core = this.#core;
    return {
      id: core.id,
      term: core.term,
      vote: core.vote,
      role: core.role,
      leader: core.leader,
      commitIndex: core.commitIndex,
      handedIndex: core.handedIndex,
      persistedIndex: core.persistence.persistedIndex,
      configuration: core.configurations.current,
      snapshot: core.snapshot,
      log: core.log,
      peers: core.leadership?.peers ?? NONE,
    };
  }
}

function wakeAt(core: Core): number {
  return core.leadership?.heartbeatTicks ?? core.electionDeadlineTicks;
}

function onWake(core: Core): void {
  if (core.nowTicks < wakeAt(core)) return;
  if (core.leadership !== undefined) onHeartbeat(core, core.leadership);
  else onElectionTimeout(core);
}

function onPersisted(core: Core, sequence: number): void {
  if (sequence <= core.persistence.doneSequence) return;
  core.persistence.complete(sequence);
  const { persistedIndex: lastIndex, identity } = core.persistence;
  core.trace?.({ type: 'raft.persisted', term: identity.term, vote: identity.vote, lastIndex });
  core.held.release(sequence, core.ready);
  countOwnVote(core);
  if (core.leadership !== undefined) onOwnPersisted(core, core.leadership);
}
