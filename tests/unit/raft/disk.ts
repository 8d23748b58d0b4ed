// What a server of a test keeps when it crashes, and how requests to persist change that.

import { utf8 } from '../../../engine/base/bytes.ts';
import { FerrisError } from '../../../engine/base/errors.ts';
import type {
  PersistRequest,
  RecoveredRaft,
  SnapshotSource,
} from '../../../engine/raft/effects.ts';
import type { Entry, SnapshotMeta } from '../../../engine/raft/message.ts';

/** What a server's disk holds, durably. */
export interface Disk {
  term: number;
  vote: number;
  snapshot: SnapshotMeta | undefined;
  entries: Entry[];
  /** State machine snapshots: the commands applied, a line each. */
  image: Image | undefined;
  /** One that was received; it counts when the log says that it begins after it. */
  arrived: Image | undefined;
}

export interface Image {
  readonly index: number;
  readonly bytes: Uint8Array;
}

export function entryOf(index: number, term: number): Entry {
  return { index, term, kind: 'command', data: utf8(`${index}/${term}`) };
}

/** What a correct log on disk does with a request. */
export function write(disk: Disk, request: PersistRequest): void {
  disk.term = request.term;
  disk.vote = request.vote;
  const { truncateAfter, snapshot } = request;
  if (truncateAfter !== undefined)
    disk.entries = disk.entries.filter(({ index }) => index <= truncateAfter);
  if (snapshot !== undefined) {
    disk.snapshot = snapshot;
    disk.entries = disk.entries.filter(({ index }) => index > snapshot.index);
  }
  disk.entries.push(...request.entries);
}

/** What a server finds when it starts. */
export function recovered(disk: Disk, appliedIndex: number): RecoveredRaft {
  const { term, vote, snapshot, entries } = disk;
  return { term, vote, snapshot, entries, appliedIndex };
}

/** The snapshots that a server can send. */
export function snapshotsOf(server: { readonly disk: Disk }): SnapshotSource {
  return {
    newest() {
      const { image } = server.disk;
      return image && { index: image.index, totalBytes: image.bytes.length };
    },
    read(index, offsetBytes, sizeBytes) {
      const { image } = server.disk;
      if (image?.index !== index)
        throw new FerrisError('FERRIS_NOT_FOUND', 'a newer snapshot has replaced it; ask for that');
      return image.bytes.slice(offsetBytes, offsetBytes + sizeBytes);
    },
  };
}
