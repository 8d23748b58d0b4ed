// Deliberate bugs, each one that somebody could write: the swarm has to find them all.
//
// A mutant is a change of text in a copy of the engine. `find` stands exactly once in the file,
// so when the engine changes, the test says which mutant has to be looked at again.

export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export interface Mutant {
  readonly name: string;
  /** Which rule it breaks, and what comes of that. */
  readonly why: string;
  readonly edits: readonly Edit[];
  /** Where it shows first. */
  readonly scenario: string;
}

const one = (file: string, find: string, replace: string): readonly Edit[] => [
  { file: `engine/${file}`, find, replace },
];

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'commit of an old term by counting',
    why: 'a later leader may still cut the entry off (paper, 5.4.2 and figure 8)',
    scenario: 'raft-5',
    edits: one('raft/leader.ts', 'if (core.log.termAt(index) !== core.term) return;', ''),
  },
  {
    name: 'vote told before it is persisted',
    why: 'a crash makes it forget, and it votes again (paper, figure 2)',
    scenario: 'raft-3',
    edits: one(
      'raft/core.ts',
      'const needed = Math.max(sequence, this.persistence.identitySequence);',
      'const needed = sequence;',
    ),
  },
  {
    name: 'append acknowledged before it is persisted',
    why: 'the leader counts a copy that a crash takes back (thesis, 10.2.1)',
    scenario: 'raft-3',
    edits: one(
      'raft/follower.ts',
      'core.send(from, reply, persistence.sequenceFor(index));',
      'core.send(from, reply);',
    ),
  },
  {
    name: 'requests are durable when they are written',
    why: 'the log takes an append for a sync, so everything is told too early',
    scenario: 'raft-3',
    edits: one(
      'cluster/raft-storage.ts',
      '(this.#requests[0]?.ticket as number) <= durable',
      '(this.#requests[0]?.ticket as number) <= this.#tickets',
    ),
  },
  {
    name: 'vote forgotten on recovery',
    why: 'it is on the disk, and nobody reads it: two votes in a term',
    scenario: 'raft-3',
    edits: one(
      'cluster/replica.ts',
      'const { term, vote, snapshot, entries } = storage.image;',
      'const { term, snapshot, entries } = storage.image; const vote = 0;',
    ),
  },
  {
    name: 'a truncation forgets what was on its way to the disk',
    why: 'entries written later count as durable when older ones at their place are',
    scenario: 'raft-5',
    edits: one(
      'raft/persistence.ts',
      'for (const request of this.#pending) request.lastIndex = Math.min(request.lastIndex, index);',
      '',
    ),
  },
  {
    name: 'read index without a round',
    why: 'a deposed leader answers from an old state (thesis, 6.4, step 3)',
    scenario: 'raft-3-reads',
    edits: one(
      'raft/read-index.ts',
      'else leadership.reads.add(read);',
      'else if (hasCommitted(core, leadership)) answer(core, read, core.commitIndex, false);\n  else leadership.reads.add(read);',
    ),
  },
  {
    name: 'read before the no-op is committed',
    why: 'a new leader may not know yet what is committed (thesis, 6.4, step 1)',
    scenario: 'raft-5',
    edits: one(
      'raft/read-index.ts',
      'return core.commitIndex >= leadership.firstIndex;',
      'return core.commitIndex <= leadership.firstIndex || true;',
    ),
  },
  {
    name: 'read answered before its index is applied',
    why: 'the state machine is behind what the reader was promised (thesis, 6.4, step 4)',
    scenario: 'raft-5',
    edits: one('cluster/requests.ts', 'waiting.index <= index)', 'waiting.index <= index + 2)'),
  },
  {
    name: 'lease too long',
    why: 'another leader is elected within it (thesis, 6.4.1)',
    scenario: 'raft-3-lease',
    edits: one(
      'raft/read-index.ts',
      'leadership.reads.leaseStartTicks + leaseTicks',
      'leadership.reads.leaseStartTicks + leaseTicks * 8',
    ),
  },
  {
    name: 'stale read after a transfer',
    why: 'the election that a transfer asks for doesn’t wait for the lease (thesis, 3.10)',
    scenario: 'raft-3-lease',
    edits: one('raft/transfer.ts', 'leadership.leaseForfeited = true;', ''),
  },
  {
    name: 'snapshot with an old membership',
    why: 'who starts from it counts the wrong voters (paper, 7: the configuration as of its last index)',
    scenario: 'raft-5-membership',
    edits: one(
      'raft/applying.ts',
      'configuration: core.configurations.at(index) };',
      'configuration: core.snapshot.configuration };',
    ),
  },
  {
    name: 'truncation of a matching suffix on a stale append',
    why: 'an append that comes late takes back what was acknowledged since (paper, 5.3)',
    scenario: 'raft-3',
    edits: one(
      'raft/follower.ts',
      'const conflict = core.log.findConflict(entries);',
      'const last = entries.at(-1)?.index ?? core.log.lastIndex;\n  if (last < core.log.lastIndex && last >= core.commitIndex) core.truncate(last);\n  const conflict = core.log.findConflict(entries);',
    ),
  },
  {
    name: 'commit beyond what matched',
    why: 'entries after the last new one may be another leader’s (paper, figure 2, AppendEntries, 5)',
    scenario: 'raft-5',
    edits: one(
      'raft/follower.ts',
      'core.commitTo(Math.min(message.commitIndex, agreed));',
      'core.commitTo(Math.min(message.commitIndex, core.log.lastIndex));',
    ),
  },
  {
    name: 'two votes in one term',
    why: 'two candidates win the same term (paper, 5.2)',
    scenario: 'raft-3',
    edits: one(
      'raft/candidate.ts',
      "if (!isFree && core.vote !== from) return 'voted already';",
      '',
    ),
  },
  {
    name: 'log is up to date by its length alone',
    why: 'a long log of old terms wins against a committed one (paper, 5.4.1)',
    scenario: 'raft-5',
    edits: one(
      'raft/log.ts',
      'if (lastTerm !== this.lastTerm) return lastTerm > this.lastTerm;',
      'if (lastTerm < 0) return false;',
    ),
  },
  {
    name: 'votes of the last election are counted again',
    why: 'a candidate wins with votes that were given to it in another term',
    scenario: 'raft-5',
    edits: one('raft/core.ts', 'this.ballot.clear();', ''),
  },
  {
    name: 'learner counted in the quorum',
    why: 'an entry is committed that a majority of voters lacks (thesis, 4.2.1)',
    scenario: 'raft-5-membership',
    edits: one(
      'raft/leadership.ts',
      'all.filter(({ id }) => configuration.voters.includes(id));',
      'all.filter(({ id }) => [...configuration.voters, ...configuration.learners].includes(id));',
    ),
  },
  {
    name: 'only the new majority counts in a joint configuration',
    why: 'the old voters can still elect somebody else (paper, 6)',
    scenario: 'raft-5-membership',
    edits: one(
      'raft/quorum.ts',
      'return Math.min(majorityReached(voters, reached), majorityReached(outgoing, reached));',
      'return outgoing.length < 0 ? 0 : majorityReached(voters, reached);',
    ),
  },
  {
    name: 'configuration change before the last one is committed',
    why: 'quorums two steps apart need not overlap (thesis, 4.1)',
    scenario: 'raft-5-membership',
    edits: one(
      'raft/membership.ts',
      "return core.commitIndex < needed ? 'change under way' : undefined;",
      "return needed < 0 ? 'change under way' : undefined;",
    ),
  },
  {
    name: 'leader counts itself after its removal',
    why: 'its copy isn’t one of a voter (thesis, 4.2.2)',
    scenario: 'raft-5-membership',
    edits: [
      ...one(
        'raft/leadership.ts',
        'for (const id of membersOf(configuration)) {',
        'for (const id of new Set([this.#self, ...membersOf(configuration)])) {',
      ),
      ...one(
        'raft/leadership.ts',
        'all.filter(({ id }) => configuration.voters.includes(id));',
        'all.filter(({ id }) => id === this.#self || configuration.voters.includes(id));',
      ),
    ],
  },
  {
    name: 'session table not in the snapshot',
    why: 'who restores it applies a retry again (thesis, 6.3)',
    scenario: 'raft-5-snapshots',
    edits: one(
      'cluster/map-machine.ts',
      'this.#sessions.set(client, readSession(reader));',
      'readSession(reader);',
    ),
  },
  {
    name: 'retry applied twice',
    why: 'a request that was sent again has its effect again (thesis, 6.3)',
    scenario: 'raft-3',
    edits: one(
      'cluster/sessions.ts',
      'request > session.request) return',
      'request >= session.request) return',
    ),
  },
  {
    name: 'applied before it is committed',
    why: 'what is applied can’t be taken back (paper, figure 2, all servers)',
    scenario: 'raft-3',
    edits: one(
      'raft/applying.ts',
      'const to = Math.min(core.commitIndex, core.persistence.persistedIndex);',
      'const to = core.persistence.persistedIndex;',
    ),
  },
  {
    name: 'a refused probe is not moved back',
    why: 'the leader asks for the same place for ever, and the logs never meet: no progress (paper, 5.3)',
    scenario: 'raft-3',
    edits: one(
      'raft/progress.ts',
      "if (this.state === 'probe' && previousIndex !== this.nextIndex - 1) return false;",
      "if (this.state === 'probe') return false;",
    ),
  },
  {
    name: 'in-flight window never released',
    why: 'a follower gets so many appends and no more: no progress',
    scenario: 'raft-3',
    edits: one('raft/progress.ts', 'this.window.freeTo(index);', ''),
  },
];
