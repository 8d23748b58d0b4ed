// Each invariant of Raft with a run that keeps it and one that breaks it, told in events.

import { expect, test } from 'vitest';
import { RaftInvariants, type SentFact } from '../../../engine/check/raft-invariants.ts';
import type { Invariant } from '../../../engine/check/violation.ts';
import type { WorldEvent } from '../../../engine/trace/events.ts';

type Line = readonly [node: number, event: WorldEvent];

const plain = (...voters: number[]) => ({ voters, outgoing: [], learners: [] });
const GROUP = plain(1, 2, 3);

const start = (node: number, terms: number[] = [], term = 0, vote = 0, group = GROUP): Line => [
  node,
  {
    type: 'raft.start',
    term,
    vote,
    firstIndex: 1,
    lastIndex: terms.length,
    terms,
    appliedIndex: 0,
    configuration: group,
  },
];
const role = (node: number, name: 'leader' | 'candidate' | 'follower', term: number): Line => [
  node,
  { type: 'raft.role', role: name, term, leader: 0, reason: 'majority' },
];
const vote = (node: number, candidate: number, term: number, pre = false): Line => [
  node,
  { type: 'raft.vote', candidate, term, granted: true, pre, reason: 'granted' },
];
const append = (node: number, firstIndex: number, ...terms: number[]): Line => [
  node,
  { type: 'raft.append', firstIndex, terms, kinds: terms.map(() => 'command' as const) },
];
const truncate = (node: number, lastIndex: number): Line => [
  node,
  { type: 'raft.truncate', lastIndex, removed: 1 },
];
const persisted = (node: number, term: number, lastIndex: number, votedFor = 0): Line => [
  node,
  { type: 'raft.persisted', term, vote: votedFor, lastIndex },
];
const commit = (node: number, index: number): Line => [
  node,
  { type: 'raft.commit', index, term: 1 },
];
const configure = (node: number, index: number, ...voters: number[]): Line => [
  node,
  { type: 'raft.configuration', index, configuration: plain(...voters) },
];
const apply = (node: number, index: number, over: object = {}): Line => [
  node,
  {
    type: 'replica.apply',
    index,
    term: 1,
    client: 100,
    request: index,
    duplicate: false,
    call: 'put',
    stateHash: 7 * index,
    ...over,
  },
];
/** `name` and `note` stand in for what a codec would read. */
const send = (from: number, to: number, fact: SentFact): Line => [
  from,
  {
    type: 'net.send',
    message: 1,
    from,
    to,
    sizeBytes: 1,
    name: fact.kind,
    note: JSON.stringify(fact),
  },
];

const BOOT = [start(1), start(2), start(3)];
/** Server 1 leads term 1; entries 1 and 2 are in the logs of 1 and 2, durable. */
const LED = [
  ...BOOT,
  vote(1, 1, 1),
  persisted(1, 1, 0, 1),
  vote(2, 1, 1),
  persisted(2, 1, 0, 1),
  role(1, 'leader', 1),
  append(1, 1, 1, 1),
  append(2, 1, 1, 1),
  persisted(2, 1, 2, 1),
  persisted(1, 1, 2, 1),
];
const COMMITTED = [...LED, commit(1, 2), commit(2, 2)];

function watch(lines: readonly Line[]): RaftInvariants {
  const invariants = new RaftInvariants({ factOf: ({ note }) => JSON.parse(note) as SentFact });
  lines.forEach(([node, event], index) => {
    invariants.see({ index, node, timeTicks: index, event });
  });
  return invariants;
}

interface Case {
  readonly good: readonly Line[];
  readonly bad: Readonly<Record<string, readonly Line[]>>;
}

const CASES: Record<Invariant, Case> = {
  'election safety': {
    good: [...LED, role(2, 'candidate', 2), role(2, 'leader', 2)],
    bad: {
      'two servers lead a term': [...LED, role(2, 'leader', 1)],
      'one server leads a term twice': [...LED, start(1, [1, 1], 1, 1), role(1, 'leader', 1)],
    },
  },
  'one vote a term': {
    good: [...BOOT, vote(3, 1, 1, true), vote(3, 2, 1), vote(3, 2, 1), vote(3, 1, 2)],
    bad: {
      'in one boot': [...BOOT, vote(3, 1, 1), vote(3, 2, 1)],
      'remembered across a crash': [
        ...BOOT,
        vote(3, 1, 1),
        persisted(3, 1, 0, 1),
        start(3, [], 1, 1),
        vote(3, 2, 1),
      ],
      persisted: [...BOOT, persisted(3, 1, 0, 1), persisted(3, 1, 0, 2)],
    },
  },
  'leader append-only': {
    good: [...LED, append(1, 3, 1), role(1, 'follower', 2), truncate(1, 2)],
    bad: {
      'cuts off': [...LED, truncate(1, 1)],
      overwrites: [...LED, append(1, 2, 1)],
    },
  },
  'log matching': {
    good: [...LED, append(3, 1, 1, 1)],
    bad: {
      'other entries before the same entry': [
        ...LED,
        role(2, 'leader', 2),
        append(2, 3, 2),
        append(3, 1, 1, 2),
        truncate(3, 1),
        append(3, 2, 1, 2),
        truncate(3, 1),
        append(3, 2, 2, 2),
      ],
      'a gap': [...BOOT, append(3, 2, 1)],
    },
  },
  'leader completeness': {
    good: [...COMMITTED, role(2, 'leader', 2)],
    bad: {
      'elected without it': [...COMMITTED, role(3, 'leader', 2)],
      'committed after the election': [...LED, role(3, 'leader', 2), commit(1, 2)],
    },
  },
  'state-machine safety': {
    good: [...COMMITTED, apply(1, 1), apply(1, 2), apply(2, 1), apply(2, 2)],
    bad: {
      'another command': [...COMMITTED, apply(1, 1), apply(2, 1, { call: 'delete' })],
      'not committed': [...LED, apply(1, 1)],
      'of another term': [...COMMITTED, apply(1, 1, { term: 2 })],
      'commits another entry': [...COMMITTED, append(3, 1, 2, 2), commit(3, 2)],
      'commits more than it has': [...COMMITTED, commit(3, 1)],
      'cuts off what is committed': [...COMMITTED, truncate(2, 1)],
    },
  },
  'equal state at equal index': {
    good: [...COMMITTED, apply(1, 2), [3, { type: 'replica.restore', index: 2, stateHash: 14 }]],
    bad: {
      applied: [...COMMITTED, apply(1, 1), apply(2, 1, { stateHash: 1 })],
      restored: [
        ...COMMITTED,
        apply(1, 2),
        [3, { type: 'replica.restore', index: 2, stateHash: 1 }],
      ],
    },
  },
  'applied once': {
    good: [...COMMITTED, apply(1, 1), apply(1, 2, { request: 1, duplicate: true })],
    bad: {
      'a retry has an effect': [...COMMITTED, apply(1, 1), apply(1, 2, { request: 1 })],
      'a first time has none': [...COMMITTED, apply(1, 1, { duplicate: true })],
      'an index twice': [...COMMITTED, apply(1, 1), apply(1, 1)],
    },
  },
  'persisted before sent': {
    good: [
      ...LED,
      send(2, 1, { kind: 'vote', term: 1 }),
      send(2, 1, { kind: 'append', term: 1, index: 2 }),
    ],
    bad: {
      vote: [...BOOT, vote(2, 1, 1), send(2, 1, { kind: 'vote', term: 1 })],
      'a vote for another': [...LED, send(2, 3, { kind: 'vote', term: 1 })],
      entries: [...LED, append(2, 3, 1), send(2, 1, { kind: 'append', term: 1, index: 3 })],
      'entries of a later term': [...LED, send(2, 1, { kind: 'append', term: 2, index: 2 })],
      'entries that were replaced': [
        ...LED,
        truncate(2, 1),
        append(2, 2, 2),
        send(2, 1, { kind: 'append', term: 1, index: 2 }),
      ],
    },
  },
  'what was persisted stays': {
    good: [
      ...LED,
      send(2, 1, { kind: 'append', term: 1, index: 2 }),
      append(2, 3, 1),
      start(2, [1, 1], 1, 1),
      // Its log ends in entries that nobody committed: a snapshot takes their place.
      [2, { type: 'raft.snapshot.install', index: 1, term: 2 }],
      [
        2,
        { ...(start(2)[1] as object), firstIndex: 2, lastIndex: 1, term: 1, vote: 1 } as WorldEvent,
      ],
    ],
    bad: {
      vote: [...LED, start(2, [1, 1], 1, 0)],
      term: [...LED, start(2, [1, 1], 0, 0)],
      entry: [...LED, start(2, [1], 1, 1)],
      'a snapshot that was acknowledged': [
        ...LED,
        [2, { type: 'raft.snapshot.install', index: 9, term: 1 }],
        send(2, 1, { kind: 'append', term: 1, index: 9 }),
        start(2, [1, 1], 1, 1),
      ],
    },
  },
  'commit by a quorum': {
    good: COMMITTED,
    bad: {
      'in memory only': [
        ...LED,
        append(1, 3, 1),
        append(2, 3, 1),
        persisted(1, 1, 3, 1),
        commit(1, 3),
      ],
      'not of the new voters': [...LED, configure(1, 2, 1, 2, 3, 4), commit(1, 2)],
    },
  },
  'commit of the own term': {
    good: [
      ...LED,
      role(2, 'leader', 2),
      append(2, 3, 2),
      persisted(2, 2, 3),
      append(3, 1, 1, 1, 2),
      persisted(3, 2, 3),
      commit(2, 3),
    ],
    bad: { 'figure 8': [...LED, role(2, 'leader', 2), commit(2, 2)] },
  },
  'quorums overlap': {
    good: [...COMMITTED, append(1, 3, 1), configure(1, 3, 1, 2, 3, 4)],
    bad: {
      'two voters at once': [...COMMITTED, append(1, 3, 1), configure(1, 3, 1, 2, 3, 4, 5)],
      // Ongaro, "bug in single-server membership changes", raft-dev, 2015.
      'two leaders change four voters': [
        ...[1, 2, 3, 4].map((node) => start(node, [], 0, 0, plain(1, 2, 3, 4))),
        role(1, 'leader', 1),
        append(1, 1, 1),
        configure(1, 1, 1, 2, 3, 4, 5),
        role(2, 'leader', 2),
        append(2, 1, 2),
        configure(2, 1, 1, 2, 3),
      ],
    },
  },
  'terms never go back': {
    good: [...LED, role(1, 'follower', 3), start(1, [1, 1], 1, 1)],
    bad: {
      'of a server': [...LED, role(1, 'follower', 3), role(1, 'follower', 2)],
      'of a disk': [...LED, persisted(1, 2, 2), persisted(1, 1, 2)],
    },
  },
  'commit index never goes back': {
    good: [...LED, commit(1, 1), commit(1, 2), start(1, [1, 1], 1, 1)],
    bad: { 'of a server': [...COMMITTED, commit(1, 1)] },
  },
};

for (const [name, { good, bad }] of Object.entries(CASES)) {
  test(`${name}: a run that keeps it`, () => {
    expect(watch(good).violation).toBeUndefined();
  });
  for (const [how, lines] of Object.entries(bad))
    test(`${name}: ${how}`, () => {
      const { violation } = watch(lines);
      expect(violation?.invariant).toBe(name);
      expect(violation?.entries.at(-1)).toBe(lines.length - 1);
    });
}

test('the first violation is the result', () => {
  const lines = [...LED, role(2, 'leader', 1), ...BOOT, truncate(1, 0)];
  expect(watch(lines).violation?.entries).toEqual([LED.indexOf(LED[7]!), LED.length]);
});

test('what a server forgot can be forgiven; two leaders that come of it are found', () => {
  const voted = [...BOOT, vote(2, 1, 1), persisted(2, 1, 0, 1), role(1, 'leader', 1)];
  const forgot = [...voted, start(2), vote(2, 3, 1), persisted(2, 1, 0, 3), role(3, 'leader', 1)];
  expect(watch(forgot).violation?.invariant).toBe('what was persisted stays');
  const invariants = new RaftInvariants({ forgives: true });
  for (const [index, [node, event]] of forgot.entries())
    invariants.see({ index, node, timeTicks: index, event });
  expect(invariants.violation?.invariant).toBe('election safety');
  expect(invariants.violation?.entries).toEqual([voted.length - 1, forgot.length - 1]);
});
