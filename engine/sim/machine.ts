// A node's machine: it boots its program, hands it one input at a time, and does what
// the program asks for.
//
//                   ┌─────────── up, free: at once ────────────┐
//     arrival ──────┤                                          ├──> step ──> effects
//                   └─ paused, slow, or others wait: the door ─┘
//                        o o o o   one a turn, in order
//
// 1. A program sees one input at a time, in the order in which they came.
// 2. A paused machine does nothing; what comes waits. A slow one needs `stepTicks` before
//    each step. Either way a flush of its disk is told when its turn comes.
// 3. A crash drops the program and all that waits, and takes the power from its disk. A
//    program that throws ends its process alone: the disk keeps its bytes.
// 4. A wake comes only if it is still wanted by the time of its turn.

import type { FaultyFiles } from '../env/files-faulty.ts';
import type { NodeEffects, NodeId, NodeInput, Program, RunningProgram } from '../env/program.ts';
import type { DiskFault, Survival } from './actions.ts';
import { type ClockOptions, NodeClock } from './clock.ts';
import type { DiskOptions, NodeDisk } from './disk.ts';
import { failureOf } from './failure.ts';
import { InputHash } from './input-hash.ts';
import { EVENT_TURN, EVENT_WAKE, type Kernel } from './kernel.ts';
import type { Network } from './network.ts';

/** A node as the world is told of it. */
export interface NodeOptions {
  readonly id: NodeId;
  readonly program: Program;
  readonly clock?: ClockOptions;
  /** What differs from the world's. */
  readonly disk?: DiskOptions;
}

export type NodeState = 'up' | 'paused' | 'down';

/** What waits at the door: a flight's index, a wake, a flush, or a command. */
type Waiting = number | Extract<NodeInput, { type: 'command' }>;
const WAITING_WAKE = -1;
const WAITING_FLUSH = -2;

const NOT_SCHEDULED = -1;
const START: NodeInput = { type: 'start' };
const WAKE: NodeInput = { type: 'wake' };
const DURABLE: NodeInput = { type: 'durable' };

export class Machine {
  readonly id: NodeId;
  readonly clock: NodeClock;
  readonly nodeDisk: NodeDisk;
  state: NodeState = 'down';
  /** Absent while it is down. */
  program: RunningProgram | undefined;
  /** What its program threw last. */
  error: unknown;
  boots = 0;
  stepTicks = 0;
  /** Stands for the inputs since the boot; kept only where worlds are compared. */
  readonly inputs: InputHash | undefined;
  readonly #kernel: Kernel;
  readonly #network: Network;
  readonly #index: number;
  readonly #boot: Program;
  readonly #door: Waiting[] = [];
  #survive: Survival = 'chance';
  #wakeAtTicks: number | undefined;
  #wakeSlot = NOT_SCHEDULED;
  #turnSlot = NOT_SCHEDULED;

  constructor(
    kernel: Kernel,
    network: Network,
    index: number,
    options: NodeOptions,
    disk: NodeDisk,
    hashesInputs: boolean,
  ) {
    this.id = options.id;
    this.clock = new NodeClock(options.clock);
    this.nodeDisk = disk;
    this.inputs = hashesInputs ? new InputHash() : undefined;
    this.#kernel = kernel;
    this.#network = network;
    this.#index = index;
    this.#boot = options.program;
  }

  // What comes.

  /** A message is here, and its link works. */
  arrive(flight: number): void {
    if (this.state === 'down') {
      this.#kernel.as(this.id);
      this.#network.discard(flight, 'node is down');
    } else if (this.#isFree) this.#handle(flight);
    else this.#wait(flight);
  }

  wake(): void {
    this.#wakeSlot = NOT_SCHEDULED;
    if (this.#isFree) this.#handle(WAITING_WAKE);
    else this.#wait(WAITING_WAKE);
  }

  flushed(): void {
    this.nodeDisk.due();
    if (this.#isFree) this.#handle(WAITING_FLUSH);
    else this.#wait(WAITING_FLUSH);
  }

  /** The next one at the door has its turn. */
  turn(): void {
    this.#turnSlot = NOT_SCHEDULED;
    const waiting = this.#door.shift();
    if (waiting !== undefined) this.#handle(waiting);
    this.#callNext();
  }

  command(command: unknown): void {
    if (this.state === 'down') return;
    const input = { type: 'command', command } as const;
    if (this.#isFree) this.#handle(input);
    else this.#wait(input);
  }

  // What is done to it. What makes no sense now does nothing.

  /** Boots the first time. */
  start(): void {
    this.state = 'up';
    this.boots++;
    this.clock.boot();
    this.error = undefined;
    const kernel = this.#kernel;
    kernel.as(this.id);
    kernel.trace?.({ type: 'node.start', boot: this.boots });
    this.#guard(() => {
      this.program = this.#boot({
        id: this.id,
        files: this.nodeDisk.mount(),
        random: kernel.random(`node ${this.id}: boot ${this.boots}`),
        ...(kernel.trace === undefined ? {} : { trace: kernel.trace }),
      });
    });
    if (this.program !== undefined) this.#step(START);
  }

  /** @param atCall cut the power inside this one of the next changing calls on its disk; 0: now */
  crash(survive: Survival, atCall: number): void {
    if (this.state === 'down') return;
    this.#survive = survive;
    if (atCall > 0) this.nodeDisk.files.cutAtCall(atCall);
    else this.#powerCut();
  }

  restart(survive?: Survival): void {
    if (this.state !== 'down') return;
    this.#kernel.as(this.id);
    if (this.nodeDisk.files.isDead) this.nodeDisk.restart(survive ?? this.#survive);
    else this.nodeDisk.reopen();
    this.start();
  }

  pause(): void {
    if (this.state !== 'up') return;
    this.state = 'paused';
    this.#cancelTurn();
    this.#kernel.as(this.id);
    this.#kernel.trace?.({ type: 'node.pause' });
  }

  resume(): void {
    if (this.state !== 'paused') return;
    this.state = 'up';
    this.#kernel.as(this.id);
    this.#kernel.trace?.({ type: 'node.resume' });
    this.#callNext();
  }

  slow(stepTicks: number): void {
    if (this.stepTicks === stepTicks) return;
    this.stepTicks = stepTicks;
    this.#kernel.as(this.id);
    this.#kernel.trace?.({ type: 'node.slow', stepTicks });
  }

  setClock(ratePpm: number, jumpTicks: number): void {
    const { nowTicks } = this.#kernel;
    this.clock.set(nowTicks, ratePpm, jumpTicks);
    this.#kernel.as(this.id);
    this.#kernel.trace?.({ type: 'node.clock', ratePpm, jumpTicks });
    if (this.#wakeSlot !== NOT_SCHEDULED) this.#arm(this.#wakeAtTicks);
  }

  hurt(fault: DiskFault): void {
    // What is kept of a disk without power is decided when the power is back.
    if (fault.fault === 'decay' && this.state === 'down') return;
    this.#kernel.as(this.id);
    this.nodeDisk.suffer(fault);
  }

  /** What is on its disk, to look at. */
  get disk(): FaultyFiles {
    return this.nodeDisk.files;
  }

  /** The flights that wait at its door, oldest first. */
  get waiting(): number[] {
    return this.#door.filter((waiting) => typeof waiting === 'number' && waiting >= 0) as number[];
  }

  // Steps.

  get #isFree(): boolean {
    return this.state === 'up' && this.stepTicks === 0 && this.#door.length === 0;
  }

  #wait(waiting: Waiting): void {
    this.#door.push(waiting);
    this.#callNext();
  }

  #callNext(): void {
    if (this.state !== 'up' || this.#turnSlot !== NOT_SCHEDULED || this.#door.length === 0) return;
    const { heap, nowTicks } = this.#kernel;
    this.#turnSlot = heap.push(nowTicks + this.stepTicks, EVENT_TURN, this.#index);
  }

  #handle(waiting: Waiting): void {
    this.#kernel.as(this.id);
    if (typeof waiting !== 'number') this.#step(waiting);
    else if (waiting === WAITING_WAKE) this.#wakeIfWanted();
    else if (waiting === WAITING_FLUSH) {
      if (this.#guard(() => this.nodeDisk.complete())) this.#step(DURABLE);
    } else {
      const { from, bytes } = this.#network.take(waiting);
      this.#step({ type: 'message', from, bytes });
    }
  }

  #wakeIfWanted(): void {
    if (this.#wakeAtTicks === undefined) return;
    if (this.clock.read(this.#kernel.nowTicks) < this.#wakeAtTicks) return;
    this.#wakeAtTicks = undefined;
    this.#step(WAKE);
  }

  #step(input: NodeInput): void {
    const nowTicks = this.clock.read(this.#kernel.nowTicks);
    this.inputs?.add(nowTicks, input);
    let effects: NodeEffects;
    try {
      effects = (this.program as RunningProgram).step(nowTicks, input);
    } catch (error) {
      this.#died(error);
      return;
    }
    if (this.nodeDisk.files.isDead) this.#powerCut();
    else this.#do(effects);
  }

  #do({ send, wakeAtTicks }: NodeEffects): void {
    for (let i = 0; i < send.length; i++) {
      const { to, bytes } = send[i] as NodeEffects['send'][number];
      this.#network.send(this.id, to, bytes);
    }
    this.#arm(wakeAtTicks);
    this.nodeDisk.poll();
  }

  #arm(wakeAtTicks: number | undefined): void {
    const { heap, nowTicks } = this.#kernel;
    this.#wakeAtTicks = wakeAtTicks;
    if (wakeAtTicks === undefined || !Number.isFinite(wakeAtTicks)) {
      this.#cancelWake();
      return;
    }
    const at = Math.max(nowTicks, this.clock.worldTicksAt(wakeAtTicks));
    if (this.#wakeSlot === NOT_SCHEDULED) this.#wakeSlot = heap.push(at, EVENT_WAKE, this.#index);
    else if (heap.timeOf(this.#wakeSlot) !== at) heap.move(this.#wakeSlot, at);
  }

  #cancelWake(): void {
    if (this.#wakeSlot !== NOT_SCHEDULED) this.#kernel.heap.cancel(this.#wakeSlot);
    this.#wakeSlot = NOT_SCHEDULED;
  }

  #cancelTurn(): void {
    if (this.#turnSlot !== NOT_SCHEDULED) this.#kernel.heap.cancel(this.#turnSlot);
    this.#turnSlot = NOT_SCHEDULED;
  }

  // Ends.

  /** Does `work`, in which the program runs; false if that was its end. */
  #guard(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      this.#died(error);
      return false;
    }
  }

  #died(error: unknown): void {
    this.#kernel.rethrowListeners(error);
    if (this.nodeDisk.files.isDead) {
      this.#powerCut();
      return;
    }
    this.error = error;
    this.#kernel.trace?.({ type: 'node.fail', ...failureOf(error) });
    this.#end();
  }

  #powerCut(): void {
    this.#kernel.as(this.id);
    this.nodeDisk.crash();
    this.#kernel.trace?.({ type: 'node.crash' });
    this.#end();
  }

  #end(): void {
    this.state = 'down';
    this.program = undefined;
    this.#wakeAtTicks = undefined;
    this.inputs?.clear();
    this.#cancelWake();
    this.#cancelTurn();
    this.nodeDisk.abort();
    const waiting = this.#door.splice(0);
    for (const item of waiting)
      if (typeof item === 'number' && item >= 0) this.#network.discard(item, 'node is down');
  }
}
