// The fields of a log as the hex grid shows them: those of `describeLog`, records numbered.

import { describeBatch, describeLog, type Span, WAL_FORMAT } from '../../../engine/index.ts';
import type { LogState } from './projection.ts';

/** Header, records and damage, in order; each record has the number of the write it holds. */
export function spansOf({ bytes, number, records }: LogState): readonly Span[] {
  const { children = [] } = describeLog(WAL_FORMAT, bytes, describeBatch, number);
  return children.map((span) => {
    const record = records.find(({ offset }) => offset === span.offset);
    return span.name === 'record' && record ? { ...span, name: `${record.write + 1}` } : span;
  });
}
