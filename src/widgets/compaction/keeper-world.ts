// A store of a few keys, whose every entry can be seen: in memory, in a table, or dropped.
//
// Nothing is compacted unless the reader says so. After each flush and compaction the tables that
// came of it are read, entry by entry: what went in and did not come out, the keeper has dropped.

import {
  Batch,
  type EngineEvent,
  MemoryFiles,
  Store,
  Table,
  text,
  utf8,
} from '../../../engine/index.ts';
import type { Context } from '../../player/scenario.ts';
import {
  type LevelsState,
  liveTables,
  NO_LEVELS,
  projectLevels,
} from '../../projections/levels.ts';
import { type Judged, judge, type KeyEntry } from './keeper-why.ts';

export type KeeperAction =
  | { readonly do: 'put' | 'delete'; readonly key: string }
  | { readonly do: 'snapshot' | 'release' | 'flush' }
  /** Level 0 into level 1, or all there is into the deepest. */
  | { readonly do: 'compact'; readonly what: 'level0' | 'everything' }
  /** Makes of what is there an older run. */
  | { readonly do: 'sink' };

export type KeeperEvent =
  | { readonly type: 'keeper.write'; readonly entry: KeyEntry }
  | { readonly type: 'keeper.snapshot'; readonly sequence: number }
  | { readonly type: 'keeper.release' }
  /** Level 0 is where a flush goes. */
  | {
      readonly type: 'keeper.ran';
      readonly work: 'flush' | 'compaction';
      readonly outputLevel: number;
      readonly judged: readonly Judged[];
    }
  | {
      readonly type: 'keeper.move';
      readonly outputLevel: number;
      readonly entries: readonly KeyEntry[];
    }
  | { readonly type: 'keeper.nothing' };

const DEEPEST = 6;
const SINK_LEVEL = 3;
const KIND_OF_DELETE = 0;

export class KeeperWorld {
  readonly #say: (event: KeeperEvent) => void;
  readonly #files = new MemoryFiles();
  readonly #store: Store;
  #tree: LevelsState = NO_LEVELS;
  #moved: number | undefined;
  /** In the memtable. */
  #fresh: KeyEntry[] = [];
  #snapshots: { readonly sequence: number; release(): void }[] = [];

  constructor({ seed, trace }: Context<KeeperEvent>) {
    this.#say = trace;
    const hear = (event: EngineEvent) => {
      if (event.type === 'compaction.move') this.#moved = event.table;
      this.#tree = projectLevels(this.#tree, event);
    };
    this.#store = Store.open({ files: this.#files, seed, compaction: 'none', trace: hear });
  }

  apply(action: KeeperAction): void {
    switch (action.do) {
      case 'put':
      case 'delete':
        this.#write(action.key, action.do === 'delete');
        break;
      case 'snapshot':
        this.#snapshots.push(this.#store.snapshot());
        this.#say({ type: 'keeper.snapshot', sequence: this.#store.lastSequence });
        break;
      case 'release':
        for (const snapshot of this.#snapshots) snapshot.release();
        this.#snapshots = [];
        this.#say({ type: 'keeper.release' });
        break;
      case 'flush':
        this.#flush();
        break;
      case 'compact':
        this.#compact(this.#inputs(action.what), action.what === 'level0' ? 1 : DEEPEST);
        break;
      case 'sink':
        this.#compact(this.#inputs('everything'), SINK_LEVEL);
    }
  }

  #write(key: string, isDelete: boolean): void {
    const batch = new Batch();
    if (isDelete) batch.delete(utf8(key));
    else batch.put(utf8(key), utf8(`value ${this.#store.lastSequence + 1}`));
    const entry = { key, sequence: this.#store.write(batch), isDelete };
    this.#fresh.push(entry);
    this.#say({ type: 'keeper.write', entry });
  }

  #flush(): void {
    if (this.#fresh.length === 0) {
      this.#say({ type: 'keeper.nothing' });
      return;
    }
    const before = this.#tree;
    const older = liveTables(before).map(({ number }) => number);
    this.#store.flush();
    this.#tell('flush', 0, this.#fresh, older, before);
    this.#fresh = [];
  }

  /** Level 0 goes with what it overlaps in level 1. */
  #inputs(what: 'level0' | 'everything'): number[] {
    const { levels } = this.#tree;
    const chosen = what === 'everything' ? levels.flat() : [...(levels[0] ?? [])];
    if (what === 'level0' && chosen.length > 0) chosen.push(...(levels[1] ?? []));
    return chosen.map(({ number }) => number);
  }

  #compact(inputs: readonly number[], outputLevel: number): void {
    if (inputs.length === 0) {
      this.#say({ type: 'keeper.nothing' });
      return;
    }
    const before = this.#tree;
    const entries = this.#entriesOf(inputs);
    const older = before.levels.slice(outputLevel + 1).flat();
    this.#moved = undefined;
    this.#store.compactTables(inputs, outputLevel);
    if (this.#moved !== undefined) this.#say({ type: 'keeper.move', outputLevel, entries });
    else
      this.#tell(
        'compaction',
        outputLevel,
        entries,
        older.map(({ number }) => number),
        before,
      );
  }

  /** What came out is read from the disk; why, is said beside it. */
  #tell(
    work: 'flush' | 'compaction',
    outputLevel: number,
    entries: readonly KeyEntry[],
    older: readonly number[],
    before: LevelsState,
  ): void {
    const known = new Set(liveTables(before).map(({ number }) => number));
    const outputs = liveTables(this.#tree).filter(({ number }) => !known.has(number));
    const found = new Set(
      this.#entriesOf(outputs.map(({ number }) => number)).map(({ sequence }) => sequence),
    );
    const isDeeper = (key: string) =>
      liveTables(before).some(
        ({ number, smallestKey, largestKey }) =>
          older.includes(number) && smallestKey <= key && key <= largestKey,
      );
    const snapshots = this.#snapshots.map(({ sequence }) => sequence);
    const judged = judge(entries, snapshots, isDeeper).map((entry) => {
      if (entry.isKept !== found.has(entry.sequence))
        throw new Error(`the engine decides otherwise about ${entry.key} ${entry.sequence}`);
      return entry;
    });
    this.#say({ type: 'keeper.ran', work, outputLevel, judged });
  }

  #entriesOf(numbers: readonly number[]): KeyEntry[] {
    return numbers.flatMap((number) => {
      const name = `${String(number).padStart(6, '0')}.sst`;
      const table = Table.open(this.#files, name, number);
      const cursor = table.cursor();
      const entries: KeyEntry[] = [];
      for (cursor.seekToFirst(); cursor.valid; cursor.next()) {
        const { key, sequence, kind } = cursor;
        entries.push({ key: text(key), sequence, isDelete: kind === KIND_OF_DELETE });
      }
      table.close();
      return entries;
    });
  }
}
