// What the figures about snapshots can do besides: several writes, one after the other, and a
// chunk that is lost. Conditions, not times: they hold whatever the timing.

import { FIRST_CLIENT, peekMessage, TICKS_PER_MS } from '../../../engine/index.ts';
import type { ClusterAction } from '../cluster/actions.ts';
import type { ClusterMachine } from '../cluster/machine.ts';

export const WRITES = 8;
const WAIT_TICKS = 2000 * TICKS_PER_MS;
/** Some heartbeats: a chunk that hasn't come by then doesn't come. */
const CHUNK_TICKS = 300 * TICKS_PER_MS;

export const STAGES = {
  'Write x eight times': (machine) => write(machine, () => 'x'),
  'Write eight new keys': (machine) => write(machine, (index) => `k${index}`),
  'Heal and lose a chunk': loseChunk,
} satisfies Readonly<Record<string, (machine: ClusterMachine) => void>>;

export const stage = (name: keyof typeof STAGES, forTicks = 0): ClusterAction => ({
  do: 'stage',
  stage: name,
  forTicks,
});

/** One after the other, until the leader has all of them. */
function write(machine: ClusterMachine, keyOf: (index: number) => string): void {
  const lastOf = () => {
    const [leader] = machine.leaders();
    return leader === undefined ? 0 : (machine.logOf(leader)?.lastIndex ?? 0);
  };
  const first = lastOf() + 1;
  for (let index = first; index < first + WRITES; index++)
    machine.call(FIRST_CLIENT, 'put', keyOf(index), String(index));
  machine.run(WAIT_TICKS, () => lastOf() >= first + WRITES - 1);
}

/** Waits for a chunk that isn't the first, and drops it. */
function loseChunk(machine: ClusterMachine): void {
  machine.act({ do: 'heal' });
  const find = () =>
    machine.world.inFlight().find(({ bytes }) => {
      const message = peekMessage(bytes);
      return message?.type === 'snapshot' && message.offsetBytes > 0;
    });
  machine.run(CHUNK_TICKS, () => find() !== undefined);
  const chunk = find();
  if (chunk) machine.act({ do: 'drop', message: chunk.message });
}
