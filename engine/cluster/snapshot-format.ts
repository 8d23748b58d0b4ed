// The bytes of a snapshot file:
//
//    0              64                          size - 24        size
//    +--------------+---------------------------+----------------+
//    | file header  | what the machine wrote    | trailer        |
//    +--------------+---------------------------+----------------+
//      number: index; link a: state hash          machine, size, crc
//
// The trailer's checksum covers all before it but the header, which has its own.

import { crc32 } from '../base/crc32.ts';
import { layout, type Span, u32, u64, viewOf } from '../base/layout.ts';
import { describeHeader, type FileFormat, HEADER_BYTES } from '../env/header.ts';

export const SNAPSHOT_FORMAT: FileFormat = {
  magic: 'FDB_SNP\0',
  version: 1,
  noun: 'a snapshot of a state machine',
  links: ['the state hash of the machine at that entry', 'zero'],
};

/** What ends a snapshot. */
export const SnapshotTrailer = layout('snapshot trailer', {
  machine: u32('the kind of state machine that wrote it', 'type'),
  reserved: u32('zero; kept for later versions', 'padding'),
  bodyBytes: u64('bytes between header and trailer', 'length'),
  reserved2: u32('zero; kept for later versions', 'padding'),
  crc: u32('CRC32 of all after the header', 'checksum'),
});

/** The bytes of a snapshot, named; `describeBody` names what the machine wrote. */
export function describeSnapshot(
  bytes: Uint8Array,
  describeBody: (body: Uint8Array, offset: number, machine: number) => Span[],
): Span {
  const size = bytes.length;
  const whole = { name: SNAPSHOT_FORMAT.noun, kind: 'header', offset: 0, size } as const;
  const trailerAt = size - SnapshotTrailer.size;
  if (trailerAt < HEADER_BYTES) {
    const doc = 'it is cut short';
    const children: Span[] =
      size === 0 ? [] : [{ name: 'header', kind: 'corrupt', offset: 0, size, doc }];
    return { ...whole, doc: 'the whole file', children };
  }
  const view = viewOf(bytes);
  const machine = view.getUint32(trailerAt + SnapshotTrailer.at.machine, true);
  const crc = crc32(bytes, HEADER_BYTES, trailerAt + SnapshotTrailer.at.crc);
  const isSound = view.getUint32(trailerAt + SnapshotTrailer.at.crc, true) === crc;
  const trailer: Span = {
    ...{ name: 'trailer', offset: trailerAt, size: SnapshotTrailer.size },
    kind: isSound ? 'header' : 'corrupt',
    doc: isSound ? 'says that the snapshot is whole' : 'its checksum is wrong',
    children: SnapshotTrailer.spans(view, trailerAt),
  };
  const body = bytes.subarray(HEADER_BYTES, trailerAt);
  const named = body.length === 0 ? [] : describeBody(body, HEADER_BYTES, machine);
  const children = [describeHeader(SNAPSHOT_FORMAT, bytes), ...named, trailer];
  return { ...whole, doc: 'the whole file', children };
}
