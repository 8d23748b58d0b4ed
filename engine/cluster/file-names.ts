// What the files of a server are called.
//
//    000002.rft           the Raft log: term, vote and entries
//    000120.snp           the snapshot up to entry 120
//    g000003-000007.wal   a file of the state machine's third generation, if it keeps any
//    000004.run           a client was started for the fourth time
//
// Logs are numbered in the order in which they were begun; snapshots by their index, so
// that every server has the same snapshot under the same name.

export type ServerFileKind = 'raft-log' | 'snapshot' | 'run';

const EXTENSIONS = { 'raft-log': 'rft', snapshot: 'snp', run: 'run' } as const;

export function serverFileName(kind: ServerFileKind, number: number): string {
  return `${String(number).padStart(6, '0')}.${EXTENSIONS[kind]}`;
}

/** The numbers of all files of a kind, ascending. */
export function numbersOf(kind: ServerFileKind, names: readonly string[]): number[] {
  const ending = `.${EXTENSIONS[kind]}`;
  const numbers: number[] = [];
  for (const name of names) {
    const number = name.endsWith(ending) ? Number(name.slice(0, -ending.length)) : Number.NaN;
    if (Number.isSafeInteger(number) && serverFileName(kind, number) === name) numbers.push(number);
  }
  return numbers.sort((a, b) => a - b);
}

/**
 * What the records of a Raft log are sealed with in place of its plain number. The logs of the
 * state machine's store have the same numbers on the same disk, and after a power cut a block may
 * hold what lay there before: a record of the one would count in the other (decision 0002).
 */
export function raftLogSeal(number: number): number {
  return RAFT_LOG_SEALS + number;
}

/** Far above the file numbers of any store. */
const RAFT_LOG_SEALS = 0x5200_0000;

/** What the names of a generation's files begin with. */
export function generationPrefix(generation: number): string {
  return `g${String(generation).padStart(6, '0')}-`;
}

/** The generation that a file belongs to, and its name there; undefined for any other file. */
export function inGeneration(name: string): { generation: number; name: string } | undefined {
  const [, digits, rest] = /^g(\d{6,16})-(.+)$/.exec(name) ?? [];
  return rest === undefined ? undefined : { generation: Number(digits), name: rest };
}
