// A cluster at hand in the devtools console: real servers in the simulator, virtual time.
//
//     const cluster = await ferrisdb.cluster({ nodes: 5, seed: 7 })
//     cluster.run(1000)                 a second goes by; who leads?
//     cluster.put('crab', 'orange')     'ok'
//     cluster.crash(cluster.leader())
//     cluster.partition([1, 2], [3, 4, 5])
//     cluster.link()                    the same run, as a figure on a page
//
// Nothing here waits: time is virtual, so every call has its answer when it returns. All that
// was done is kept as actions, which are what a link is made of; the figure at its other end
// does them again.

import { FerrisError } from '../base/errors.ts';
import type { ReplicaView } from '../cluster/replica.ts';
import { TICKS_PER_MS } from '../env/program.ts';
import type { Survival, WorldAction } from '../sim/actions.ts';
import { clusterWorld, FIRST_CLIENT, serversOf } from '../sim/cluster-world.ts';
import type { World } from '../sim/world.ts';
import type { WorldEvent } from '../trace/events.ts';
import { printEvent } from '../trace/print.ts';
import { type Recorded, Recorder } from '../trace/recorder.ts';
import { shareLink } from './share-link.ts';

export interface ClusterConsoleOptions {
  /** Servers, 1 to 7; they have the numbers from 1. Default 5. */
  readonly nodes?: number;
  /** Everything that is left to chance comes from it. Default 1. */
  readonly seed?: number;
  /** Print every event as it happens. */
  readonly watch?: boolean;
}

/** How a call of the store ended. `unknown`: it may have taken effect, or may yet. */
export type Outcome = 'ok' | 'failed' | 'unknown';

/** One server, as `status` tells it. */
export interface NodeStatus {
  readonly node: number;
  readonly state: string;
  readonly role: string;
  readonly term: number;
  readonly lastIndex: number;
  readonly commitIndex: number;
  readonly appliedIndex: number;
}

/** Of the page and the figure that open a link. */
const PAGE = 'lab/world/';
const FIGURE_VERSION = 1;

const NODES_MAX = 7;
/** A call is given up by its client long before. */
const CALL_TICKS_MAX = 60_000 * TICKS_PER_MS;
const RUN_MS = 1000;
const EVENTS_SHOWN = 20;

/** What `ferrisdb.cluster()` gives. */
export class ClusterConsole {
  readonly #world: World;
  readonly #servers: readonly number[];
  readonly #seed: number;
  readonly #actions: object[] = [];
  readonly #recorder = new Recorder<WorldEvent>();
  readonly #home: string;
  readonly #isWatched: boolean;
  /** Set by the answer to the call under way. */
  #returned: Ended | undefined;

  /**
   * @param home address of the site, with its base path
   * @throws FERRIS_INVALID_ARGUMENT
   */
  constructor({ nodes = 5, seed = 1, watch = false }: ClusterConsoleOptions, home: string) {
    if (!Number.isInteger(nodes) || nodes < 1 || nodes > NODES_MAX)
      throw invalid(`a cluster here has 1 to ${NODES_MAX} nodes, not ${nodes}`);
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw invalid(`a seed is a whole number from 0 up, not ${seed}`);
    this.#seed = seed;
    this.#home = home;
    this.#isWatched = watch;
    this.#servers = serversOf({ servers: nodes });
    this.#world = clusterWorld({
      seed,
      servers: nodes,
      trace: (event) => this.#hear(event),
      stamp: (node, timeTicks) => {
        this.#recorder.node = node;
        this.#recorder.timeTicks = timeTicks;
      },
    });
  }

  // Time.

  /** Milliseconds of virtual time since the start. */
  get nowMs(): number {
    return this.#world.nowMs;
  }

  /** Lets `ms` of virtual time go by; tells what came of it. */
  run(ms: number = RUN_MS): string {
    if (!(ms >= 0 && ms * TICKS_PER_MS <= CALL_TICKS_MAX))
      throw invalid(`run takes milliseconds, from 0 to ${CALL_TICKS_MAX / TICKS_PER_MS}`);
    this.#do({ do: 'run', ticks: Math.round(ms * TICKS_PER_MS) });
    return this.#told();
  }

  /** Goes on until something is heard; returns it. */
  step(): string {
    const before = this.#recorder.entries.length;
    this.#do({ do: 'run', ticks: CALL_TICKS_MAX, events: 1 });
    return this.#lines(before).join('\n');
  }

  // Faults.

  /** Takes the power of a server away; `survive` says what its disk keeps of what isn't durable. */
  crash(node: number, survive?: Survival): string {
    return this.#toNode(node, { do: 'crash', node, ...(survive && { survive }) });
  }

  restart(node: number): string {
    return this.#toNode(node, { do: 'restart', node });
  }

  /** It does nothing until `resume`, and its messages wait. */
  pause(node: number): string {
    return this.#toNode(node, { do: 'pause', node });
  }

  resume(node: number): string {
    return this.#toNode(node, { do: 'resume', node });
  }

  /** `partition([1, 2], [3, 4, 5])`: nodes hear only those of their own group; clients hear all. */
  partition(...groups: (readonly number[])[]): string {
    for (const node of groups.flat()) this.#check(node);
    this.#do({ do: 'partition', groups });
    return this.#told();
  }

  /** All links work again. */
  heal(): string {
    this.#do({ do: 'heal' });
    return this.#told();
  }

  /** Anything else that may be done to a world: `act({ do: 'clock', node: 1, ratePpm: 50000 })`. */
  act(action: WorldAction): string {
    this.#do(action);
    return this.#told();
  }

  // The store.

  /** Sets a key, and lets time go by until the client has its answer. */
  put(key: string, value: string): Outcome {
    return this.#call({ do: 'put', client: FIRST_CLIENT, key, value }, { call: 'put', key, value })
      .outcome;
  }

  /** What a key has, read linearizably; null: nothing. Undefined: nobody could tell. */
  get(key: string): string | null | undefined {
    const command = { call: 'get', key };
    const { outcome, value } = this.#call({ do: 'get', client: FIRST_CLIENT, key }, command);
    return outcome === 'ok' ? value : undefined;
  }

  // To look at.

  /** Who calls itself leader, in the newest term; 0: nobody. */
  leader(): number {
    const leading = this.#statuses().filter(({ role }) => role === 'leader');
    return leading.sort((a, b) => b.term - a.term)[0]?.node ?? 0;
  }

  /** Prints the servers as a table, and returns it. */
  status(): NodeStatus[] {
    const rows = this.#statuses();
    console.table(rows);
    return rows;
  }

  /** Prints the newest events, and returns them: `events(50)`, or `events('raft.vote')`. */
  events(what: number | string = EVENTS_SHOWN): readonly Recorded<WorldEvent>[] {
    const { entries } = this.#recorder;
    const found =
      typeof what === 'number'
        ? entries.slice(Math.max(0, entries.length - what))
        : entries.filter(({ event }) => event.type.startsWith(what));
    console.info(found.map(lineOf).join('\n'));
    return found;
  }

  /** Stands for every event so far: the same seed and calls give the same hash everywhere. */
  get hash(): string {
    return this.#recorder.hash;
  }

  /** The address of a figure that shows this very run. @throws FERRIS_TOO_LARGE */
  link(): string {
    const history = { version: FIGURE_VERSION, seed: this.#seed, actions: this.#actions };
    const cursor = this.#recorder.entries.length;
    return `${this.#home}${PAGE}${shareLink(`world-${this.#servers.length}`, { ...history, cursor })}`;
  }

  toString(): string {
    return this.#told();
  }

  #call(action: object, command: object): Ended {
    const world = this.#world;
    const fromTicks = world.nowTicks;
    this.#returned = undefined;
    world.act({ do: 'command', node: FIRST_CLIENT, command });
    while (this.#returned === undefined && world.nowTicks < fromTicks + CALL_TICKS_MAX)
      if (!world.step()) break;
    world.run(0); // all of this moment, as the figure will do it
    this.#actions.push({ ...action, forTicks: world.nowTicks - fromTicks });
    return this.#returned ?? { outcome: 'unknown', value: null };
  }

  #toNode(node: number, action: WorldAction): string {
    this.#check(node);
    this.#do(action);
    return this.#told();
  }

  #do(action: WorldAction): void {
    this.#actions.push(action);
    this.#world.act(action);
  }

  #check(node: number): void {
    if (this.#servers.includes(node)) return;
    throw invalid(`there is no server ${node}; there are ${this.#servers.join(', ')}`);
  }

  #hear(event: WorldEvent): void {
    this.#recorder.trace(event);
    if (event.type === 'client.return') this.#returned = event;
    if (this.#isWatched) console.log(lineOf(this.#recorder.entries.at(-1) as Recorded<WorldEvent>));
  }

  #statuses(): NodeStatus[] {
    return this.#servers.map((node) => {
      const { state, program } = this.#world.node(node);
      const { raft, machine } = (program ?? {}) as Partial<ReplicaView>;
      const { role = 'none', term = 0, commitIndex = 0, log } = raft?.status() ?? {};
      const appliedIndex = machine?.appliedIndex ?? 0;
      return { node, state, role, term, lastIndex: log?.lastIndex ?? 0, commitIndex, appliedIndex };
    });
  }

  #lines(from: number): string[] {
    return this.#recorder.entries.slice(from).map(lineOf);
  }

  /** `1200 ms: 3 leads in term 2; 1 is down` */
  #told(): string {
    const { violation } = this.#world;
    if (violation) return `${violation.invariant} is broken: ${violation.message}`;
    const leader = this.leader();
    const { term } = this.#statuses().find(({ node }) => node === leader) ?? { term: 0 };
    const away = this.#statuses().filter(({ state }) => state !== 'up');
    const leads = leader === 0 ? 'nobody leads' : `${leader} leads in term ${term}`;
    return [
      `${this.nowMs} ms: ${leads}`,
      ...away.map(({ node, state }) => `${node} is ${state}`),
    ].join('; ');
  }
}

type Ended = Pick<Extract<WorldEvent, { type: 'client.return' }>, 'outcome' | 'value'>;
/** `  812.4 ms  3  raft.vote ...` */
function lineOf({ timeTicks, node, event }: Recorded<WorldEvent>): string {
  return `${(timeTicks / TICKS_PER_MS).toFixed(1).padStart(8)} ms  ${node}  ${printEvent(event)}`;
}

function invalid(message: string): FerrisError {
  return new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}
