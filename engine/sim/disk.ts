// The disk of one node, and who drives it: what is asked to be durable becomes so later.
//
//     program   sync a   sync b        sync c
//     disk      |=== flush (a) ===|=== flush (b, c) ===|
//                                 └ durable            └ durable
//
// 1. A flush makes durable what was asked for before it began; what is asked for while
//    it runs waits for the next one. So a busy disk serves many at once.
// 2. How long a flush takes is drawn from the node's own stream.
// 3. A crash ends everything that is under way; a restart finds what the crash semantics
//    of `env` have left. A process that ends by itself loses nothing: the disk lives on.
// 4. Reading and appending take no time here: only durability does, and it is what the
//    order of events hangs on.

import { isFerrisError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import type { Files } from '../env/files.ts';
import { FaultyFiles, type RestartOptions } from '../env/files-faulty.ts';
import { tracedFiles } from '../env/files-traced.ts';
import type { NodeId } from '../env/program.ts';
import type { DiskFault, Survival } from './actions.ts';
import { EVENT_DISK, type Kernel } from './kernel.ts';
import { LATENCY_SYNC, Latency, type LatencyTable } from './latency.ts';

/** What kind of disk a node has. */
export interface DiskOptions {
  /** Of a flush. */
  readonly latency?: LatencyTable;
  /** No limit by default. */
  readonly capacityBytes?: number;
  /** True for a disk that says "durable" and has written nothing. */
  readonly syncLies?: boolean;
  /** True for a file system that keeps zeros ready behind files that grow. */
  readonly reserves?: boolean;
}

const NOT_SCHEDULED = -1;

export class NodeDisk {
  readonly #kernel: Kernel;
  readonly #index: number;
  readonly #random: Random;
  readonly #latency: Latency;
  readonly #isTraced: boolean;
  readonly #options: DiskOptions;
  #files: FaultyFiles;
  #restarts = 0;
  /** The flush under way. */
  #slot = NOT_SCHEDULED;
  #flushing = 0;
  #syncTicks = 0;
  #isStuck = false;
  #lies = false;

  constructor(kernel: Kernel, index: number, id: NodeId, isTraced: boolean, options: DiskOptions) {
    this.#kernel = kernel;
    this.#index = index;
    this.#isTraced = isTraced;
    this.#options = options;
    this.#random = kernel.random(`node ${id}: disk`);
    this.#latency = new Latency(options.latency ?? LATENCY_SYNC, kernel.random(`node ${id}: sync`));
    this.#files = new FaultyFiles({
      random: this.#random.fork('first'),
      trace: kernel.trace,
      durability: 'manual',
      ...(options.reserves === undefined ? {} : { reserves: options.reserves }),
      ...(options.syncLies === undefined ? {} : { syncLies: options.syncLies }),
      ...(options.capacityBytes === undefined ? {} : { capacityBytes: options.capacityBytes }),
    });
  }

  /** What is on it now, to look at. */
  get files(): FaultyFiles {
    return this.#files;
  }

  /** True while no flush ends. */
  get isStuck(): boolean {
    return this.#isStuck;
  }

  /** How long each flush takes; 0: as long as the table says. */
  get syncTicks(): number {
    return this.#syncTicks;
  }

  /** What a program gets that boots now. */
  mount(): Files {
    const { trace } = this.#kernel;
    return this.#isTraced && trace !== undefined ? tracedFiles(this.#files, trace) : this.#files;
  }

  /** Begins a flush if one is asked for and none is under way. */
  poll(): void {
    if (this.#slot !== NOT_SCHEDULED || this.#isStuck || this.#flushing > 0) return;
    this.#flushing = this.#files.syncsPending;
    if (this.#flushing > 0) this.#schedule();
  }

  /** The time of the flush is over; its node may be too busy to be told now. */
  due(): void {
    this.#slot = NOT_SCHEDULED;
  }

  /** The flush takes effect. @throws what the program's own listener on the files throws */
  complete(): void {
    const count = this.#flushing;
    this.#flushing = 0;
    this.#files.completeSync(count);
  }

  /** The power goes. */
  crash(): void {
    this.#files.powerCut();
  }

  /** The power is back. */
  restart(survive: Survival): void {
    const random = this.#random.fork(`restart ${++this.#restarts}`);
    this.#files = this.#files.restart({ random, policy: policyOf(survive) });
  }

  /** The process ended, and another one begins. */
  reopen(): void {
    this.#files = this.#files.reopen();
  }

  /** Nobody waits for the flush under way any more: its program has ended. */
  abort(): void {
    this.#cancel();
    this.#flushing = 0;
  }

  /** Hurts it, or makes it well. */
  suffer(fault: DiskFault): void {
    if (fault.fault === 'slow') this.#change(fault.syncTicks, this.#isStuck);
    else if (fault.fault === 'stuck') this.#change(this.#syncTicks, true);
    else if (fault.fault === 'well') this.#recover();
    else if (fault.fault === 'full') this.#files.limit(this.#files.usedBytes);
    else if (fault.fault === 'fail') this.#files.failNext('sync', 'FERRIS_IO');
    else if (fault.fault === 'lie') this.#lie();
    else if (fault.fault === 'decay') this.#decay(fault.place, fault.spares);
    else this.#rot(fault.file, fault.offset, fault.bit);
  }

  #lie(): void {
    this.#lies = true;
    this.#files.lie(true);
    this.#change(this.#syncTicks, this.#isStuck);
  }

  #recover(): void {
    this.#files.limit(this.#options.capacityBytes);
    this.#lies = false;
    this.#files.lie(this.#options.syncLies === true);
    this.#change(0, false);
  }

  #change(syncTicks: number, stuck: boolean): void {
    this.#syncTicks = syncTicks;
    this.#isStuck = stuck;
    const lies = this.#lies ? ({ lies: true } as const) : {};
    this.#kernel.trace?.({ type: 'node.disk', syncTicks, stuck, ...lies });
    if (stuck) this.#cancel();
    else if (this.#slot === NOT_SCHEDULED && this.#flushing > 0) this.#schedule();
    else this.poll();
  }

  #rot(file: string, offset: number, bit: number): void {
    try {
      this.#files.rot(file, offset, bit);
    } catch (error) {
      // No such file, or no such byte: nothing rots.
      if (!isFerrisError(error)) throw error;
    }
  }

  /** What is durable of the files that aren't spared, as one row of bits. */
  #decay(place: number, spares: string): void {
    const files = this.#files;
    const names = files.namesNow.filter((name) => !name.endsWith(spares));
    const totalBytes = names.reduce((sum, name) => sum + files.durableBytesOf(name), 0);
    if (totalBytes === 0) return;
    let offset = Math.floor(place / 8) % totalBytes;
    for (const name of names) {
      const durableBytes = files.durableBytesOf(name);
      if (offset < durableBytes) {
        files.rot(name, offset, place % 8);
        return;
      }
      offset -= durableBytes;
    }
  }

  #schedule(): void {
    const ticks = this.#syncTicks === 0 ? this.#latency.draw() : this.#syncTicks;
    this.#slot = this.#kernel.heap.push(this.#kernel.nowTicks + ticks, EVENT_DISK, this.#index);
  }

  #cancel(): void {
    if (this.#slot !== NOT_SCHEDULED) this.#kernel.heap.cancel(this.#slot);
    this.#slot = NOT_SCHEDULED;
  }
}

/** `torn`: half of what wasn't durable got there, from its beginning, as when a log's tail is torn. */
function policyOf(survive: Survival): NonNullable<RestartOptions['policy']> {
  if (survive === 'chance') return 'random';
  if (survive === 'nothing') return 'lose-all';
  if (survive === 'everything') return 'keep-all';
  return {
    sizeBytes: (_file, durableBytes, size) => durableBytes + ((size - durableBytes + 1) >> 1),
  };
}
