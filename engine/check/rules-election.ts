// Rules of elections: terms, votes, leaders, configurations.

import type { ConfigurationView, RaftRole } from '../trace/events-raft.ts';
import { disjointQuorum } from './quorums.ts';
import type { RaftView } from './raft-view.ts';
import type { ServerView } from './server-view.ts';
import { type EventIndex, type Violation, violation } from './violation.ts';

/** A server's term only rises while it runs. Paper, 5.1. */
export function seeTerm(
  server: ServerView,
  term: number,
  event: EventIndex,
): Violation | undefined {
  if (term < server.term)
    return violation(
      'terms never go back',
      `server ${server.node} was in term ${server.term} and is in term ${term}`,
      server.termEvent,
      event,
    );
  if (term > server.term) {
    server.term = term;
    server.termEvent = event;
  }
  return undefined;
}

/** A server gives one vote a term (paper, 5.2). What a crash made it forget was never sent: see rules-durable.ts. */
export function seeVote(
  server: ServerView,
  term: number,
  candidate: number,
  event: EventIndex,
): Violation | undefined {
  const before = server.votes.get(term);
  if (before === undefined) server.votes.set(term, { candidate, event });
  else if (before.candidate !== candidate)
    return violation(
      'one vote a term',
      `server ${server.node} voted for ${before.candidate} and for ${candidate} in term ${term}`,
      before.event,
      event,
    );
  return undefined;
}

/** At most one leader a term, and it has every committed entry. Paper, 5.2 and 5.4. */
export function seeRole(
  view: RaftView,
  server: ServerView,
  role: RaftRole,
  term: number,
  event: EventIndex,
): Violation | undefined {
  const wasLeader = server.role === 'leader' && server.term === term;
  const broken = seeTerm(server, term, event);
  server.role = role;
  if (broken) return broken;
  // Paper, 5.2: a candidate votes for itself.
  if (role === 'candidate') return seeVote(server, term, server.node, event);
  if (role !== 'leader' || wasLeader) return undefined;
  const other = view.leaderships.get(term);
  if (other !== undefined) return twoLeaders(other, server, event);
  const { lastIndex } = server.log;
  view.leaderships.set(term, { term, node: server.node, event, lastIndex });
  return checkComplete(view, server, event);
}

function twoLeaders(
  other: { node: number; term: number; event: EventIndex },
  server: ServerView,
  event: EventIndex,
): Violation {
  const again = other.node === server.node ? 'twice, with a crash between' : `and ${server.node}`;
  return violation(
    'election safety',
    `server ${other.node} ${again} became leader of term ${other.term}`,
    other.event,
    event,
  );
}

function checkComplete(
  view: RaftView,
  server: ServerView,
  event: EventIndex,
): Violation | undefined {
  const index = view.committedIndex;
  // Who wins an old term late leads nobody, and needn't have what a later one has committed.
  for (const other of view.leaderships.keys()) if (other > server.term) return undefined;
  if (server.log.lastIndex >= index && view.agreesWithCommitted(server.log)) return undefined;
  return violation(
    'leader completeness',
    `server ${server.node} leads term ${server.term} without the committed entry ${index} of term ${view.committedTermAt(index)}`,
    view.committedEventAt(index),
    event,
  );
}

/** Whoever may still count under a configuration must overlap with all others that may. Paper, 6. */
export function seeConfiguration(
  view: RaftView,
  server: ServerView,
  index: number,
  configuration: ConfigurationView,
  event: EventIndex,
): Violation | undefined {
  server.configuration = configuration;
  server.configurationIndex = index;
  server.configurationEvent = event;
  if (!isLive(view, server)) return undefined;
  const others = [...view.servers()].filter((other) => other !== server && isLive(view, other));
  for (const other of view.configuration.voters.length > 0 ? [view, ...others] : others) {
    const quorum = disjointQuorum(configuration, other.configuration);
    if (quorum === undefined) continue;
    return violation(
      'quorums overlap',
      `servers ${quorum.join(', ')} can decide under the configuration at ${index}, and others without them under that at ${other.configurationIndex}`,
      other.configurationEvent,
      event,
    );
  }
  return undefined;
}

/**
 * May an election still be won under this server's configuration? It isn't committed yet,
 * and the log before it isn't cut off by what is.
 */
function isLive(view: RaftView, server: ServerView): boolean {
  const { configurationIndex, configuration, log } = server;
  if (configuration.voters.length === 0) return false;
  return configurationIndex > view.committedIndex && view.agreesWithCommitted(log);
}
