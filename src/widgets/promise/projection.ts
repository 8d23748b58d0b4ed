// What became of every promise: the state of a store, and of the disk's word.
//
//     told        after a restart      verdict
//     durable     gone                 broken     the promise that counts
//     written     gone                 lost       acknowledged, and nobody said "durable"
//     nothing     gone                 gone       nobody was told, nobody is wronged
//     anything    there                kept
//
// A store that refuses to open is as good as a store that has lost everything.

import type { Projection, Recorded } from '../../../engine/index.ts';
import type { FileState, Segment } from '../../projections/files.ts';
import { projectStore, type StoreState, type WriteState } from '../../projections/store.ts';
import type { StoreFigureEvent } from '../store/world.ts';

/** What this figure says of the disk. */
export type DiskEvent =
  | { readonly type: 'disk.habit'; readonly lies: boolean }
  /** The next sync will fail, and say so. */
  | { readonly type: 'disk.plan' };

export type PromiseEvent = StoreFigureEvent | DiskEvent;

export interface PromiseState {
  readonly store: StoreState;
  readonly lies: boolean;
  readonly syncWillFail: boolean;
}

export const projectPromise: Projection<PromiseState, Recorded<PromiseEvent>> = (state, entry) => {
  const { event } = entry;
  if (event.type === 'disk.habit') return { ...state, lies: event.lies };
  if (event.type === 'disk.plan') return { ...state, syncWillFail: true };
  const store = projectStore(state.store, entry as Recorded<StoreFigureEvent>);
  const spent = event.type === 'disk.error' || event.type === 'power.cut';
  if (store === state.store && !spent) return state;
  return { ...state, store, syncWillFail: state.syncWillFail && !spent };
};

/** What the client has heard of a write. */
export type Told = 'waiting' | 'durable' | 'written' | 'error' | 'nothing';

export function toldOf({ stage, promised }: WriteState): Told {
  if (stage === 'acknowledged') return promised ? 'durable' : 'written';
  if (stage === 'refused') return 'error';
  return stage === 'cut short' ? 'nothing' : 'waiting';
}

export type PromiseVerdict = 'kept' | 'broken' | 'lost' | 'gone';

/** Undefined until a restart has shown it. */
export function verdictOf(write: WriteState, { phase }: StoreState): PromiseVerdict | undefined {
  const fate = phase === 'refused' ? 'lost' : write.fate;
  if (fate !== 'lost') return fate && 'kept';
  const told = toldOf(write);
  if (told === 'durable') return 'broken';
  return told === 'written' ? 'lost' : 'gone';
}

/** The client's writes: all but the one that was there before the figure begins. */
export function clientWrites({ writes }: StoreState): readonly WriteState[] {
  return writes.slice(1);
}

/** Writes of the client by verdict. */
export function writesThatAre(store: StoreState, verdict: PromiseVerdict): WriteState[] {
  return clientWrites(store).filter((write) => verdictOf(write, store) === verdict);
}

/** Where the record of a write lies, or lay; undefined before it was appended. */
export interface Place {
  readonly file: FileState;
  readonly offset: number;
  readonly size: number;
  /** What became of its bytes, in order. */
  readonly pieces: readonly Segment[];
}

export function placeOf(write: WriteState, { logs, files }: StoreState): Place | undefined {
  for (const log of logs) {
    const record = log.records.find((candidate) => candidate.write === write.id);
    const file = record && files.files.find(({ name }) => isLog(name, log.number));
    if (!record || !file) continue;
    const { offset, size } = record;
    const pieces = file.segments.filter(
      (segment) => segment.offset < offset + size && offset < segment.offset + segment.size,
    );
    return { file, offset, size, pieces };
  }
  return undefined;
}

function isLog(file: string, log: number): boolean {
  return file.endsWith('.wal') && Number.parseInt(file, 10) === log;
}
