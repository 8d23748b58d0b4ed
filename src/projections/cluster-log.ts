// One server's copy of the log, folded from what it says of it.
//
//     index      1   2   3   4   5   6
//     entries   [1] [1] [2] [2] (2) (2)     [ ] durable here   ( ) in memory alone
//                        |       |
//                   applied   committed     as far as this server knows
//
// An entry that is cut off, or that a crash has taken, stays as a ghost until another one
// takes its place: what was lost is worth seeing. `base` is the index that the snapshot
// stands for; nothing at or below it is listed.

export type EntryKind = 'noop' | 'command' | 'configuration';

export interface LogEntry {
  readonly index: number;
  readonly term: number;
  readonly kind: EntryKind;
  /** On this server's disk. */
  readonly persisted: boolean;
  /** The term of the entry that was here before and is gone; 0: there was none. */
  readonly replacedTerm: number;
}

export interface LogView {
  /** The last index that the snapshot stands for; 0: there is no snapshot. */
  readonly base: number;
  /** From `base + 1` on, without a gap. */
  readonly entries: readonly LogEntry[];
  /** Gone, by index, and not replaced yet. */
  readonly ghosts: readonly LogEntry[];
  readonly commitIndex: number;
  readonly appliedIndex: number;
}

export const EMPTY_LOG: LogView = {
  base: 0,
  entries: [],
  ghosts: [],
  commitIndex: 0,
  appliedIndex: 0,
};

export function lastIndex({ base, entries }: LogView): number {
  return base + entries.length;
}

export function entryAt({ base, entries }: LogView, index: number): LogEntry | undefined {
  return entries[index - base - 1];
}

/** Entries come to the end. */
export function append(
  log: LogView,
  firstIndex: number,
  terms: readonly number[],
  kinds: readonly EntryKind[],
): LogView {
  const before = firstIndex <= lastIndex(log) ? cutOff(log, firstIndex - 1) : log;
  const added = terms.map((term, i) => {
    const index = firstIndex + i;
    const replacedTerm = before.ghosts.find((ghost) => ghost.index === index)?.term ?? 0;
    return { index, term, kind: kinds[i] ?? 'command', persisted: false, replacedTerm };
  });
  const last = firstIndex + terms.length - 1;
  const ghosts = before.ghosts.filter(({ index }) => index > last);
  return { ...before, entries: [...before.entries, ...added], ghosts };
}

/** Everything after `last` is gone. */
export function cutOff(log: LogView, last: number): LogView {
  const gone = log.entries.filter(({ index }) => index > last);
  if (gone.length === 0) return log;
  const ghosts = [...log.ghosts.filter(({ index }) => index <= last), ...gone];
  return { ...log, entries: log.entries.filter(({ index }) => index <= last), ghosts };
}

/** Durable up to here. */
export function persist(log: LogView, last: number): LogView {
  if (!log.entries.some(({ index, persisted }) => !persisted && index <= last)) return log;
  const entries = log.entries.map((entry) =>
    entry.persisted || entry.index > last ? entry : { ...entry, persisted: true },
  );
  return { ...log, entries };
}

/** A snapshot stands for everything up to `base`; entries that don't follow on it are gone. */
export function rebase(log: LogView, base: number): LogView {
  const entries = log.entries.filter(({ index }) => index > base);
  const follows = entries[0]?.index === base + 1;
  const ghosts = log.ghosts.filter(({ index }) => index > base);
  return {
    ...log,
    base,
    entries: follows ? entries : [],
    ghosts,
    commitIndex: Math.max(log.commitIndex, base),
    appliedIndex: Math.max(log.appliedIndex, base),
  };
}

/**
 * What a server found on its disk when it came up.
 * @param kindOf what other servers know of an entry
 */
export function recovered(
  log: LogView,
  firstIndex: number,
  terms: readonly number[],
  appliedIndex: number,
  kindOf: (index: number, term: number) => EntryKind,
): LogView {
  const last = firstIndex + terms.length - 1;
  const gone = log.entries.filter(
    ({ index, term }) => index >= firstIndex && terms[index - firstIndex] !== term,
  );
  const entries = terms.map((term, i) => {
    const index = firstIndex + i;
    return { index, term, kind: kindOf(index, term), persisted: true, replacedTerm: 0 };
  });
  const base = firstIndex - 1;
  const ghosts = [...log.ghosts, ...gone].filter(({ index }) => index > last);
  return { base, entries, ghosts, commitIndex: Math.max(appliedIndex, base), appliedIndex };
}
