// Links that come and go: cut now, and from then on mended and cut again in turn.

import { EVENT_FLAP, type Kernel } from './kernel.ts';
import type { Link } from './link.ts';
import type { Network } from './network.ts';

interface Flap {
  readonly links: readonly Link[];
  readonly periodTicks: number;
  slot: number;
  isCut: boolean;
}

export class Flaps {
  readonly #kernel: Kernel;
  readonly #network: Network;
  #flaps: Flap[] = [];

  constructor(kernel: Kernel, network: Network) {
    this.#kernel = kernel;
    this.#network = network;
  }

  /** Cuts the links now, and changes that every `periodTicks`. */
  add(links: readonly Link[], periodTicks: number): void {
    if (links.length === 0) return;
    const { heap, nowTicks } = this.#kernel;
    const slot = heap.push(nowTicks + periodTicks, EVENT_FLAP, this.#flaps.length);
    this.#flaps.push({ links, periodTicks, slot, isCut: true });
    this.#network.flap(links, true);
  }

  /** It is time for this one to change. */
  turn(index: number): void {
    const flap = this.#flaps[index] as Flap;
    const { heap, nowTicks } = this.#kernel;
    flap.slot = heap.push(nowTicks + flap.periodTicks, EVENT_FLAP, index);
    flap.isCut = !flap.isCut;
    this.#network.flap(flap.links, flap.isCut);
  }

  /** All of them end; what they have cut stays cut until it is mended. */
  clear(): void {
    for (const { slot } of this.#flaps) this.#kernel.heap.cancel(slot);
    this.#flaps = [];
  }
}
