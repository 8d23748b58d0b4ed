// What only a leader knows; made when it is elected and dropped when it steps down.
// Paper, figure 2: "volatile state on leaders, reinitialized after election".

import type { NodeId } from '../env/program.ts';
import { membersOf } from './configuration.ts';
import type { Configuration, LogIndex } from './message.ts';
import type { Settings } from './options.ts';
import { Progress, Window } from './progress.ts';
import { quorumReached } from './quorum.ts';
import { ReadQueue } from './reads.ts';

/** Handing leadership over to `to`. */
export interface Transfer {
  readonly to: NodeId;
  readonly deadlineTicks: number;
  asked: boolean;
}

export class Leadership {
  /** Entries from here on are of its own term; the first is its no-op. */
  readonly firstIndex: LogIndex;
  readonly reads = new ReadQueue();
  heartbeatTicks = 0;
  /** Rounds of appends to everyone, counted from 1. */
  round = 0;
  /** The newest round that a quorum has answered. */
  roundConfirmed = 0;
  transfer: Transfer | undefined;
  /** It asked for another's election in this term: its lease protects nothing any more. */
  leaseForfeited = false;
  uncommittedBytes = 0;
  /** There may be something to send. */
  isDue = true;

  readonly #self: NodeId;
  readonly #settings: Settings;
  #progress = new Map<NodeId, Progress>();
  #peers: Progress[] = [];
  #voters: Progress[] = [];
  #outgoing: Progress[] = [];

  constructor(settings: Settings, firstIndex: LogIndex) {
    this.#self = settings.id;
    this.#settings = settings;
    this.firstIndex = firstIndex;
  }

  /** Everyone that it sends to. */
  get peers(): readonly Progress[] {
    return this.#peers;
  }

  /** Itself; undefined when it has no place in the configuration any more. */
  get self(): Progress | undefined {
    return this.#progress.get(this.#self);
  }

  progressOf(id: NodeId): Progress | undefined {
    return this.#progress.get(id);
  }

  /** Follows a change of configuration; what is known of those who stay is kept. */
  track(configuration: Configuration, nextIndex: LogIndex, nowTicks: number): void {
    const old = this.#progress;
    const { inFlightMax, inFlightBytesMax } = this.#settings;
    this.#progress = new Map();
    for (const id of membersOf(configuration)) {
      const fresh = () =>
        new Progress(id, nextIndex, nowTicks, new Window(inFlightMax, inFlightBytesMax));
      this.#progress.set(id, old.get(id) ?? fresh());
    }
    const all = [...this.#progress.values()];
    this.#peers = all.filter(({ id }) => id !== this.#self);
    this.#voters = all.filter(({ id }) => configuration.voters.includes(id));
    this.#outgoing = all.filter(({ id }) => configuration.outgoing.includes(id));
    this.isDue = true;
  }

  /** What a quorum has reached. A leader that is no voter doesn't count itself (thesis, 4.2.2). */
  quorum(reached: (progress: Progress) => number): number {
    return quorumReached(this.#voters, this.#outgoing, reached);
  }
}
