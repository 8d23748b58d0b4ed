// The world of a figure: real servers and clients in the simulator, and what a reader may do.
//
// It keeps count of the events, so that an action can be left in the middle, and of who calls
// itself leader, for the states that it brings about.

import {
  clientsOf,
  clusterWorld,
  type RaftRole,
  type ReplicaView,
  serversOf,
  type Violation,
  type World,
  type WorldAction,
  type WorldEvent,
  type WorldOptions,
  type ClusterSetup as WorldSetup,
} from '../../../engine/index.ts';
import type { Context } from '../../player/scenario.ts';
import type { ClusterAction } from './actions.ts';
import { tell } from './tell.ts';

export { clientsOf, serversOf };

export interface ClusterSetup extends WorldSetup {
  /** Whose file events are part of the run; nobody's by default. */
  readonly traceFiles?: NonNullable<WorldOptions['traceFiles']>;
  /** Another world than the usual one, of the same servers and clients. */
  readonly make?: (options: Parameters<typeof clusterWorld>[0]) => World;
  /** What a figure can do besides, on the real servers: the action `stage` names one. */
  readonly stages?: Readonly<Record<string, (machine: ClusterMachine) => void>>;
  /** Made once a world, and told every event with its node; what it finds wrong stops the world. */
  readonly watch?: () => Watch;
}

export type Watch = (event: WorldEvent, node: number, timeTicks: number) => Violation | undefined;

/** What a telling state needs of a cluster. */
export interface ClusterHands {
  readonly servers: readonly number[];
  readonly clients: readonly number[];
  /** Who calls itself leader and is up, the newest term first. */
  leaders(): readonly number[];
  /** What a server calls itself; undefined while it is down. */
  roleOf(node: number): RaftRole | undefined;
  act(action: WorldAction): void;
  call(client: number, call: 'put' | 'get', key: string, value?: string): void;
  /** Lets time go by, until `done` at the latest after so many ticks. */
  run(ticks: number, done?: () => boolean): void;
}

/** As much of a log as a figure's stages look at. */
type LogView = Pick<
  ReturnType<NonNullable<ReplicaView['raft']>['status']>['log'],
  'lastIndex' | 'termAt'
>;

export class ClusterMachine implements ClusterHands {
  readonly world: World;
  readonly servers: readonly number[];
  readonly clients: readonly number[];
  readonly #roles = new Map<number, { readonly role: RaftRole; readonly term: number }>();
  readonly #trace: (event: WorldEvent) => void;
  readonly #stages: NonNullable<ClusterSetup['stages']>;
  readonly #watch: Watch | undefined;
  #found: Violation | undefined;
  #heard = 0;
  #heardMax = Number.POSITIVE_INFINITY;
  #speaker = 0;
  #speakerTicks = 0;

  constructor({ seed, trace, stamp }: Context<WorldEvent>, setup: ClusterSetup) {
    this.#trace = trace;
    this.servers = serversOf(setup);
    this.clients = clientsOf(setup);
    const { watch, stages = {}, make = clusterWorld, ...world } = setup;
    this.#stages = stages;
    this.#watch = watch?.();
    this.world = make({
      ...world,
      seed,
      trace: (event) => this.#hear(event),
      stamp: (node, timeTicks) => {
        this.#speaker = node;
        this.#speakerTicks = timeTicks;
        stamp(node, timeTicks);
      },
      onStep: () => this.#judge(),
    });
  }

  apply(action: ClusterAction): void {
    const { forTicks = 0, events, ...plain } = action;
    this.#heard = 0;
    this.#heardMax = events ?? Number.POSITIVE_INFINITY;
    this.#do(plain as ClusterAction);
    if (forTicks > 0) this.run(forTicks);
  }

  #do(action: ClusterAction): void {
    switch (action.do) {
      case 'run':
        this.run(action.ticks);
        break;
      case 'isolate':
        this.#isolate(action.node);
        break;
      case 'put':
        this.call(action.client, 'put', action.key, action.value);
        break;
      case 'get':
        this.call(action.client, 'get', action.key);
        break;
      case 'tell':
        tell(this, action.state);
        break;
      case 'stage':
        this.#stages[action.stage]?.(this);
        break;
      default:
        this.act(action);
    }
  }

  get isOver(): boolean {
    return this.#heard >= this.#heardMax;
  }

  act(action: WorldAction): void {
    if (this.isOver) return;
    this.world.act(action);
    this.#judge();
  }

  call(id: number, call: 'put' | 'get', key: string, value?: string): void {
    const command = value === undefined ? { call, key } : { call, key, value };
    this.act({ do: 'command', node: id, command });
  }

  run(ticks: number, done: () => boolean = () => false): void {
    const { world } = this;
    const endTicks = world.nowTicks + ticks;
    while (!this.isOver && !done() && world.nowTicks < endTicks && !world.violation)
      world.run(endTicks - world.nowTicks, 1);
  }

  leaders(): readonly number[] {
    const leaders = [...this.#roles].filter(([, { role }]) => role === 'leader');
    return leaders.sort(([, a], [, b]) => b.term - a.term).map(([id]) => id);
  }

  /** The log of a server that is up, as its consensus has it. */
  logOf(node: number): LogView | undefined {
    const { raft } = (this.world.node(node).program ?? {}) as Partial<ReplicaView>;
    return raft?.status().log;
  }

  roleOf(node: number): RaftRole | undefined {
    return this.#roles.get(node)?.role;
  }

  #isolate(node: number): void {
    const others = this.servers.filter((id) => id !== node);
    this.act({ do: 'partition', groups: [[node], others] });
  }

  /** After a step, so that no step is left in its middle. */
  #judge(): void {
    if (this.#found) this.world.violate(this.#found);
  }

  #hear(event: WorldEvent): void {
    this.#heard++;
    const node = this.#speaker;
    const { type } = event;
    if (type === 'raft.role') this.#roles.set(node, { role: event.role, term: event.term });
    else if (type === 'node.crash' || type === 'node.fail') this.#roles.delete(node);
    this.#trace(event);
    this.#found ??= this.#watch?.(event, node, this.#speakerTicks);
  }
}
