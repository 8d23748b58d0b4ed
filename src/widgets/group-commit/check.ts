// The exercise "meet a p99": two limits that pull in opposite directions.

import type { Verdict } from '../../exercise/check.ts';
import type { HistoryMade } from '../../exercise/history.ts';
import { msText } from './caption.ts';
import type { GroupEvent } from './machine.ts';
import { type GroupState, latenciesOf, percentile, syncsDone } from './projection.ts';
import { type GroupAction, loadUnder, meetP99 } from './scenario.ts';

export const P99_TICKS_MAX = 65;
export const SYNCS_MAX = 14;

/** The same clients as in the task: answering fewer of them is no merit. */
function isTask({ history }: HistoryMade<GroupAction, GroupState, GroupEvent>): boolean {
  const [rules, load, ...rest] = history.actions;
  const [asked, given] = meetP99.script;
  if (rules?.do !== 'rules' || asked?.do !== 'rules' || rest.length > 0) return false;
  const sameDisk = rules.syncTicks === asked.syncTicks && rules.logBytes === asked.logBytes;
  return sameDisk && JSON.stringify(load) === JSON.stringify(given);
}

export function meetsP99(made: HistoryMade<GroupAction, GroupState, GroupEvent>): Verdict {
  if (!isTask(made))
    return {
      verdict: 'wrong',
      say: 'This is another disk, or these are other clients. Start over.',
    };
  const latencies = latenciesOf(made.state);
  const p99 = percentile(latencies, 99) ?? 0;
  const syncs = syncsDone(made.state);
  const found = `99 of 100 are answered within ${msText(p99)}, and it took ${syncs} syncs.`;
  const slow = p99 > P99_TICKS_MAX;
  const costly = syncs > SYNCS_MAX;
  if (!slow && !costly) return { verdict: 'right', say: found };
  const faults = [
    ...(slow ? [`more than ${msText(P99_TICKS_MAX)} is too long`] : []),
    ...(costly ? [`more than ${SYNCS_MAX} syncs are too many`] : []),
  ];
  return { verdict: 'wrong', say: `${found} But ${faults.join(', and ')}.` };
}

/** Rules that keep both limits. */
export const SOLUTION = loadUnder({ groupMax: 8, waitTicks: 40 }, { clients: 60, everyTicks: 10 });
