// Numbers of the page, from runs of its own figures.

import { madeBy } from '../../exercise/history.ts';
import { figureEight, replication } from './scenario.ts';

/** How many events in each stage of figure 8 ends, in the order of the script. */
export const STAGE_ENDS = figureEight.script.map(
  (_, index) => madeBy(figureEight, figureEight.script.slice(0, index + 1)).entries.length,
);

const { operations } = madeBy(replication, replication.script).state;
const [first] = operations;

/** From the call to the answer of the first write, in milliseconds. */
export const ANSWER_MS = Math.round(
  ((first?.returnedAtTicks ?? 0) - (first?.invokedAtTicks ?? 0)) / 1000,
);
