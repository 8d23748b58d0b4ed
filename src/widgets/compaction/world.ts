// Two real stores on two disks of one machine, and a client that writes the same to both.
//
//     client --batch--> leveled --> disk        each does its own work in slices,
//            '--batch--> tiered --> disk        turn by turn, until nothing is due
//
// 1. Only what a compaction is about is told: not each byte and each record. Every event is
//    stamped with the store that said it: node 1 is leveled, node 2 tiered, 0 the client.
// 2. The client keeps its own account of what it was promised, and after a power cut reads
//    every key of both stores and compares. A batch that the cut met halfway may be there or
//    not; it is written again, since nobody was told.

import {
  Batch,
  type EngineEvent,
  FaultyFiles,
  Random,
  Store,
  utf8,
} from '../../../engine/index.ts';
import type { Context, Cut } from '../../player/scenario.ts';
import { batchOf, keyCountOf, keyOf, type Load, type Operation } from './workload.ts';

export type Policy = 'leveled' | 'tiered';
export const POLICIES: readonly Policy[] = ['leveled', 'tiered'];

/** What the reader chooses for both stores. */
export interface Setup extends Load {
  /** Tables in level 0 that are due (leveled); runs that may stand (tiered). */
  readonly runs: number;
  readonly fanout: number;
  readonly levelBytes: number;
  readonly tableBytes: number;
}

export type TreesAction =
  | ({ readonly do: 'open' } & Setup)
  /** `hurried`: the client leaves no time between its batches. */
  | { readonly do: 'burst'; readonly batches: number; readonly hurried: boolean }
  | { readonly do: 'delete-range' }
  | { readonly do: 'snapshot' }
  | { readonly do: 'release' }
  | { readonly do: 'restart'; readonly survive: 'nothing' | 'everything' }
  | Cut;

/** What a store has counted, as of one moment. */
export interface Counted {
  readonly writtenBytes: number;
  /** Handed to the disk: logs, flushes, compactions. */
  readonly diskBytes: number;
}

export type ClientEvent =
  | ({ readonly type: 'client.open' } & Setup)
  | {
      readonly type: 'client.batch';
      readonly puts: number;
      readonly deletes: number;
      readonly range: boolean;
    }
  /** Both have taken the batch, and done the work that was due. */
  | {
      readonly type: 'client.measure';
      readonly counted: readonly [leveled: Counted, tiered: Counted];
      readonly liveKeys: number;
      /** Of keys and values that a reader can see. */
      readonly liveBytes: number;
    }
  | { readonly type: 'client.snapshot'; readonly sequence: number }
  | { readonly type: 'client.release'; readonly count: number }
  /** After a restart, of one store: which tables are on the disk, and what reading all keys gave. */
  | {
      readonly type: 'client.verify';
      readonly files: readonly number[];
      readonly keys: number;
      readonly wrong: number;
    };

export type TreesEvent = EngineEvent | ClientEvent;

/** Sizes are tiny, so that a tree grows in a picture; the figure says so. */
const MEMTABLE_BYTES = 4096;
const BLOCK_BYTES = 1024;
/** Entries that a compaction takes in one turn. */
const SLICE_ENTRIES = 24;

const TOLD: ReadonlySet<string> = new Set<EngineEvent['type']>([
  'table.finish',
  'manifest.edit',
  'manifest.load',
  'compaction.begin',
  'compaction.move',
  'compaction.end',
  'compaction.abandon',
  'store.open.begin',
  'store.flush.begin',
  'store.flush.end',
  'store.stall',
  'store.obsolete',
  'power.cut',
]);

interface Side {
  readonly policy: Policy;
  readonly node: number;
  disk: FaultyFiles;
  store: Store | undefined;
  /** What earlier stores on this disk counted. */
  before: Counted;
}

const NOTHING: Counted = { writtenBytes: 0, diskBytes: 0 };

export class TreesWorld {
  readonly #context: Context<TreesEvent>;
  readonly #sides: readonly [Side, Side];
  #setup: Setup | undefined;
  #batch = 0;
  /** What a reader must see, by what was acknowledged. */
  readonly #promised = new Map<string, string>();
  /** The batch that no answer has come for. */
  #underWay: readonly Operation[] = [];
  #releases: (() => void)[] = [];

  constructor(context: Context<TreesEvent>) {
    this.#context = context;
    const side = (policy: Policy, node: number): Side => {
      const random = new Random(context.seed).fork(policy);
      const disk = new FaultyFiles({ random, trace: this.#tell(node) });
      return { policy, node, disk, store: undefined, before: NOTHING };
    };
    this.#sides = [side('leveled', 1), side('tiered', 2)];
  }

  apply(action: TreesAction): void {
    switch (action.do) {
      case 'open': {
        const { do: _, ...setup } = action;
        this.#open(setup);
        break;
      }
      case 'burst':
        for (let i = 0; i < action.batches && this.#running; i++) this.#burst(action.hurried);
        break;
      case 'delete-range':
        if (this.#running) this.#deleteRange();
        break;
      case 'snapshot':
        if (this.#running) this.#snapshot();
        break;
      case 'release':
        this.#release();
        break;
      case 'restart':
        if (!this.#running) this.#restart(action.survive);
        break;
      case 'cut':
        break;
    }
  }

  /** One machine, one plug. */
  cut(): void {
    for (const side of this.#sides) {
      side.before = countedBy(side);
      side.store = undefined;
      side.disk.powerCut();
    }
    this.#releases = [];
  }

  get #running(): boolean {
    return this.#sides.every(({ store }) => store !== undefined);
  }

  #tell(node: number): (event: EngineEvent) => void {
    return (event) => {
      if (!TOLD.has(event.type)) return;
      this.#context.stamp(node, this.#batch);
      this.#context.trace(event);
    };
  }

  #say(event: ClientEvent, node = 0): void {
    this.#context.stamp(node, this.#batch);
    this.#context.trace(event);
  }

  #open(setup: Setup): void {
    if (this.#setup !== undefined) return;
    this.#setup = setup;
    this.#say({ type: 'client.open', ...setup });
    for (const side of this.#sides) this.#start(side, setup);
  }

  #start(side: Side, { runs, fanout, levelBytes, tableBytes }: Setup): void {
    const trace = this.#tell(side.node);
    side.store = Store.open({
      files: side.disk,
      trace,
      seed: this.#context.seed,
      compaction: side.policy,
      memtableBytes: MEMTABLE_BYTES,
      blockBytes: BLOCK_BYTES,
      level0Tables: runs,
      slowdownTables: runs + 3,
      stopTables: runs + 6,
      levelFanout: fanout,
      levelBytes,
      tableBytes,
    });
  }

  #burst(hurried: boolean): void {
    const operations = batchOf(this.#setup as Setup, this.#context.seed, this.#batch++);
    this.#write(operations, pointsOf(operations));
    if (!hurried) this.#work();
    this.#measure();
  }

  /** The middle half of all keys. */
  #deleteRange(): void {
    const keys = keyCountOf(this.#setup as Setup, this.#batch);
    const [from, to] = [keyOf(Math.floor(keys / 4)), keyOf(Math.floor((3 * keys) / 4))];
    const gone = [...this.#promised.keys()].filter((key) => key >= from && key < to);
    const batch = new Batch().deleteRange(utf8(from), utf8(to));
    this.#batch++;
    this.#write(
      gone.map((key) => [key, null]),
      batch,
      true,
    );
    this.#work();
    this.#measure();
  }

  #write(operations: readonly Operation[], batch: Batch, range = false): void {
    const puts = operations.filter(([, value]) => value !== null).length;
    const deletes = range ? 0 : operations.length - puts;
    this.#say({ type: 'client.batch', puts, deletes, range });
    this.#underWay = operations;
    for (const { store } of this.#sides) store?.write(batch);
    for (const [key, value] of operations) {
      if (value === null) this.#promised.delete(key);
      else this.#promised.set(key, value);
    }
    this.#underWay = [];
  }

  /** Turn by turn, a slice each, until nothing is due in either. */
  #work(): void {
    while (this.#sides.some(({ store }) => store?.workDue))
      for (const { store } of this.#sides) if (store?.workDue) store.work(SLICE_ENTRIES);
  }

  #measure(): void {
    const [leveled, tiered] = this.#sides;
    let liveBytes = 0;
    for (const [key, value] of this.#promised) liveBytes += key.length + value.length;
    this.#say({
      type: 'client.measure',
      counted: [countedBy(leveled), countedBy(tiered)],
      liveKeys: this.#promised.size,
      liveBytes,
    });
  }

  #snapshot(): void {
    const [first] = this.#sides;
    for (const { store } of this.#sides) {
      const snapshot = (store as Store).snapshot();
      this.#releases.push(() => snapshot.release());
    }
    this.#say({ type: 'client.snapshot', sequence: (first.store as Store).lastSequence });
  }

  #release(): void {
    if (this.#releases.length === 0) return;
    for (const release of this.#releases) release();
    this.#say({ type: 'client.release', count: this.#releases.length / this.#sides.length });
    this.#releases = [];
  }

  #restart(survive: 'nothing' | 'everything'): void {
    const setup = this.#setup;
    const policy = survive === 'nothing' ? 'lose-all' : 'keep-all';
    for (const side of this.#sides) {
      side.disk = side.disk.restart({ policy });
      if (setup === undefined) continue;
      this.#start(side, setup);
      this.#verify(side);
    }
    if (this.#underWay.length > 0) this.#write(this.#underWay, pointsOf(this.#underWay));
  }

  /** Reads every key that was ever promised, or is in doubt. */
  #verify({ node, disk, store }: Side): void {
    const doubt = new Map(this.#underWay);
    const keys = new Set([...this.#promised.keys(), ...doubt.keys()]);
    let wrong = 0;
    for (const key of keys) {
      const bytes = store?.get(utf8(key));
      const found = bytes === undefined ? null : new TextDecoder().decode(bytes);
      const isPromised = found === (this.#promised.get(key) ?? null);
      if (!isPromised && found !== doubt.get(key)) wrong++;
    }
    const files = disk.list().flatMap((name) => tableNumber(name) ?? []);
    this.#say({ type: 'client.verify', files, keys: keys.size, wrong }, node);
  }
}

/** `7` for `000007.sst`. */
export function tableNumber(fileName: string): number | undefined {
  return fileName.endsWith('.sst') ? Number.parseInt(fileName, 10) : undefined;
}

function pointsOf(operations: readonly Operation[]): Batch {
  const batch = new Batch();
  for (const [key, value] of operations) {
    if (value === null) batch.delete(utf8(key));
    else batch.put(utf8(key), utf8(value));
  }
  return batch;
}

function countedBy({ store, before }: Side): Counted {
  if (store === undefined) return before;
  const { writtenBytes, logBytes, flushedBytes, compactedBytesOut } = store.stats();
  return {
    writtenBytes: before.writtenBytes + writtenBytes,
    diskBytes: before.diskBytes + logBytes + flushedBytes + compactedBytesOut,
  };
}
