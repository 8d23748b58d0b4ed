// Who takes part, and how that changes.
//
//                one voter differs
//     {1 2 3} ─────────────────────────────────────────────> {1 2 3 4}
//        │
//        │ more differ        {4 5 6}&&{1 2 3}    leave
//        └──────────────────> joint: two majorities ───────> {4 5 6}
//
// 1. A configuration counts from the moment that it is in the log, committed or not
//    (paper, 6). So it can be taken back, when its entry is cut off.
// 2. Any majority of a configuration overlaps with any of the one before it: by the
//    size alone if one voter differs (thesis, 4.1), by asking both if more do (paper, 6).
// 3. Lists are sorted, so equal configurations have equal bytes.

import { FerrisError } from '../base/errors.ts';
import { readVarint, varintSize, writeVarint } from '../base/varint.ts';
import type { NodeId } from '../env/program.ts';
import type { ConfigurationView } from '../trace/events-raft.ts';
import type { ConfigurationChange } from './effects.ts';
import type { Configuration, LogIndex } from './message.ts';

/** True while two majorities are needed. */
export function isJoint(configuration: Configuration): boolean {
  return configuration.outgoing.length > 0;
}

/** True for a server whose vote counts, in either half of a joint configuration. */
export function isVoter(configuration: Configuration, id: NodeId): boolean {
  return configuration.voters.includes(id) || configuration.outgoing.includes(id);
}

/** Everyone that gets the log, sorted. */
export function membersOf(configuration: Configuration): NodeId[] {
  const { voters, outgoing, learners } = configuration;
  return sorted([...new Set([...voters, ...outgoing, ...learners])]);
}

/**
 * The configuration that `change` leads to from `current`. Learners that the change
 * doesn't name stay as they are.
 * @throws FERRIS_INVALID_ARGUMENT when it makes no sense
 */
export function changed(current: Configuration, change: ConfigurationChange): Configuration {
  if (change.how === 'leave') return left(current);
  const voters = sorted(change.voters);
  const learners = sorted(change.learners ?? current.learners.filter((id) => !voters.includes(id)));
  const wanted = { voters, outgoing: [], learners, learnersNext: [], autoLeave: false };
  checkConfiguration(wanted);
  // Thesis, 4.1: when one server is added or removed, old and new majorities overlap.
  if (change.how !== 'joint' && votersThatDiffer(current, wanted) <= 1) return wanted;
  return joint(current, wanted, change.how !== 'joint');
}

/** Paper, 6: C(old,new). A voter of old that is to be a learner waits until old is left. */
function joint(current: Configuration, wanted: Configuration, autoLeave: boolean): Configuration {
  const outgoing = current.voters;
  return {
    voters: wanted.voters,
    outgoing,
    learners: wanted.learners.filter((id) => !outgoing.includes(id)),
    learnersNext: wanted.learners.filter((id) => outgoing.includes(id)),
    autoLeave,
  };
}

/** Paper, 6: C(new), after C(old,new) is committed. */
export function left(current: Configuration): Configuration {
  if (!isJoint(current))
    throw invalid('there is no joint configuration to leave; ask for the voters wanted');
  return {
    voters: current.voters,
    outgoing: [],
    learners: sorted([...current.learners, ...current.learnersNext]),
    learnersNext: [],
    autoLeave: false,
  };
}

function votersThatDiffer(a: Configuration, b: Configuration): number {
  const gone = a.voters.filter((id) => !b.voters.includes(id)).length;
  const come = b.voters.filter((id) => !a.voters.includes(id)).length;
  return gone + come;
}

/** @throws FERRIS_INVALID_ARGUMENT when it has no voter, or a server twice */
export function checkConfiguration(configuration: Configuration): void {
  const { voters, learners } = configuration;
  if (voters.length === 0) throw invalid('it has no voter; name at least one');
  const all = [...voters, ...learners];
  const bad = all.find((id) => !Number.isSafeInteger(id) || id < 1 || id > 0xffffffff);
  if (bad !== undefined) throw invalid(`${bad} is no server; ids are whole numbers from 1`);
  const twice = all.find((id, i) => all.indexOf(id) !== i);
  if (twice !== undefined) throw invalid(`server ${twice} is in it twice; name it once`);
}

function invalid(sentence: string): FerrisError {
  return new FerrisError('FERRIS_INVALID_ARGUMENT', `a configuration is refused: ${sentence}`);
}

function sorted(ids: readonly NodeId[]): NodeId[] {
  return [...ids].sort((a, b) => a - b);
}

/** For events: a copy that nobody else holds. */
export function viewOf(configuration: Configuration): ConfigurationView {
  return {
    voters: [...configuration.voters],
    outgoing: [...configuration.outgoing],
    learners: [...configuration.learners],
  };
}

// The bytes of a configuration entry: a flag (1: leave by yourself), then the four
// lists; each is a count and so many ids, all of them varints.
//
//     01 | 03 01 02 04 | 03 01 02 03 | 00 | 00      {1 2 4}&&{1 2 3}, leaves by itself

/** The data of a configuration entry. */
export function encodeConfiguration(configuration: Configuration): Uint8Array {
  const numbers = [configuration.autoLeave ? 1 : 0];
  for (const list of listsOf(configuration)) numbers.push(list.length, ...list);
  const bytes = new Uint8Array(numbers.reduce((size, value) => size + varintSize(value), 0));
  numbers.reduce((at, value) => writeVarint(bytes, at, value), 0);
  return bytes;
}

/** What `encodeConfiguration` wrote. @throws FERRIS_CORRUPTION */
export function decodeConfiguration(bytes: Uint8Array): Configuration {
  let at = 0;
  const next = () => {
    const value = readVarint(bytes, at);
    at += varintSize(value);
    return value;
  };
  const list = () => {
    const ids: NodeId[] = [];
    for (let count = next(); count > 0; count--) ids.push(next());
    return ids;
  };
  const autoLeave = next() === 1;
  return {
    voters: list(),
    outgoing: list(),
    learners: list(),
    learnersNext: list(),
    autoLeave,
  };
}

function listsOf(c: Configuration): readonly (readonly NodeId[])[] {
  return [c.voters, c.outgoing, c.learners, c.learnersNext];
}

/** A configuration and the entry that brought it; 0 for the founding one. */
interface Placed {
  readonly index: LogIndex;
  readonly configuration: Configuration;
}

/** The configurations in the log, oldest first; the newest counts. Never empty. */
export class Configurations {
  #placed: Placed[];

  /** @param index of the snapshot that holds `configuration`; 0 for the founding one */
  constructor(index: LogIndex, configuration: Configuration) {
    this.#placed = [{ index, configuration }];
  }

  get current(): Configuration {
    return this.#placed[this.#placed.length - 1]!.configuration;
  }

  /** Of the entry that brought the current one. */
  get index(): LogIndex {
    return this.#placed[this.#placed.length - 1]!.index;
  }

  add(index: LogIndex, configuration: Configuration): void {
    this.#placed.push({ index, configuration });
  }

  /** A snapshot has replaced the log. */
  restart(index: LogIndex, configuration: Configuration): void {
    this.#placed = [{ index, configuration }];
  }

  /** Entries after `index` are gone. True if that brings an older one back. */
  truncate(index: LogIndex): boolean {
    const before = this.#placed.length;
    while (this.#placed.length > 1 && this.index > index) this.#placed.pop();
    return this.#placed.length < before;
  }

  /** The one that counted at `index`. */
  at(index: LogIndex): Configuration {
    return this.#placed[this.#positionAt(index)]!.configuration;
  }

  /** True for a server with a vote in the one that counted at `index`, or in any since. */
  hasVoterSince(index: LogIndex, id: NodeId): boolean {
    for (let i = this.#positionAt(index); i < this.#placed.length; i++)
      if (isVoter(this.#placed[i]!.configuration, id)) return true;
    return false;
  }

  #positionAt(index: LogIndex): number {
    let i = this.#placed.length - 1;
    while (i > 0 && this.#placed[i]!.index > index) i--;
    return i;
  }

  /** Nobody will ask about anything before `index` any more. */
  compact(index: LogIndex): void {
    while (this.#placed.length > 1 && this.#placed[1]!.index <= index) this.#placed.shift();
  }
}
