// What an onlooker who hears every event knows of a Raft group.
//
// No server knows all this; it is for the rules. The committed prefix is the longest that
// any server has called committed, and once an entry is in it, it must stay.

import type { ConfigurationView } from '../trace/events-raft.ts';
import { type LogView, ServerView } from './server-view.ts';
import type { EventIndex } from './violation.ts';

/** A server that won an election, and how far its log went at that moment. */
interface Leadership {
  readonly term: number;
  readonly node: number;
  readonly event: EventIndex;
  readonly lastIndex: number;
}

export class RaftView {
  readonly #servers = new Map<number, ServerView>();
  /** By term. */
  readonly leaderships = new Map<number, Leadership>();
  /** Entry at `index` -> its term, and the commit that told it. */
  readonly #committedTerms: number[] = [0];
  readonly #committedEvents: EventIndex[] = [-1];
  /** Entry (index, term) -> the term of the entry before it, and the append that told it. */
  readonly #entries = new Map<number, Map<number, { previousTerm: number; event: EventIndex }>>();
  /** The last configuration that is committed. */
  configuration: ConfigurationView = { voters: [], outgoing: [], learners: [] };
  configurationIndex = -1;
  configurationEvent: EventIndex = -1;

  server(node: number): ServerView {
    let server = this.#servers.get(node);
    if (server === undefined) this.#servers.set(node, (server = new ServerView(node)));
    return server;
  }

  servers(): IterableIterator<ServerView> {
    return this.#servers.values();
  }

  get committedIndex(): number {
    return this.#committedTerms.length - 1;
  }

  committedTermAt(index: number): number | undefined {
    return this.#committedTerms[index];
  }

  committedEventAt(index: number): EventIndex {
    return this.#committedEvents[index] ?? -1;
  }

  /** This server's configuration is committed. */
  settle(server: ServerView): void {
    if (server.configurationIndex <= this.configurationIndex) return;
    if (server.configuration.voters.length === 0) return;
    this.configuration = server.configuration;
    this.configurationIndex = server.configurationIndex;
    this.configurationEvent = server.configurationEvent;
  }

  /** The next committed entry. A term below 0 stands for one that nobody told. */
  commitNext(term: number, event: EventIndex): void {
    this.#committedTerms.push(term);
    this.#committedEvents.push(event);
  }

  /** True unless this log has another entry where one is committed. By log matching, one look is enough. */
  agreesWithCommitted(log: LogView): boolean {
    const index = Math.min(this.committedIndex, log.lastIndex);
    const committed = this.#committedTerms[index]!;
    const own = log.termAt(index);
    return own === undefined || committed < 0 || own === committed;
  }

  /** What stood before this entry when it was first seen; it becomes known with this call. */
  knownEntry(index: number, term: number, previousTerm: number, event: EventIndex) {
    let terms = this.#entries.get(index);
    if (terms === undefined) this.#entries.set(index, (terms = new Map()));
    let known = terms.get(term);
    if (known === undefined) terms.set(term, (known = { previousTerm, event }));
    return known;
  }
}
