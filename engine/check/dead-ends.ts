// The configurations that a search has been at, so that it goes to none of them twice.
//
// A configuration is which operations have been placed and which state that left. Orders
// that lead to the same one have the same future, so only the first is followed: this is
// what Lowe (2017) added to the search of Wing and Gong (1993). A mere set would do. Here a
// configuration is in two parts:
//
//     place     the answered operations placed, and the state: must be equal
//     spent     the unknown operations used up to get there: a set
//
// Unknown operations need not be placed at all. Whoever has spent fewer can still do all
// that one who has spent more can, so a configuration that spent {a, c} is not worth a visit
// once one at the same place had spent {a} and failed.

/** A set of small whole numbers, as the bits of a number without an end. */
export type BitSet = bigint;

export const EMPTY: BitSet = 0n;

/** Where a search has been. */
export class DeadEnds {
  readonly #spentAt = new Map<string, BitSet[]>();

  /** Notes a visit; false when there has been one already that could do as much or more. */
  visit(place: string, spent: BitSet): boolean {
    const visits = this.#spentAt.get(place);
    if (visits === undefined) {
      this.#spentAt.set(place, [spent]);
      return true;
    }
    if (visits.some((other) => (other & spent) === other)) return false;
    visits.push(spent);
    return true;
  }
}
