// The public API: everything of the engine that runs in a browser and anywhere else.
// Pages, figures and tests of the site import from here alone.

export { restore } from './api/backups.ts';
export { type Channel, type Driven, type DriveOptions, drive } from './api/channel-driver.ts';
export {
  ClusterConsole,
  type ClusterConsoleOptions,
  type NodeStatus,
} from './api/cluster-console.ts';
export {
  type Acknowledgment,
  type ConsoleOpenOptions,
  type CrashReport,
  FerrisConsole,
} from './api/console.ts';
export { Database, type Properties, type PutOptions, type WriteOptions } from './api/database.ts';
export type { BytesLike, Encoded, Encoding } from './api/encoding.ts';
export type { EntryScan, ScanEntry, ScanOptions } from './api/entry-scan.ts';
export type { LatencyReport, LatencySummary, MeasuredKind } from './api/latencies.ts';
export { type OpenOptions, open } from './api/open.ts';
export type { BatchOperation, KeyRange, Operand } from './api/operations.ts';
export type { DatabaseSnapshot, Reader, ReadOptions } from './api/reader.ts';
export { type RepairSourceOptions, repair } from './api/repairs.ts';
export {
  LINK_ACTIONS_MAX,
  LINK_CHARACTERS_MAX,
  LINK_FORMAT,
  type LinkedHistory,
  shareLink,
} from './api/share-link.ts';
export type { ByteStream } from './api/streams.ts';
export { compareBytes, concatBytes, equalBytes, hex, show, text, utf8 } from './base/bytes.ts';
export { crc32 } from './base/crc32.ts';
export { ERROR_CODES, type ErrorCode, FerrisError, isFerrisError } from './base/errors.ts';
export { type Bucket, Histogram } from './base/histogram.ts';
export type { Field, Layout, Span, SpanKind } from './base/layout.ts';
export { Random } from './base/random.ts';
export { readVarint, varintSize, writeVarint } from './base/varint.ts';
export { CommitPage, PageHeader } from './btree/page.ts';
export type { TreeScan, TreeScanRange } from './btree/scan.ts';
export { BTree, type BTreeOptions, type BTreeStats, type TreeOperation } from './btree/tree.ts';
export {
  type Bar,
  type BarPoint,
  type DrawOptions,
  drawHistory,
  type HistoryPicture,
} from './check/draw.ts';
export {
  type Call,
  HistoryBuilder,
  type Operation,
  type Outcome,
  type Result,
  type Value,
} from './check/history.ts';
export {
  type CheckOptions,
  type Contradiction,
  checkLinearizable,
  type PartialOrder,
  type Verdict,
  type Witness,
} from './check/linearizable.ts';
export { type Model, REGISTER } from './check/model.ts';
export { printPicture } from './check/print-picture.ts';
export { type InvariantsOptions, RaftInvariants } from './check/raft-invariants.ts';
export {
  type Interval,
  type Prefix,
  type SearchLimits,
  type SearchResult,
  search as searchOrder,
} from './check/search.ts';
export type { Point } from './check/witness.ts';
export { client } from './cluster/client.ts';
export { describeMessage, peekMessage } from './cluster/codec.ts';
export { CommandHead, decodeCommand } from './cluster/commands.ts';
export { describeServerFile } from './cluster/describe-server-file.ts';
export { EntryHead, SnapshotHead } from './cluster/entry-codec.ts';
export { EnvelopeHeader } from './cluster/envelope.ts';
export { MAP_MACHINE, MapHead } from './cluster/map-machine.ts';
export { nameMessage } from './cluster/name-message.ts';
export { RaftRecord } from './cluster/raft-record.ts';
export { type ReplicaOptions, type ReplicaView, replica } from './cluster/replica.ts';
export { SnapshotTrailer } from './cluster/snapshot-format.ts';
export { type StoreMachineOptions, storeMachine } from './cluster/store-machine.ts';
export { type FaultySource, faultyFiles } from './env/faulty-source.ts';
export {
  FILE_NAME_BYTES_MAX,
  type File,
  type Files,
  type FilesKind,
  type FilesSource,
  SECTOR_BYTES,
  type Volume,
} from './env/files.ts';
export { FaultyFiles, type FaultyOptions, type RestartOptions } from './env/files-faulty.ts';
export { idbFiles } from './env/files-idb.ts';
export { MemoryFiles, memoryFiles } from './env/files-memory.ts';
export { browseOpfs, type KeptFile, opfsFiles } from './env/files-opfs.ts';
export { tracedFiles } from './env/files-traced.ts';
export { FileHeader } from './env/header.ts';
export {
  type NodeEffects,
  type NodeEnvironment,
  type NodeId,
  type NodeInput,
  type Outgoing,
  type Program,
  type RunningProgram,
  TICKS_PER_MS,
} from './env/program.ts';
export { type HashEntry, HashTable, type HashTableOptions } from './hash/hash-table.ts';
export { type CheckpointReport, checkpoint } from './lsm/backup.ts';
export { BackupFileHeader, type RestoreReport } from './lsm/backup-stream.ts';
export { Batch, BatchHeader } from './lsm/batch.ts';
export { ChunkHeader, StreamHeader } from './lsm/chunk-stream.ts';
export type { Cursor, KeyCursor } from './lsm/cursor.ts';
export { describeBatch } from './lsm/describe-batch.ts';
export { type DescribeOptions, describeFile, fileKind } from './lsm/describe-file.ts';
export { Found, KIND_DELETE, KIND_PUT, SEQUENCE_MAX } from './lsm/entry.ts';
export { LevelCursor } from './lsm/level-cursor.ts';
export { EditHeader, EditTable, type VersionEdit } from './lsm/manifest/edit.ts';
export { type PlacedEdit, readEdits } from './lsm/manifest/read-edits.ts';
export { applyEdit, EMPTY_VERSION, type Version } from './lsm/manifest/version.ts';
export { Memtable } from './lsm/memtable/memtable.ts';
export { codeOf, offsetOf } from './lsm/memtable/offset-value.ts';
export { nodesOf, pathOf } from './lsm/memtable/picture.ts';
export type { InsertPhase, SharedInsert } from './lsm/memtable/shared-insert.ts';
export { NO_NODE } from './lsm/memtable/shared-nodes.ts';
export { SharedSkipList } from './lsm/memtable/shared-skip-list.ts';
export { MergeCursor } from './lsm/merge.ts';
export type { OperatorName, UserMerge } from './lsm/operators.ts';
export type { StoreOptions, SyncMode, Tuning, TuningOptions } from './lsm/options.ts';
export { RangeDeletes } from './lsm/range-deletes.ts';
export { type RepairedFile, type RepairReport, repair as repairFiles } from './lsm/repair.ts';
export { Scan, type ScanRange } from './lsm/scan.ts';
export type { Snapshot } from './lsm/snapshots.ts';
export { Store } from './lsm/store.ts';
export type { StoreStats } from './lsm/store-stats.ts';
export { Bloom, BloomBuilder, bitPlacesOf } from './lsm/table/bloom.ts';
export { useDeflate } from './lsm/table/deflate.ts';
export { type BlockContents, describeBlockContents } from './lsm/table/describe.ts';
export { BlockTrailer, Footer } from './lsm/table/format.ts';
export { Table } from './lsm/table/table.ts';
export { IndexRecord } from './lsm/table/table-index.ts';
export { TableWriter } from './lsm/table/writer.ts';
export { type Problem, type VerifiedFile, type VerifyReport, verifyFiles } from './lsm/verify.ts';
export { describeLog } from './lsm/wal/describe.ts';
export { RecordFrame, WAL_FORMAT } from './lsm/wal/format.ts';
export { type RecoveryOptions, recoverLogs } from './lsm/wal/recover.ts';
export {
  type LogReport,
  RECOVERY_MODES,
  type RecoveryMode,
  type RecoveryReport,
} from './lsm/wal/recovery-report.ts';
export { LogWriter, type NewLog } from './lsm/wal/writer.ts';
export type { Configuration } from './raft/message.ts';
export { majority, voteResult } from './raft/quorum.ts';
export {
  type DiskFault,
  parseWorldAction,
  type Survival,
  type WorldAction,
} from './sim/actions.ts';
export { ClientHistory } from './sim/client-history.ts';
export {
  type ClusterSetup,
  clientsOf,
  clusterWorld,
  FIRST_CLIENT,
  type Founders,
  serversOf,
} from './sim/cluster-world.ts';
export type { DiskOptions } from './sim/disk.ts';
export {
  type Choice,
  type Counterexample,
  type ExploreOptions,
  type ExploreProgress,
  Explorer,
  type ExploreVerdict,
} from './sim/explore.ts';
export type { LatencyTable } from './sim/latency.ts';
export type { NetworkOptions } from './sim/link.ts';
export type { NodeOptions, NodeState } from './sim/machine.ts';
export type { Describe, Flight, MessageLabel } from './sim/network.ts';
export { SWARM_SCENARIOS, type SwarmScenario } from './sim/scenarios.ts';
export { drawSwarm, type SwarmPlan } from './sim/swarm.ts';
export { swarmWorld } from './sim/swarm-world.ts';
export { type MakeWorld, Timeline, type TimelineSpan } from './sim/timeline.ts';
export {
  type NodeView,
  type PendingEvent,
  type Violation,
  World,
  type WorldOptions,
} from './sim/world.ts';
export type {
  BadRecordReason,
  EngineEvent,
  EventOf,
  EventType,
  LogVerdict,
  SectorFate,
  Trace,
  WorldEvent,
  WorldTrace,
} from './trace/events.ts';
export type {
  ConfigurationView,
  ProgressState,
  RaftEvent,
  RaftRole,
  ReplicaEvent,
  RoleReason,
  VoteReason,
} from './trace/events-raft.ts';
export type { DropReason, SimEvent } from './trace/events-sim.ts';
export { Fold, type Projection } from './trace/fold.ts';
export { printEvent } from './trace/print.ts';
export { canonical, type Recorded, Recorder } from './trace/recorder.ts';
