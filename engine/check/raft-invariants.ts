// The invariants of Raft, checked with every event as it happens.
//
//     const invariants = new RaftInvariants({ factOf });
//     world.trace = (entry) => { if (invariants.see(entry)) stop(); };
//
// A fold over stamped events: it sees what servers say of themselves, keeps what an
// onlooker can know (raft-view.ts), and holds every new event against it.
//
//   rules-election.ts   election safety, one vote a term, leader completeness, quorums overlap,
//                       terms never go back
//   rules-log.ts        leader append-only, log matching, what was persisted stays
//   rules-commit.ts     commit by a quorum, of the own term, monotone; one entry at an index
//   rules-apply.ts      state-machine safety, equal state at equal index, applied once
//   here                persisted before sent
//
// 1. The first violation is the result: what is seen after it changes nothing.
// 2. An event costs constant time, but for a start (the log that it tells) and a change
//    of the configuration (2^servers). A long swarm run is millions of events.
// 3. What servers say is not believed where others can contradict it: a leader's commit is
//    counted again on what the others have persisted, and what was persisted is looked for
//    after the next start.
//
// Ongaro and Ousterhout (2014), figure 3, names the first five; the others are those of
// Ongaro's thesis and of TLA+ specifications of Raft (Ongaro; etcd).

import type { WorldEvent } from '../trace/events.ts';
import type { ConfigurationView, RaftEvent, ReplicaEvent } from '../trace/events-raft.ts';
import type { SimEvent } from '../trace/events-sim.ts';
import type { Recorded } from '../trace/recorder.ts';
import { RaftView } from './raft-view.ts';
import { AppliedCommands } from './rules-apply.ts';
import { seeCommit } from './rules-commit.ts';
import { seeConfiguration, seeRole, seeTerm, seeVote } from './rules-election.ts';
import { seeAppend, seePersisted, seeSnapshot, seeStart, seeTruncate } from './rules-log.ts';
import type { ServerView } from './server-view.ts';
import { type EventIndex, type Violation, violation } from './violation.ts';

type Send = Extract<SimEvent, { type: 'net.send' }>;

/** What a message promises, if it promises anything. */
export type SentFact =
  | { readonly kind: 'vote'; readonly term: number }
  | { readonly kind: 'append'; readonly term: number; readonly index: number };

export interface InvariantsOptions {
  /** Reads what a message promises; whoever knows the codec gives it. */
  readonly factOf?: (send: Send) => SentFact | undefined;
  /**
   * True: that a server comes back without what it had persisted is no violation yet, and what
   * comes of it is looked for. Default false.
   */
  readonly forgives?: boolean;
}

/** Watches one Raft group. */
export class RaftInvariants {
  readonly #factOf: InvariantsOptions['factOf'];
  readonly #forgives: boolean;
  readonly #view = new RaftView();
  readonly #commands = new AppliedCommands();
  #violation: Violation | undefined;

  constructor({ factOf, forgives = false }: InvariantsOptions = {}) {
    this.#factOf = factOf;
    this.#forgives = forgives;
  }

  /** The first one, once there is one. */
  get violation(): Violation | undefined {
    return this.#violation;
  }

  /** Takes the next event; returns the violation when there is one now, or was before. */
  see(entry: Recorded<WorldEvent>): Violation | undefined {
    this.#violation ??= this.#check(entry.node, entry.event, entry.index);
    return this.#violation;
  }

  #check(node: number, event: WorldEvent, index: EventIndex): Violation | undefined {
    const { type } = event;
    if (type.startsWith('raft.')) return this.#checkRaft(node, event as RaftEvent, index);
    if (type.startsWith('replica.')) return this.#checkReplica(node, event as ReplicaEvent, index);
    return type === 'net.send' ? this.#checkSend(event, index) : undefined;
  }

  #checkRaft(node: number, event: RaftEvent, index: EventIndex): Violation | undefined {
    const view = this.#view;
    const server = view.server(node);
    switch (event.type) {
      case 'raft.start':
        return (
          seeStart(server, event, index, this.#forgives) ??
          this.#startConfiguration(node, event, index)
        );
      case 'raft.role':
        return seeRole(view, server, event.role, event.term, index);
      case 'raft.vote':
        if (event.pre || !event.granted) return undefined;
        return (
          seeTerm(server, event.term, index) ?? seeVote(server, event.term, event.candidate, index)
        );
      case 'raft.append':
        return seeAppend(view, server, event, index);
      case 'raft.truncate':
        return seeTruncate(view, server, event.lastIndex, index);
      case 'raft.persisted':
        return seePersisted(server, event, index);
      case 'raft.snapshot.install':
        seeSnapshot(server, event.index, event.term, index);
        return undefined;
      case 'raft.commit':
        return seeCommit(view, server, event.index, index);
      case 'raft.configuration':
        return seeConfiguration(view, server, event.index, event.configuration, index);
      default:
        return undefined;
    }
  }

  /** What a server starts with is not news: it was checked when it was appended. */
  #startConfiguration(
    node: number,
    { configuration, firstIndex, lastIndex }: Extract<RaftEvent, { type: 'raft.start' }>,
    index: EventIndex,
  ): undefined {
    const view = this.#view;
    const server = view.server(node);
    const isSame = (other: ServerView) =>
      other.configurationIndex <= lastIndex && isEqual(other.configuration, configuration);
    const known = [server, ...view.servers()].find(isSame);
    server.configuration = configuration;
    server.configurationIndex = known?.configurationIndex ?? firstIndex - 1;
    server.configurationEvent = known?.configurationEvent ?? index;
    if (server.configurationIndex <= view.committedIndex) view.settle(server);
  }

  #checkReplica(node: number, event: ReplicaEvent, index: EventIndex): Violation | undefined {
    const server = this.#view.server(node);
    if (event.type === 'replica.apply') return this.#commands.see(this.#view, server, event, index);
    if (event.type === 'replica.restore')
      return this.#commands.seeRestore(server, event.index, event.stateHash, index);
    return undefined;
  }

  /** A promise leaves only when what it rests on is durable. Paper, figure 2; thesis, 10.2.1. */
  #checkSend(send: Send, index: EventIndex): Violation | undefined {
    const fact = this.#factOf?.(send);
    if (fact === undefined) return undefined;
    const server = this.#view.server(send.from);
    const { persisted, persistedIndex, log } = server;
    const what = fact.kind === 'vote' ? `a vote for ${send.to}` : `its log up to ${fact.index}`;
    const covered =
      fact.kind === 'vote'
        ? persisted.term > fact.term || (persisted.term === fact.term && persisted.vote === send.to)
        : persisted.term >= fact.term && fact.index <= Math.max(persistedIndex, log.baseIndex);
    if (covered) {
      if (fact.kind === 'append' && fact.index > server.promised.index)
        server.promised = { index: fact.index, event: index };
      return undefined;
    }
    return violation(
      'persisted before sent',
      `server ${send.from} promised ${what} in term ${fact.term}, and has persisted term ${persisted.term}, a vote for ${persisted.vote || 'nobody'} and its log up to ${persistedIndex}`,
      persisted.event,
      index,
    );
  }
}

function isEqual(a: ConfigurationView, b: ConfigurationView): boolean {
  return (
    a.voters.join() === b.voters.join() &&
    a.outgoing.join() === b.outgoing.join() &&
    a.learners.join() === b.learners.join()
  );
}
