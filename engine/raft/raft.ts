// One server of a Raft cluster, without its disk, network and clock.
//
//     const raft = new Raft(options, recovered, random, { snapshots, trace });
//     raft.step(nowTicks, { type: 'wake' });     the first step starts its timers
//     raft.take()                                what is to be done: effects.ts
//
// Where the rules are:
//
//     follower.ts    taking over the leader's log          paper, 5.3
//     candidate.ts   elections                             paper, 5.2 and 5.4.1
//     leader.ts      proposals, commit, heartbeats         paper, 5.3 and 5.4.2
//     replicate.ts   what is sent to whom                  paper, 5.3; thesis, 10.2.1
//     install.ts     taking a snapshot                     paper, 7
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
import {
  countOwnVote,
  onElectionTimeout,
  onTimeoutNow,
  onVoteReply,
  onVoteRequest,
} from './candidate.ts';
import { Core, type InputOf } from './core.ts';
import type {
  RaftEffects,
  RaftInput,
  RaftOptions,
  RecoveredRaft,
  SnapshotSource,
} from './effects.ts';
import { onAppend, refuseOldTerm } from './follower.ts';
import { onSnapshot, onSnapshotReceived, onSnapshotRefused } from './install.ts';
import {
  flush,
  onAppendReply,
  onHeartbeat,
  onOwnPersisted,
  onSnapshotReply,
  propose,
} from './leader.ts';
import type { RaftLog } from './log.ts';
import { configure } from './membership.ts';
import type { Configuration, Entry, LogIndex, Message, SnapshotMeta, Term } from './message.ts';
import { settingsOf } from './options.ts';
import type { Progress } from './progress.ts';
import { onRead, onReadIndex, onReadIndexReply } from './read-index.ts';
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

/** Paper, figure 2, all servers: terms are compared before anything else. */
function onMessage(core: Core, from: NodeId, message: Message): void {
  if (from === core.id) {
    core.drop(from, message, 'it comes from this server itself');
    return;
  }
  if (message.type === 'vote' || message.type === 'pre-vote') {
    onVoteRequest(core, from, message);
    return;
  }
  // A granted pre-vote names the term asked about, which nobody is in yet (thesis, 9.6).
  const isOfNextTerm = message.type === 'pre-vote-reply' && message.granted;
  if (message.term < core.term) {
    onOldTerm(core, from, message);
    return;
  }
  if (message.term > core.term && !isOfNextTerm) {
    const isLeader = message.type === 'append' || message.type === 'snapshot';
    core.becomeFollower(message.term, isLeader ? from : 0, 'higher term');
    if (isReply(message)) return; // it answers nothing of the new term
  }
  dispatch(core, from, message);
}

function isReply({ type }: Message): boolean {
  return (
    type === 'append-reply' ||
    type === 'vote-reply' ||
    type === 'pre-vote-reply' ||
    type === 'snapshot-reply'
  );
}

/** Paper, 5.1: a request of an old term is refused; a reply of one is of no use. */
function onOldTerm(core: Core, from: NodeId, message: Message): void {
  core.drop(from, message, 'it is of an old term');
  if (message.type === 'append') refuseOldTerm(core, from, message.previousIndex);
  if (message.type === 'snapshot') refuseOldTerm(core, from, message.meta.index);
}

function dispatch(
  core: Core,
  from: NodeId,
  message: Exclude<Message, { type: 'vote' | 'pre-vote' }>,
): void {
  switch (message.type) {
    case 'append':
      onAppend(core, from, message);
      return;
    case 'append-reply':
      onAppendReply(core, from, message);
      return;
    case 'vote-reply':
    case 'pre-vote-reply':
      onVoteReply(core, from, message);
      return;
    case 'snapshot':
      onSnapshot(core, from, message);
      return;
    case 'snapshot-reply':
      onSnapshotReply(core, from, message);
      return;
    case 'timeout-now':
      onTimeoutNow(core);
      return;
    case 'propose':
      onForwarded(core, from, message);
      return;
    case 'read-index':
      onReadIndex(core, from, message);
      return;
    case 'read-index-reply':
      onReadIndexReply(core, from, message);
      return;
  }
}

function onPropose(core: Core, { context, data }: InputOf<'propose'>): void {
  if (core.leadership === undefined) {
    forward(core, context, data);
    return;
  }
  const result = propose(core, core.leadership, data);
  if (typeof result === 'string') {
    core.refuse(context, result);
    return;
  }
  core.answers.push({ type: 'proposed', context, index: result.index, term: result.term });
}

/** Paper, 5.1: "if a client contacts a follower, the follower redirects it to the leader". */
function forward(core: Core, context: number, data: Uint8Array): void {
  if (core.leader === 0) {
    core.refuse(context, 'no leader');
    return;
  }
  core.send(core.leader, { type: 'propose', term: core.term, data });
  core.answers.push({ type: 'forwarded', context, to: core.leader });
}

function onForwarded(
  core: Core,
  from: NodeId,
  message: Extract<Message, { type: 'propose' }>,
): void {
  if (core.leadership === undefined) {
    core.drop(from, message, 'this server leads no more');
    return;
  }
  const result = propose(core, core.leadership, message.data);
  if (typeof result === 'string') core.drop(from, message, result);
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

/** The state machine is replaced when the log on disk begins after the snapshot. */
function takeRestore(core: Core): SnapshotMeta | undefined {
  const { restoring } = core;
  if (restoring === undefined || restoring.sequence > core.persistence.doneSequence)
    return undefined;
  core.restoring = undefined;
  core.handedIndex = restoring.meta.index;
  return restoring.meta;
}

/** Paper, figure 2, all servers: apply what is committed; here, also durable in this server's log. */
function takeCommitted(core: Core): readonly Entry[] {
  const to = Math.min(core.commitIndex, core.persistence.persistedIndex);
  if (to <= core.handedIndex || core.restoring !== undefined) return NONE;
  const entries = core.log.slice(core.handedIndex + 1, to);
  core.handedIndex = to;
  return entries;
}

/** Paper, 7: the state machine is safe up to `index`, so the log before it may go. */
function onCompact(core: Core, index: LogIndex): void {
  assert(index <= core.handedIndex, 'a snapshot holds what was applied');
  const term = core.log.termAt(index);
  if (index <= core.snapshot.index || term === undefined) return;
  core.snapshot = { index, term, configuration: core.configurations.at(index) };
  core.persistence.compact(core.snapshot);
  core.configurations.compact(index);
  const start = index - keptEntries(core, index);
  if (start > core.log.startIndex) core.compactLog(start);
}

/** A leader keeps what its slowest follower still needs, within bounds: entries are cheaper than a snapshot. */
function keptEntries(core: Core, index: LogIndex): number {
  let kept = 0;
  for (const { state, matchIndex } of core.leadership?.peers ?? NONE)
    if (state !== 'snapshot') kept = Math.max(kept, index - matchIndex);
  return Math.min(kept, core.settings.keptEntriesMax);
}
