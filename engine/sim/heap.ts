// What is pending: one binary heap, ordered by time, and by sequence within a time.
//
//     place   0        1        2   ...      ordered: a parent is never after its children
//     times   120      130      120
//     slots   4 ─┐     0        7
//                └──> kind, subject, place   by slot, which doesn't move: the handle to cancel
//
// 1. Whatever was pushed first comes first among equals, so a run never depends on how
//    the heap happens to be arranged.
// 2. Nothing is allocated once the arrays are as large as they need to be.
// 3. A slot is good from `push` until the event was taken or canceled.
//
// The layout is that of flatqueue: keys in typed arrays, in heap order, and no objects.

const CAPACITY_MIN = 64;

/** Something that is going to happen. */
export interface Pending {
  /** Unlike a slot it is never used again. */
  readonly sequence: number;
  readonly timeTicks: number;
  readonly kind: number;
  readonly subject: number;
}

/** A priority queue of (time, kind, subject). */
export class Heap {
  /** What `take` and `takeSlot` have taken last. */
  timeTicks = 0;
  kind = 0;
  subject = 0;
  #size = 0;
  #nextSequence = 1;
  // By place.
  #times = new Float64Array(CAPACITY_MIN);
  #sequences = new Float64Array(CAPACITY_MIN);
  #slots = new Int32Array(CAPACITY_MIN);
  // By slot.
  #places = new Int32Array(CAPACITY_MIN);
  #kinds = new Uint8Array(CAPACITY_MIN);
  #subjects = new Int32Array(CAPACITY_MIN);
  /** Slots that nobody uses are kept behind the used ones. */
  #slotsEver = 0;

  get size(): number {
    return this.#size;
  }

  /** When the next event happens; Infinity when there is none. */
  get nextTicks(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#times[0] as number);
  }

  /** @returns its slot */
  push(timeTicks: number, kind: number, subject: number): number {
    if (this.#size === this.#times.length) this.#grow();
    const place = this.#size++;
    // Places behind the end still name the slots that were freed there.
    const slot = place < this.#slotsEver ? (this.#slots[place] as number) : this.#slotsEver++;
    this.#kinds[slot] = kind;
    this.#subjects[slot] = subject;
    this.#up(place, timeTicks, this.#nextSequence++, slot);
    return slot;
  }

  /** Takes the next event out; false when there is none. */
  take(): boolean {
    if (this.#size === 0) return false;
    this.takeSlot(this.#slots[0] as number);
    return true;
  }

  /** Takes this event out, out of turn. */
  takeSlot(slot: number): void {
    this.timeTicks = whole(this.timeOf(slot));
    this.kind = this.#kinds[slot] as number;
    this.subject = this.#subjects[slot] as number;
    this.cancel(slot);
  }

  cancel(slot: number): void {
    const place = this.#places[slot] as number;
    const last = --this.#size;
    const lastSlot = this.#slots[last] as number;
    const timeTicks = this.#times[last] as number;
    const sequence = this.#sequences[last] as number;
    this.#slots[last] = slot;
    if (place !== last) this.#put(place, timeTicks, sequence, lastSlot);
  }

  /** The event happens at another time, after all that are pending for it already. */
  move(slot: number, timeTicks: number): void {
    this.#put(this.#places[slot] as number, timeTicks, this.#nextSequence++, slot);
  }

  timeOf(slot: number): number {
    return this.#times[this.#places[slot] as number] as number;
  }

  /** All that is pending, in no particular order. */
  list(): Pending[] {
    return Array.from({ length: this.#size }, (_, place) => {
      const slot = this.#slots[place] as number;
      return {
        sequence: this.#sequences[place] as number,
        timeTicks: this.#times[place] as number,
        kind: this.#kinds[slot] as number,
        subject: this.#subjects[slot] as number,
      };
    });
  }

  /** The slot of the event with this sequence, or -1. */
  find(sequence: number): number {
    const place = this.#sequences.subarray(0, this.#size).indexOf(sequence);
    return place < 0 ? -1 : (this.#slots[place] as number);
  }

  /** Puts an entry where there is a hole, wherever it has to go from there. */
  #put(place: number, timeTicks: number, sequence: number, slot: number): void {
    const parent = (place - 1) >> 1;
    if (place > 0 && this.#isAfter(parent, timeTicks, sequence))
      this.#up(place, timeTicks, sequence, slot);
    else this.#down(place, timeTicks, sequence, slot);
  }

  #up(place: number, timeTicks: number, sequence: number, slot: number): void {
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isAfter(parent, timeTicks, sequence)) break;
      this.#copy(parent, place);
      place = parent;
    }
    this.#set(place, timeTicks, sequence, slot);
  }

  #down(place: number, timeTicks: number, sequence: number, slot: number): void {
    const size = this.#size;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      const right = child + 1;
      if (
        right < size &&
        this.#isAfter(child, this.#times[right] as number, this.#sequences[right] as number)
      )
        child = right;
      if (this.#isAfter(child, timeTicks, sequence)) break;
      this.#copy(child, place);
      place = child;
    }
    this.#set(place, timeTicks, sequence, slot);
  }

  #isAfter(place: number, timeTicks: number, sequence: number): boolean {
    const at = this.#times[place] as number;
    return at > timeTicks || (at === timeTicks && (this.#sequences[place] as number) > sequence);
  }

  #copy(from: number, to: number): void {
    const slot = this.#slots[from] as number;
    this.#set(to, this.#times[from] as number, this.#sequences[from] as number, slot);
  }

  #set(place: number, timeTicks: number, sequence: number, slot: number): void {
    this.#times[place] = timeTicks;
    this.#sequences[place] = sequence;
    this.#slots[place] = slot;
    this.#places[slot] = place;
  }

  #grow(): void {
    const capacity = this.#times.length * 2;
    this.#times = copied(new Float64Array(capacity), this.#times);
    this.#sequences = copied(new Float64Array(capacity), this.#sequences);
    this.#slots = copied(new Int32Array(capacity), this.#slots);
    this.#places = copied(new Int32Array(capacity), this.#places);
    this.#kinds = copied(new Uint8Array(capacity), this.#kinds);
    this.#subjects = copied(new Int32Array(capacity), this.#subjects);
  }
}

/**
 * The same number, as one that V8 keeps where it stands. What is read from a `Float64Array` has a
 * box of its own, and so would all times that are made of it: in every event that is recorded.
 */
function whole(ticks: number): number {
  const small = ticks | 0;
  return small === ticks ? small : ticks;
}

function copied<A extends Float64Array | Int32Array | Uint8Array>(into: A, from: A): A {
  into.set(from);
  return into;
}
