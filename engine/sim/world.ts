// A world in a box: nodes with their disks, the network between them, and time.
//
//     const world = new World({ seed: 7, nodes: [{ id: 1, program }, { id: 2, program }] });
//     world.run(1_000_000);                     a second of virtual time
//     world.act({ do: 'crash', node: 1 });      anything of actions.ts
//
//     ┌─ heap ──────────────┐  take   ┌─────────┐ inputs  ┌─────────┐
//     │ messages, wakes,    │ ──────> │ machine │ ──────> │ program │ on its files
//     │ flushes, turns      │ <────── │         │ <────── │         │
//     └─────────────────────┘  push   └─────────┘ effects └─────────┘
//
// 1. The same options and actions give the same events, bytes and states: in Node and in
//    every browser, traced or not.
// 2. A step is one pending event to its end. Time stands still inside a step.
// 3. All nodes boot when the world is made, in the order in which they are listed.
// 4. After a violation nothing moves any more: the world is there to be looked at.
//
// The model is FoundationDB's simulator (SIGMOD 2021, section 4); programs as reducers
// are TigerBeetle's.

import { FerrisError } from '../base/errors.ts';
import type { FaultyFiles } from '../env/files-faulty.ts';
import { type NodeId, type RunningProgram, TICKS_PER_MS } from '../env/program.ts';
import type { WorldAction } from './actions.ts';
import type { NodeClock } from './clock.ts';
import { type DiskOptions, NodeDisk } from './disk.ts';
import { Flaps } from './flaps.ts';
import {
  EVENT_DISK,
  EVENT_MESSAGE,
  EVENT_TURN,
  EVENT_WAKE,
  Kernel,
  type Listening,
} from './kernel.ts';
import type { NetworkOptions } from './link.ts';
import { Machine, type NodeOptions, type NodeState } from './machine.ts';
import { type Describe, type Flight, Network } from './network.ts';
import { hashWorld } from './state-hash.ts';

export interface WorldOptions extends Listening {
  readonly seed: number;
  readonly nodes: readonly NodeOptions[];
  readonly network?: NetworkOptions;
  /** Of every node that says nothing else. */
  readonly disk?: DiskOptions;
  /** Whose files are traced too, which makes many events; nobody's by default. */
  readonly traceFiles?: boolean | readonly NodeId[];
  readonly describe?: Describe;
  /** Called after each step with the node that made it (0: none): the place for invariants. */
  readonly onStep?: ((node: NodeId) => void) | undefined;
  /** True to keep what `stateHash` needs. */
  readonly hashes?: boolean;
}

/** A node, to look at and never to change. */
export interface NodeView {
  readonly id: NodeId;
  readonly state: NodeState;
  readonly disk: FaultyFiles;
  readonly clock: NodeClock;
  /** Absent while it is down. */
  readonly program: RunningProgram | undefined;
  readonly boots: number;
  readonly stepTicks: number;
  /** What its program threw last; a crash isn't that. */
  readonly error: unknown;
}

/** Something that may come next. */
export interface PendingEvent {
  /** For `fire`. */
  readonly id: number;
  readonly timeTicks: number;
  /** `turn`: a slow node is ready for what waits at its door. */
  readonly kind: 'message' | 'wake' | 'flush' | 'turn' | 'flap';
  /** To whom it happens; 0: to the network. */
  readonly node: NodeId;
  /** Of a message. */
  readonly message?: number;
  readonly from?: NodeId;
}

export interface Violation {
  readonly invariant: string;
  readonly message: string;
  /** Indexes of the events that show it. */
  readonly entries: readonly number[];
}

const KINDS = ['message', 'wake', 'flush', 'turn', 'flap'] as const;

export class World {
  /** Pending events done so far. */
  steps = 0;
  /** Why nothing moves any more. */
  violation: Violation | undefined;
  readonly #kernel: Kernel;
  readonly #network: Network;
  readonly #flaps: Flaps;
  readonly #machines: readonly Machine[];
  readonly #options: WorldOptions;

  /** @throws FERRIS_INVALID_ARGUMENT */
  constructor(options: WorldOptions) {
    this.#options = options;
    const ids = checkedIds(options.nodes);
    const kernel = new Kernel(options.seed, options);
    this.#kernel = kernel;
    this.#network = new Network(kernel, ids, options.network, options.describe);
    this.#flaps = new Flaps(kernel, this.#network);
    this.#machines = options.nodes.map((node, index) => this.#machine(node, index));
    for (const machine of this.#machines) machine.start();
  }

  get seed(): number {
    return this.#options.seed;
  }

  get nowTicks(): number {
    return this.#kernel.nowTicks;
  }

  /** When the next pending event comes; Infinity: never. */
  get nextTicks(): number {
    return this.#kernel.heap.nextTicks;
  }

  get nowMs(): number {
    return this.#kernel.nowTicks / TICKS_PER_MS;
  }

  /** Events told so far; 0 where nobody listens. */
  get events(): number {
    return this.#kernel.events;
  }

  get nodes(): readonly NodeId[] {
    return this.#machines.map(({ id }) => id);
  }

  // Time.

  /**
   * Lets `ticks` go by; stops early at a violation, or after the step that makes so many
   * `events`. @throws FERRIS_INVALID_ARGUMENT for `events` where nobody listens
   */
  run(ticks: number, events = Number.POSITIVE_INFINITY): void {
    const kernel = this.#kernel;
    if (events !== Number.POSITIVE_INFINITY && kernel.trace === undefined) {
      const message = 'events are counted only if someone listens; give the world a trace';
      throw new FerrisError('FERRIS_INVALID_ARGUMENT', message);
    }
    const endTicks = kernel.nowTicks + ticks;
    const eventsEnd = kernel.events + events;
    while (this.violation === undefined) {
      if (kernel.heap.nextTicks > endTicks) {
        kernel.nowTicks = endTicks;
        return;
      }
      this.step();
      if (kernel.events >= eventsEnd) return;
    }
  }

  /** Does the next pending event; false when there is none, or after a violation. */
  step(): boolean {
    const { heap } = this.#kernel;
    if (this.violation !== undefined || !heap.take()) return false;
    this.#do(heap.timeTicks, heap.kind, heap.subject);
    return true;
  }

  /** All that may come next, oldest first: of each kind, node and message at most one. */
  pending(): PendingEvent[] {
    return this.#kernel.heap
      .list()
      .sort((a, b) => a.sequence - b.sequence)
      .map(({ sequence: id, timeTicks, kind, subject }) => {
        if (kind === EVENT_MESSAGE) {
          const { message, from, to: node } = this.#network.flight(subject);
          return { id, timeTicks, kind: 'message', node, message, from };
        }
        const node = kind <= EVENT_TURN ? (this.#machines[subject] as Machine).id : 0;
        return { id, timeTicks, kind: KINDS[kind] as PendingEvent['kind'], node };
      });
  }

  /**
   * Does this pending event now, before all others. Time goes on only if it is a wake, which
   * can't come early: a message and a disk may be as quick as they like. False: no such event.
   */
  fire(id: number): boolean {
    const { heap, nowTicks } = this.#kernel;
    const slot = heap.find(id);
    if (slot < 0 || this.violation !== undefined) return false;
    heap.takeSlot(slot);
    this.#do(heap.kind === EVENT_WAKE ? heap.timeTicks : nowTicks, heap.kind, heap.subject);
    return true;
  }

  // Interventions.

  act(action: WorldAction): void {
    this.#kernel.as(0);
    if (action.do === 'run') this.run(action.ticks, action.events);
    else if (action.do === 'heal') this.#heal();
    else if (action.do === 'network') this.#network.change(action.options);
    else if (action.do === 'partition') this.#partition(action);
    else if (action.do === 'sever') this.#sever(action);
    else if (action.do === 'mend') this.#network.mend(action.from, action.to);
    else if (action.do === 'drop') this.#network.drop(action.message);
    else if (action.do === 'duplicate') this.#network.duplicate(action.message);
    else if (action.do === 'delay') this.#network.delay(action.message, action.ticks);
    else if (action.do === 'corrupt') this.#network.corrupt(action.message, action.bit);
    else this.#actOnNode(action);
  }

  /** Says that an invariant is broken, and stops. The first one counts. */
  violate(violation: Violation): void {
    if (this.violation !== undefined) return;
    this.violation = violation;
    this.#kernel.trace?.({ type: 'sim.violation', ...violation });
  }

  // To look at.

  /** @throws FERRIS_INVALID_ARGUMENT */
  node(id: NodeId): NodeView {
    const machine = this.#machines.find((one) => one.id === id);
    if (machine !== undefined) return machine;
    const message = `there is no node ${id} in this world; it has ${this.nodes.join(', ')}`;
    throw new FerrisError('FERRIS_INVALID_ARGUMENT', message);
  }

  /** Messages in flight, oldest first. */
  inFlight(): readonly (Flight & { readonly arrivesAtTicks: number })[] {
    return this.#network.inFlight();
  }

  /** The links that are cut now, one way each. */
  get severed(): readonly (readonly [from: NodeId, to: NodeId])[] {
    return this.#network.severed;
  }

  /**
   * Equal for worlds in which the same may happen, whatever way led there. `timeless` leaves out
   * when it will happen. Needs `hashes`. @throws FERRIS_INVALID_ARGUMENT
   */
  stateHash(options: { readonly timeless?: boolean } = {}): number {
    if (this.#options.hashes !== true) {
      const message = 'this world keeps no hashes; make it with { hashes: true }';
      throw new FerrisError('FERRIS_INVALID_ARGUMENT', message);
    }
    return hashWorld(this.#kernel, this.#network, this.#machines, options.timeless === true);
  }

  #machine(node: NodeOptions, index: number): Machine {
    const { disk, traceFiles = false, hashes } = this.#options;
    const isTraced = typeof traceFiles === 'boolean' ? traceFiles : traceFiles.includes(node.id);
    const nodeDisk = new NodeDisk(this.#kernel, index, node.id, isTraced, {
      ...disk,
      ...node.disk,
    });
    return new Machine(this.#kernel, this.#network, index, node, nodeDisk, hashes === true);
  }

  #do(timeTicks: number, kind: number, subject: number): void {
    const kernel = this.#kernel;
    if (timeTicks > kernel.nowTicks) kernel.nowTicks = timeTicks;
    this.steps++;
    const node = this.#happen(kind, subject);
    this.#options.onStep?.(node);
  }

  /** @returns whose step it was; 0: nobody's */
  #happen(kind: number, subject: number): NodeId {
    if (kind === EVENT_MESSAGE) return this.#arrive(subject);
    if (kind > EVENT_TURN) {
      this.#flaps.turn(subject);
      return 0;
    }
    const machine = this.#machines[subject] as Machine;
    if (kind === EVENT_WAKE) machine.wake();
    else if (kind === EVENT_DISK) machine.flushed();
    else machine.turn();
    return machine.id;
  }

  #arrive(flight: number): NodeId {
    const machine = this.#machines[this.#network.receiver(flight)] as Machine;
    if (this.#network.arrive(flight)) machine.arrive(flight);
    return machine.id;
  }

  #heal(): void {
    this.#flaps.clear();
    this.#network.heal();
  }

  #partition({ groups, flapTicks }: Extract<WorldAction, { do: 'partition' }>): void {
    if (flapTicks === undefined) this.#network.partition(groups);
    else this.#flaps.add(this.#network.parted(groups), flapTicks);
  }

  #sever({ from, to, flapTicks }: Extract<WorldAction, { do: 'sever' }>): void {
    const link = this.#network.linkOf(from, to);
    if (link === undefined) return;
    if (flapTicks === undefined) this.#network.sever(from, to);
    else this.#flaps.add([link], flapTicks);
  }

  #actOnNode(action: Extract<WorldAction, { node: NodeId }>): void {
    const machine = this.#machines.find(({ id }) => id === action.node);
    if (machine === undefined) return;
    if (action.do === 'command') machine.command(action.command);
    else if (action.do === 'crash') machine.crash(action.survive ?? 'chance', action.atCall ?? 0);
    else if (action.do === 'restart') machine.restart(action.survive);
    else if (action.do === 'pause') machine.pause();
    else if (action.do === 'resume') machine.resume();
    else if (action.do === 'slow') machine.slow(action.stepTicks);
    else if (action.do === 'clock')
      machine.setClock(action.ratePpm ?? machine.clock.ratePpm, action.jumpTicks ?? 0);
    else machine.hurt(action);
  }
}

function checkedIds(nodes: readonly NodeOptions[]): NodeId[] {
  const ids = nodes.map(({ id }) => id);
  const isSound = ids.every((id, i) => Number.isInteger(id) && id > 0 && ids.indexOf(id) === i);
  if (isSound) return ids;
  const message = `each node needs a number of its own, from 1; these have ${ids.join(', ')}`;
  throw new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}
