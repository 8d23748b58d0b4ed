// Branches: changing the past starts a new one and keeps the old.
//
//     script    ────●────●────●────●
//                        └──✕──●            power cut at 17
//                              └──●──●      put b = 2 at 23
//
// A pure state: every function returns a new tree. An action at the very end of a
// branch loses nothing, so it makes the branch longer instead of starting another.

import { actionsAt, type History, type Run } from './history.ts';
import type { AnyAction, AnyEvent } from './scenario.ts';

/** More branches than anyone can tell apart; the oldest unused one is dropped first. */
export const BRANCHES_MAX = 24;

export interface Branch<A extends AnyAction> {
  readonly id: number;
  /** The branch it left; -1 for the first. */
  readonly parent: number;
  /** Where it left, in events; 0 for the first. */
  readonly forkedAt: number;
  readonly name: string;
  readonly history: History<A>;
  /** Where the reader was when leaving it. */
  readonly cursor: number;
}

export interface Branches<A extends AnyAction> {
  readonly list: readonly Branch<A>[];
  readonly currentId: number;
}

/** A tree of one branch. */
export function rootBranch<A extends AnyAction>(
  history: History<A>,
  name: string,
  cursor = 0,
): Branches<A> {
  const branch = { id: 0, parent: -1, forkedAt: 0, name, history, cursor };
  return { list: [branch], currentId: 0 };
}

export function currentBranch<A extends AnyAction>(branches: Branches<A>): Branch<A> {
  return branches.list.find(({ id }) => id === branches.currentId) as Branch<A>;
}

/** Does `action` at `cursor` of the current branch, whose run this is. */
export function fork<A extends AnyAction, E extends AnyEvent>(
  branches: Branches<A>,
  run: Run<A, E>,
  cursor: number,
  action: A,
  label: string,
  shorten?: (action: A, events: number) => A | undefined,
): Branches<A> {
  const from = currentBranch(branches);
  const actions = actionsAt(run, cursor, action, shorten);
  const history = { ...from.history, actions };
  if (extendsWhole(run, actions)) return replace(branches, { ...from, history, cursor });
  const id = Math.max(...branches.list.map((branch) => branch.id)) + 1;
  const branch = {
    id,
    parent: from.id,
    forkedAt: cursor,
    name: `${label} at ${cursor}`,
    history,
    cursor,
  };
  const kept = replace(branches, { ...from, cursor }).list;
  return { list: trim([...kept, branch], from.id), currentId: id };
}

/** Goes to another branch, remembering where the reader stood on this one. */
export function switchTo<A extends AnyAction>(
  branches: Branches<A>,
  id: number,
  cursor: number,
): Branches<A> {
  if (!branches.list.some((branch) => branch.id === id)) return branches;
  const left = replace(branches, { ...currentBranch(branches), cursor });
  return { ...left, currentId: id };
}

/** True when nothing of the old run is lost: all its actions, whole, and one more. */
function extendsWhole<A extends AnyAction, E extends AnyEvent>(
  run: Run<A, E>,
  actions: readonly A[],
): boolean {
  const old = run.history.actions.length;
  const added = actions.at(-1) as A & { after?: number };
  const isWhole = actions.length === old + 1 && actions[old - 1] === run.history.actions[old - 1];
  return isWhole && !(added.do === 'cut' && added.after !== undefined);
}

function replace<A extends AnyAction>(branches: Branches<A>, branch: Branch<A>): Branches<A> {
  return { ...branches, list: branches.list.map((old) => (old.id === branch.id ? branch : old)) };
}

/** Keeps the first branch, the one just left and the newest ones. */
function trim<A extends AnyAction>(list: Branch<A>[], leftId: number): Branch<A>[] {
  if (list.length <= BRANCHES_MAX) return list;
  const oldest = list.find(({ id }) => id !== 0 && id !== leftId);
  return list.filter((branch) => branch !== oldest);
}
