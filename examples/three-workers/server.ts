// One server of the cluster, in whatever thread it is: the same program that runs in the
// simulator, on real channels, a real clock and real files.

import { type Driven, drive, type FilesSource, replica, TICKS_PER_MS } from '../../engine/index.ts';

/** What a worker is sent first: who it is, and a port to each of the others. */
export interface Invitation {
  readonly id: number;
  readonly servers: readonly number[];
  readonly ports: ReadonlyMap<number, MessagePort>;
  /** Where its files are: a directory, or a name. */
  readonly place: string;
}

export async function serve(invitation: Invitation, source: FilesSource): Promise<Driven> {
  const { id, servers, ports } = invitation;
  const program = replica({
    raft: {
      configuration: {
        voters: servers,
        ...{ outgoing: [], learners: [], learnersNext: [], autoLeave: false },
      },
      electionTicksMin: 150 * TICKS_PER_MS,
      electionTicksMax: 300 * TICKS_PER_MS,
      heartbeatTicks: 50 * TICKS_PER_MS,
    },
  });
  return drive(program, { id, volume: await source.mount(), channels: ports });
}
