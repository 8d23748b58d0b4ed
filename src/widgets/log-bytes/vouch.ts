// The picture of who vouches for what: a log as a strip, and under it one bar for each
// record, from the start of the file to where that record saw it durable.
//
//     |header| 1 | 2 |~3~| 4 | 5 |        3 is damaged
//     |======|                            what 1 vouches for
//     |==========|                        2
//                                         3 says nothing any more
//     |==================|                4: reaches beyond the start of 3, so 3 had been durable
//
// 'Reaches' is the engine's own rule (wal/replay.ts): corruption if somebody saw more
// durable than the place where reading stopped.

import type { Concept } from '../../player/caption.ts';
import { FATE_CONCEPTS, type Fate, fateOf, rowsOf } from './outcome.ts';
import type { CaseState, LogState } from './projection.ts';
import { spansOf } from './spans.ts';

/** A range of the log, in parts of its whole width. */
export interface StripBox {
  readonly key: string;
  readonly label: string;
  readonly x: number;
  readonly width: number;
  readonly fate: Fate | undefined;
  readonly concept: Concept | undefined;
}

export interface VouchBar {
  readonly key: string;
  /** `record 3`. */
  readonly label: string;
  readonly durableBytes: number;
  readonly width: number;
  /** It leaves no room for its words behind it. */
  readonly long: boolean;
  /** Its frame is damaged: nobody believes it. */
  readonly silent: boolean;
  /** It comes after the bad place and reaches beyond it. */
  readonly convicts: boolean;
}

export interface VouchPicture {
  readonly boxes: readonly StripBox[];
  readonly bars: readonly VouchBar[];
  /** Where reading stopped. */
  readonly badAt: { readonly x: number; readonly offset: number } | undefined;
}

export function vouchPicture(log: LogState, each: CaseState): VouchPicture {
  const sizeBytes = Math.max(log.written.length, 1);
  const bad = each.bad[0]?.offset;
  const heard = new Set(
    spansOf(log).flatMap(({ name, offset }) => (/^\d/.test(name) ? [offset] : [])),
  );
  return {
    boxes: rowsOf(log).map((row, index) => ({
      key: row.key,
      label: index === 0 ? 'header' : String(index),
      x: row.offset / sizeBytes,
      width: row.size / sizeBytes,
      fate: fateOf(each, log, row),
      concept: conceptOf(fateOf(each, log, row)),
    })),
    bars: log.records.map(({ write, offset, durableBytes }) => {
      const silent = !heard.has(offset);
      const convicts = !silent && bad !== undefined && offset > bad && durableBytes > bad;
      return {
        key: `bar ${write}`,
        label: `record ${write + 1}`,
        durableBytes,
        width: durableBytes / sizeBytes,
        long: durableBytes / sizeBytes > 0.6,
        silent,
        convicts,
      };
    }),
    badAt: bad === undefined ? undefined : { x: bad / sizeBytes, offset: bad },
  };
}

function conceptOf(fate: Fate | undefined): Concept | undefined {
  return fate && FATE_CONCEPTS[fate];
}
