// Which file of a server is looked at: its newest Raft log, unless another one is chosen.

import type { EngineEvent, Recorded, WorldEvent } from '../../../engine/index.ts';
import type { ClusterState } from '../../projections/cluster.ts';
import type { FileState } from '../../projections/files.ts';

export interface BytesProps {
  readonly state: ClusterState;
  readonly entry: Recorded<WorldEvent> | undefined;
  /** Whose files. */
  readonly server: number;
  readonly onserver: (server: number) => void;
}

/** Files that are there, or were until the power went; the newest Raft log last. */
export function filesOn({ disks }: ClusterState, server: number): readonly FileState[] {
  const files = (disks[server]?.files ?? []).filter(({ named }) => named !== 'deleted');
  return files.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

const rank = ({ name, named }: FileState) =>
  (name.endsWith('.rft') ? 2 : 0) + (named === 'lost' ? 0 : 1);

/** The bytes that an event of this server is about, in this file. */
export function bytesNow(
  entry: Recorded<WorldEvent> | undefined,
  server: number,
  file: string,
): { readonly offset: number; readonly size: number } | undefined {
  if (entry?.node !== server) return undefined;
  const event = entry.event as EngineEvent;
  if (event.type !== 'file.append' || event.file !== file) return undefined;
  return { offset: event.offset, size: event.bytes.length };
}
