// A lookup: one key, as of one sequence number, through the runs from the newest down.
//
//     run          found                   so far
//     memtable     merge +3                 [+3]
//     table 9      merge +1, then put 5     [+3, +1] on 5      done: 9
//     table 4      (not asked)
//
// It ends at the first put or delete, and at the first run with a range delete over the
// key: what older runs hold is older than that (docs/decisions/0007).
//
// One object serves all lookups of a store, so that a `get` makes nothing but its answer.

import { EMPTY_BYTES } from '../base/bytes.ts';
import type { Clock } from '../env/clock.ts';
import type { EventOf, Trace } from '../trace/events.ts';
import { Found, KIND_EXPIRING, KIND_MERGE, KIND_NAMES, KIND_PUT, type PointKind } from './entry.ts';
import { expiringValue, isExpired } from './expiry.ts';
import { fold, type UserMerge } from './operators.ts';
import { MemtableRun, type Run, type RunSet, TableRun } from './runs.ts';

/** Where the answer was found. */
export type FoundIn = 'memtable' | 'frozen' | 'table' | 'deleted' | 'nowhere';

export class Lookup {
  readonly #clock: Clock;
  readonly #merge: UserMerge | undefined;
  readonly #trace: Trace | undefined;
  readonly #found = new Found();
  readonly #ask = (run: Run): boolean => this.#look(run);
  #key: Uint8Array = EMPTY_BYTES;
  #sequence = 0;
  /** Entries with lower sequence numbers than this are deleted by a range delete. */
  #covered = 0;
  /** Newest first; undefined, as nearly always, when there are none. */
  #operands: Uint8Array[] | undefined;
  #base: Uint8Array | undefined;
  #run: Run | undefined;
  /** Of the last entry that the run at hand has given. */
  #kind: PointKind | undefined;

  constructor(clock: Clock, merge: UserMerge | undefined, trace?: Trace) {
    this.#clock = clock;
    this.#merge = merge;
    this.#trace = trace;
  }

  /**
   * The value of `key` at or below `sequence`, a view; undefined when there is none.
   * @throws FERRIS_CORRUPTION, FERRIS_IO, FERRIS_INVALID_ARGUMENT and FERRIS_UNSUPPORTED as `fold` does
   */
  get(set: RunSet, key: Uint8Array, sequence: number): Uint8Array | undefined {
    this.#key = key;
    this.#sequence = sequence;
    this.#covered = 0;
    this.#operands = undefined;
    this.#base = undefined;
    this.#run = undefined;
    set.walk(key, this.#ask);
    const operands = this.#operands as Uint8Array[] | undefined; // `walk` may have set it
    if (operands === undefined) return this.#base;
    return fold(key, this.#base, operands.reverse(), this.#merge);
  }

  /** Where the last `get` found its answer, in `set`. */
  foundIn(set: RunSet, value: Uint8Array | undefined): FoundIn {
    if (this.#run === undefined) return 'nowhere';
    if (value === undefined) return 'deleted';
    if (!(this.#run instanceof MemtableRun)) return 'table';
    return this.#run === set.memtable ? 'memtable' : 'frozen';
  }

  /** True when nothing older matters any more. */
  #look(run: Run): boolean {
    this.#kind = undefined;
    const ends = this.#lookInto(run);
    this.#trace?.({ type: 'lookup.ask', ...nameOf(run), answer: this.#answer, ends });
    return ends;
  }

  #lookInto(run: Run): boolean {
    const key = this.#key;
    const found = this.#found;
    const covering = run.rangeDeletes.covering(key, this.#sequence);
    if (covering > this.#covered) this.#covered = covering;
    let upTo = this.#sequence;
    while (run.find(key, upTo, found)) {
      if (found.sequence < this.#covered) break;
      this.#run ??= run;
      this.#kind = found.kind;
      if (found.kind !== KIND_MERGE) {
        this.#base = this.#valueOf(found);
        return true;
      }
      this.#operands ??= [];
      this.#operands.push(found.value);
      upTo = found.sequence - 1;
    }
    if (this.#covered === 0) return false;
    this.#run ??= run;
    return true;
  }

  get #answer(): EventOf<'lookup.ask'>['answer'] {
    if (this.#kind !== undefined) return KIND_NAMES[this.#kind];
    return this.#covered > 0 ? 'range delete' : 'nothing';
  }

  #valueOf({ kind, value }: Found): Uint8Array | undefined {
    if (kind === KIND_PUT) return value;
    if (kind !== KIND_EXPIRING || isExpired(value, this.#clock.nowMs())) return undefined;
    return expiringValue(value);
  }
}

function nameOf(run: Run): Pick<EventOf<'lookup.ask'>, 'run' | 'number'> {
  if (run instanceof TableRun) return { run: 'table', number: run.record.number };
  return { run: 'memtable', number: (run as MemtableRun).memtable.number };
}
