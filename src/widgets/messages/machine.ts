// Three servers on the simulator, each with the detector of this page, and what a reader may do.

import {
  type NetworkOptions,
  TICKS_PER_MS,
  World,
  type WorldAction,
  type WorldEvent,
} from '../../../engine/index.ts';
import type { Context } from '../../player/scenario.ts';
import type { MessagesAction } from './actions.ts';
import { type DetectorEvent, detector, TIMEOUT_TICKS } from './detector.ts';
import { nameHeartbeat } from './heartbeat.ts';

export type MessagesEvent = WorldEvent | DetectorEvent;

export const SERVERS = [1, 2, 3] as const;

/** Slow enough to be watched; one message in ten takes longer than the others. */
export const NETWORK: NetworkOptions = {
  latency: [
    [9, 6 * TICKS_PER_MS, 14 * TICKS_PER_MS],
    [1, 14 * TICKS_PER_MS, 30 * TICKS_PER_MS],
  ],
};

/** The server that a trial crashes, how long it is up before, and how long it stays down. */
const VICTIM = 3;
const UP_TICKS = 1500 * TICKS_PER_MS;
const DOWN_TICKS = 700 * TICKS_PER_MS;
export const CYCLE_TICKS = UP_TICKS + DOWN_TICKS;

export class MessagesMachine {
  readonly world: World;
  /** As in a file of settings: a server that is started again reads it. */
  #timeoutTicks = TIMEOUT_TICKS;
  #heard = 0;
  #heardMax = Number.POSITIVE_INFINITY;

  constructor({ seed, trace, stamp }: Context<MessagesEvent>) {
    const program = detector(SERVERS);
    this.world = new World({
      seed,
      nodes: SERVERS.map((id) => ({ id, program })),
      network: NETWORK,
      describe: nameHeartbeat,
      stamp,
      trace: (event) => {
        this.#heard++;
        trace(event);
      },
    });
  }

  apply({ forTicks = 0, events, ...action }: MessagesAction): void {
    this.#heard = 0;
    this.#heardMax = events ?? Number.POSITIVE_INFINITY;
    this.#do(action as MessagesAction);
    if (forTicks > 0) this.#run(forTicks);
  }

  #do(action: MessagesAction): void {
    if (action.do === 'run') this.#run(action.ticks);
    else if (action.do === 'trial') this.#try(action.crashes);
    else if (action.do === 'timeout') {
      this.#timeoutTicks = action.timeoutTicks;
      for (const node of SERVERS) this.#configure(node);
    } else if (action.do === 'restart') this.#restart(action.node);
    else this.#act(action as WorldAction);
  }

  #configure(node: number): void {
    const command = { timeoutTicks: this.#timeoutTicks };
    this.#act({ do: 'command', node, command });
  }

  #restart(node: number): void {
    if (!SERVERS.some((id) => id === node) || this.world.node(node).state !== 'down') return;
    this.#act({ do: 'restart', node });
    if (this.#timeoutTicks !== TIMEOUT_TICKS) this.#configure(node);
  }

  #try(crashes: number): void {
    for (let i = 0; i < crashes; i++) {
      this.#run(UP_TICKS);
      this.#act({ do: 'crash', node: VICTIM });
      this.#run(DOWN_TICKS);
      this.#restart(VICTIM);
    }
  }

  #act(action: WorldAction): void {
    if (this.#heard < this.#heardMax) this.world.act(action);
  }

  #run(ticks: number): void {
    const { world } = this;
    const left = this.#heardMax - this.#heard;
    if (left > 0) world.run(ticks, left);
  }
}
