// Stands for all inputs that a program had since its boot: one number.
//
// A program is a function of its inputs, so two programs that had the same ones are in
// the same state. The other way round it doesn't hold: a program that can say more
// sharply when two of its states are the same has a `stateHash` of its own.

import { utf8 } from '../base/bytes.ts';
import { crc32 } from '../base/crc32.ts';
import type { NodeInput } from '../env/program.ts';

export class InputHash {
  #hash = 0;

  get value(): number {
    return this.#hash;
  }

  add(nowTicks: number, input: NodeInput): void {
    const from = input.type === 'message' ? input.from : 0;
    const command = input.type === 'command' ? JSON.stringify(input.command) : '';
    const head = utf8(`${nowTicks} ${input.type} ${from} ${command}`);
    this.#hash = crc32(head, 0, undefined, this.#hash);
    if (input.type === 'message') this.#hash = crc32(input.bytes, 0, undefined, this.#hash);
  }

  clear(): void {
    this.#hash = 0;
  }
}
