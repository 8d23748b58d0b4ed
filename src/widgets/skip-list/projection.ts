// What the figure knows of the list: its nodes, and how far the search under way has come.

import type { Recorded } from '../../../engine/index.ts';
import { END, HEAD, type ListEvent, type ListNode, type Order } from './world.ts';

export interface Step {
  readonly level: number;
  readonly from: string;
  readonly to: string;
  readonly order: Order;
}

export interface ListState {
  /** In order. */
  readonly nodes: readonly ListNode[];
  /** What is searched for, and the height that it is to be inserted with. */
  readonly target: string | undefined;
  readonly height: number | undefined;
  /** Links that the search has read. */
  readonly steps: readonly Step[];
  /** Once the search is over. */
  readonly found: boolean | undefined;
  /** A node that is being linked: on how many levels it is by now. */
  readonly fresh: { readonly key: string; readonly levels: number } | undefined;
  /** The whole list, as it lies in memory. */
  readonly memory: Uint8Array;
}

export const NO_LIST: ListState = {
  nodes: [],
  target: undefined,
  height: undefined,
  steps: [],
  found: undefined,
  fresh: undefined,
  memory: new Uint8Array(0),
};

export function projectList(state: ListState, { event }: Recorded<ListEvent>): ListState {
  switch (event.type) {
    case 'list.build':
      return { ...NO_LIST, nodes: event.nodes, memory: event.memory };
    case 'search.begin': {
      const { nodes, memory } = state;
      return { ...NO_LIST, nodes, memory, target: event.key, height: event.height };
    }
    case 'search.compare': {
      const { level, from, to, order } = event;
      return { ...state, steps: [...state.steps, { level, from, to, order }] };
    }
    case 'search.end':
      return { ...state, found: event.found };
    case 'list.link':
      return { ...state, fresh: { key: event.key, levels: event.level + 1 } };
    case 'list.grown':
      return { ...state, nodes: event.nodes, memory: event.memory };
  }
}

/** Keys that were compared; reading a link that leads to the end compares none. */
export function comparisons({ steps }: ListState): number {
  return steps.filter(({ order }) => order !== 'end').length;
}

/** A tower as it is drawn. */
export interface Tower {
  readonly name: string;
  readonly height: number;
}

/** A link as it is drawn, from one column to another by name. */
export interface Link {
  readonly level: number;
  readonly from: string;
  readonly to: string;
}

/** The towers, with the one that is just being linked. */
export function towersOf({ nodes, fresh }: ListState): Tower[] {
  const towers = nodes.map(({ key, height }) => ({ name: key, height }));
  if (!fresh || nodes.some(({ key }) => key === fresh.key)) return towers;
  return [...towers, { name: fresh.key, height: fresh.levels }].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

/** On each level, everyone as high leads to the next one as high. */
export function linksOf(towers: readonly Tower[], levels: number): Link[] {
  return Array.from({ length: levels }, (_, level) => {
    const names = towers.filter(({ height }) => height > level).map(({ name }) => name);
    const ends = [HEAD, ...names, END];
    return ends.slice(1).map((to, i) => ({ level, from: ends[i] as string, to }));
  }).flat();
}
