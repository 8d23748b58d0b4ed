// A link: one way from one node to another. How long its messages take, and which ones
// don't arrive.
//
//     now      departs          arrives
//      |  queue  |== sending ==|-- latency --|
//                               bandwidth      a table
//
// 1. It keeps the order of its messages, as a connection does, but for those that are
//    let loose by chance (`reorderPpm`).
// 2. Each kind of chance has its own stream, drawn only when that chance isn't zero.
// 3. What is on its way or waits at the door is bounded: what doesn't fit is dropped.
// 4. It may be cut for several reasons at once, and works when none is left.

import type { Random } from '../base/random.ts';
import type { NodeId } from '../env/program.ts';
import { LATENCY_NETWORK, Latency, type LatencyTable } from './latency.ts';

/** Chances are parts in a million, each message for itself. */
export const MILLION = 1_000_000;

/** Each message costs this much more than its bytes: the headers of IP and TCP. */
const HEADER_BYTES = 40;

/** How a network behaves; the same for all its links. */
export interface NetworkOptions {
  readonly latency?: LatencyTable;
  readonly lossPpm?: number;
  readonly duplicatePpm?: number;
  /** One bit of it is flipped. */
  readonly corruptPpm?: number;
  /** It takes its own time, and may overtake and be overtaken. */
  readonly reorderPpm?: number;
  /** Of each link; 0, the default: no limit. */
  readonly bandwidthBytesPerMs?: number;
  /** On the way, or waiting at a node that is paused or slow; of each link. Default 4 MiB. */
  readonly queueBytesMax?: number;
}

export const NETWORK_DEFAULT: Required<NetworkOptions> = {
  latency: LATENCY_NETWORK,
  lossPpm: 0,
  duplicatePpm: 0,
  corruptPpm: 0,
  reorderPpm: 0,
  bandwidthBytesPerMs: 0,
  queueBytesMax: 4 << 20,
};

/** Why a link is cut: bits, since there may be several reasons. */
export const CUT_BY_HAND = 1;
export const CUT_BY_PARTITION = 2;
export const CUT_BY_FLAP = 4;

export class Link {
  readonly from: NodeId;
  readonly to: NodeId;
  /** Index of the receiving machine. */
  readonly toIndex: number;
  /** Reasons; 0: it works. */
  cutBy = 0;
  queuedBytes = 0;
  readonly #streamOf: (name: string) => Random;
  readonly #streams = new Map<string, Random>();
  #options: Required<NetworkOptions>;
  #latency: Latency | undefined;
  /** When what was sent so far has left, and when the last of it arrives. */
  #leftTicks = 0;
  #lastArrivalTicks = 0;

  constructor(
    from: NodeId,
    to: NodeId,
    toIndex: number,
    options: Required<NetworkOptions>,
    random: (name: string) => Random,
  ) {
    this.from = from;
    this.to = to;
    this.toIndex = toIndex;
    this.#streamOf = (name) => random(`link ${from} to ${to}: ${name}`);
    this.#options = options;
  }

  set options(options: Required<NetworkOptions>) {
    this.#options = options;
    this.#latency = undefined;
  }

  get isLossy(): boolean {
    return this.#chance('loss', this.#options.lossPpm);
  }

  get duplicates(): boolean {
    return this.#chance('duplication', this.#options.duplicatePpm);
  }

  /** Which bit of so many bytes is to be flipped, or -1. */
  corruptBit(sizeBytes: number): number {
    if (sizeBytes === 0 || !this.#chance('corruption', this.#options.corruptPpm)) return -1;
    return this.#stream('corrupt bit').below(sizeBytes * 8);
  }

  /** True if so many bytes more find no place. */
  isFullFor(sizeBytes: number): boolean {
    return this.queuedBytes + sizeBytes + HEADER_BYTES > this.#options.queueBytesMax;
  }

  enqueue(sizeBytes: number): void {
    this.queuedBytes += sizeBytes + HEADER_BYTES;
  }

  dequeue(sizeBytes: number): void {
    this.queuedBytes -= sizeBytes + HEADER_BYTES;
  }

  /** When a message that is sent now will arrive. */
  arrival(nowTicks: number, sizeBytes: number): number {
    this.#latency ??= new Latency(this.#options.latency, this.#stream('latency'));
    const arrives = this.#left(nowTicks, sizeBytes) + this.#latency.draw();
    if (this.#chance('reordering', this.#options.reorderPpm)) return arrives;
    return (this.#lastArrivalTicks = Math.max(arrives, this.#lastArrivalTicks));
  }

  /** When its last byte is on the wire. */
  #left(nowTicks: number, sizeBytes: number): number {
    const { bandwidthBytesPerMs } = this.#options;
    if (bandwidthBytesPerMs === 0) return nowTicks;
    const departs = Math.max(nowTicks, this.#leftTicks);
    const sending = Math.ceil(((sizeBytes + HEADER_BYTES) * 1000) / bandwidthBytesPerMs);
    return (this.#leftTicks = departs + sending);
  }

  #chance(name: string, ppm: number): boolean {
    return ppm > 0 && this.#stream(name).chance(ppm, MILLION);
  }

  #stream(name: string): Random {
    let stream = this.#streams.get(name);
    if (stream === undefined) this.#streams.set(name, (stream = this.#streamOf(name)));
    return stream;
  }
}
