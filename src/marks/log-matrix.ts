// A row for each server, a column for each index: pure, so the same state is the same picture.
//
//              1    2    3    4    5
//     A     ‖  1 ‖  1 ‖  2 |  3   [3]      ‖ committed   | replicated    nothing: appended
//     B     ‖  1 ‖  1 ‖  2 |  3            [ ] in memory alone: dashed
//     C     ‖  1 ‖  1   ~2~                ~ ~ lost: struck through
//
// "Committed" is what this server knows to be committed; "replicated" is what some other
// server's log has as well, whether anybody knows it or not.

import type { ClusterState } from '../projections/cluster.ts';
import type { OperationView } from '../projections/cluster-clients.ts';
import { entryAt, type LogEntry, type LogView, lastIndex } from '../projections/cluster-log.ts';
import type { NodeView } from '../projections/cluster-node.ts';
import { leaderOf } from '../projections/cluster-terms.ts';
import { letterOf } from './nodes.ts';

export interface LogCell {
  readonly index: number;
  readonly term: number;
  /** Who led that term, and so made the entry: its hue. 0: not known any more. */
  readonly author: number;
  /** `none`: the log has nothing here. */
  readonly what: 'entry' | 'ghost' | 'snapshot' | 'none';
  /** How far it has come, for an entry. */
  readonly reach: 'committed' | 'replicated' | 'appended';
  readonly persisted: boolean;
  /** What stands in it: `x=1`, `no-op`, `config`; empty where nobody has said yet. */
  readonly label: string;
  /** The term of the entry that it took the place of; 0: none. */
  readonly replacedTerm: number;
  readonly isApplied: boolean;
  /** Where the leader is with this follower. */
  readonly isNext: boolean;
  readonly isMatch: boolean;
}

export interface LogRow {
  readonly node: NodeView;
  /** One for each column. */
  readonly cells: readonly LogCell[];
  /** What the leader says of it: `probe`, `replicate`, `snapshot`; empty for others. */
  readonly progress: string;
}

export interface LogMatrixLayout {
  readonly columns: readonly number[];
  readonly rows: readonly LogRow[];
}

/** As many as a phone shows, so that nothing is hidden there while there is room. */
const COLUMNS_MIN = 6;

/** The newest `columnsMax` indexes of any log, and one free column. */
export function layoutMatrix(state: ClusterState, columnsMax: number): LogMatrixLayout {
  const { nodes } = state;
  const last = Math.max(
    1,
    ...nodes.map(({ log }) => Math.max(lastIndex(log), log.ghosts.at(-1)?.index ?? 0)),
  );
  const end = Math.max(last + 1, Math.min(columnsMax, COLUMNS_MIN));
  const first = Math.max(1, end - columnsMax + 1);
  const columns = Array.from({ length: end - first + 1 }, (_, i) => first + i);
  const leader = nodes
    .filter(({ role, machine }) => role === 'leader' && machine !== 'down')
    .sort((a, b) => b.term - a.term)[0];
  const names = labelsOf(state);
  const rows = nodes.map((node) => {
    const peer = leader?.peers.find((one) => one.peer === node.id);
    const cells = columns.map((index) => cellOf(state, node, index, names, peer));
    return { node, cells, progress: peer && node !== leader ? peer.state : '' };
  });
  return { columns, rows };
}

function cellOf(
  state: ClusterState,
  node: NodeView,
  index: number,
  names: ReadonlyMap<string, string>,
  peer: { readonly nextIndex: number; readonly matchIndex: number } | undefined,
): LogCell {
  const { log } = node;
  const entry = entryAt(log, index);
  const ghost = entry ? undefined : log.ghosts.find((one) => one.index === index);
  const shown = entry ?? ghost;
  const places = { isNext: peer?.nextIndex === index, isMatch: peer?.matchIndex === index };
  if (!shown) return emptyCell(index, log, places);
  return {
    index,
    term: shown.term,
    author: leaderOf(state.terms, shown.term),
    what: entry ? 'entry' : 'ghost',
    reach: entry ? reachOf(state, node, entry) : 'appended',
    persisted: shown.persisted,
    label: labelOf(shown, names),
    replacedTerm: shown.replacedTerm,
    isApplied: index === log.appliedIndex,
    ...places,
  };
}

/** Before the log, where a snapshot stands for it, or after its end. */
function emptyCell(
  index: number,
  { base, appliedIndex }: LogView,
  places: Pick<LogCell, 'isNext' | 'isMatch'>,
): LogCell {
  return {
    index,
    term: 0,
    author: 0,
    what: index <= base ? 'snapshot' : 'none',
    reach: 'committed',
    persisted: true,
    label: '',
    replacedTerm: 0,
    isApplied: index === appliedIndex,
    ...places,
  };
}

function reachOf({ nodes }: ClusterState, { id, log }: NodeView, entry: LogEntry) {
  if (entry.index <= log.commitIndex) return 'committed';
  const elsewhere = nodes.some(
    (other) => other.id !== id && entryAt(other.log, entry.index)?.term === entry.term,
  );
  return elsewhere ? 'replicated' : 'appended';
}

function labelOf({ index, term, kind }: LogEntry, names: ReadonlyMap<string, string>): string {
  if (kind === 'noop') return 'no-op';
  if (kind === 'configuration') return 'config';
  return names.get(`${index}:${term}`) ?? '';
}

/** What is known of commands, by index and term: whose request it was, or what it asked for. */
function labelsOf({ commands, operations }: ClusterState): Map<string, string> {
  const asked = new Map(operations.map((one) => [`${one.client}:${one.request}`, one]));
  return new Map(
    commands.map(({ index, term, call, client, request }) => {
      const operation = asked.get(`${client}:${request}`);
      return [`${index}:${term}`, operation ? operationText(operation) : shortCall(call)];
    }),
  );
}

const toLetter = (id: string) => letterOf(Number(id));

/** `put "x" = "1"` in few letters. */
function shortCall(call: string): string {
  const [, key, value] = /^\w+ (\S+) = (.*)$/.exec(call.replaceAll('"', '')) ?? [];
  return key === undefined ? call : `${key}=${value}`;
}

/** `x=1` for a put, `x?` for a get, `x=1→2` for a compare and set, `voters A B` for members. */
export function operationText({ call, key, value, expected }: OperationView): string {
  if (call === 'configure') return `voters ${(value ?? '').split(',').map(toLetter).join(' ')}`;
  if (expected !== null) return `${key}=${expected}→${value}`;
  if (value !== null) return `${key}=${value}`;
  return /get|read/.test(call) ? `${key}?` : `${call} ${key}`;
}
