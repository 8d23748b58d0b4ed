// What must hold in every step, whatever happens. Paper, figure 3.

import { text } from '../../../engine/base/bytes.ts';
import type { Message } from '../../../engine/raft/message.ts';
import type { RaftEvent } from '../../../engine/trace/events-raft.ts';
import type { Cluster, Server } from './cluster.ts';

/** Watches a cluster, and throws at the first step that breaks a rule. */
export class Invariants {
  /** The commit index that anyone has reached. */
  committedIndex = 0;
  readonly #cluster: Cluster;
  readonly #leaders = new Map<number, number>();
  /** index -> the entry that was committed there. */
  readonly #committed = new Map<number, string>();
  /** index/term -> the entry and the term of the one before: log matching. */
  readonly #entries = new Map<string, string>();
  /** server and term -> whom it voted for, as told to anyone. */
  readonly #votes = new Map<string, number>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    cluster.watch = (id, event) => this.#onEvent(id, event);
    cluster.watchSend = (server, message) => this.#onSend(server, message);
    cluster.watchApply = (server, entry) => this.#onApply(server.id, entry.index);
  }

  #onEvent(id: number, event: RaftEvent): void {
    if (event.type === 'raft.role' && event.role === 'leader') this.#onLeader(id, event.term);
    if (event.type === 'raft.append') this.#onAppend(id, event.firstIndex);
    if (event.type === 'raft.commit') this.#onCommit(id, event.index);
    if (event.type === 'raft.truncate') this.#onTruncate(id);
  }

  /** Election safety, and leader completeness. */
  #onLeader(id: number, term: number): void {
    const other = this.#leaders.get(term);
    check(other === undefined || other === id, `${other} and ${id} lead in term ${term}`);
    this.#leaders.set(term, id);
    for (const [index, entry] of this.#committed)
      check(
        this.#isCompacted(id, index) || this.#entry(id, index) === entry,
        `leader ${id} of term ${term} lacks ${entry}, which is committed`,
      );
  }

  #onAppend(id: number, firstIndex: number): void {
    const { log } = this.#cluster.server(id).raft.status();
    for (let index = firstIndex; index <= log.lastIndex; index++) {
      const key = `${index}/${log.termAt(index)}`;
      const value = `${this.#entry(id, index)} after ${log.termAt(index - 1)}`;
      const known = this.#entries.get(key) ?? value;
      check(known === value, `log matching: ${known} and, at ${id}, ${value}`);
      this.#entries.set(key, value);
    }
  }

  #onTruncate(id: number): void {
    const { role } = this.#cluster.server(id).raft.status();
    check(role !== 'leader', `leader ${id} cut its own log`);
  }

  #onCommit(id: number, index: number): void {
    const { log } = this.#cluster.server(id).raft.status();
    for (let i = log.startIndex + 1; i <= index; i++) {
      const entry = this.#entry(id, i);
      const known = this.#committed.get(i) ?? entry;
      check(known === entry, `${known} and, at ${id}, ${entry} are committed`);
      this.#committed.set(i, entry);
    }
    this.committedIndex = Math.max(this.committedIndex, index);
  }

  /** State machine safety; and nobody applies what isn't durable in its own log. */
  #onApply(id: number, index: number): void {
    check(this.#committed.get(index) === this.#entry(id, index), `${id} applied a wrong ${index}`);
    const { entries, snapshot } = this.#cluster.server(id).disk;
    const last = entries[entries.length - 1]?.index ?? snapshot?.index ?? 0;
    check(index <= last, `${id} applied ${index}; its disk has ${last}`);
  }

  /** Persisted before sent. */
  #onSend({ id, disk }: Server, message: Message): void {
    // Pre-votes speak of a term that nobody is in yet.
    const isPre = message.type === 'pre-vote' || message.type === 'pre-vote-reply';
    const what = `${id} sent ${message.type} of term ${message.term}`;
    check(isPre || message.term <= disk.term, `${what}; its disk has ${disk.term}`);
    if (message.type === 'vote-reply' && message.granted) {
      check(disk.term === message.term, `${what} with another term on its disk`);
      const key = `${id} in ${message.term}`;
      const other = this.#votes.get(key) ?? disk.vote;
      check(other === disk.vote, `${id} voted twice in ${message.term}`);
      this.#votes.set(key, disk.vote);
    }
    if (message.type === 'append-reply' && !message.rejected) {
      const last = disk.entries[disk.entries.length - 1]?.index ?? disk.snapshot?.index ?? 0;
      check(message.index <= last, `${what} to ${message.index}; its disk has ${last}`);
    }
  }

  #isCompacted(id: number, index: number): boolean {
    return index <= this.#cluster.server(id).raft.status().log.startIndex;
  }

  #entry(id: number, index: number): string {
    const entry = this.#cluster.server(id).raft.status().log.entryAt(index);
    return entry === undefined
      ? 'nothing'
      : `${index}/${entry.term} ${entry.kind} ${text(entry.data)}`;
  }
}

function check(fact: boolean, what: string): asserts fact {
  if (!fact) throw new Error(what);
}
