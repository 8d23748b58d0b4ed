// Drives a program over real channels: a port to each peer, the real clock, real files.
//
//     port of peer 2 ──┐                       ┌──> port of peer 2
//     port of peer 3 ──┼─> inputs ──> step ────┼──> port of peer 3
//     timer, disk ─────┘  one at a time        └──> timer
//
// The same program runs in engine/sim; see engine/env/program.ts for the contract.
//
// 1. One input at a time, in the order in which they came. Before the next one the files
//    have their upkeep, if they are due for it.
// 2. A port loses nothing and keeps its order, so this is the kindest network there is. A
//    program that is right only here is wrong.
// 3. Bytes are copied and handed over; whatever else comes through a port is ignored.
// 4. When the program throws, it is not called again: the ports are closed, and so are
//    its files.

import { Random } from '../base/random.ts';
import type { Volume } from '../env/files.ts';
import type { NodeEffects, NodeId, NodeInput, Program, RunningProgram } from '../env/program.ts';
import type { WorldTrace } from '../trace/events.ts';

/** What of a MessagePort is used, so that a worker or a socket can be dressed as one. */
export interface Channel {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
}

export interface DriveOptions {
  readonly id: NodeId;
  /** Mounted files; the driver closes them. */
  readonly volume: Volume;
  /** A channel to each peer. What is sent to another node is lost. */
  readonly channels: ReadonlyMap<NodeId, Channel>;
  readonly trace?: WorldTrace | undefined;
  /** Microseconds, never going back; the platform's clock by default. */
  readonly nowTicks?: (() => number) | undefined;
  /** By default from the platform's source of chance. */
  readonly random?: Random | undefined;
}

/** A program that is being driven. */
export interface Driven {
  /** What `env/program.ts` calls a command. */
  command(command: unknown): void;
  /** Ends it between two inputs; ports and files are closed. */
  stop(): Promise<void>;
  /** When it has ended: what the program or its files threw, or undefined if it was stopped. */
  readonly ended: Promise<unknown>;
}

/** A timer can't wait longer than 2^31 ms; this is close enough to never, and it is set again. */
const WAIT_MS_MAX = 1e9;

/** Boots the program, and runs it until it throws or is stopped. */
export function drive(program: Program, options: DriveOptions): Driven {
  return new Driver(program, options);
}

class Driver implements Driven {
  readonly ended: Promise<unknown>;
  readonly #options: DriveOptions;
  readonly #nowTicks: () => number;
  readonly #inputs: NodeInput[] = [{ type: 'start' }];
  #running: RunningProgram | undefined;
  #wakeAtTicks: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopping = false;
  /** Called when an input is there, or when it is time to stop. */
  #rouse: () => void = () => {};

  constructor(program: Program, options: DriveOptions) {
    this.#options = options;
    this.#nowTicks = options.nowTicks ?? (() => Math.floor(performance.now() * 1000));
    this.ended = this.#live(program).then(
      () => this.#close(undefined),
      (error: unknown) => this.#close(error),
    );
  }

  command(command: unknown): void {
    this.#hear({ type: 'command', command });
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#rouse();
    await this.ended;
  }

  async #live(program: Program): Promise<void> {
    const { id, volume, trace, random = chance() } = this.#options;
    this.#running = program({ id, files: volume.files, random, trace });
    this.#listen();
    while (!this.#isStopping) {
      const input = this.#inputs.shift();
      if (input === undefined) await new Promise<void>((resolve) => (this.#rouse = resolve));
      else this.#step(input);
      if (volume.upkeepDue) await volume.upkeep();
    }
  }

  #listen(): void {
    const { files } = this.#options.volume;
    const programs = files.onDurable;
    files.onDurable = () => {
      programs?.();
      this.#hear({ type: 'durable' });
    };
    for (const [from, channel] of this.#options.channels)
      channel.onmessage = ({ data }) => {
        if (data instanceof Uint8Array) this.#hear({ type: 'message', from, bytes: data });
      };
  }

  #hear(input: NodeInput): void {
    this.#inputs.push(input);
    this.#rouse();
  }

  #step(input: NodeInput): void {
    const { failure } = this.#options.volume.files;
    if (failure !== undefined) throw failure;
    if (input.type === 'wake' && !this.#isTime()) return;
    const { send, wakeAtTicks } = (this.#running as RunningProgram).step(this.#nowTicks(), input);
    for (const { to, bytes } of send) this.#send(to, bytes);
    this.#wake(wakeAtTicks);
  }

  #send(to: NodeId, bytes: NodeEffects['send'][number]['bytes']): void {
    // A copy, because a view would take along all that lies around it.
    const copy = bytes.slice();
    this.#options.channels.get(to)?.postMessage(copy, [copy.buffer]);
  }

  /** Timers may be early, and the program may have changed its mind since this one was set. */
  #isTime(): boolean {
    if (this.#wakeAtTicks === undefined) return false;
    if (this.#nowTicks() >= this.#wakeAtTicks) return true;
    this.#wake(this.#wakeAtTicks);
    return false;
  }

  #wake(wakeAtTicks: number | undefined): void {
    clearTimeout(this.#timer);
    this.#wakeAtTicks = wakeAtTicks;
    if (wakeAtTicks === undefined || !Number.isFinite(wakeAtTicks)) return;
    const waitMs = Math.ceil((wakeAtTicks - this.#nowTicks()) / 1000);
    const boundedMs = Math.min(Math.max(0, waitMs), WAIT_MS_MAX);
    this.#timer = setTimeout(() => this.#hear({ type: 'wake' }), boundedMs);
  }

  /** @returns why it ended */
  async #close(reason: unknown): Promise<unknown> {
    clearTimeout(this.#timer);
    for (const channel of this.#options.channels.values()) channel.close();
    this.#options.volume.files.onDurable = undefined;
    try {
      await this.#options.volume.close();
    } catch (error) {
      return reason ?? error;
    }
    return reason;
  }
}

function chance(): Random {
  const [seed = 0] = crypto.getRandomValues(new Uint32Array(1));
  return new Random(seed);
}
