// Numbers of the page, from runs of its own figures.

import { madeBy } from '../../exercise/history.ts';
import { isSplit } from '../../projections/cluster-terms.ts';
import { equalTimeouts, preVote } from './scenario.ts';

/** What came of equal timeouts, in the time of the figure's script. */
function splitsOf(): { splits: number; leaders: number } {
  const { terms } = madeBy(equalTimeouts, equalTimeouts.script).state;
  return {
    splits: terms.filter((term, index) => isSplit(term, index === terms.length - 1)).length,
    leaders: terms.filter(({ leader }) => leader > 0).length,
  };
}

/** The highest term on each side at the end, and how many leaders it took. */
function absence() {
  const { sides } = madeBy(preVote, preVote.script).state;
  return sides.map(({ nodes, terms }) => ({
    term: Math.max(...nodes.map(({ term }) => term)),
    leaders: terms.filter(({ leader }) => leader > 0).length,
  }));
}

const [without, withIt] = absence() as [
  ReturnType<typeof absence>[0],
  ReturnType<typeof absence>[0],
];

export const FACTS = { ...splitsOf(), without, withIt };
