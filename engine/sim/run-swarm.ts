// Runs one swarm run to its verdict.
//
//     world ──events──> invariants      with every event; the first violation stops the run
//               └─────> client history ──> linearizable?      at the end
//
// 1. A verdict is one of the kinds below, and a failing run is the same run each time.
// 2. A program that throws is a failure, unless its disk has failed it.
// 3. After the faults a write must be acknowledged within the bound, and then every
//    server that is well must catch up with it: one that never does is no progress either.

import { checkLinearizable } from '../check/linearizable.ts';
import { RaftInvariants, type SentFact } from '../check/raft-invariants.ts';
import type { Violation } from '../check/violation.ts';
import { peekMessage } from '../cluster/codec.ts';
import { nameSent } from '../cluster/name-message.ts';
import type { ReplicaView } from '../cluster/replica.ts';
import { type NodeId, TICKS_PER_MS } from '../env/program.ts';
import type { WorldEvent } from '../trace/events.ts';
import type { Recorded } from '../trace/recorder.ts';
import { ClientHistory } from './client-history.ts';
import type { SwarmScenario } from './scenarios.ts';
import type { SameFailure, TimedRun } from './shrink.ts';
import { clientsOf, type SwarmPlan } from './swarm.ts';
import { swarmWorld } from './swarm-world.ts';
import type { World } from './world.ts';

/** How a run ended. All but `ok` and `unknown` are failures. */
export type SwarmVerdict =
  | { readonly kind: 'ok' }
  /** Nothing is wrong as far as could be seen: the history was too hard to judge. */
  | { readonly kind: 'unknown'; readonly message: string }
  | { readonly kind: 'violation'; readonly message: string; readonly violation: Violation }
  | { readonly kind: 'not linearizable'; readonly message: string }
  | { readonly kind: 'no progress'; readonly message: string }
  | { readonly kind: 'threw'; readonly message: string; readonly code: string };

export interface SwarmOutcome {
  readonly verdict: SwarmVerdict;
  /** When it ended, in the world's ticks. */
  readonly ticks: number;
  readonly events: number;
  readonly steps: number;
  readonly operations: number;
  readonly delivered: SameFailure['delivered'];
}

export interface RunSwarmOptions {
  /** Other actions than the plan's: a candidate of shrinking. */
  readonly run?: TimedRun;
  /** Hears every event, with messages by name: for printing, recording and hashing. */
  readonly onEntry?: (entry: Recorded<WorldEvent>) => void;
  /** Keep which messages were delivered. Default false. */
  readonly messages?: boolean;
}

/** True for what must never happen. */
export function isFailure({ kind }: SwarmVerdict): boolean {
  return kind !== 'ok' && kind !== 'unknown';
}

/** Runs a plan. */
export function runSwarm(
  scenario: SwarmScenario,
  plan: SwarmPlan,
  options: RunSwarmOptions = {},
): SwarmOutcome {
  const listener = new Listener(scenario, plan, options);
  const world = swarmWorld(scenario, plan, {
    trace: listener.hear,
    stamp: listener.stamp,
    describe: listener.describe,
    onStep: () => listener.stopIfBroken(world),
  });
  listener.stopIfBroken(world); // the boots themselves
  const { actions, endTicks } = options.run ?? { actions: plan.actions, endTicks: plan.healTicks };
  for (const { atTicks, action } of actions) {
    if (world.violation !== undefined) break;
    world.run(atTicks - world.nowTicks);
    world.act(action);
  }
  world.run(Math.max(0, endTicks - world.nowTicks));
  const isWhole = endTicks >= plan.healTicks;
  const verdict = verdictOf(
    world,
    listener,
    isWhole ? () => seeProgress(world, listener, plan) : undefined,
  );
  return {
    verdict,
    ticks: world.nowTicks,
    events: world.events,
    steps: world.steps,
    operations: listener.history.count,
    delivered: listener.delivered,
  };
}

function verdictOf(
  world: World,
  listener: Listener,
  progress: (() => string | undefined) | undefined,
): SwarmVerdict {
  const stuck = world.violation === undefined ? progress?.() : undefined;
  const { failure } = listener;
  if (failure !== undefined) return failure;
  const check = checkLinearizable(listener.history.operations(), { stepsMax: STEPS_MAX });
  if (check.verdict === 'not linearizable')
    return { kind: 'not linearizable', message: check.contradiction.reason };
  if (stuck !== undefined) return { kind: 'no progress', message: stuck };
  if (check.verdict === 'unknown')
    return { kind: 'unknown', message: `no verdict on the history of ${check.keys.join(', ')}` };
  return { kind: 'ok' };
}

/** A history that takes more is left alone: the next seed has another one. */
const STEPS_MAX = 100_000;

/** Between two looks at a healed cluster. */
const LOOK_TICKS = 20 * TICKS_PER_MS;

/** Asks for a write, and waits until it is acknowledged and applied wherever it must be. Says what is missing. */
function seeProgress(world: World, listener: Listener, plan: SwarmPlan): string | undefined {
  const { core, endTicks } = plan;
  const command = { call: 'put', key: 'progress', value: 'made' };
  world.act({ do: 'command', node: listener.probe, command });
  let target: number | undefined;
  while (world.violation === undefined && world.nowTicks < endTicks) {
    world.run(LOOK_TICKS);
    if (!listener.isAcknowledged) continue;
    target ??= Math.max(...core.map((node) => appliedIndex(world, node)));
    if (laggards(world, core, target).length === 0) return undefined;
  }
  const afterMs = (endTicks - plan.healTicks) / TICKS_PER_MS;
  if (target === undefined) return `a write was not acknowledged ${afterMs} ms after all was well`;
  return `servers ${laggards(world, core, target).join(', ')} had not applied entry ${target} ${afterMs} ms after all was well`;
}

function appliedIndex(world: World, node: NodeId): number {
  return (world.node(node).program as ReplicaView | undefined)?.machine?.appliedIndex ?? 0;
}

/** Those of the core that take part and are behind. Whoever leads knows who takes part. */
function laggards(world: World, core: readonly NodeId[], target: number): NodeId[] {
  const leader = world.nodes
    .map((node) => (world.node(node).program as Partial<ReplicaView> | undefined)?.raft?.status())
    .filter((status) => status?.role === 'leader')
    .sort((a, b) => b!.term - a!.term)[0];
  if (leader === undefined) return [...core];
  const { voters, learners } = leader.configuration;
  const members = core.filter((node) => voters.includes(node) || learners.includes(node));
  return members.filter((node) => appliedIndex(world, node) < target);
}

const NO_LABEL = { name: '', note: '' };

/** Hears everything, and knows what is wrong. */
class Listener {
  readonly invariants: RaftInvariants;
  readonly history = new ClientHistory();
  /** The client that asks for progress. */
  readonly probe: NodeId;
  isAcknowledged = false;
  failure: SwarmVerdict | undefined;
  readonly delivered: { message: number; sentAtTicks: number }[] = [];
  readonly #excused: RegExp;
  /** Servers with rotten bytes on their disks: they may refuse them. */
  readonly #rotten = new Set<NodeId>();
  readonly #options: RunSwarmOptions;
  readonly #sentAtTicks = new Map<number, number>();
  #index = 0;
  #node: NodeId = 0;
  #timeTicks = 0;
  /** The bytes of the message whose `net.send` comes next. */
  #bytes: Uint8Array | undefined;

  constructor(scenario: SwarmScenario, plan: SwarmPlan, options: RunSwarmOptions) {
    this.#options = options;
    this.probe = clientsOf(scenario).at(-1)!;
    this.invariants = new RaftInvariants({ factOf: () => factOf(this.#bytes) });
    const failing = plan.faults.some(({ kind }) => kind === 'failing disk');
    this.#excused = failing ? /^FERRIS_IO$/ : /^$/;
  }

  readonly stamp = (node: NodeId, timeTicks: number): void => {
    this.#node = node;
    this.#timeTicks = timeTicks;
  };

  readonly describe = (bytes: Uint8Array) => {
    this.#bytes = bytes;
    return this.#options.onEntry === undefined ? NO_LABEL : nameSent(bytes);
  };

  readonly hear = (event: WorldEvent): void => {
    const entry = { index: this.#index++, node: this.#node, timeTicks: this.#timeTicks, event };
    this.#options.onEntry?.(entry);
    const violation = this.invariants.see(entry);
    if (violation !== undefined)
      this.failure ??= { kind: 'violation', message: violation.message, violation };
    if (event.type === 'disk.rot') this.#rotten.add(this.#node);
    if (event.type === 'node.fail') this.#judgeEnd(event.code, event.message);
    else if (event.type.startsWith('client.')) this.#hearClient(entry);
    else if (this.#options.messages === true) this.#note(event);
  };

  /** The world stands still from here on. */
  stopIfBroken(world: World): void {
    const { failure } = this;
    if (failure === undefined || world.violation !== undefined) return;
    if (failure.kind === 'violation') world.violate(failure.violation);
    else if (failure.kind === 'threw')
      world.violate({ invariant: 'no program throws', message: failure.message, entries: [] });
  }

  #judgeEnd(code: string, message: string): void {
    if (this.#excused.test(code)) return;
    if (code === 'FERRIS_CORRUPTION' && this.#rotten.has(this.#node)) return;
    this.failure ??= { kind: 'threw', code, message: `server ${this.#node}: ${message}` };
  }

  #hearClient(entry: Recorded<WorldEvent>): void {
    const { event, node } = entry;
    this.history.see(entry);
    if (node === this.probe && event.type === 'client.return' && event.outcome === 'ok')
      this.isAcknowledged = true;
  }

  #note(event: WorldEvent): void {
    if (event.type === 'net.send') this.#sentAtTicks.set(event.message, this.#timeTicks);
    if (event.type !== 'net.deliver') return;
    const sentAtTicks = this.#sentAtTicks.get(event.message);
    if (sentAtTicks !== undefined) this.delivered.push({ message: event.message, sentAtTicks });
  }
}

/** What a message promises about the disk of its sender. */
function factOf(bytes: Uint8Array | undefined): SentFact | undefined {
  const message = bytes && peekMessage(bytes);
  if (message?.type === 'vote-reply' && message.granted)
    return { kind: 'vote', term: message.term };
  if (message?.type === 'append-reply' && !message.rejected)
    return { kind: 'append', term: message.term, index: message.index };
  return undefined;
}
