// The published suite has no types of its own.

declare module 'abstract-level/test/index.js' {
  import type { AbstractLevel } from 'abstract-level';
  import type tape from 'tape';

  export default function suite(options: {
    test: tape.Test | ReturnType<typeof tape.createHarness>;
    factory(options?: object): AbstractLevel<string | Uint8Array>;
  }): void;
}
