// Rules of commitment: what may be called committed, and what that is worth.

import { isQuorum } from './quorums.ts';
import type { RaftView } from './raft-view.ts';
import type { ServerView } from './server-view.ts';
import { type EventIndex, type Violation, violation } from './violation.ts';

/** A server says that its log is committed up to `index`. */
export function seeCommit(
  view: RaftView,
  server: ServerView,
  index: number,
  event: EventIndex,
): Violation | undefined {
  const broken =
    monotone(server, index, event) ??
    (server.role === 'leader' ? decided(view, server, index, event) : undefined) ??
    sameEntry(view, server, index, event);
  if (broken) return broken;
  server.commitIndex = index;
  server.commitEvent = event;
  const { log } = server;
  while (view.committedIndex < index)
    view.commitNext(log.termAt(view.committedIndex + 1) ?? -1, event);
  if (server.configurationIndex <= index) view.settle(server);
  return server.role === 'leader' ? checkLaterLeaders(view, server, event) : undefined;
}

function monotone(server: ServerView, index: number, event: EventIndex): Violation | undefined {
  if (index >= server.commitIndex) return undefined;
  return violation(
    'commit index never goes back',
    `server ${server.node} had committed up to ${server.commitIndex}, and now up to ${index}`,
    server.commitEvent,
    event,
  );
}

/** A leader commits by counting only what is of its own term, and durable on a quorum. Paper, 5.4.2. */
function decided(
  view: RaftView,
  { node, log, term, configuration }: ServerView,
  index: number,
  event: EventIndex,
): Violation | undefined {
  const entryTerm = log.termAt(index);
  if (entryTerm === undefined) return undefined; // `sameEntry` says what is wrong
  if (entryTerm !== term)
    return violation(
      'commit of the own term',
      `server ${node} committed the entry ${index} of term ${entryTerm} by counting in term ${term}`,
      log.eventAt(index),
      event,
    );
  const holds = (peer: number) => view.server(peer).holdsDurably(index, term);
  if (isQuorum(configuration, holds)) return undefined;
  const { voters, outgoing } = configuration;
  const holders = [...new Set([...voters, ...outgoing])].filter(holds).join(', ') || 'nobody';
  return violation(
    'commit by a quorum',
    `server ${node} committed the entry ${index} of term ${term}, which is durable on ${holders} of ${voters.join(', ')}${outgoing.length > 0 ? ` and ${outgoing.join(', ')}` : ''}`,
    log.eventAt(index),
    event,
  );
}

/** Leaders of later terms have what is committed, those that were elected before it was, too. */
function checkLaterLeaders(
  view: RaftView,
  server: ServerView,
  event: EventIndex,
): Violation | undefined {
  for (const later of view.leaderships.values()) {
    if (later.term <= server.term) continue;
    const leader = view.server(later.node);
    const isInOffice = leader.role === 'leader' && leader.term === later.term;
    const isComplete = isInOffice ? view.agreesWithCommitted(leader.log) : true;
    if (later.lastIndex >= server.commitIndex && isComplete) continue;
    return violation(
      'leader completeness',
      `server ${server.node} committed the entry ${server.commitIndex} in term ${server.term}, and server ${later.node} was elected in term ${later.term} without it`,
      later.event,
      event,
    );
  }
  return undefined;
}

/** All servers call the same entry committed at an index. Paper, figure 3. */
function sameEntry(
  view: RaftView,
  { node, log }: ServerView,
  index: number,
  event: EventIndex,
): Violation | undefined {
  if (index > log.lastIndex)
    return violation(
      'state-machine safety',
      `server ${node} committed up to ${index}, and its log ends at ${log.lastIndex}`,
      log.eventAt(log.lastIndex),
      event,
    );
  const known = Math.min(index, view.committedIndex);
  const committed = view.committedTermAt(known);
  const own = log.termAt(known);
  if (own === undefined || committed === undefined || committed < 0 || own === committed)
    return undefined;
  return violation(
    'state-machine safety',
    `server ${node} committed the entry ${known} of term ${own}, where one of term ${committed} is committed`,
    view.committedEventAt(known),
    log.eventAt(known),
    event,
  );
}
