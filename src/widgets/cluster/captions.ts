// What is said of each event of a cluster: one sentence, from the event and the state after it.

import type {
  EngineEvent,
  RaftEvent,
  Recorded,
  ReplicaEvent,
  SimEvent,
  WorldEvent,
} from '../../../engine/index.ts';
import { letterOf, msText, nameOf } from '../../marks/nodes.ts';
import type { Caption } from '../../player/caption.ts';
import type { ClusterState } from '../../projections/cluster.ts';
import { fileCaption } from './file-captions.ts';
import { withLetters } from './violation-text.ts';

type Of<T extends WorldEvent['type']> = Extract<WorldEvent, { type: T }>;

export function clusterCaption(entry: Recorded<WorldEvent>, state: ClusterState): Caption {
  const { event, node, timeTicks } = entry;
  const family = event.type.slice(0, event.type.indexOf('.'));
  if (family === 'net') return ofNetwork(event as SimEvent, state, timeTicks);
  if (family === 'node' || family === 'sim') return ofMachine(event as SimEvent, node);
  if (family === 'raft') return ofRaft(event as RaftEvent, node);
  if (family === 'replica' || family === 'client')
    return ofStore(event as ReplicaEvent, node, state);
  return fileCaption(event as EngineEvent, node);
}

function ofNetwork(event: SimEvent, state: ClusterState, nowTicks: number): Caption {
  switch (event.type) {
    case 'net.send': {
      const { from, to, name, note, arrivesAtTicks } = event;
      const when =
        arrivesAtTicks === undefined ? '' : `; it takes ${msText(arrivesAtTicks - nowTicks)}`;
      return [
        `${letterOf(from)} sends `,
        { code: note ? `${name} (${note})` : name },
        ` to ${letterOf(to)}${when}.`,
      ];
    }
    case 'net.deliver':
      return [
        `${letterOf(event.to)} receives `,
        { code: nameIn(state, event.message) },
        ` from ${letterOf(event.from)}.`,
      ];
    case 'net.drop':
      return [
        'The message ',
        { code: nameIn(state, event.message) },
        ` from ${letterOf(event.from)} to ${letterOf(event.to)} is `,
        { concept: 'lost' },
        `: ${DROPPED[event.reason]}.`,
      ];
    case 'net.duplicate':
      return [
        `${letterOf(event.to)} will get `,
        { code: nameIn(state, event.message) },
        ' a second time.',
      ];
    case 'net.delay':
      return [
        { code: nameIn(state, event.message) },
        ` is held up: it arrives at ${msText(event.arrivesAtTicks)}.`,
      ];
    case 'net.corrupt':
      return [
        'One bit of ',
        { code: nameIn(state, event.message) },
        ' is ',
        { concept: 'corrupt', text: 'flipped' },
        ' on the way.',
      ];
    case 'net.links':
      return linksText(event, state);
    default:
      return [event.type];
  }
}

const DROPPED: Readonly<Record<Of<'net.drop'>['reason'], string>> = {
  loss: 'the network lost it',
  severed: 'the link is cut',
  'node is down': 'nobody is there to receive it',
  'queue is full': 'too much was on its way already',
  'dropped by hand': 'you dropped it',
};

function nameIn({ network }: ClusterState, id: number): string {
  return network.messages.find((message) => message.id === id)?.name ?? `message ${id}`;
}

function linksText({ severed }: Of<'net.links'>, { nodes }: ClusterState): Caption {
  if (severed.length === 0) return ['The network is whole again: everybody hears everybody.'];
  const deaf = nodes.filter(({ id }) => severed.some(([from]) => from === id)).length;
  return [`${severed.length} links are cut, one way each; ${deaf} servers can’t reach everybody.`];
}

function ofMachine(event: SimEvent, node: number): Caption {
  const who = nameOf(node);
  const Who = who[0]?.toUpperCase() + who.slice(1);
  switch (event.type) {
    case 'node.start':
      return event.boot > 1
        ? [`${Who} is switched on again and reads its disk.`]
        : [`${Who} starts.`];
    case 'node.crash':
      return [`${Who} loses power. What was in its memory is `, { concept: 'lost' }, '.'];
    case 'node.fail':
      return [`${Who} stops: ${event.message}`];
    case 'node.pause':
      return [`${Who} stands still. It doesn’t know; its messages wait.`];
    case 'node.resume':
      return [`${Who} goes on, and finds what waited for it.`];
    case 'node.slow':
      return event.stepTicks > 0
        ? [`${Who} is slow: each step takes ${msText(event.stepTicks)}.`]
        : [`${Who} is as quick as before.`];
    case 'node.clock':
      return [`The clock of ${who} ${clockText(event)}.`];
    case 'node.disk':
      if (event.lies)
        return [
          `From now on the disk of ${who} lies: it says `,
          { concept: 'durable' },
          ', and writes nothing.',
        ];
      if (event.stuck) return [`The disk of ${who} is stuck: no sync ends.`];
      return event.syncTicks > 0
        ? [`The disk of ${who} takes ${msText(event.syncTicks)} for a sync.`]
        : [`The disk of ${who} is well.`];
    case 'sim.violation':
      return [
        { concept: 'corrupt', text: 'Violation' },
        ` of ${event.invariant}: ${withLetters(event.message)}.`,
      ];
    default:
      return [event.type];
  }
}

function clockText({ ratePpm, jumpTicks }: Of<'node.clock'>): string {
  if (jumpTicks) return `jumps by ${msText(jumpTicks)}`;
  if (ratePpm === 0) return 'runs right again';
  return `runs ${Math.abs(ratePpm) / 10_000} % ${ratePpm > 0 ? 'fast' : 'slow'}`;
}

function ofRaft(event: RaftEvent, node: number): Caption {
  const who = letterOf(node);
  switch (event.type) {
    case 'raft.start': {
      const last = event.firstIndex + event.terms.length - 1;
      const log = last === 0 ? 'an empty log' : `a log up to ${last}`;
      return [`${who} is up in term ${event.term}, with ${log}.`];
    }
    case 'raft.role':
      return roleText(event, who);
    case 'raft.timer':
      return [`${who} will wait ${msText(event.timeoutTicks)} for a leader.`];
    case 'raft.vote':
      return voteText(event, who);
    case 'raft.tally':
      return tallyText(event, who, node);
    case 'raft.append':
      return appendText(event, who);
    case 'raft.truncate':
      return [
        `${who} throws ${count(event.removed, 'entry', 'entries')} after ${event.lastIndex} away: `,
        { concept: 'lost' },
        ', since the leader has others there.',
      ];
    case 'raft.persisted':
      return [
        `Term ${event.term}, its vote and the log up to ${event.lastIndex} are `,
        { concept: 'durable' },
        ` on ${who}.`,
      ];
    case 'raft.reject':
      return [
        `${who} refuses: it has no entry ${event.previousIndex} of term ${event.previousTerm}. The leader is to try from ${event.conflictIndex}.`,
      ];
    case 'raft.progress':
      return progressText(event, who);
    case 'raft.commit':
      return [
        `${who} knows that everything up to ${event.index} is `,
        { concept: 'committed' },
        '.',
      ];
    default:
      return ofMembers(event, who);
  }
}

function count(n: number, one: string, many: string): string {
  return n === 1 ? `1 ${one}` : `${n} ${many}`;
}

function roleText({ role, term, leader, reason }: Of<'raft.role'>, who: string): Caption {
  if (role === 'leader')
    return [`${who} has a majority and is `, { concept: 'leader' }, ` of term ${term}.`];
  if (role === 'candidate')
    return [
      `${who} has heard of no leader. It begins term ${term} as `,
      { concept: 'candidate' },
      ' and votes for itself.',
    ];
  if (role === 'pre-candidate')
    return [
      `${who} has heard of no leader. Before it begins a term, it asks whether it could win one.`,
    ];
  const led = leader ? ` of ${letterOf(leader)}` : '';
  const because: Partial<Record<typeof reason, string>> = {
    'higher term': ': it has heard of a later term',
    'lost quorum': ': too few answer, so somebody else may lead',
    'pre-vote refused': ': it couldn’t win',
    removed: ': it is no longer a member',
  };
  return [
    `${who} is a `,
    { concept: 'follower' },
    `${led} in term ${term}${because[reason] ?? ''}.`,
  ];
}

function tallyText(event: Of<'raft.tally'>, who: string, node: number): Caption {
  const { from, granted, pre, votes, needed } = event;
  const has = `it has ${votes} of the ${needed} that it needs`;
  if (!granted) return [`${letterOf(from)} said no to ${who}: ${has}.`];
  const what = pre ? 'yes' : 'vote';
  if (from === node) return [`${who} counts its own ${what}: ${has}.`];
  return [`${who} counts the ${what} of ${letterOf(from)}: ${has}.`];
}

function voteText(
  { candidate, term, granted, pre, reason }: Of<'raft.vote'>,
  who: string,
): Caption {
  const whom = letterOf(candidate);
  if (pre)
    return granted
      ? [`${who} tells ${whom} that it would vote for it in term ${term}.`]
      : [`${who} would not vote for ${whom}: ${REFUSED[reason] ?? reason}.`];
  return granted
    ? [`${who} votes for ${whom} in term ${term}. It has no other vote in that term.`]
    : [`${who} refuses ${whom} its vote in term ${term}: ${REFUSED[reason] ?? reason}.`];
}

const REFUSED: Partial<Record<Of<'raft.vote'>['reason'], string>> = {
  'old term': 'that term is over',
  'voted already': 'it has voted for another',
  'log is behind': 'its own log is newer',
  'heard from leader': 'it hears from a leader',
};

function appendText({ firstIndex, terms, kinds }: Of<'raft.append'>, who: string): Caption {
  const last = firstIndex + terms.length - 1;
  const what =
    kinds.length === 1 && kinds[0] !== 'command'
      ? kinds[0] === 'noop'
        ? 'a no-op'
        : 'a configuration'
      : count(terms.length, 'entry', 'entries');
  const where = firstIndex === last ? `at ${last}` : `at ${firstIndex} to ${last}`;
  return [
    `${who} has ${what} ${where} in its log, `,
    { concept: 'volatile' },
    ' until its disk has it.',
  ];
}

function progressText(
  { peer, state, matchIndex, nextIndex }: Of<'raft.progress'>,
  who: string,
): Caption {
  const how = { probe: 'probes', replicate: 'streams to', snapshot: 'sends a snapshot to' }[state];
  return [
    `${who} ${how} ${letterOf(peer)}: it has everything up to ${matchIndex}, next is ${nextIndex}.`,
  ];
}

function ofMembers(event: RaftEvent, who: string): Caption {
  switch (event.type) {
    case 'raft.configuration': {
      const { voters, outgoing, learners } = event.configuration;
      const letters = (ids: readonly number[]) => ids.map(letterOf).join(', ');
      const joint = outgoing.length ? ` and a majority of ${letters(outgoing)}` : '';
      const more = learners.length
        ? ` ${letters(learners)} learn${learners.length === 1 ? 's' : ''}.`
        : '';
      return [`For ${who}, decisions now need a majority of ${letters(voters)}${joint}.${more}`];
    }
    case 'raft.transfer':
      return [`${who} hands the lead to ${letterOf(event.to)}.`];
    case 'raft.compact':
      return [`${who} forgets its log before ${event.firstIndex}: a snapshot stands for it.`];
    case 'raft.snapshot.send':
      return [
        `${who} sends ${letterOf(event.to)} a piece of its snapshot up to ${event.index}: from byte ${event.offsetBytes} of ${event.totalBytes}.`,
      ];
    case 'raft.snapshot.install':
      return [`${who} replaces its state by the leader’s snapshot up to ${event.index}.`];
    case 'raft.read':
      return [
        event.lease
          ? `${who} may answer a read at once, from its lease.`
          : `${who} is still leader: a read may be answered when ${event.index} is applied.`,
      ];
    case 'raft.drop':
      return [
        `${who} ignores `,
        { code: event.message },
        ` from ${letterOf(event.from)}: ${event.reason}.`,
      ];
    default:
      return [event.type];
  }
}

function ofStore(event: ReplicaEvent, node: number, state: ClusterState): Caption {
  const who = letterOf(node);
  switch (event.type) {
    case 'replica.apply':
      return event.duplicate
        ? [
            `${who} meets request ${event.request} of ${nameOf(event.client)} again at ${event.index}, and does nothing: it was applied before.`,
          ]
        : [
            `${who} applies entry ${event.index}, `,
            { code: event.call },
            event.client ? ` of ${nameOf(event.client)}.` : '.',
          ];
    case 'replica.full':
      return [`${who} has no room on its disk: it stops, and begins again in a while.`];
    case 'replica.snapshot':
      return [`${who} has written a snapshot up to ${event.index}, ${event.sizeBytes} bytes.`];
    case 'replica.restore':
      return [`The store of ${who} is that of entry ${event.index}.`];
    case 'client.invoke':
      return [`Client ${who} wants `, { code: callText(event) }, '.'];
    case 'client.send':
      return [
        `Client ${who} asks ${letterOf(event.to)}${event.attempt > 1 ? `, its attempt ${event.attempt}` : ''}.`,
      ];
    case 'client.return':
      return returnText(event, who, state, node);
    default:
      return [`${who} can’t make sense of a message, and drops it.`];
  }
}

function callText({ call, key, value, expected }: Of<'client.invoke'>): string {
  if (expected !== null) return `${call} ${key}: ${expected} → ${value}`;
  return value === null ? `${call} ${key}` : `${call} ${key} = ${value}`;
}

function returnText(
  { request, outcome, value }: Of<'client.return'>,
  who: string,
  { operations }: ClusterState,
  client: number,
): Caption {
  const asked = operations.findLast((one) => one.client === client && one.request === request);
  const what = { code: asked ? `${asked.call} ${asked.key}` : `request ${request}` };
  if (outcome === 'unknown')
    return [`Client ${who} gives up on `, what, '. It may have taken effect, or may yet.'];
  if (outcome === 'failed') return [`Client ${who} is told that `, what, ' had no effect.'];
  if (asked?.value === null)
    return [`Client ${who} is told: `, what, ' is ', { code: value ?? 'nothing' }, '.'];
  return [`Client ${who} is told that `, what, ' is done.'];
}
