// A store on a disk whose syncs take time, and clients who wait for them. Time is virtual.
//
//     clients ──> queue ──> Store.writeGroup ──> log, memtable
//        ^                                         | sync
//        └── answered <── onDurable <── disk: one sync after the other, `syncTicks` each
//
// The store, its log and its files are the engine's. What is added here is a clock: the disk is
// told to complete its oldest sync when `syncTicks` have passed since it began with it. Nothing
// else takes time: what a program writes into the page cache costs a thousandth of a sync.
//
// 1. While the disk is busy, writes wait in the queue. When it is done, those that wait form a
//    group: one append, one sync (engine/api/local-backend.ts does the same with real time).
// 2. A group has `groupMax` members at most. The first in line waits for more company until it
//    has waited `waitTicks`; with 0 the disk is never idle while somebody waits.
// 3. At equal times a sync completes before a client arrives, and a client arrives before a
//    group sets out.

import {
  Batch,
  type EngineEvent,
  FaultyFiles,
  Random,
  Store,
  tracedFiles,
  utf8,
} from '../../../engine/index.ts';
import type { Context } from '../../player/scenario.ts';

/** A tick of virtual time is a tenth of a millisecond. */
export const TICKS_PER_MS = 10;

export interface Rules {
  readonly syncTicks: number;
  readonly groupMax: number;
  readonly waitTicks: number;
  /** A log of this size is followed by the next one. */
  readonly logBytes: number;
}

/** Clients that come one after the other, each with one write. */
export interface Load {
  readonly clients: number;
  /** Mean time between two of them; 0: all at once. */
  readonly everyTicks: number;
  /** Every client exactly `everyTicks` after the one before, instead of by chance. */
  readonly even: boolean;
}

export type GroupEvent =
  | EngineEvent
  | ({ readonly type: 'client.rules' } & Rules)
  | { readonly type: 'client.arrive'; readonly client: number; readonly bytes: number }
  /** Its write would survive a power cut from now on, and it is told so. */
  | { readonly type: 'client.answer'; readonly client: number; readonly waitedTicks: number };

interface Waiting {
  readonly client: number;
  readonly arrivedTicks: number;
  readonly payload: Uint8Array;
  /** Of its write, once it is in the log. */
  sequence: number;
}

/** Never: no event is due. */
const NEVER = Number.POSITIVE_INFINITY;

export class Machine {
  readonly #context: Context<GroupEvent>;
  readonly #random: Random;
  /** What is told of the store and its disk; nothing while the machine is set up. */
  readonly #trace = (event: GroupEvent) => {
    if (this.#begun) this.#context.trace(event);
  };
  #begun = false;
  #rules: Rules = { syncTicks: 20, groupMax: 64, waitTicks: 0, logBytes: 1 << 20 };
  #disk: FaultyFiles | undefined;
  #store: Store | undefined;
  #nowTicks = 0;
  #clients = 0;
  #queue: Waiting[] = [];
  #committing: Waiting[] = [];
  /** When the sync that the disk is at will be done. */
  #syncDoneTicks = NEVER;

  constructor(context: Context<GroupEvent>) {
    this.#context = context;
    this.#random = new Random(context.seed);
  }

  /** A new machine with an empty store, whose first files are on the disk before time begins. */
  start(rules: Rules): void {
    const trace = this.#trace;
    const { seed } = this.#context;
    this.#rules = rules;
    this.#begun = false;
    this.#nowTicks = 0;
    this.#clients = 0;
    this.#disk = new FaultyFiles({
      random: this.#random.fork('disk'),
      durability: 'manual',
      trace,
    });
    const { logBytes } = rules;
    const files = tracedFiles(this.#disk, trace);
    const store = Store.open({ files, trace, seed, logBytes });
    this.#store = store;
    store.write(new Batch().put(utf8('shop'), utf8('open')), 'full');
    while (this.#disk.syncsPending > 0) this.#disk.completeSync();
    store.onDurable = () => this.#answer();
    this.#begun = true;
    const { syncTicks, groupMax, waitTicks } = rules;
    trace({ type: 'client.rules', syncTicks, groupMax, waitTicks, logBytes });
  }

  /** Lets clients arrive, and time pass until the last of them has its answer. */
  serve(load: Load): void {
    const arrivals = this.#arrivalsOf(load);
    while (arrivals.length > 0 || this.#queue.length > 0 || this.#committing.length > 0) {
      this.#passTo(Math.min(this.#syncDoneTicks, arrivals[0] ?? NEVER, this.#groupDueTicks()));
      if (this.#syncDoneTicks <= this.#nowTicks) this.#completeSync();
      while ((arrivals[0] ?? NEVER) <= this.#nowTicks) this.#arrive(arrivals.shift() as number);
      if (this.#groupDueTicks() <= this.#nowTicks) this.#commit();
    }
  }

  #passTo(ticks: number): void {
    this.#nowTicks = Math.max(this.#nowTicks, ticks);
    this.#context.stamp(0, this.#nowTicks);
  }

  #arrivalsOf({ clients, everyTicks, even }: Load): number[] {
    let at = this.#nowTicks;
    return Array.from({ length: clients }, () => {
      at += even ? everyTicks : this.#gapTicks(everyTicks);
      return at;
    });
  }

  /** Clients know nothing of each other: in every tick the next one may come. */
  #gapTicks(meanTicks: number): number {
    let ticks = 0;
    while (meanTicks > 0 && !this.#random.chance(1, meanTicks + 1)) ticks++;
    return ticks;
  }

  #arrive(arrivedTicks: number): void {
    const client = ++this.#clients;
    const payload = new Batch().put(utf8(`order ${client}`), utf8('one crab')).bytes.slice();
    this.#queue.push({ client, arrivedTicks, payload, sequence: 0 });
    this.#trace({ type: 'client.arrive', client, bytes: payload.length });
  }

  /** When the next group sets out, if nobody else comes. */
  #groupDueTicks(): number {
    const [first] = this.#queue;
    if (first === undefined || this.#syncDoneTicks !== NEVER) return NEVER;
    const { groupMax, waitTicks } = this.#rules;
    return this.#queue.length >= groupMax ? this.#nowTicks : first.arrivedTicks + waitTicks;
  }

  #commit(): void {
    const group = this.#queue.splice(0, this.#rules.groupMax);
    const store = this.#store as Store;
    let sequence = store.lastSequence;
    for (const member of group) member.sequence = ++sequence;
    this.#committing = group;
    store.writeGroup(
      group.map(({ payload }) => payload),
      'full',
    );
    this.#beginSync();
  }

  /** The disk turns to the oldest sync that waits, if there is one. */
  #beginSync(): void {
    const waits = (this.#disk as FaultyFiles).syncsPending > 0;
    this.#syncDoneTicks = waits ? this.#nowTicks + this.#rules.syncTicks : NEVER;
  }

  #completeSync(): void {
    this.#disk?.completeSync(1);
    this.#beginSync();
  }

  #answer(): void {
    const durable = this.#store?.durableSequence ?? 0;
    const answered = this.#committing.filter(({ sequence }) => sequence <= durable);
    this.#committing = this.#committing.filter(({ sequence }) => sequence > durable);
    for (const { client, arrivedTicks } of answered) {
      const waitedTicks = this.#nowTicks - arrivedTicks;
      this.#trace({ type: 'client.answer', client, waitedTicks });
    }
  }
}
