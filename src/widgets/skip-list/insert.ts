// The exercise: which links change when a key comes in? The answer is read off a real insert,
// by comparing every link of the list before and after.

import { KIND_PUT, NO_NODE, SharedSkipList, text, utf8 } from '../../../engine/index.ts';
import type { Verdict } from '../../exercise/check.ts';
import type { Tower } from './projection.ts';
import { END, HEAD, KEYS, LEVELS } from './world.ts';

const HEIGHTS: readonly number[] = [2, 1, 3, 1, 2, 1, 1, 4, 1, 2, 1, 2];

/** The list as the reader finds it, and what comes in. */
export const TOWERS: readonly Tower[] = KEYS.map((name, i) => ({
  name,
  height: HEIGHTS[i] as number,
}));
export const COMING: Tower = { name: 'm', height: 3 };

/** The reader's word for: on this level nothing changes. */
export const NOTHING = 'none';

/** For each level: whose link leads to the new node, and where the new node's link leads. */
export interface Answer {
  readonly from: string;
  readonly to: string;
}
export type Answers = readonly Partial<Answer>[];

export const NO_ANSWERS: Answers = Array.from({ length: LEVELS }, () => ({}));

/** What the engine's insert does to the links of each level. */
export function realAnswers(): Answer[] {
  const all = [...TOWERS, COMING];
  const heights = (nth: number) => (all[nth] as Tower).height;
  const list = SharedSkipList.create(4096, { levels: LEVELS, heights, shared: false });
  for (const [i, { name }] of TOWERS.entries()) list.insert(utf8(name), i + 1, KIND_PUT, utf8(''));
  const before = linksOfAll(list);
  const node = list.insert(utf8(COMING.name), all.length, KIND_PUT, utf8(''));
  const after = linksOfAll(list);
  return Array.from({ length: LEVELS }, (_, level) => {
    const found = [...(before[level] as Map<string, string>)].find(
      ([from, to]) => after[level]?.get(from) !== to,
    );
    if (!found) return { from: NOTHING, to: NOTHING };
    return { from: found[0], to: nameOf(list, list.next(node, level)) };
  });
}

/** On each level, where the link of every node leads. */
function linksOfAll(list: SharedSkipList): Map<string, string>[] {
  const { head } = list.entries;
  return Array.from({ length: LEVELS }, (_, level) => {
    const links = new Map<string, string>();
    for (let node = head; node !== NO_NODE; node = list.next(node, level))
      links.set(nameOf(list, node), nameOf(list, list.next(node, level)));
    return links;
  });
}

function nameOf(list: SharedSkipList, node: number): string {
  if (node === NO_NODE) return END;
  return node === list.entries.head ? HEAD : text(list.entries.key(node));
}

export function checkInsert(given: Answers): Verdict {
  const real = realAnswers();
  const isOpen = given.some(({ from, to }) => !from || (from !== NOTHING && !to));
  if (isOpen) return { verdict: 'open', say: 'Say something of every level first.' };
  const wrong = real.findIndex(({ from, to }, level) => {
    const answer = given[level];
    return answer?.from !== from || (from !== NOTHING && answer.to !== to);
  });
  if (wrong >= 0) return { verdict: 'wrong', say: whyWrong(wrong, real, given[wrong] ?? {}) };
  const changed = real.filter(({ from }) => from !== NOTHING).length;
  return {
    verdict: 'right',
    say: `So does the engine: ${changed} links were changed, and ${changed} written in the new node.`,
  };
}

function whyWrong(level: number, real: readonly Answer[], { from }: Partial<Answer>): string {
  const is = real[level] as Answer;
  const on = `Look at level ${level}:`;
  if (is.from === NOTHING) return `${on} ${COMING.name} isn’t as high as that.`;
  if (from === NOTHING)
    return `${on} ${COMING.name} has height ${COMING.height}, so it is there too.`;
  if (from !== is.from)
    return `${on} the insert changed another link than that of ${from}. Which is the last node before ${COMING.name} that has this level?`;
  return `${on} the link of ${from} is right. Where did it lead before? There ${COMING.name} has to lead now.`;
}

/** The engine's answers, as the reader would give them. */
export function solutionLines(): string[] {
  return realAnswers().map(({ from, to }, level) =>
    from === NOTHING
      ? `Level ${level}: nothing changes.`
      : `Level ${level}: the link of ${from} leads to ${COMING.name}, and that of ${COMING.name} to ${to}.`,
  );
}
