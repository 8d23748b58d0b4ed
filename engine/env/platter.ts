// What is on a simulated disk: the truth that no program sees until the power is cut.
//
//     names now       a -> body 1      b -> body 3           what programs see
//     operations         ^ create b (body 2), delete b, create b (body 3)
//     names durable   a -> body 1                            what is sure to survive
//
// 1. A body is a file's bytes: the first `durableBytes` survive, the rest may not.
// 2. Creating and deleting change the names now, and wait as operations, oldest
//    first, until a directory sync settles them into the durable names.
// 3. A name that was deleted and created again has one body each time, so what
//    returns after a cut may be the old file under the name of the new one.
// 4. A body that was synced as growing may have a reserve on the disk; programs don't see it.

import { GrowingBytes } from './growing-bytes.ts';

/** The bytes of one file, and how many of them would survive. */
export class Body {
  readonly bytes: GrowingBytes;
  durableBytes: number;
  /** Zeros may lie behind its end: see env/files.ts, rule 9. */
  hasReserve = false;

  constructor(bytes = new GrowingBytes(), durableBytes = 0) {
    this.bytes = bytes;
    this.durableBytes = durableBytes;
  }
}

/** A creation (with a body) or a deletion (without) that isn't durable yet. */
interface Operation {
  readonly name: string;
  readonly body: Body | undefined;
}

/** The contents of a simulated disk. */
export class Platter {
  readonly names = new Map<string, Body>();
  readonly durableNames = new Map<string, Body>();
  #operations: Operation[] = [];
  #settled = 0;

  /** How many operations there have ever been: `settle` takes such a count. */
  get operationCount(): number {
    return this.#settled + this.#operations.length;
  }

  /** Gives `body` the name, or takes the name away when there is none. */
  link(name: string, body: Body | undefined): void {
    this.#operations.push({ name, body });
    setName(this.names, name, body);
  }

  /** Makes the first `count` operations ever made durable. */
  settle(count: number): void {
    while (this.#settled < count) {
      const operation = this.#operations.shift();
      if (operation === undefined) return;
      setName(this.durableNames, operation.name, operation.body);
      this.#settled++;
    }
  }

  /** Every name that exists now or may exist after a power cut, sorted. */
  get namesPossible(): string[] {
    const names = new Set([...this.names.keys(), ...this.durableNames.keys()]);
    for (const { name } of this.#operations) names.add(name);
    return [...names].sort();
  }

  /** What the name may lead to after a power cut, the durable state first, the newest last. */
  states(name: string): (Body | undefined)[] {
    const states = [this.durableNames.get(name)];
    for (const operation of this.#operations) {
      if (operation.name === name) states.push(operation.body);
    }
    return states;
  }

  get usedBytes(): number {
    let used = 0;
    for (const body of this.names.values()) used += body.bytes.size;
    return used;
  }
}

function setName(names: Map<string, Body>, name: string, body: Body | undefined): void {
  if (body === undefined) names.delete(name);
  else names.set(name, body);
}
