// The few assertions that the conformance cases need. The cases also run in a worker,
// where no test runner is, so they bring their own.

import { isFerrisError } from '../../engine/base/errors.ts';
import type { File, Volume } from '../../engine/env/files.ts';

/** How long a backend may take to make something durable. */
const DURABLE_WITHIN_MS = 20_000;

export function equal(actual: unknown, expected: unknown, what: string): void {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: ${left}, and not ${right}`);
}

export function check(fact: boolean, what: string): void {
  if (!fact) throw new Error(`not so: ${what}`);
}

export function equalContent(actual: Uint8Array, expected: Uint8Array, what: string): void {
  equal(actual.length, expected.length, `${what}, size`);
  for (let at = 0; at < actual.length; at++) {
    if (actual[at] === expected[at]) continue;
    throw new Error(`${what}: byte ${at} is ${actual[at]}, and not ${expected[at]}`);
  }
}

export function throws(code: string, call: () => unknown): void {
  try {
    call();
  } catch (error) {
    refuseOther(code, error);
    return;
  }
  throw new Error(`nothing was thrown, and not ${code}, by ${call}`);
}

export async function rejects(code: string, promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return refuseOther(code, error);
  }
  throw new Error(`nothing was thrown, and not ${code}`);
}

/** Returns the message of the right error: it must say more than its code. */
function refuseOther(code: string, error: unknown): string {
  if (!isFerrisError(error)) throw new Error(`threw ${error}, and not ${code}`, { cause: error });
  if (error.code !== code)
    throw new Error(`threw ${error.code}, and not ${code}: ${error.message}`);
  check(error.message.length > code.length + 20, `${error.message} is a sentence`);
  return error.message;
}

/** All bytes of an open file. */
export function content(file: File): Uint8Array {
  const bytes = new Uint8Array(file.size);
  equal(file.read(0, bytes), file.size, `a whole read of ${file.name}`);
  return bytes;
}

/** Waits until `fact` holds: durability may come later. */
export async function eventually(fact: () => boolean, what: string): Promise<void> {
  const endMs = Date.now() + DURABLE_WITHIN_MS;
  while (!fact()) {
    if (Date.now() > endMs) throw new Error(`still not so after ${DURABLE_WITHIN_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Creates a file the way a driver must: after the upkeep that is due. */
export async function create(volume: Volume, name: string): Promise<File> {
  if (volume.upkeepDue) await volume.upkeep();
  return volume.files.create(name);
}
