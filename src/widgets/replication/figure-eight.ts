// Figure 8 of the paper, on the real servers: an entry that is on a majority, and is lost.
//
//     index    1   2          1   2          1   2   3        1   2   3
//        A     1   1          1   1  down    1   1   3        1   1   3  down
//        B     1   1          1   1          1   1            1   2   4
//        C     1              1              1   1            1   2   4
//        D     1              1              1                1   2   4
//        E     1              1   2          1   2  down      1   2   4
//             (a)            (b)            (c)              (d)
//
// Numbers are terms. In (c) the entry of term 1 at index 2 is on A, B and C, a majority, and in
// (d) it is gone. What must not happen is that A calls it committed in (c), and it doesn't: a
// leader counts only entries of its own term (paper, 5.4.2).
//
// Nothing is set, only done: links are cut, messages are dropped, the power goes, and a clock
// is moved so that a certain server loses patience first. Appends carry one entry each, so that
// (c) can be seen.

import { FIRST_CLIENT, TICKS_PER_MS } from '../../../engine/index.ts';
import type { ClusterMachine } from '../cluster/machine.ts';

const [A, B, C, D, E] = [1, 2, 3, 4, 5] as const;
const ALL = [A, B, C, D, E];

const PATIENCE_TICKS = 300 * TICKS_PER_MS;
/** A request for votes and its answers. */
const CAMPAIGN_TICKS = 50 * TICKS_PER_MS;
const TRIES_MAX = 4;
const WAIT_TICKS = 1000 * TICKS_PER_MS;

type Stage = (machine: ClusterMachine) => void;

export const FIGURE_EIGHT = {
  '(a) A leads': (machine) => {
    hurry(machine, A);
    until(machine, () => ALL.every((node) => last(machine, node) === 1));
    machine.act({
      do: 'partition',
      groups: [
        [A, B],
        [C, D, E],
      ],
    });
    for (const to of ALL.filter((node) => node !== A))
      machine.act({ do: 'sever', from: FIRST_CLIENT, to });
    machine.call(FIRST_CLIENT, 'put', 'x', 'old');
    until(machine, () => last(machine, B) === 2);
  },
  '(b) E leads': (machine) => {
    machine.act({ do: 'crash', node: A });
    machine.act({ do: 'partition', groups: [[A], [B], [C, D, E]] });
    hurry(machine, E);
    machine.act({ do: 'partition', groups: ALL.map((node) => [node]) });
    dropAll(machine);
    until(machine, () => machine.world.node(E).disk.syncsPending === 0);
    machine.act({ do: 'crash', node: E, survive: 'everything' });
  },
  '(c) A is back': (machine) => {
    machine.act({ do: 'restart', node: A });
    machine.act({ do: 'partition', groups: [[A, B, C], [D], [E]] });
    hurry(machine, A);
    machine.act({ do: 'partition', groups: [[A, C], [B], [D], [E]] });
    until(machine, () => last(machine, C) === 2);
    until(machine, () => machine.world.node(C).disk.syncsPending === 0);
  },
  '(d) A is gone again': (machine) => {
    machine.act({ do: 'crash', node: A, survive: 'everything' });
    dropAll(machine);
    machine.act({ do: 'restart', node: E });
    machine.act({ do: 'partition', groups: [[A], [B, C, D, E]] });
    hurry(machine, E);
    until(machine, () => [B, C, D].every((node) => last(machine, node) === 3));
  },
  '(e) A stays': (machine) => {
    machine.act({ do: 'heal' });
    until(machine, () => [A, B, C].every((node) => last(machine, node) >= 3));
  },
} satisfies Readonly<Record<string, Stage>>;

export type FigureEightStage = keyof typeof FIGURE_EIGHT;

/** Moves a server's clock until it leads: in its first term another may have had the votes. */
function hurry(machine: ClusterMachine, node: number): void {
  until(machine, () => machine.logOf(node) !== undefined);
  const leads = () => machine.leaders()[0] === node;
  for (let tries = 0; tries < TRIES_MAX && !leads(); tries++) {
    machine.act({ do: 'clock', node, jumpTicks: PATIENCE_TICKS });
    machine.run(CAMPAIGN_TICKS, leads);
  }
}

function until(machine: ClusterMachine, done: () => boolean): void {
  machine.run(WAIT_TICKS, done);
}

function last(machine: ClusterMachine, node: number): number {
  return machine.logOf(node)?.lastIndex ?? 0;
}

/** What is on its way is lost. */
function dropAll(machine: ClusterMachine): void {
  for (const { message } of machine.world.inFlight()) machine.act({ do: 'drop', message });
}
