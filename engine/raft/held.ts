// Messages that say something which the disk must know first.
//
// 1. A message leaves when the request that it waits for is durable: a vote before it
//    is on disk could be given twice, an acknowledgment could be of an entry that a
//    crash takes back. Paper, figure 2: persistent state comes before the answer.
// 2. They leave in the order in which they came.
// 3. When the term changes, those of the old one are dropped. An acknowledgment of the
//    old term would speak of a log that the new leader may have cut off by then.

import type { NodeId } from '../env/program.ts';
import type { Message } from './message.ts';

export interface Addressed {
  readonly to: NodeId;
  readonly message: Message;
}

interface Waiting extends Addressed {
  readonly sequence: number;
}

export class Held {
  #waiting: Waiting[] = [];

  add(sequence: number, to: NodeId, message: Message): void {
    this.#waiting.push({ sequence, to, message });
  }

  /** Moves what waited for requests up to `sequence` into `out`. */
  release(sequence: number, out: Addressed[]): void {
    if (this.#waiting.length === 0) return;
    const still: Waiting[] = [];
    for (const held of this.#waiting) {
      if (held.sequence > sequence) still.push(held);
      else out.push({ to: held.to, message: held.message });
    }
    this.#waiting = still;
  }

  clear(): void {
    if (this.#waiting.length > 0) this.#waiting = [];
  }
}
