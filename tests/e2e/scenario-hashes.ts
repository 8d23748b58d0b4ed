// What Node makes of each figure's scenario: the trace hash that a browser must come to as well.

import { run, scriptOf } from '../../src/player/history.ts';
import type { AnyScenario } from '../../src/player/scenario.ts';
import { both } from '../../src/widgets/b-tree/scenario.ts';
import { bloom, reachOnePercent } from '../../src/widgets/bloom/scenario.ts';
import { blocks } from '../../src/widgets/bloom/tables.ts';
import { keeper } from '../../src/widgets/compaction/keeper-scenario.ts';
import { beatThePicker } from '../../src/widgets/compaction/picker-scenario.ts';
import { compaction } from '../../src/widgets/compaction/scenario.ts';
import { crashHero } from '../../src/widgets/crash-hero/scenario.ts';
import { disk } from '../../src/widgets/disk/scenario.ts';
import {
  election,
  equalTimeouts,
  preVote,
  threeSplits,
} from '../../src/widgets/election/scenario.ts';
import { rotation } from '../../src/widgets/group-commit/rotation.ts';
import { groupCommit, meetP99 } from '../../src/widgets/group-commit/scenario.ts';
import { hashTable } from '../../src/widgets/hash-table/scenario.ts';
import { breakLease, leases } from '../../src/widgets/linearizability/lease-scenario.ts';
import { bench } from '../../src/widgets/linearizability/scenario.ts';
import { logBytes, sameFlip } from '../../src/widgets/log-bytes/scenario.ts';
import { damage } from '../../src/widgets/manifest/damage.ts';
import { betweenSteps, manifest } from '../../src/widgets/manifest/scenario.ts';
import { byHand, membership, naive } from '../../src/widgets/membership/scenario.ts';
import { probeOrder } from '../../src/widgets/memtable/probe.ts';
import { memtable } from '../../src/widgets/memtable/scenario.ts';
import { falseSuspicion, messages, twoOpinions } from '../../src/widgets/messages/scenario.ts';
import { order } from '../../src/widgets/order/scenario.ts';
import { promise } from '../../src/widgets/promise/scenario.ts';
import { countReads } from '../../src/widgets/read-path/check.ts';
import { race } from '../../src/widgets/read-path/merge-scenario.ts';
import { blockCache, readPath } from '../../src/widgets/read-path/scenario.ts';
import { forgetful, realLog, twoLeaders } from '../../src/widgets/real-log/scenario.ts';
import { crashAnywhere, recoverySteps } from '../../src/widgets/recovery/scenario.ts';
import {
  figureEight,
  keepOne,
  loseOne,
  replication,
} from '../../src/widgets/replication/scenario.ts';
import { cost } from '../../src/widgets/skip-list/cost-scenario.ts';
import { skipList } from '../../src/widgets/skip-list/scenario.ts';
import { threads } from '../../src/widgets/skip-list/threads-scenario.ts';
import { catchUp, snapshots } from '../../src/widgets/snapshots/scenario.ts';
import { tableLookup } from '../../src/widgets/table/scenario.ts';

const scenarios: readonly AnyScenario[] = [
  election,
  equalTimeouts,
  preVote,
  threeSplits,
  figureEight,
  keepOne,
  loseOne,
  replication,
  blockCache,
  beatThePicker,
  betweenSteps,
  blocks,
  bloom,
  both,
  catchUp,
  compaction,
  cost,
  crashHero,
  crashAnywhere,
  damage,
  countReads,
  disk,
  falseSuspicion,
  forgetful,
  groupCommit,
  hashTable,
  keeper,
  bench,
  byHand,
  breakLease,
  leases,
  logBytes,
  manifest,
  meetP99,
  membership,
  memtable,
  messages,
  naive,
  order,
  probeOrder,
  promise,
  race,
  reachOnePercent,
  readPath,
  realLog,
  recoverySteps,
  rotation,
  sameFlip,
  skipList,
  snapshots,
  tableLookup,
  threads,
  twoLeaders,
  twoOpinions,
];

/** Trace hash in Node of the figure whose `data-figure` is its scenario's id. */
export const nodeHashes: ReadonlyMap<string, string> = new Map(
  scenarios.map((scenario) => [scenario.id, run(scenario, scriptOf(scenario)).hash]),
);
