// The invariants of Raft, held against every event of a figure's world as it happens.
//
//     clusterScenario({ ..., watch: raftInvariants() })
//
// The first violation stops the world. Its `entries` are those of the run, so that the reader
// can go to them.

import { type InvariantsOptions, RaftInvariants } from '../../../engine/index.ts';
import type { Watch } from './machine.ts';

export function raftInvariants(options: InvariantsOptions = {}): () => Watch {
  return () => {
    const invariants = new RaftInvariants(options);
    let index = 0;
    return (event, node, timeTicks) => invariants.see({ index: index++, node, timeTicks, event });
  };
}
