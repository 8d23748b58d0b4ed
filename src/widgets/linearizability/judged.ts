// What a checker says of the clients of a run, up to a moment of it.

import {
  ClientHistory,
  checkLinearizable,
  drawHistory,
  type HistoryPicture,
  type Operation,
  type Recorded,
  type Verdict,
  type WorldEvent,
} from '../../../engine/index.ts';
import { letterOf } from '../../marks/nodes.ts';

export interface Judged {
  readonly operations: readonly Operation[];
  readonly verdict: Verdict;
  readonly picture: HistoryPicture;
}

/** @param entries what the world has said so far */
export function judge(entries: readonly Recorded<WorldEvent>[]): Judged {
  const history = new ClientHistory();
  for (const entry of entries) history.see(entry);
  const operations = history.operations().map((one) => ({ ...one, client: lettered(one.client) }));
  const verdict = checkLinearizable(operations);
  const picture = drawHistory(operations, verdict, { all: true });
  return { operations, verdict, picture };
}

/** `100/2`, client 100 after a call that nobody answered, is `k2`. */
function lettered(client: string): string {
  const [id = '', life = ''] = client.split('/');
  return `${letterOf(Number(id))}${life}`;
}
