// Opens a run in a figure of this page, as a link in the address would.

import type { History } from '../player/history.ts';
import { encodeLink } from '../player/link.ts';
import type { AnyAction } from '../player/scenario.ts';

/** Stands so many events in. A figure that has shown this very link before shows it again. */
export function showRun<A extends AnyAction>(
  figure: string,
  history: History<A>,
  cursor = 0,
): void {
  window.history.replaceState(window.history.state, '', location.pathname + location.search);
  location.hash = encodeLink(figure, { history, cursor });
}
