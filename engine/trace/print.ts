// Events as text: one terse line each, the type in a column of its own.
//
//    wal.append               log 3 @64 +39 durable 64
//    wal.sync                 log 3 to 103
//
// `@` is an offset, `+` a size. Tests keep whole runs as such transcripts, so a line
// never changes for its looks alone, and never holds anything that differs between
// two runs of the same seed.

import { show } from '../base/bytes.ts';
import type { EventOf, EventType, SectorFate, WorldEvent } from './events.ts';
import { RAFT_PRINTERS } from './print-raft.ts';
import { REPLICA_PRINTERS } from './print-replica.ts';
import { SIM_PRINTERS } from './print-sim.ts';

/** The longest type and two spaces. */
const TYPE_COLUMNS = 25;

type Printers = { readonly [T in EventType]: (event: EventOf<T>) => string };

const PRINTERS: Printers = {
  'file.create': (e) => e.file,
  'file.append': (e) => `${e.file} @${e.offset} +${e.bytes.length}`,
  'file.read': (e) => `${e.file} @${e.offset} +${e.size}`,
  'file.sync': (e) => `${e.file} to ${e.size}`,
  'file.durable': (e) => `${e.file} to ${e.durableBytes}`,
  'file.delete': (e) => e.file,
  'directory.sync': () => '',
  'directory.durable': () => '',
  'disk.error': (e) => `${e.file} ${e.call} ${e.code}`,
  'disk.rot': (e) => `${e.file} @${e.offset} ${byte(e.before)} -> ${byte(e.after)}`,
  'power.cut': () => '',
  'power.file': (e) =>
    `${e.file} ${e.outcome}, durable ${e.durableBytes}, then ${e.tail.length}${sectors(e.sectors)}`,
  'power.restored': () => '',

  'hash.pick': (e) =>
    `${show(e.key)} 0x${e.hash.toString(16).padStart(8, '0')} bucket ${e.bucket} of ${e.buckets}`,
  'hash.probe': (e) =>
    `bucket ${e.bucket} at ${e.position} ${show(e.key)} ${e.found ? 'found' : 'another'}`,
  'hash.put': (e) =>
    `bucket ${e.bucket} ${show(e.key)} = ${show(e.value)} ${e.isNew ? 'new' : 'again'}`,
  'hash.get': (e) =>
    `bucket ${e.bucket} ${show(e.key)} ${e.value === undefined ? 'nowhere' : `= ${show(e.value)}`}`,
  'hash.delete': (e) => `bucket ${e.bucket} ${show(e.key)} ${e.found ? 'gone' : 'nowhere'}`,
  'hash.grow': (e) => `${e.from} buckets to ${e.to}, ${e.entries} entries`,
  'hash.move': (e) => `${show(e.key)} bucket ${e.from} to ${e.to}`,
  'hash.visit': (e) => `bucket ${e.bucket} ${e.entries} entries`,

  'wal.create': (e) => `log ${e.log} after log ${e.previousLog} ended at ${e.previousEndBytes}`,
  'wal.append': (e) => `log ${e.log} @${e.offset} +${e.size} durable ${e.durableBytes}`,
  'wal.sync': (e) => `log ${e.log} to ${e.size}`,
  'wal.replay.begin': (e) => `log ${e.log} +${e.size} ${e.mode}`,
  'wal.replay.record': (e) => `log ${e.log} @${e.offset} +${e.size}`,
  'wal.replay.bad': (e) => `log ${e.log} @${e.offset} ${e.reason}`,
  'wal.replay.end': (e) => `log ${e.log} to ${e.endBytes}, ${e.records} records, ${e.verdict}`,

  'memtable.insert': (e) =>
    `memtable ${e.memtable} ${e.kind} ${entry(e)} sequence ${e.sequence} height ${e.height}`,
  'memtable.range-delete': (e) =>
    `memtable ${e.memtable} ${range(e.start, e.end)} sequence ${e.sequence}`,
  'memtable.freeze': (e) => `memtable ${e.memtable} ${e.entries} entries, ${e.bytes} bytes`,

  'table.create': (e) => `table ${e.table}`,
  'table.block.write': (e) =>
    `table ${e.table} @${e.offset} +${e.size} ${e.entries} entries ${range(e.firstKey, e.lastKey)}`,
  'table.finish': (e) =>
    `table ${e.table} +${e.size} ${e.entries} entries in ${e.blocks} blocks ${range(e.smallestKey, e.largestKey)}`,
  'table.open': (e) => `table ${e.table} ${e.entries} entries`,
  'table.bloom': (e) => `table ${e.table} ${show(e.key)} ${e.verdict}`,
  'table.block.read': (e) => `table ${e.table} @${e.offset} +${e.size}`,
  'table.sleep': (e) => `table ${e.table}`,

  'cache.hit': (e) => `table ${e.table} block ${e.block}`,
  'cache.admit': (e) => `table ${e.table} block ${e.block} +${e.bytes} to ${e.queue}`,
  'cache.move': (e) => `table ${e.table} block ${e.block} from ${e.from} to main`,
  'cache.evict': (e) => `table ${e.table} block ${e.block}`,
  'cache.forget': (e) => `table ${e.table} block ${e.block}`,

  'btree.open': (e) =>
    `file ${e.tree} commit ${e.commit}: root ${e.root}, entries ${e.entries}, height ${e.height}`,
  'btree.page.read': (e) => `file ${e.tree} page ${e.page} level ${e.level} +${e.size}`,
  'btree.page.write': (e) =>
    `file ${e.tree} page ${e.page} level ${e.level} entries ${e.entries} from ${show(e.firstKey)} for ${e.replaces}`,
  'btree.split': (e) => `level ${e.level}: ${e.left} and ${e.right} at ${show(e.separator)}`,
  'btree.merge': (e) => `level ${e.level}: ${e.entries} entries`,
  'btree.commit': (e) =>
    `file ${e.tree} commit ${e.commit} @${e.page} root ${e.root} frees ${numbers(e.freed)}`,
  'btree.vacuum': (e) => `file ${e.from} to ${e.to}, pages ${e.pages}`,

  'superblock.read': (e) =>
    `slot ${e.slot} ${e.valid ? `generation ${e.generation} manifest ${e.manifest}` : 'not valid'}`,
  'superblock.write': (e) => `slot ${e.slot} generation ${e.generation} manifest ${e.manifest}`,
  'manifest.create': (e) => `manifest ${e.manifest}`,
  'manifest.edit': (e) =>
    `manifest ${e.manifest} +${placed(e.added, e.levels)} -${numbers(e.removed)} from log ${e.logNumber} sequence ${e.lastSequence}`,
  'manifest.load': (e) =>
    `manifest ${e.manifest} ${e.edits} edits, tables ${placed(e.tables, e.levels)} from log ${e.logNumber}`,

  'compaction.begin': (e) =>
    `${numbers(e.inputs)} to level ${e.outputLevel}: ${e.reason}, score ${e.score}`,
  'compaction.move': (e) => `table ${e.table} to level ${e.outputLevel}`,
  'compaction.end': (e) =>
    `${numbers(e.outputs)} on level ${e.outputLevel}, entries ${e.entriesIn} to ${e.entriesOut}, bytes ${e.bytesIn} to ${e.bytesOut}`,
  'compaction.abandon': (e) => numbers(e.tables),

  'store.open.begin': (e) => e.mode,
  'store.open.end': (e) =>
    `${e.tables} tables, ${e.logs} logs, ${e.records} records, sequence ${e.lastSequence}`,
  'store.write.begin': (e) => `sequence ${e.firstSequence} count ${e.count} sync ${e.sync}`,
  'store.write.acknowledge': (e) =>
    `sequence ${e.lastSequence} ${e.durable ? 'durable' : 'not durable'}`,
  'lookup.ask': (e) => `${e.run} ${e.number} ${e.answer}${e.ends ? ', ends' : ''}`,
  'store.get': (e) => `${show(e.key)} ${e.found}`,
  'store.flush.begin': (e) => `memtable ${e.memtable} to table ${e.table}`,
  'store.flush.end': (e) => `memtable ${e.memtable} to table ${e.table} +${e.size}`,
  'store.stall': (e) => `${e.verdict}: ${e.runs} runs, debt ${e.debtBytes}`,
  'store.obsolete': (e) => e.file,
  'store.close': () => '',
};

/** Of every type: those of the engine, and those of a world of several nodes. */
const ALL_PRINTERS = { ...PRINTERS, ...RAFT_PRINTERS, ...REPLICA_PRINTERS, ...SIM_PRINTERS };

/** One line for one event, without a line feed. */
export function printEvent(event: WorldEvent): string {
  const print = ALL_PRINTERS[event.type] as (event: WorldEvent) => string;
  return `${event.type.padEnd(TYPE_COLUMNS)}${print(event)}`.trimEnd();
}

function byte(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}

function numbers(list: readonly number[]): string {
  return `[${list.join(' ')}]`;
}

/** Tables with their levels: `[4 7@1]`; level 0 is left out. */
function placed(tables: readonly number[], levels: readonly number[]): string {
  const names = tables.map((table, i) => (levels[i] ? `${table}@${levels[i]}` : `${table}`));
  return `[${names.join(' ')}]`;
}

function range(first: Uint8Array, last: Uint8Array): string {
  return `${show(first)}..${show(last)}`;
}

function entry(e: EventOf<'memtable.insert'>): string {
  return e.kind === 'delete' ? show(e.key) : `${show(e.key)} = ${show(e.value)}`;
}

/** `: kept +448, lost +512`; neighbors of one fate are one range. */
function sectors(fates: readonly SectorFate[]): string {
  const ranges: { fate: string; size: number }[] = [];
  for (const { fate, size } of fates) {
    const last = ranges[ranges.length - 1];
    if (last?.fate === fate) last.size += size;
    else ranges.push({ fate, size });
  }
  return ranges.length === 0 ? '' : `: ${ranges.map((r) => `${r.fate} +${r.size}`).join(', ')}`;
}
