// A cluster, folded from the events of its world: servers, what is between them, and what
// their clients saw. It is what Ring, SpaceTime, LogMatrix, TermTape and ClientHistory draw.
//
//     const { initial, project } = clusterProjection({ servers: [1, 2, 3], clients: [100] });
//     state = project(state, entry)
//
// 1. A state is plain data, never changed in place, and what an event doesn't touch is the
//    same object as before: a drawing can tell by `===` what it needn't draw again.
// 2. It is bounded: the last so many messages, operations, terms and spans are kept.
// 3. Nothing is inferred that a node hasn't said, but for what a crash does to memory.

import type {
  EngineEvent,
  RaftEvent,
  Recorded,
  ReplicaEvent,
  SimEvent,
  WorldEvent,
} from '../../engine/index.ts';
import { type OperationView, projectClients } from './cluster-clients.ts';
import { type EntryKind, entryAt } from './cluster-log.ts';
import { type NetworkView, projectNetwork, QUIET_NETWORK } from './cluster-network.ts';
import { type NodeView, newNode, withSpan } from './cluster-node.ts';
import { projectRaft } from './cluster-raft.ts';
import { campaign, enterTerm, type TermView, vote, win } from './cluster-terms.ts';
import { type FilesState, NO_FILES, projectFiles } from './files.ts';

/** What an entry asks for, by its index and term. */
export interface CommandView {
  readonly index: number;
  readonly term: number;
  /** `put`; of one that nobody has applied yet all that its message said: `put x = 1`. */
  readonly call: string;
  readonly isApplied: boolean;
  /** 0 until it is applied. */
  readonly client: number;
  readonly request: number;
  /** It had been applied before, so this time it did nothing. */
  readonly duplicate: boolean;
}

/** A request that a server has just received, and may put into its log in the same step. */
interface Received {
  readonly node: number;
  readonly atTicks: number;
  readonly call: string;
}

export interface ViolationView {
  readonly invariant: string;
  readonly message: string;
  /** Indexes of the events that show it. */
  readonly entries: readonly number[];
}

export interface ClusterState {
  readonly nowTicks: number;
  /** By number; all that there will be, from the start. */
  readonly nodes: readonly NodeView[];
  readonly clients: readonly number[];
  readonly network: NetworkView;
  readonly terms: readonly TermView[];
  readonly operations: readonly OperationView[];
  readonly commands: readonly CommandView[];
  readonly received: Received | undefined;
  readonly violation: ViolationView | undefined;
  /** What is on whose disk, for servers whose file events are part of the run. */
  readonly disks: Readonly<Record<number, FilesState>>;
}

export interface ClusterMembers {
  readonly servers: readonly number[];
  readonly clients?: readonly number[];
}

const COMMANDS_MAX = 120;

/** The state before the first event, and the fold. */
export function clusterProjection({ servers, clients = [] }: ClusterMembers): {
  initial: ClusterState;
  project: (state: ClusterState, entry: Recorded<WorldEvent>) => ClusterState;
} {
  const initial: ClusterState = {
    nowTicks: 0,
    nodes: servers.map(newNode),
    clients,
    network: QUIET_NETWORK,
    terms: [],
    operations: [],
    commands: [],
    received: undefined,
    violation: undefined,
    disks: {},
  };
  return { initial, project: projectCluster };
}

/** A server of a state. */
export function nodeOf({ nodes }: ClusterState, id: number): NodeView | undefined {
  return nodes.find((node) => node.id === id);
}

/** Who calls itself leader, the newest term first. */
export function leadersOf({ nodes }: ClusterState): NodeView[] {
  const leaders = nodes.filter(({ role, machine }) => role === 'leader' && isRunning(machine));
  return leaders.sort((a, b) => b.term - a.term);
}

function isRunning(machine: NodeView['machine']): boolean {
  return machine === 'up' || machine === 'paused';
}

function projectCluster(before: ClusterState, entry: Recorded<WorldEvent>): ClusterState {
  const { event, node, timeTicks } = entry;
  const state = before.nowTicks === timeTicks ? before : { ...before, nowTicks: timeTicks };
  const family = event.type.slice(0, event.type.indexOf('.'));
  switch (family) {
    case 'net':
      return networkEvent(state, event as SimEvent, entry);
    case 'node':
      return changeNode(state, node, timeTicks, (one) =>
        machineEvent(one, event as SimEvent, timeTicks),
      );
    case 'raft':
      return raftEvent(state, event as RaftEvent, node, timeTicks);
    case 'replica':
    case 'client':
      return replicaEvent(state, event as ReplicaEvent, node, timeTicks);
    case 'sim':
      return event.type === 'sim.violation' ? { ...state, violation: violationOf(event) } : state;
    default:
      return fileEvent(state, entry as Recorded<EngineEvent>, family);
  }
}

/** A power cut is told of every disk; only one whose files are told as well is drawn. */
function fileEvent(
  state: ClusterState,
  entry: Recorded<EngineEvent>,
  family: string,
): ClusterState {
  const { disks } = state;
  const isTold = family === 'file' || family === 'directory';
  const before = disks[entry.node] ?? (isTold ? NO_FILES : undefined);
  if (before === undefined) return state;
  const after = projectFiles(before, entry);
  return after === before ? state : { ...state, disks: { ...disks, [entry.node]: after } };
}

function networkEvent(
  state: ClusterState,
  event: SimEvent,
  { timeTicks, index }: Recorded<WorldEvent>,
): ClusterState {
  const network = projectNetwork(state.network, event, timeTicks, index);
  if (event.type !== 'net.deliver') return { ...state, network };
  const message = network.messages.find(({ id }) => id === event.message);
  if (message?.kind !== 'client' || message.isReply) return { ...state, network };
  const call = message.note.replace(/^term \d+, /, '');
  return { ...state, network, received: { node: event.to, atTicks: timeTicks, call } };
}

function violationOf({ invariant, message, entries }: ViolationView): ViolationView {
  return { invariant, message, entries };
}

function changeNode(
  state: ClusterState,
  id: number,
  nowTicks: number,
  to: (node: NodeView) => NodeView,
): ClusterState {
  const at = state.nodes.findIndex((node) => node.id === id);
  const before = state.nodes[at];
  if (!before) return state;
  const after = to(before);
  return after === before
    ? state
    : { ...state, nodes: state.nodes.with(at, withSpan(after, nowTicks)) };
}

function machineEvent(node: NodeView, event: SimEvent, nowTicks: number): NodeView {
  switch (event.type) {
    case 'node.start':
      return { ...node, machine: 'up', boots: event.boot };
    case 'node.crash':
    case 'node.fail':
      return { ...node, machine: 'down', ...FORGOTTEN };
    case 'node.pause':
      return { ...node, machine: 'paused' };
    case 'node.resume':
      return { ...node, machine: 'up' };
    case 'node.slow':
      return { ...node, slowTicks: event.stepTicks };
    case 'node.clock':
      return clockSet(node, event.ratePpm, event.jumpTicks, nowTicks);
    case 'node.disk':
      return { ...node, ...diskOf(event) };
    default:
      return node;
  }
}

function diskOf({ stuck, syncTicks, lies }: Extract<SimEvent, { type: 'node.disk' }>) {
  return { diskStuck: stuck, diskSlowTicks: syncTicks, diskLies: lies === true };
}

/** What a crash takes at once. Of its log and vote nobody knows until it is up again. */
const FORGOTTEN = {
  role: 'follower',
  leader: 0,
  votes: 0,
  votesNeeded: 0,
  timer: undefined,
  peers: [],
} as const;

/** The rest of a timer takes another while at another pace. */
function clockSet(node: NodeView, ratePpm: number, jumpTicks: number, nowTicks: number): NodeView {
  const { timer } = node;
  const jumpedTicks = node.jumpedTicks + jumpTicks;
  const after = { ...node, ratePpm, jumpedTicks };
  if (!timer) return after;
  const leftTicks = timer.endsAtTicks - nowTicks;
  const pace = (1_000_000 + node.ratePpm) / (1_000_000 + ratePpm);
  const endsAtTicks = nowTicks + Math.max(0, Math.round(leftTicks * pace) - jumpTicks);
  return { ...after, timer: { ...timer, endsAtTicks } };
}

function raftEvent(
  state: ClusterState,
  event: RaftEvent,
  id: number,
  nowTicks: number,
): ClusterState {
  const kindOf = (index: number, term: number) => kindIn(state, index, term);
  const after = changeNode(state, id, nowTicks, (node) =>
    projectRaft(node, event, nowTicks, kindOf),
  );
  const terms = projectTerms(state.terms, event, id, nowTicks);
  const told = terms === state.terms ? after : { ...after, terms };
  return event.type === 'raft.append' ? withAsked(told, event, id, nowTicks) : told;
}

function projectTerms(
  terms: readonly TermView[],
  event: RaftEvent,
  id: number,
  nowTicks: number,
): readonly TermView[] {
  if (event.type === 'raft.start') return enterTerm(terms, event.term, nowTicks);
  if (event.type === 'raft.vote' && event.granted && !event.pre)
    return vote(enterTerm(terms, event.term, nowTicks), event.term, id, event.candidate);
  if (event.type !== 'raft.role') return terms;
  const entered = enterTerm(terms, event.term, nowTicks);
  if (event.role === 'candidate') return campaign(entered, event.term, id);
  return event.role === 'leader' ? win(entered, event.term, id, nowTicks) : entered;
}

/** Any server that has the entry knows its kind. */
function kindIn({ nodes }: ClusterState, index: number, term: number): EntryKind {
  for (const { log } of nodes) {
    const entry = entryAt(log, index);
    if (entry?.term === term) return entry.kind;
  }
  return 'command';
}

function replicaEvent(
  before: ClusterState,
  event: ReplicaEvent,
  node: number,
  nowTicks: number,
): ClusterState {
  const operations = projectClients(before.operations, event, node, nowTicks);
  const state = operations === before.operations ? before : { ...before, operations };
  if (event.type === 'replica.restore')
    return changeNode(state, node, nowTicks, (one) => applied(one, event.index, event.stateHash));
  if (event.type === 'replica.full')
    return changeNode(state, node, nowTicks, (one) => ({ ...one, ...FORGOTTEN }));
  if (event.type !== 'replica.apply') return state;
  const commands = withCommand(state.commands, commandOf(event));
  return changeNode({ ...state, commands }, node, nowTicks, (one) =>
    applied(one, event.index, event.stateHash),
  );
}

function applied(node: NodeView, index: number, stateHash: number): NodeView {
  return { ...node, stateHash, log: { ...node.log, appliedIndex: index } };
}

/** A leader appends what it was asked for in the very step in which it was asked. */
function withAsked(
  state: ClusterState,
  { firstIndex, terms, kinds }: Extract<RaftEvent, { type: 'raft.append' }>,
  id: number,
  nowTicks: number,
): ClusterState {
  const { received } = state;
  if (received?.node !== id || received.atTicks !== nowTicks) return state;
  if (kinds.length !== 1 || kinds[0] !== 'command') return state;
  const { call } = received;
  const asked = { isApplied: false, client: 0, request: 0, duplicate: false };
  const command = { index: firstIndex, term: terms[0] ?? 0, call, ...asked };
  return { ...state, received: undefined, commands: withCommand(state.commands, command) };
}

function commandOf(event: Extract<ReplicaEvent, { type: 'replica.apply' }>): CommandView {
  const { index, term, call, client, request, duplicate } = event;
  return { index, term, call, isApplied: true, client, request, duplicate };
}

/** Who applies a command says more of it than who received it. */
function withCommand(
  commands: readonly CommandView[],
  command: CommandView,
): readonly CommandView[] {
  const { index, term } = command;
  const known = commands.find((one) => one.index === index && one.term === term);
  if (known?.isApplied) return commands;
  const others = known ? commands.filter((one) => one !== known) : commands;
  return [...others.slice(-(COMMANDS_MAX - 1)), command];
}
