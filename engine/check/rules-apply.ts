// Rules of state machines: every server applies the same commands, each once, to the same effect.

import type { ReplicaEvent } from '../trace/events-raft.ts';
import type { RaftView } from './raft-view.ts';
import type { ServerView } from './server-view.ts';
import { type EventIndex, type Violation, violation } from './violation.ts';

type Apply = Extract<ReplicaEvent, { type: 'replica.apply' }>;

/** A command at its index, as the first server that applied it told. */
interface Applied {
  readonly apply: Apply;
  readonly event: EventIndex;
}

/** All commands that any server has applied. */
export class AppliedCommands {
  readonly #byIndex: (Applied | undefined)[] = [];
  /** Client -> its newest request that had its effect. */
  readonly #newest = new Map<number, Applied>();

  see(view: RaftView, server: ServerView, apply: Apply, event: EventIndex): Violation | undefined {
    const broken = this.#order(view, server, apply, event) ?? this.#same(server, apply, event);
    if (broken) return broken;
    server.appliedIndex = apply.index;
    if (this.#byIndex[apply.index] !== undefined) return undefined;
    this.#byIndex[apply.index] = { apply, event };
    return this.#once(apply, event);
  }

  /** A snapshot took the place of what was applied up to `index`. */
  seeRestore(
    server: ServerView,
    index: number,
    stateHash: number,
    event: EventIndex,
  ): Violation | undefined {
    server.appliedIndex = index;
    let at = Math.min(index, this.#byIndex.length - 1);
    while (at > 0 && this.#byIndex[at] === undefined) at--;
    const known = this.#byIndex[at];
    if (known === undefined || known.apply.stateHash === stateHash) return undefined;
    return violation(
      'equal state at equal index',
      `server ${server.node} restored a snapshot up to ${index} that differs from the state of others there`,
      known.event,
      event,
    );
  }

  /** In the order of the log, and committed. */
  #order(
    view: RaftView,
    server: ServerView,
    { index, term }: Apply,
    event: EventIndex,
  ): Violation | undefined {
    if (index <= server.appliedIndex)
      return violation(
        'applied once',
        `server ${server.node} applied entry ${index} when it had applied up to ${server.appliedIndex}`,
        this.#byIndex[index]?.event ?? -1,
        event,
      );
    const committed = view.committedTermAt(index);
    if (committed !== undefined && (committed < 0 || committed === term)) return undefined;
    return violation(
      'state-machine safety',
      `server ${server.node} applied the entry ${index} of term ${term}, ${committed === undefined ? 'which nobody had committed' : `where one of term ${committed} is committed`}`,
      view.committedEventAt(index),
      event,
    );
  }

  #same(server: ServerView, apply: Apply, event: EventIndex): Violation | undefined {
    const known = this.#byIndex[apply.index];
    if (known === undefined) return undefined;
    const other = known.apply;
    if (!isSameCommand(other, apply))
      return violation(
        'state-machine safety',
        `at index ${apply.index} server ${server.node} applied ${nameOf(apply)}, another ${nameOf(other)}`,
        known.event,
        event,
      );
    if (other.stateHash === apply.stateHash) return undefined;
    return violation(
      'equal state at equal index',
      `after index ${apply.index} server ${server.node} is in another state than the first that applied it`,
      known.event,
      event,
    );
  }

  /**
   * The first time has an effect, the others are duplicates; and so is what comes after a
   * later request of the same client, which has given it up. Thesis, 6.3.
   */
  #once({ client, request, duplicate, index }: Apply, event: EventIndex): Violation | undefined {
    const newest = this.#newest.get(client);
    const isNew = newest === undefined || request > newest.apply.request;
    if (isNew && !duplicate) this.#newest.set(client, this.#byIndex[index]!);
    if (isNew !== duplicate) return undefined;
    const before = newest && `request ${newest.apply.request} at ${newest.apply.index}`;
    return violation(
      'applied once',
      duplicate
        ? `request ${request} of client ${client} counts as a duplicate at ${index} after ${before ?? 'none'}`
        : `request ${request} of client ${client} had an effect at ${index} after ${before}`,
      newest?.event ?? -1,
      event,
    );
  }
}

function isSameCommand(a: Apply, b: Apply): boolean {
  return (
    a.term === b.term &&
    a.client === b.client &&
    a.request === b.request &&
    a.duplicate === b.duplicate &&
    a.call === b.call
  );
}

function nameOf({ call, client, request, term, duplicate }: Apply): string {
  return `${call} (request ${request} of client ${client}, term ${term}${duplicate ? ', a duplicate' : ''})`;
}
