// Rules of logs: what is appended, cut off, persisted, and found again after a crash.

import type { RaftEvent } from '../trace/events-raft.ts';
import type { RaftView } from './raft-view.ts';
import type { ServerView } from './server-view.ts';
import { type EventIndex, type Violation, violation } from './violation.ts';

type Of<T extends RaftEvent['type']> = Extract<RaftEvent, { type: T }>;

/** Entries go to the end, and whoever has an entry has the same ones before it. Paper, 5.3. */
export function seeAppend(
  view: RaftView,
  server: ServerView,
  { firstIndex, terms }: Of<'raft.append'>,
  event: EventIndex,
): Violation | undefined {
  const { log, node } = server;
  if (firstIndex !== log.lastIndex + 1)
    return violation(
      server.role === 'leader' ? 'leader append-only' : 'log matching',
      `server ${node} appended at ${firstIndex} to a log that ends at ${log.lastIndex}`,
      log.eventAt(firstIndex),
      event,
    );
  for (const term of terms) {
    const index = log.lastIndex + 1;
    const previousTerm = log.termAt(index - 1) ?? -1;
    const known = view.knownEntry(index, term, previousTerm, event);
    if (known.previousTerm !== previousTerm && known.previousTerm >= 0 && previousTerm >= 0)
      return violation(
        'log matching',
        `before the entry ${index} of term ${term} one log has term ${known.previousTerm}, that of server ${node} term ${previousTerm}`,
        known.event,
        log.eventAt(index - 1),
        event,
      );
    log.push(term, event);
  }
  return undefined;
}

/** A leader never cuts its log; nobody cuts off what is committed. Paper, 5.3 and 5.4. */
export function seeTruncate(
  view: RaftView,
  server: ServerView,
  lastIndex: number,
  event: EventIndex,
): Violation | undefined {
  const { log, node, role } = server;
  const first = lastIndex + 1;
  if (role === 'leader')
    return violation(
      'leader append-only',
      `server ${node} cut off its log after ${lastIndex} as leader of term ${server.term}`,
      server.termEvent,
      event,
    );
  const term = log.termAt(first);
  if (term !== undefined && first <= view.committedIndex && term === view.committedTermAt(first))
    return violation(
      'state-machine safety',
      `server ${node} cut off the committed entry ${first} of term ${term}`,
      log.eventAt(first),
      view.committedEventAt(first),
      event,
    );
  log.truncate(lastIndex);
  server.persistedIndex = Math.min(server.persistedIndex, lastIndex);
  if (server.promised.index > lastIndex) server.promised = { index: lastIndex, event };
  return undefined;
}

/** What is durable now. A vote that is durable is for good. */
export function seePersisted(
  server: ServerView,
  { term, vote, lastIndex }: Of<'raft.persisted'>,
  event: EventIndex,
): Violation | undefined {
  const before = server.persisted;
  if (term < before.term)
    return violation(
      'terms never go back',
      `server ${server.node} persisted term ${before.term}, then term ${term}`,
      before.event,
      event,
    );
  if (term === before.term && before.vote !== 0 && vote !== before.vote)
    return violation(
      'one vote a term',
      `server ${server.node} persisted votes for ${before.vote} and ${vote} in term ${term}`,
      before.event,
      event,
    );
  server.persisted = { term, vote, event };
  server.persistedIndex = Math.min(lastIndex, server.log.lastIndex);
  return undefined;
}

/** The leader's snapshot stands for the log up to `index`; what follows it stays if it follows that entry. */
export function seeSnapshot(
  server: ServerView,
  index: number,
  term: number,
  event: EventIndex,
): void {
  const { log } = server;
  if (log.termAt(index) === term) return;
  log.reset(index, term);
  server.persistedIndex = index;
  if (server.promised.index > index) server.promised = { index, event };
}

/**
 * A crash may lose what wasn't durable, and nothing else. Paper, figure 2, persistent state.
 * @param forgives what else it lost is not told, and from here on the server never had it
 */
export function seeStart(
  server: ServerView,
  start: Of<'raft.start'>,
  event: EventIndex,
  forgives: boolean,
): Violation | undefined {
  const broken = forgottenVote(server, start, event) ?? forgottenEntry(server, start, event);
  if (broken && !forgives) return broken;
  if (broken) server.promised = { index: start.lastIndex, event };
  recover(server, start, event);
  return undefined;
}

function forgottenVote(
  { node, persisted }: ServerView,
  { term, vote }: Of<'raft.start'>,
  event: EventIndex,
): Violation | undefined {
  const isForgotten =
    term < persisted.term ||
    (term === persisted.term && persisted.vote !== 0 && vote !== persisted.vote);
  if (!isForgotten) return undefined;
  return violation(
    'what was persisted stays',
    `server ${node} had persisted term ${persisted.term} and its vote for ${persisted.vote}, and came back with term ${term} and a vote for ${vote}`,
    persisted.event,
    event,
  );
}

function forgottenEntry(
  server: ServerView,
  { firstIndex, lastIndex, terms }: Of<'raft.start'>,
  event: EventIndex,
): Violation | undefined {
  const { log, node, promised } = server;
  if (promised.index > lastIndex)
    return violation(
      'what was persisted stays',
      `server ${node} had told that its log goes to ${promised.index}, and came back with one that ends at ${lastIndex}`,
      promised.event,
      event,
    );
  for (let index = log.baseIndex + 1; index <= server.persistedIndex; index++) {
    if (index < firstIndex) continue;
    if (index <= lastIndex && terms[index - firstIndex] === log.termAt(index)) continue;
    return violation(
      'what was persisted stays',
      `server ${node} had persisted the entry ${index} of term ${log.termAt(index)}, and came back without it`,
      log.eventAt(index),
      server.persisted.event,
      event,
    );
  }
  return undefined;
}

function recover(server: ServerView, start: Of<'raft.start'>, event: EventIndex): void {
  const { log } = server;
  const { firstIndex, lastIndex, terms, term, vote } = start;
  log.reset(firstIndex - 1, firstIndex === 1 ? 0 : log.termAt(firstIndex - 1));
  for (const entryTerm of terms) log.push(entryTerm, event);
  server.role = 'follower';
  server.term = term;
  server.termEvent = event;
  server.commitIndex = 0;
  server.commitEvent = event;
  server.appliedIndex = start.appliedIndex;
  server.persisted = { term, vote, event };
  server.persistedIndex = lastIndex;
  server.votes.clear();
  if (vote !== 0) server.votes.set(term, { candidate: vote, event });
}
