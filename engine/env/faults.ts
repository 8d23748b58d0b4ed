// What is planned to go wrong on a simulated disk, and how often each call was made.

import type { ErrorCode } from '../base/errors.ts';

/** Calls that can fail or be cut short; all but `read` change the disk. */
export type DiskCall = 'create' | 'append' | 'read' | 'sync' | 'delete' | 'syncDirectory';

interface Planned {
  readonly call: DiskCall;
  readonly code: ErrorCode;
  skip: number;
}

/** A plan of faults; each happens once. */
export class Faults {
  /** How often each call was made, those that failed too. */
  readonly calls: Record<DiskCall, number> = {
    create: 0,
    append: 0,
    read: 0,
    sync: 0,
    delete: 0,
    syncDirectory: 0,
  };
  readonly #planned: Planned[] = [];
  #callsToCut = 0;

  cutAtCall(n: number): void {
    this.#callsToCut = n;
  }

  failNext(call: DiskCall, code: ErrorCode, skip: number): void {
    this.#planned.push({ call, code, skip });
  }

  /** Counts a call; says what is to happen to it. */
  next(call: DiskCall): 'power cut' | ErrorCode | undefined {
    this.calls[call]++;
    if (call !== 'read' && this.#callsToCut > 0 && --this.#callsToCut === 0) return 'power cut';
    if (this.#planned.length === 0) return undefined;
    for (const [at, fault] of this.#planned.entries()) {
      if (fault.call !== call || fault.skip-- > 0) continue;
      this.#planned.splice(at, 1);
      return fault.code;
    }
    return undefined;
  }
}
