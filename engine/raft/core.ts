// The state of one server (paper, figure 2), and what every role does with it.
//
//     raft.ts        takes inputs apart, and hands out effects
//       follower.ts  candidate.ts  leader.ts ...    the rules, as functions of a Core
//         core.ts    term, vote, log, commit index; sending; becoming a follower
//
// 1. Term and vote change together, and never back (paper, 5.1).
// 2. Nothing that names a term leaves before the term is durable: `send` holds it.
// 3. The commit index never falls, and never passes the end of the log.
// 4. Each event is emitted here or in the one function that does what it says.

import { assert } from '../base/assert.ts';
import type { Random } from '../base/random.ts';
import type { NodeId } from '../env/program.ts';
import type { WorldTrace } from '../trace/events.ts';
import type { RaftRole, RoleReason } from '../trace/events-raft.ts';
import { Configurations, decodeConfiguration, viewOf } from './configuration.ts';
import type {
  Answer,
  RaftInput,
  ReceivedChunk,
  RecoveredRaft,
  RefusalReason,
  SnapshotSource,
} from './effects.ts';
import { type Addressed, Held } from './held.ts';
import type { Leadership } from './leadership.ts';
import { RaftLog } from './log.ts';
import type { Entry, LogIndex, Message, SnapshotMeta, Term } from './message.ts';
import type { Settings } from './options.ts';
import { Persistence } from './persistence.ts';
import { ForwardedReads } from './reads.ts';

/** A snapshot on its way here. */
export interface IncomingSnapshot {
  readonly meta: SnapshotMeta;
  readonly term: Term;
  readonly from: NodeId;
  round: number;
  readonly totalBytes: number;
  /** The next byte wanted. */
  offsetBytes: number;
}

/** A snapshot that has replaced the log, and replaces the state machine when that is durable. */
interface Restoring {
  readonly meta: SnapshotMeta;
  readonly sequence: number;
}

export class Core {
  readonly id: NodeId;
  readonly settings: Settings;
  readonly snapshots: SnapshotSource;
  readonly trace: WorldTrace | undefined;
  readonly #random: Random;

  nowTicks = 0;
  term: Term;
  vote: NodeId;
  role: RaftRole = 'follower';
  /** 0: unknown. */
  leader: NodeId = 0;
  commitIndex: LogIndex;
  /** Entries up to here were handed out to be applied. */
  handedIndex: LogIndex;

  readonly log: RaftLog;
  readonly persistence: Persistence;
  readonly configurations: Configurations;
  /** Stands for what the log on disk doesn't hold any more. */
  snapshot: SnapshotMeta;

  /** Votes counted, as a candidate or pre-candidate. */
  readonly ballot = new Map<NodeId, boolean>();
  leadership: Leadership | undefined;
  incoming: IncomingSnapshot | undefined;
  restoring: Restoring | undefined;
  readonly forwarded: ForwardedReads;

  bootTicks = 0;
  /** When a leader of this term was last heard from. */
  heardTicks = 0;
  electionDeadlineTicks = 0;

  readonly held = new Held();
  ready: Addressed[] = [];
  answers: Answer[] = [];
  received: ReceivedChunk[] = [];

  constructor(
    settings: Settings,
    recovered: RecoveredRaft,
    random: Random,
    snapshots: SnapshotSource,
    trace: WorldTrace | undefined,
  ) {
    this.id = settings.id;
    this.settings = settings;
    this.snapshots = snapshots;
    this.trace = trace;
    this.#random = random;
    this.term = recovered.term;
    this.vote = recovered.vote;
    const founding = { index: 0, term: 0, configuration: settings.configuration };
    this.snapshot = recovered.snapshot ?? founding;
    this.log = new RaftLog(this.snapshot.index, this.snapshot.term, recovered.entries);
    this.persistence = new Persistence(this.log.lastIndex, recovered);
    this.configurations = new Configurations(this.snapshot.index, this.snapshot.configuration);
    for (const entry of recovered.entries) this.#adopt(entry);
    // What was applied was committed; that is all one knows (paper, figure 2: volatile state).
    this.commitIndex = recovered.appliedIndex;
    this.handedIndex = recovered.appliedIndex;
    this.forwarded = new ForwardedReads(random.u32() * 0x100000);
    this.#checkRecovered(recovered);
    this.#tellStart();
  }

  #checkRecovered({ term, appliedIndex }: RecoveredRaft): void {
    assert(this.log.lastTerm <= term, 'a log holds no entry of a later term than its server');
    assert(appliedIndex >= this.snapshot.index, 'the state machine has at least the snapshot');
    assert(appliedIndex <= this.log.lastIndex, 'what is applied is in the log');
  }

  #tellStart(): void {
    this.trace?.({
      type: 'raft.start',
      term: this.term,
      vote: this.vote,
      firstIndex: this.log.startIndex + 1,
      lastIndex: this.log.lastIndex,
      terms: this.log.terms(),
      appliedIndex: this.handedIndex,
      configuration: viewOf(this.configurations.current),
    });
  }

  // ------------------------------------------------------------------------------ sending

  /** Sends when term and vote are durable, and everything up to `sequence`, if that is later. */
  send(to: NodeId, message: Message, sequence = 0): void {
    const needed = Math.max(sequence, this.persistence.identitySequence);
    if (needed <= this.persistence.doneSequence) this.ready.push({ to, message });
    else this.held.add(needed, to, message);
  }

  refuse(context: number, reason: RefusalReason): void {
    this.answers.push({ type: 'refused', context, reason });
  }

  /** A message that can't be used, and says so. */
  drop(from: NodeId, message: Message, reason: string): void {
    this.trace?.({
      type: 'raft.drop',
      from,
      message: message.type,
      term: message.term,
      reason,
    });
  }

  // -------------------------------------------------------------------------------- roles

  /** Paper, 5.1: a server that learns of a later term takes it over and is a follower. */
  becomeFollower(term: Term, leader: NodeId, reason: RoleReason): void {
    const wasFollower = this.role === 'follower';
    this.#endLeadership();
    if (term > this.term) this.setTerm(term, 0);
    this.setRole('follower', leader, reason);
    if (!wasFollower) this.setElectionTimer();
  }

  /** Paper, figure 2: one vote a term, so a new term begins without one. */
  setTerm(term: Term, vote: NodeId): void {
    assert(term > this.term || (term === this.term && this.vote === 0), 'one vote a term');
    if (term > this.term) this.held.clear();
    this.term = term;
    this.vote = vote;
    this.persistence.changeIdentity();
  }

  setRole(role: RaftRole, leader: NodeId, reason: RoleReason): void {
    if (leader !== this.leader) this.#giveUpForwarded(Number.POSITIVE_INFINITY);
    this.role = role;
    this.leader = leader;
    this.ballot.clear();
    this.trace?.({ type: 'raft.role', role, term: this.term, leader, reason });
  }

  /** Reads that wait for a quorum won't get it from this server any more. */
  #endLeadership(): void {
    const leadership = this.leadership;
    if (leadership === undefined) return;
    this.leadership = undefined;
    for (const { from, context } of leadership.reads.drain()) {
      if (from === 0) this.refuse(context, 'lost leadership');
      else this.send(from, { type: 'read-index-reply', term: this.term, context, index: 0 });
    }
  }

  /** Reads sent on to a leader before `ticks` are refused: nobody will answer them. */
  #giveUpForwarded(ticks: number): void {
    for (const context of this.forwarded.expire(ticks)) this.refuse(context, 'no leader');
  }

  /** A leader of this term is there. Paper, 5.2: as long as that is so, nobody campaigns. */
  hearLeader(): void {
    this.heardTicks = this.nowTicks;
    this.setElectionTimer();
    this.#giveUpForwarded(this.nowTicks - this.settings.electionTicksMax);
  }

  /** Paper, 5.2: timeouts are drawn anew each time, so that split votes are rare. */
  setElectionTimer(): void {
    const { electionTicksMin, electionTicksMax } = this.settings;
    const timeoutTicks = this.#random.between(electionTicksMin, electionTicksMax);
    this.electionDeadlineTicks = this.nowTicks + timeoutTicks;
    this.trace?.({
      type: 'raft.timer',
      deadlineTicks: this.electionDeadlineTicks,
      timeoutTicks,
    });
  }

  // ---------------------------------------------------------------------------------- log

  /** Entries go to the end of the log, and will be asked of the disk by the next `take`. */
  append(entries: readonly Entry[]): void {
    this.log.append(entries);
    for (const entry of entries) this.#adopt(entry);
    this.trace?.({
      type: 'raft.append',
      firstIndex: entries[0]!.index,
      terms: entries.map((entry) => entry.term),
      kinds: entries.map((entry) => entry.kind),
    });
    if (entries.some(({ kind }) => kind === 'configuration')) this.followConfiguration();
  }

  /** Thesis, 4.1: a server uses the newest configuration in its log, committed or not. */
  #adopt({ kind, index, data }: Entry): void {
    if (kind === 'configuration') this.configurations.add(index, decodeConfiguration(data));
  }

  /** The configuration in effect has changed. */
  followConfiguration(): void {
    const { current, index } = this.configurations;
    this.leadership?.track(current, this.log.lastIndex, this.nowTicks);
    this.trace?.({ type: 'raft.configuration', index, configuration: viewOf(current) });
  }

  /** Paper, 5.3: entries that conflict with the leader's are cut off, with all that follow. */
  truncate(lastIndex: LogIndex): void {
    assert(lastIndex >= this.commitIndex, 'a committed entry is never cut off (paper, 5.4)');
    const removed = this.log.lastIndex - lastIndex;
    this.log.truncate(lastIndex);
    this.persistence.truncate(lastIndex);
    this.trace?.({ type: 'raft.truncate', lastIndex, removed });
    if (this.configurations.truncate(lastIndex)) this.followConfiguration();
  }

  /** Everything up to `index` is committed, and this log holds it. */
  commitTo(index: LogIndex): void {
    if (index <= this.commitIndex) return;
    assert(index <= this.log.lastIndex, 'the commit index stays within the log');
    this.commitIndex = index;
    this.trace?.({ type: 'raft.commit', index, term: this.log.termAt(index)! });
  }

  /** Paper, 7: a snapshot stands for the whole log. The state machine follows when that is durable. */
  replaceLog(meta: SnapshotMeta): void {
    this.snapshot = meta;
    this.log.restart(meta.index, meta.term);
    this.persistence.restart(meta);
    this.configurations.restart(meta.index, meta.configuration);
    this.restoring = { meta, sequence: this.persistence.nextSequence };
    this.commitTo(meta.index);
    this.followConfiguration();
  }

  /** The log before `firstIndex` goes. */
  compactLog(startIndex: LogIndex): void {
    this.log.compact(startIndex);
    this.trace?.({ type: 'raft.compact', firstIndex: startIndex + 1 });
  }
}

/** What a caller's request must tell: a part of `RaftInput`. */
export type InputOf<T extends RaftInput['type']> = Extract<RaftInput, { type: T }>;
