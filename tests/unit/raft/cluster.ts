// Some Raft servers without a simulator: a script fires their timers, delivers or drops
// their messages and completes their syncs, one by one or all that there are. What they
// say is gathered as a transcript.
//
// Time stands still but for `advance` and `timeout`; no timer fires by itself.

import { text, utf8 } from '../../../engine/base/bytes.ts';
import { Random } from '../../../engine/base/random.ts';
import type {
  Answer,
  PersistRequest,
  RaftInput,
  RaftOptions,
} from '../../../engine/raft/effects.ts';
import type { Entry, Message, SnapshotMeta } from '../../../engine/raft/message.ts';
import { Raft } from '../../../engine/raft/raft.ts';
import type { WorldEvent } from '../../../engine/trace/events.ts';
import type { RaftEvent } from '../../../engine/trace/events-raft.ts';
import { type Disk, entryOf, type Image, recovered, snapshotsOf, write } from './disk.ts';
import { printMessage, printRaftEvent } from './printing.ts';

export interface Server {
  readonly id: number;
  raft: Raft;
  disk: Disk;
  /** Asked for, and not durable yet. */
  syncs: PersistRequest[];
  /** Commands applied: the state machine. */
  commands: string[];
  appliedIndex: number;
  chunks: Uint8Array[];
  received: SnapshotMeta | undefined;
  answers: Answer[];
  isUp: boolean;
  clockOffset: number;
  wakeAtTicks: number;
}

export interface InFlight {
  readonly from: number;
  readonly to: number;
  readonly message: Message;
}

export interface ClusterOptions extends Partial<Omit<RaftOptions, 'id' | 'configuration'>> {
  readonly seed?: number;
  readonly voters?: readonly number[];
  readonly learners?: readonly number[];
  /** More servers, which wait to be added. */
  readonly others?: readonly number[];
  /** Logs to begin with, as lists of terms. */
  readonly logs?: Readonly<Record<number, readonly number[]>>;
  /** Servers whose term is later than that of their log. */
  readonly terms?: Readonly<Record<number, number>>;
}

const QUIET: ReadonlySet<string> = new Set(['raft.timer', 'raft.persisted']);

export class Cluster {
  readonly servers = new Map<number, Server>();
  readonly lines: string[] = [];
  readonly flights: InFlight[] = [];
  nowTicks = 0;
  /** Servers whose syncs wait for the script. */
  readonly slowDisks = new Set<number>();
  /** Called for every event. */
  watch: ((id: number, event: RaftEvent) => void) | undefined;
  watchSend: ((server: Server, message: Message) => void) | undefined;
  watchApply: ((server: Server, entry: Entry) => void) | undefined;
  /** Event types left out of the transcript. */
  quiet: Set<string> = new Set(QUIET);
  isSilent = false;
  readonly #options: ClusterOptions;
  readonly #random: Random;
  readonly #cuts = new Set<string>();

  constructor(options: ClusterOptions = {}) {
    this.#options = options;
    this.#random = new Random(options.seed ?? 1);
    const { voters = [1, 2, 3], learners = [], others = [] } = options;
    this.isSilent = true;
    for (const id of [...voters, ...learners, ...others]) this.#found(id);
    this.isSilent = false;
    if (options.logs !== undefined) this.say(this.logs());
  }

  #found(id: number): void {
    const terms = this.#options.logs?.[id] ?? [];
    const entries = terms.map((term, i) => entryOf(i + 1, term));
    const term = Math.max(this.#options.terms?.[id] ?? 0, terms[terms.length - 1] ?? 0);
    const disk: Disk = {
      term,
      vote: 0,
      snapshot: undefined,
      entries,
      image: undefined,
      arrived: undefined,
    };
    this.#boot(id, disk, 0);
  }

  #boot(id: number, disk: Disk, clockOffset: number): void {
    const server: Server = {
      id,
      disk,
      syncs: [],
      commands: [],
      appliedIndex: 0,
      chunks: [],
      received: undefined,
      answers: [],
      isUp: true,
      clockOffset,
      wakeAtTicks: 0,
      raft: undefined as unknown as Raft,
    };
    if (disk.arrived !== undefined && disk.arrived.index === disk.snapshot?.index)
      disk.image = disk.arrived;
    if (disk.image !== undefined) this.#load(server, disk.image);
    this.servers.set(id, server);
    server.raft = new Raft(
      this.#optionsOf(id),
      recovered(disk, server.appliedIndex),
      this.#random.fork(`${id}`),
      {
        snapshots: snapshotsOf(server),
        trace: (event) => this.#tell(id, event),
      },
    );
    this.step(id, { type: 'wake' });
  }

  #load(server: Server, image: Image): void {
    server.commands = text(image.bytes).split('\n').slice(0, -1);
    server.appliedIndex = image.index;
  }

  #optionsOf(id: number): RaftOptions {
    const {
      seed,
      voters = [1, 2, 3],
      learners = [],
      others = [],
      logs,
      terms,
      ...rest
    } = this.#options;
    const founders = others.includes(id) ? { voters: [], learners: [] } : { voters, learners };
    return {
      electionTicksMin: 1000,
      electionTicksMax: 2000,
      heartbeatTicks: 100,
      ...rest,
      id,
      configuration: { ...founders, outgoing: [], learnersNext: [], autoLeave: false },
    };
  }

  server(id: number): Server {
    return this.servers.get(id)!;
  }

  #tell(id: number, event: WorldEvent): void {
    const told = event as RaftEvent;
    this.watch?.(id, told);
    if (!this.isSilent && !this.quiet.has(told.type))
      this.say(`${id}       ${printRaftEvent(told)}`);
  }

  say(line: string): void {
    if (!this.isSilent) this.lines.push(line);
  }

  /** A heading in the transcript. */
  note(line: string): void {
    this.say(`${this.lines.length > 0 ? '\n' : ''}# ${line}`);
  }

  // -------------------------------------------------------------------------------- steps

  /** One input, and its effects. */
  step(id: number, input: RaftInput): void {
    const server = this.server(id);
    if (!server.isUp) return;
    server.raft.step(this.nowTicks + server.clockOffset, input);
    this.#take(server);
  }

  #take(server: Server): void {
    const effects = server.raft.take();
    server.syncs.push(...effects.persist);
    for (const { to, message } of effects.send) this.#send(server.id, to, message);
    for (const { meta, offsetBytes, totalBytes, bytes } of effects.receive) {
      if (offsetBytes === 0) server.chunks = [];
      server.chunks.push(bytes);
      if (offsetBytes + bytes.length === totalBytes) server.received = meta;
    }
    if (effects.restore !== undefined) {
      server.disk.image = server.disk.arrived!;
      this.#load(server, server.disk.image);
      this.say(`${server.id}       restored to ${effects.restore.index}`);
    }
    for (const entry of effects.apply) this.#apply(server, entry);
    for (const answer of effects.answers) this.#answer(server, answer);
    server.wakeAtTicks = effects.wakeAtTicks;
    if (!this.slowDisks.has(server.id)) this.persist(server.id);
  }

  #apply(server: Server, entry: Entry): void {
    if (entry.index !== server.appliedIndex + 1) throw new Error('applied with a gap');
    server.appliedIndex = entry.index;
    this.watchApply?.(server, entry);
    if (entry.kind === 'command') server.commands.push(text(entry.data));
  }

  #answer(server: Server, answer: Answer): void {
    server.answers.push(answer);
    const { type, context, ...rest } = answer;
    const words = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
    this.say(`${server.id}       answer ${context}: ${type} ${words.join(' ')}`.trimEnd());
  }

  #send(from: number, to: number, message: Message): void {
    this.watchSend?.(this.server(from), message);
    const isCut = this.#cuts.has(`${from}>${to}`) || !this.servers.has(to);
    this.say(`${from} -> ${to}  ${printMessage(message)}${isCut ? '   LOST' : ''}`);
    if (!isCut) this.flights.push({ from, to, message });
  }

  /** The syncs asked for become durable, all of them or the first `count`. */
  persist(id: number, count = Number.POSITIVE_INFINITY): void {
    const server = this.server(id);
    let done: PersistRequest | undefined;
    for (; count > 0 && server.syncs.length > 0; count--) {
      done = server.syncs.shift()!;
      write(server.disk, done);
    }
    if (done !== undefined) this.step(id, { type: 'persisted', sequence: done.sequence });
    this.#install(server);
  }

  /** A snapshot whose chunks are all here is durable at the same time. */
  #install(server: Server): void {
    const meta = server.received;
    if (meta === undefined) return;
    server.received = undefined;
    const bytes = utf8(server.chunks.map((chunk) => text(chunk)).join(''));
    server.disk.arrived = { index: meta.index, bytes };
    this.step(server.id, { type: 'snapshot-received', meta });
  }

  // ------------------------------------------------------------------------------ messages

  /** Delivers the first message that fits; false if none does. */
  deliver(fits: (flight: InFlight) => boolean = () => true): boolean {
    const at = this.flights.findIndex(fits);
    if (at < 0) return false;
    const [{ from, to, message }] = this.flights.splice(at, 1) as [InFlight];
    this.receive(from, to, message);
    return true;
  }

  receive(from: number, to: number, message: Message): void {
    this.say(`${from} => ${to}  ${message.type}`);
    this.step(to, { type: 'message', from, message });
  }

  /** Delivers everything, in order, and what comes of it, until nothing is on its way. */
  settle(fits?: (flight: InFlight) => boolean): void {
    for (let i = 0; this.deliver(fits); i++)
      if (i > 10_000) throw new Error('the servers never come to rest');
  }

  /** Drops all messages on their way that fit. */
  drop(fits: (flight: InFlight) => boolean = () => true): void {
    for (let at = this.flights.findIndex(fits); at >= 0; at = this.flights.findIndex(fits)) {
      const [{ from, to, message }] = this.flights.splice(at, 1) as [InFlight];
      this.say(`${from} -x ${to}  ${printMessage(message)}`);
    }
  }

  /** What `from` sends to `to` from now on is lost. */
  cut(from: number, to: number): void {
    this.#cuts.add(`${from}>${to}`);
  }

  /** No message comes from these to any other server, or back. */
  isolate(...ids: number[]): void {
    for (const id of ids)
      for (const other of this.servers.keys())
        if (!ids.includes(other)) {
          this.cut(id, other);
          this.cut(other, id);
        }
  }

  heal(): void {
    this.#cuts.clear();
  }

  // ---------------------------------------------------------------------------------- time

  advance(ticks: number): void {
    this.nowTicks += ticks;
  }

  /** Time goes on until this server's timer goes off; no other one does. */
  timeout(id: number): void {
    const server = this.server(id);
    this.nowTicks = Math.max(this.nowTicks, server.wakeAtTicks - server.clockOffset);
    this.step(id, { type: 'wake' });
  }

  /** The same, but the leaders' heartbeats go on meanwhile, which the transcript leaves out. */
  timeoutAmongHeartbeats(id: number): void {
    const server = this.server(id);
    const deadline = server.wakeAtTicks - server.clockOffset;
    this.say('        ... heartbeats');
    this.isSilent = true;
    while (this.nowTicks + 100 < deadline) {
      this.advance(100);
      for (const leader of this.leaders()) this.step(leader, { type: 'wake' });
      this.settle();
    }
    this.isSilent = false;
    this.timeout(id);
  }

  /** Time goes on; timers fire when they are due, and every message arrives at once. */
  run(ticks: number): void {
    const end = this.nowTicks + ticks;
    while (this.nowTicks < end) {
      this.settle();
      const up = [...this.servers.values()].filter(({ isUp }) => isUp);
      const next = Math.min(...up.map((server) => server.wakeAtTicks - server.clockOffset));
      this.nowTicks = Math.max(this.nowTicks, Math.min(next, end));
      for (const { id } of up) this.step(id, { type: 'wake' });
    }
  }

  // --------------------------------------------------------------------------------- story

  /** The server is elected, and everything comes to rest. */
  elect(id: number): void {
    this.timeout(id);
    this.settle();
  }

  propose(id: number, command: string, context = 0): void {
    this.step(id, { type: 'propose', context, data: utf8(command) });
  }

  /** A durable snapshot of what it has applied; the log before it goes. */
  compact(id: number): void {
    const server = this.server(id);
    const bytes = utf8(server.commands.map((command) => `${command}\n`).join(''));
    server.disk.image = { index: server.appliedIndex, bytes };
    this.step(id, { type: 'compact', index: server.appliedIndex });
  }

  crash(id: number): void {
    this.server(id).isUp = false;
    this.say(`${id}       crashed`);
  }

  /** Those whose servers run now and believe that they lead. */
  leaders(): number[] {
    const up = [...this.servers.values()].filter(({ isUp }) => isUp);
    return up.filter(({ raft }) => raft.status().role === 'leader').map(({ id }) => id);
  }

  /** It starts again with what its disk has kept. */
  restart(id: number): void {
    const { disk, clockOffset } = this.server(id);
    this.#boot(id, { ...disk, entries: [...disk.entries] }, clockOffset);
  }

  /** `1: 1 1 2 | commit 2` for each server. */
  logs(): string {
    const rows = [...this.servers.values()].map(({ id, raft }) => {
      const { log, commitIndex, term } = raft.status();
      const terms: (number | undefined)[] = [];
      for (let i = log.startIndex + 1; i <= log.lastIndex; i++) terms.push(log.termAt(i));
      const start = log.startIndex > 0 ? `[..${log.startIndex}] ` : '';
      return `${id}: ${start}${terms.join(' ')} | commit ${commitIndex} term ${term}`;
    });
    return rows.join('\n');
  }

  transcript(): string {
    return `${this.lines.join('\n')}\n\n${this.logs()}\n`;
  }
}
