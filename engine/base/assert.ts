// An assertion states what must be true whatever the world does. When one fails
// there is a bug in this code, and going on could turn a bug into lost data.
// One fact an assertion, both sides of a boundary (TigerBeetle's TIGER_STYLE).

/** Thrown when the engine contradicts itself; never caught inside the engine. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Throws `AssertionError` unless `fact` holds. `message` says what should have been true. */
export function assert(fact: boolean, message: string): asserts fact {
  if (!fact) throw new AssertionError(`assertion failed: ${message}`);
}
