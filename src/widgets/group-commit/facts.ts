// The numbers in the prose of the page and where its links lead, found by running the engine
// when the page is built.

import { run, scriptOf } from '../../player/history.ts';
import { measureAll, measureAt } from '../../sweep/sweep.ts';
import { msText } from './caption.ts';
import { TICKS_PER_MS } from './machine.ts';
import { groupCommit, loadUnder, RULES } from './scenario.ts';
import { latencyAgainstGroup, measureLoad, waitingForCompany } from './sweeps.ts';

export const KNOWN_LATENCY = measureAll(latencyAgainstGroup);
export const KNOWN_WAITING = measureAll(waitingForCompany);

const load = groupCommit.script.find((action) => action.do === 'serve');

export const SYNC = msText(RULES.syncTicks);
export const CLIENTS = load?.clients ?? 0;
export const EVERY = msText(load?.everyTicks ?? 0);
/** How many single syncs fit in a second, and how many clients come. */
export const SYNCS_A_SECOND = (1000 * TICKS_PER_MS) / RULES.syncTicks;
export const CLIENTS_A_SECOND = Math.round((1000 * TICKS_PER_MS) / (load?.everyTicks ?? 1));

/** The clients of the first figure, each with a sync of its own. */
export const ALONE = loadUnder({ groupMax: 1 }, {});
/** And with a log that is soon at its size. */
export const ROTATING = loadUnder({ logBytes: 512 }, {});

const runOf = (actions: typeof ALONE) => run(groupCommit, { ...scriptOf(groupCommit), actions });

const together = measureLoad(runOf(loadUnder({}, {})).entries);
const alone = measureLoad(runOf(ALONE).entries);
const rotating = measureLoad(runOf(ROTATING).entries);

export const TOGETHER_P99 = msText(together['p99'] ?? 0);
export const ALONE_P99 = msText(alone['p99'] ?? 0);
export const ROTATING_P99 = msText(rotating['p99'] ?? 0);
export const TOGETHER_SYNCS = Math.round(((together['syncs'] ?? 0) * CLIENTS) / 100);

/** Where the first new log of that run begins. */
export const ROTATION_CURSOR =
  runOf(ROTATING).entries.findIndex(({ event }) => event.type === 'file.create') + 1;

/** Two places of the map: an idle store and a busy one, without waiting and with it. */
function placed(everyTicks: number, waitTicks: number) {
  const values = measureAt(waitingForCompany, { everyTicks, waitTicks });
  return { p99: msText(values['p99'] ?? 0), syncs: values['syncs'] ?? 0 };
}
export const IDLE = { every: msText(40), at: placed(40, 0), waiting: placed(40, 40) };
export const BUSY = { every: msText(2), at: placed(2, 0), waiting: placed(2, 40) };
export const WAIT = msText(40);
