// Both shapes, folded from the events of both, and what has been counted.
//
//     btree.page.write --> a new page    btree.commit --> pages freed    btree.vacuum --> a new file
//
// A page of the B-tree lives from its commit until a commit frees it. What lies in the file and is
// not alive is garbage.

import type { EngineEvent, EventOf, Recorded } from '../../../engine/index.ts';
import { text } from '../../../engine/index.ts';
import { type LevelsState, NO_LEVELS, projectLevels } from '../../projections/levels.ts';
import type { Counted } from './counted-files.ts';
import type { Sizes } from './sides.ts';
import type { Load } from './workload.ts';
import type { BothEvent, ClientEvent } from './world.ts';

export interface TreePage {
  readonly page: number;
  readonly level: number;
  readonly entries: number;
  readonly firstKey: string;
}

export interface TreeState {
  /** Number of its file. */
  readonly file: number;
  /** Nodes that can be reached from the root; those of a commit under way too. */
  readonly live: ReadonlyMap<number, TreePage>;
  /** Pages of the file. */
  readonly pages: number;
  readonly root: number;
  readonly commits: number;
  readonly splits: number;
  /** Pages that the last write has made. */
  readonly fresh: readonly number[];
  /** Pages of the file that a vacuum is filling. */
  readonly copied: ReadonlyMap<number, TreePage>;
}

/** What was counted after so many operations. */
export interface Point {
  readonly operations: number;
  readonly lsm: Counted;
  readonly btree: Counted;
}

export interface BothState {
  readonly sizes: Sizes | undefined;
  readonly load: Load | undefined;
  readonly levels: LevelsState;
  readonly tree: TreeState;
  readonly points: readonly Point[];
  readonly keys: number;
  /** What this event reads or writes: a table, a page. */
  readonly table: number | undefined;
  readonly page: number | undefined;
}

const NO_TREE: TreeState = {
  file: 0,
  live: new Map(),
  pages: 0,
  root: 0,
  commits: 0,
  splits: 0,
  fresh: [],
  copied: new Map(),
};

export const NOTHING: BothState = {
  sizes: undefined,
  load: undefined,
  levels: NO_LEVELS,
  tree: NO_TREE,
  points: [],
  keys: 0,
  table: undefined,
  page: undefined,
};

export function projectBoth(state: BothState, { event }: Recorded<BothEvent>): BothState {
  const calm = { ...state, table: undefined, page: undefined };
  if (event.type.startsWith('client.')) return projectClient(calm, event as ClientEvent);
  if (event.type.startsWith('btree.')) return projectTree(calm, event as EngineEvent);
  const levels = projectLevels(state.levels, event as EngineEvent);
  const isOfTable = event.type === 'table.block.read' || event.type === 'table.finish';
  return { ...calm, levels, ...(isOfTable && { table: event.table }) };
}

function projectClient(state: BothState, event: ClientEvent): BothState {
  switch (event.type) {
    case 'client.open': {
      const { type: _, ...sizes } = event;
      return { ...state, sizes };
    }
    case 'client.load': {
      const { type: _, ...load } = event;
      return { ...state, load };
    }
    case 'client.write':
      return { ...state, tree: { ...state.tree, fresh: [] } };
    case 'client.measure': {
      const { operations, keys, counted } = event;
      const point = { operations, lsm: counted[0], btree: counted[1] };
      return { ...state, keys, points: [...state.points, point] };
    }
    default:
      return state;
  }
}

function projectTree(state: BothState, event: EngineEvent): BothState {
  const { tree } = state;
  switch (event.type) {
    case 'btree.page.read':
      return { ...state, page: event.page };
    case 'btree.page.write':
      return { ...state, page: event.page, tree: written(tree, event) };
    case 'btree.split':
      return { ...state, tree: { ...tree, splits: tree.splits + 1 } };
    case 'btree.commit': {
      const { freed, page, root } = event;
      const live = new Map([...tree.live].filter(([number]) => !freed.includes(number)));
      const commits = tree.commits + 1;
      return {
        ...state,
        tree: { ...tree, file: event.tree, live, root, pages: page + 1, commits },
      };
    }
    case 'btree.vacuum':
      return { ...state, tree: vacuumed(tree, event) };
    default:
      return state;
  }
}

function written(tree: TreeState, event: EventOf<'btree.page.write'>): TreeState {
  const { page, level, entries } = event;
  const made = { page, level, entries, firstKey: text(event.firstKey) };
  if (tree.file !== 0 && event.tree !== tree.file)
    return { ...tree, copied: new Map([...tree.copied, [page, made]]) };
  const live = new Map(tree.live);
  live.delete(event.replaces);
  live.set(page, made);
  return { ...tree, live, pages: Math.max(tree.pages, page + 1), fresh: [...tree.fresh, page] };
}

/** The copy is the tree from now on. */
function vacuumed(tree: TreeState, { to, pages }: EventOf<'btree.vacuum'>): TreeState {
  const root = [...tree.copied.values()].reduce((top, page) =>
    page.level >= top.level ? page : top,
  );
  return {
    ...tree,
    file: to,
    live: tree.copied,
    root: root.page,
    pages,
    fresh: [],
    copied: new Map(),
  };
}
