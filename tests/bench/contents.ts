// What a store must hold: each record, and how often it was overwritten.

import type { Data } from './data.ts';
import type { Peer } from './peer.ts';

export class Contents {
  readonly data: Data;
  readonly #versions: Uint16Array;

  constructor(data: Data) {
    this.data = data;
    this.#versions = new Uint16Array(data.records);
  }

  copy(): Contents {
    const copy = new Contents(this.data);
    copy.#versions.set(this.#versions);
    return copy;
  }

  value(index: number): Uint8Array<ArrayBuffer> {
    return this.data.value(index, this.#versions[index]);
  }

  /** The record gets another value, which is returned. */
  overwrite(index: number): Uint8Array<ArrayBuffer> {
    this.#versions[index] = (this.#versions[index] as number) + 1;
    return this.value(index);
  }
}

/** @throws when the store holds anything but the records numbered `present` */
export async function verify(peer: Peer, contents: Contents, present: Uint32Array): Promise<void> {
  const sorted = present.slice().sort();
  let at = 0;
  peer.beginReads();
  await peer.scan(undefined, contents.data.records + 1, (key, value) => {
    const index = sorted[at++];
    check(index !== undefined, 'the store holds records that nobody wrote');
    check(same(key, contents.data.keys[index] as Uint8Array), `a key is wrong, at record ${index}`);
    check(same(value, contents.value(index)), `a value is wrong, at record ${index}`);
  });
  await peer.endReads();
  check(at === sorted.length, `${at} records came back of ${sorted.length} written`);
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
