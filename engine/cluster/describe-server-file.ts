// Any file of a server as a tree of named byte ranges: what describe-file.ts is for the files
// of a database, and for those too, under their generation's prefix.

import { text } from '../base/bytes.ts';
import type { Span } from '../base/layout.ts';
import { type DescribeOptions, describeFile } from '../lsm/describe-file.ts';
import { describeLog } from '../lsm/wal/describe.ts';
import { inGeneration, numbersOf, raftLogSeal } from './file-names.ts';
import { describeMap } from './map-machine.ts';
import { describeChange } from './raft-record.ts';
import { RAFT_FORMAT } from './raft-storage.ts';
import { describeSnapshot, SNAPSHOT_FORMAT } from './snapshot-format.ts';

/** The bytes of the file called `name`, named; see `describeFile`. It never throws. */
export function describeServerFile(
  name: string,
  bytes: Uint8Array,
  options: DescribeOptions = {},
): Span {
  const magic = text(bytes.subarray(0, 8));
  const [number] = numbersOf('raft-log', [name]);
  if (magic === RAFT_FORMAT.magic || number !== undefined) {
    const { window = { from: 0, to: bytes.length }, near } = options;
    const seal = number === undefined ? undefined : raftLogSeal(number);
    return describeLog(RAFT_FORMAT, bytes, describeChange, seal, window, near);
  }
  if (magic === SNAPSHOT_FORMAT.magic || numbersOf('snapshot', [name]).length > 0)
    return describeSnapshot(bytes, describeBody);
  return describeFile(inGeneration(name)?.name ?? name, bytes, options);
}

function describeBody(body: Uint8Array, offset: number, machine: number): Span[] {
  if (machine === 1) return describeMap(body, offset);
  const doc = 'a backup of the tables and the manifest of a store';
  return [{ name: 'backup', kind: 'value', offset, size: body.length, doc }];
}
