// A broken invariant: which one, and the events that show it.

/** What must hold in every run, whatever fails. The paper's names where it has them (figure 3). */
export type Invariant =
  | 'election safety'
  | 'one vote a term'
  | 'leader append-only'
  | 'log matching'
  | 'leader completeness'
  | 'state-machine safety'
  | 'equal state at equal index'
  | 'applied once'
  | 'persisted before sent'
  | 'what was persisted stays'
  | 'commit by a quorum'
  | 'commit of the own term'
  | 'quorums overlap'
  | 'terms never go back'
  | 'commit index never goes back';

export interface Violation {
  readonly invariant: Invariant;
  /** One sentence with the numbers. */
  readonly message: string;
  /** Indexes of the events that show it, in order; the last one is where the run stops. */
  readonly entries: readonly number[];
}

/** An event is known by its place in the run; -1 stands for one that nobody heard. */
export type EventIndex = number;

/** Sorts the evidence and drops what nobody heard. */
export function violation(
  invariant: Invariant,
  message: string,
  ...events: readonly EventIndex[]
): Violation {
  const entries = [...new Set(events)].filter((index) => index >= 0).sort((a, b) => a - b);
  return { invariant, message, entries };
}
