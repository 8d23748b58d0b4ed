// Terms as a tape: each is a stretch of time with at most one leader, unless a disk has forgotten a
// vote or servers don't agree on who they are.
//
//     | 1  A leads          | 2 (B, D: split) | 3  C leads  ...
//
// A term begins for the tape when the first server enters it, and a term without a leader
// is over when a later one begins.

export interface TermView {
  readonly term: number;
  readonly fromTicks: number;
  /** Who won it; 0: nobody, so far. */
  readonly leader: number;
  /** Who had won it before: nobody, unless election safety is broken. */
  readonly rivals: readonly number[];
  readonly leaderFromTicks: number | undefined;
  /** Who asked for votes, in the order in which they did. */
  readonly candidates: readonly number[];
  /** Who voted for whom. A candidate votes for itself. */
  readonly votes: readonly (readonly [voter: number, candidate: number])[];
}

export const TERMS_MAX = 32;

type Terms = readonly TermView[];

/** A server is in this term now. */
export function enterTerm(terms: Terms, term: number, nowTicks: number): Terms {
  if (term === 0 || terms.some((one) => one.term === term)) return terms;
  const begun = {
    term,
    fromTicks: nowTicks,
    leader: 0,
    rivals: [],
    leaderFromTicks: undefined,
    candidates: [],
    votes: [],
  };
  return [...terms, begun].sort((a, b) => a.term - b.term).slice(-TERMS_MAX);
}

export function campaign(terms: Terms, term: number, candidate: number): Terms {
  return change(vote(terms, term, candidate, candidate), term, (one) =>
    one.candidates.includes(candidate)
      ? one
      : { ...one, candidates: [...one.candidates, candidate] },
  );
}

export function vote(terms: Terms, term: number, voter: number, candidate: number): Terms {
  return change(terms, term, (one) =>
    one.votes.some(([who, whom]) => who === voter && whom === candidate)
      ? one
      : { ...one, votes: [...one.votes, [voter, candidate]] },
  );
}

export function win(terms: Terms, term: number, leader: number, nowTicks: number): Terms {
  return change(terms, term, (one) => {
    const isRival = one.leader !== 0 && one.leader !== leader;
    const rivals = isRival ? [...one.rivals, one.leader] : one.rivals;
    return { ...one, leader, rivals, leaderFromTicks: nowTicks };
  });
}

/** Who led a term; 0: nobody, or it is long ago. */
export function leaderOf(terms: Terms, term: number): number {
  return terms.find((one) => one.term === term)?.leader ?? 0;
}

/** Nobody won, several ran, and it is over: nothing but another term can follow. */
export function isSplit({ leader, candidates }: TermView, isLast: boolean): boolean {
  return leader === 0 && !isLast && candidates.length > 1;
}

function change(terms: Terms, term: number, to: (one: TermView) => TermView): Terms {
  return terms.map((one) => (one.term === term ? to(one) : one));
}
