// Why an entry stays, or may go: the keeper's rules in words.
//
//     versions of k    2   4  |S=4|  5  7     a snapshot cuts them into strata
//     kept                 4            7     of each stratum, the newest
//
// What is kept is read back from the table that the engine wrote; this says why it had to be so,
// and a test holds the two against each other.

/** An entry on its way through the keeper. */
export interface KeyEntry {
  readonly key: string;
  readonly sequence: number;
  readonly isDelete: boolean;
}

export interface Judged extends KeyEntry {
  readonly isKept: boolean;
  readonly why: string;
}

/**
 * @param entries what goes in, in any order
 * @param snapshots sequence numbers that are held, ascending
 * @param isDeeper true when an older run may hold a key
 */
export function judge(
  entries: readonly KeyEntry[],
  snapshots: readonly number[],
  isDeeper: (key: string) => boolean,
): Judged[] {
  return entries.map((entry) => {
    const newer = entries
      .filter(({ key, sequence }) => key === entry.key && sequence > entry.sequence)
      .sort((a, b) => a.sequence - b.sequence);
    const next = newer[0];
    const seenBy = snapshots.find((snapshot) => snapshot >= entry.sequence);
    if (next !== undefined && (seenBy === undefined || next.sequence <= seenBy))
      return dropped(entry, `${next.sequence} hides it from everybody`);
    // One that was taken before the first write sees nothing.
    const below = snapshots.findLast((snapshot) => snapshot > 0 && snapshot < entry.sequence);
    if (entry.isDelete) return judgeDelete(entry, below, isDeeper(entry.key));
    if (next === undefined) return kept(entry, 'it is what a reader sees now');
    return kept(entry, `the snapshot at ${seenBy} sees it`);
  });
}

function judgeDelete(entry: KeyEntry, below: number | undefined, isDeeper: boolean): Judged {
  if (below !== undefined)
    return kept(entry, `the snapshot at ${below} may see what it hides from others`);
  if (isDeeper) return kept(entry, `an older run may hold ${entry.key}`);
  return dropped(entry, 'nothing is left for it to hide');
}

function kept(entry: KeyEntry, why: string): Judged {
  return { ...entry, isKept: true, why };
}

function dropped(entry: KeyEntry, why: string): Judged {
  return { ...entry, isKept: false, why };
}
