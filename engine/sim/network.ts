// The network: messages on their way, as bytes.
//
//     send ──> [ cut? full? lost? ] ──> in flight ──> arrived ──> handed over
//                      │                    │            │
//                      └────────────────────┴────────────┴──> dropped, and said why
//
// 1. Every message has a number, from 1; by it a person drops, delays, doubles or
//    corrupts one that is in flight.
// 2. A cut link loses what is sent while it is cut, and what arrives while it is cut.
// 3. Bytes aren't copied, since nobody changes them; corruption changes a copy.
// 4. A message that is lost by chance was on the wire: it took its share of the bandwidth,
//    and drew its latency, so that losing it shifts nothing for those after it.
// 5. A message that has arrived at a node that is paused or slow waits at its door: it
//    can't be touched any more, and still counts in the link's queue.

import { EMPTY_BYTES } from '../base/bytes.ts';
import type { NodeId } from '../env/program.ts';
import type { DropReason } from '../trace/events-sim.ts';
import { EVENT_MESSAGE, type Kernel } from './kernel.ts';
import {
  CUT_BY_FLAP,
  CUT_BY_HAND,
  CUT_BY_PARTITION,
  Link,
  NETWORK_DEFAULT,
  type NetworkOptions,
} from './link.ts';

/** What a message is called in a picture, and a few words more. */
export interface MessageLabel {
  readonly name: string;
  readonly note: string;
}
/** Given by whoever knows the codec; asked only if someone listens. */
export type Describe = (bytes: Uint8Array) => MessageLabel;

/** A message between its sender and its receiver. Reused for the next one. */
export interface Flight {
  readonly message: number;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly bytes: Uint8Array;
  readonly sentAtTicks: number;
}

class FlightRecord implements Flight {
  message = 0;
  from = 0;
  to = 0;
  bytes: Uint8Array = EMPTY_BYTES;
  sentAtTicks = 0;
  link: Link;
  /** In the heap; -1: not in flight, or arrived. */
  slot = -1;

  constructor(link: Link) {
    this.link = link;
  }
}

export class Network {
  /** Messages sent so far, copies too. */
  messages = 0;
  readonly #kernel: Kernel;
  readonly #describe: Describe;
  readonly #ids: readonly NodeId[];
  readonly #links: Link[] = [];
  readonly #indexOf: number[] = [];
  readonly #flights: FlightRecord[] = [];
  readonly #free: number[] = [];
  readonly #initial: Required<NetworkOptions>;
  #options: Required<NetworkOptions>;

  constructor(
    kernel: Kernel,
    ids: readonly NodeId[],
    options: NetworkOptions = {},
    describe: Describe = () => ({ name: 'message', note: '' }),
  ) {
    this.#kernel = kernel;
    this.#describe = describe;
    this.#ids = ids;
    this.#initial = this.#options = { ...NETWORK_DEFAULT, ...options };
    for (const [index, id] of ids.entries()) this.#indexOf[id] = index;
    for (const from of ids)
      for (const [toIndex, to] of ids.entries())
        this.#links.push(new Link(from, to, toIndex, this.#initial, (n) => kernel.random(n)));
  }

  // Messages.

  send(from: NodeId, to: NodeId, bytes: Uint8Array): void {
    const message = ++this.messages;
    const link = this.linkOf(from, to);
    const reason = this.#refusal(link, bytes.length);
    if (link === undefined || reason !== undefined) {
      this.#tellSent(message, from, to, bytes, undefined);
      this.#tellDropped(message, from, to, reason ?? 'node is down');
      return;
    }
    const arrivesAtTicks = link.arrival(this.#kernel.nowTicks, bytes.length);
    if (link.isLossy) {
      this.#tellSent(message, from, to, bytes, undefined);
      this.#tellDropped(message, from, to, 'loss');
      return;
    }
    const flight = this.#launch(link, message, bytes, arrivesAtTicks);
    this.#tellSent(message, from, to, bytes, arrivesAtTicks);
    const bit = link.corruptBit(bytes.length);
    if (bit >= 0) this.#corrupt(flight, bit);
    if (link.duplicates) this.#duplicate(flight);
  }

  /** The message arrives; false if its link is cut. It stays in the queue until it is taken. */
  arrive(index: number): boolean {
    const flight = this.#flights[index] as FlightRecord;
    flight.slot = -1;
    if (flight.link.cutBy === 0) return true;
    this.#kernel.as(flight.to);
    this.discard(index, 'severed');
    return false;
  }

  /** Index of the machine that it is for. */
  receiver(index: number): number {
    return (this.#flights[index] as FlightRecord).link.toIndex;
  }

  /** Ends the flight: the node takes it. What is returned is good until the next send. */
  take(index: number): Flight {
    const flight = this.#flights[index] as FlightRecord;
    this.#land(index, flight);
    const { message, from, to } = flight;
    this.#kernel.trace?.({ type: 'net.deliver', message, from, to });
    return flight;
  }

  /** Ends the flight: nobody takes it. */
  discard(index: number, reason: DropReason): void {
    const flight = this.#flights[index] as FlightRecord;
    this.#land(index, flight);
    this.#tellDropped(flight.message, flight.from, flight.to, reason);
  }

  flight(index: number): Flight {
    return this.#flights[index] as FlightRecord;
  }

  /** Those in flight, oldest first. */
  inFlight(): (Flight & { readonly arrivesAtTicks: number })[] {
    return this.#flights
      .filter((flight) => flight.slot >= 0)
      .map(({ message, from, to, bytes, sentAtTicks, slot }) => {
        const arrivesAtTicks = this.#kernel.heap.timeOf(slot);
        return { message, from, to, bytes, sentAtTicks, arrivesAtTicks };
      })
      .sort((a, b) => a.message - b.message);
  }

  // By hand. Each does nothing if the message isn't in flight.

  drop(message: number): void {
    const index = this.#find(message);
    if (index < 0) return;
    this.#kernel.heap.cancel((this.#flights[index] as FlightRecord).slot);
    this.discard(index, 'dropped by hand');
  }

  delay(message: number, ticks: number): void {
    const flight = this.#flights[this.#find(message)];
    if (flight === undefined) return;
    const { heap } = this.#kernel;
    const arrivesAtTicks = heap.timeOf(flight.slot) + ticks;
    heap.move(flight.slot, arrivesAtTicks);
    this.#kernel.trace?.({ type: 'net.delay', message, arrivesAtTicks });
  }

  duplicate(message: number): void {
    const flight = this.#flights[this.#find(message)];
    if (flight !== undefined) this.#duplicate(flight);
  }

  /** Flips one bit, counted from the first of the first byte, around the end. */
  corrupt(message: number, bit: number): void {
    const flight = this.#flights[this.#find(message)];
    if (flight === undefined || flight.bytes.length === 0) return;
    this.#corrupt(flight, bit % (flight.bytes.length * 8));
  }

  // Links.

  linkOf(from: NodeId, to: NodeId): Link | undefined {
    const fromIndex = this.#indexOf[from];
    const toIndex = this.#indexOf[to];
    if (fromIndex === undefined || toIndex === undefined) return undefined;
    return this.#links[fromIndex * this.#ids.length + toIndex];
  }

  /** Cuts the links between nodes of which no group holds both; who isn't named hears all. */
  partition(groups: readonly (readonly NodeId[])[]): void {
    for (const link of this.#links) {
      if (isParted(groups, link)) link.cutBy |= CUT_BY_PARTITION;
      else link.cutBy &= ~CUT_BY_PARTITION;
    }
    this.#tellLinks();
  }

  sever(from: NodeId, to: NodeId): void {
    const link = this.linkOf(from, to);
    if (link === undefined) return;
    link.cutBy |= CUT_BY_HAND;
    this.#tellLinks();
  }

  /** The link works, whatever it was cut by; a flap may cut it again. */
  mend(from: NodeId, to: NodeId): void {
    const link = this.linkOf(from, to);
    if (link === undefined) return;
    link.cutBy = 0;
    this.#tellLinks();
  }

  /** All links as new. */
  heal(): void {
    for (const link of this.#links) link.cutBy = 0;
    this.change(this.#initial);
    this.#tellLinks();
  }

  /** Cuts all these links, or lets go of them, on account of a flap. */
  flap(links: readonly Link[], isCut: boolean): void {
    for (const link of links)
      link.cutBy = isCut ? link.cutBy | CUT_BY_FLAP : link.cutBy & ~CUT_BY_FLAP;
    this.#tellLinks();
  }

  /** The links that a partition into these groups would cut. */
  parted(groups: readonly (readonly NodeId[])[]): Link[] {
    return this.#links.filter((link) => isParted(groups, link));
  }

  /** From now on messages fare like this; what isn't named stays as it is. */
  change(options: NetworkOptions): void {
    this.#options = { ...this.#options, ...options };
    for (const link of this.#links) link.options = this.#options;
  }

  /** The links that are cut. */
  get severed(): (readonly [from: NodeId, to: NodeId])[] {
    return this.#links.filter((link) => link.cutBy !== 0).map(({ from, to }) => [from, to]);
  }

  #refusal(link: Link | undefined, sizeBytes: number): DropReason | undefined {
    if (link === undefined) return 'node is down';
    if (link.cutBy !== 0) return 'severed';
    return link.isFullFor(sizeBytes) ? 'queue is full' : undefined;
  }

  #launch(link: Link, message: number, bytes: Uint8Array, arrivesAtTicks: number): FlightRecord {
    const index = this.#free.pop() ?? this.#flights.push(new FlightRecord(link)) - 1;
    const flight = this.#flights[index] as FlightRecord;
    flight.message = message;
    flight.from = link.from;
    flight.to = link.to;
    flight.bytes = bytes;
    flight.sentAtTicks = this.#kernel.nowTicks;
    flight.link = link;
    flight.slot = this.#kernel.heap.push(arrivesAtTicks, EVENT_MESSAGE, index);
    link.enqueue(bytes.length);
    return flight;
  }

  #land(index: number, flight: FlightRecord): void {
    flight.slot = -1;
    flight.link.dequeue(flight.bytes.length);
    this.#free.push(index);
  }

  #duplicate({ link, message, bytes, from, to }: FlightRecord): void {
    if (link.isFullFor(bytes.length)) return;
    const copy = ++this.messages;
    const arrivesAtTicks = link.arrival(this.#kernel.nowTicks, bytes.length);
    this.#launch(link, copy, bytes, arrivesAtTicks);
    this.#kernel.trace?.({ type: 'net.duplicate', message, copy, from, to, arrivesAtTicks });
  }

  #corrupt(flight: FlightRecord, bitOfAll: number): void {
    const offset = bitOfAll >>> 3;
    const bit = bitOfAll & 7;
    const bytes = flight.bytes.slice();
    bytes[offset] = (bytes[offset] as number) ^ (1 << bit);
    flight.bytes = bytes;
    this.#kernel.trace?.({ type: 'net.corrupt', message: flight.message, offset, bit });
  }

  #find(message: number): number {
    return this.#flights.findIndex((flight) => flight.message === message && flight.slot >= 0);
  }

  #tellSent(
    message: number,
    from: NodeId,
    to: NodeId,
    bytes: Uint8Array,
    arrivesAtTicks: number | undefined,
  ): void {
    const { trace } = this.#kernel;
    if (trace === undefined) return;
    const { name, note } = this.#describe(bytes);
    const sizeBytes = bytes.length;
    trace({ type: 'net.send', message, from, to, sizeBytes, name, note, arrivesAtTicks });
  }

  #tellDropped(message: number, from: NodeId, to: NodeId, reason: DropReason): void {
    this.#kernel.trace?.({ type: 'net.drop', message, from, to, reason });
  }

  #tellLinks(): void {
    this.#kernel.as(0);
    this.#kernel.trace?.({ type: 'net.links', severed: this.severed });
  }
}

function isParted(groups: readonly (readonly NodeId[])[], { from, to }: Link): boolean {
  const isNamed = (node: NodeId) => groups.some((group) => group.includes(node));
  if (!isNamed(from) || !isNamed(to)) return false;
  return !groups.some((group) => group.includes(from) && group.includes(to));
}
