// A client: a program that asks the servers, and asks again until it is answered.
//
//     invoke ── send to 1 ──x            send to 2 ── refused: 3 leads ── send to 3 ── return
//                   └ no answer in time ──┘
//
// 1. One call at a time; others wait in a queue.
// 2. Each attempt of a call has the same number, so that it is applied once however often it
//    is sent (sessions.ts). Numbers grow over restarts too: each run has its own million, and
//    which run it is, is on the client's disk before it says anything.
// 3. After `giveUpTicks` a call is `unknown`: it may have taken effect, or may yet. No client of
//    any database can know more than that.
// 4. It remembers who led last. If that fails it tries the others in turn.

import { text } from '../base/bytes.ts';
import type { Random } from '../base/random.ts';
import type { File } from '../env/files.ts';
import type {
  NodeEffects,
  NodeEnvironment,
  NodeId,
  NodeInput,
  RunningProgram,
} from '../env/program.ts';
import { type ClientCall, messageOf, parseCall, viewOf } from './calls.ts';
import { decodeMessage } from './codec.ts';
import { numbersOf, serverFileName } from './file-names.ts';
import type { Reply } from './message.ts';
import { Outbox } from './outbox.ts';
import { Workload, type WorkloadOptions } from './workload.ts';

export interface ClientOptions {
  /** Whom it may ask. */
  readonly servers: readonly NodeId[];
  /** An attempt that has had no answer for so long is followed by another. Default 500,000. */
  readonly timeoutTicks?: number;
  /** A call that has had no answer for so long is given up. Default 10,000,000. */
  readonly giveUpTicks?: number;
  /** Pause after a server has refused and named nobody. Default 50,000. */
  readonly retryTicks?: number;
  /** Calls that it makes by itself. */
  readonly workload?: WorkloadOptions;
}

/** So many requests belong to one run. */
const RUN_REQUESTS = 1 << 20;

const DEFAULTS = { timeoutTicks: 500_000, giveUpTicks: 10_000_000, retryTicks: 50_000 };

/** The program of a client. */
export function client(options: ClientOptions): (environment: NodeEnvironment) => RunningProgram {
  return (environment) => new Client(options, environment);
}

/** The call under way. */
interface Current {
  readonly request: number;
  readonly call: ClientCall;
  readonly giveUpAtTicks: number;
  attempts: number;
  /** When to send it again. */
  sendAtTicks: number;
}

class Client implements RunningProgram {
  readonly #options: ClientOptions & typeof DEFAULTS;
  readonly #environment: NodeEnvironment;
  readonly #outbox: Outbox;
  readonly #random: Random;
  readonly #workload: Workload | undefined;
  readonly #queue: ClientCall[] = [];
  #run: File | undefined;
  #isReady = false;
  #requests = 0;
  #current: Current | undefined;
  /** Whom to ask: a place in the list of servers, or a server that another one has named. */
  #turn = 0;
  #leader: NodeId = 0;
  /** When the workload makes its next call. */
  #nextCallAtTicks = 0;

  constructor(options: ClientOptions, environment: NodeEnvironment) {
    this.#options = { ...DEFAULTS, ...options };
    this.#environment = environment;
    this.#outbox = new Outbox(environment.id);
    this.#random = environment.random.fork('client');
    this.#turn = this.#random.below(options.servers.length);
    const { workload } = options;
    if (workload !== undefined)
      this.#workload = new Workload(workload, environment.random.fork('workload'));
  }

  step(nowTicks: number, input: NodeInput): NodeEffects {
    if (input.type === 'start') this.#start(nowTicks);
    else if (input.type === 'command') this.#queue.push(parseCall(input.command));
    else if (input.type === 'message') this.#hear(nowTicks, input.from, input.bytes);
    if (this.#isReady || this.#becomesReady()) this.#goOn(nowTicks);
    return this.#outbox.take(this.#wakeAtTicks());
  }

  /** Writes down that this is another run. */
  #start(nowTicks: number): void {
    const { files } = this.#environment;
    const run = (numbersOf('run', files.list()).at(-1) ?? 0) + 1;
    this.#run = files.create(serverFileName('run', run));
    files.syncDirectory();
    this.#requests = (run - 1) * RUN_REQUESTS;
    if (this.#workload !== undefined)
      this.#nextCallAtTicks = nowTicks + this.#workload.pauseTicks();
  }

  #becomesReady(): boolean {
    if (!this.#environment.files.directoryDurable) return false;
    this.#run?.close();
    this.#isReady = true;
    return true;
  }

  /** Gives up, begins, or sends: whatever it is time for. */
  #goOn(nowTicks: number): void {
    const current = this.#current;
    if (current !== undefined && nowTicks >= current.giveUpAtTicks)
      this.#return(nowTicks, 'unknown', null);
    this.#begin(nowTicks);
    const next = this.#current;
    if (next !== undefined && nowTicks >= next.sendAtTicks) this.#send(nowTicks, next);
  }

  #begin(nowTicks: number): void {
    if (this.#current !== undefined) return;
    const call = this.#queue.shift() ?? this.#ownCall(nowTicks);
    if (call === undefined) return;
    const request = ++this.#requests;
    const giveUpAtTicks = nowTicks + this.#options.giveUpTicks;
    this.#current = { request, call, giveUpAtTicks, attempts: 0, sendAtTicks: nowTicks };
    this.#environment.trace?.({ type: 'client.invoke', request, ...viewOf(call) });
  }

  #ownCall(nowTicks: number): ClientCall | undefined {
    if (this.#workload === undefined || nowTicks < this.#nextCallAtTicks) return undefined;
    return this.#workload.next(`${this.#environment.id}.${this.#requests + 1}`);
  }

  #send(nowTicks: number, current: Current): void {
    const { servers, timeoutTicks } = this.#options;
    if (current.attempts > 0 && this.#leader === 0) this.#turn = (this.#turn + 1) % servers.length;
    const to = this.#leader === 0 ? (servers[this.#turn] as NodeId) : this.#leader;
    const { request, call } = current;
    const attempt = ++current.attempts;
    current.sendAtTicks = nowTicks + timeoutTicks;
    this.#environment.trace?.({ type: 'client.send', request, to, attempt });
    this.#outbox.send(to, messageOf(call, this.#environment.id, request));
    // If this one doesn't answer in time, the next in turn is asked. Whoever was named has no
    // turn: two servers that name each other would have it for ever.
    this.#leader = 0;
  }

  #hear(nowTicks: number, from: NodeId, bytes: Uint8Array): void {
    const message = decodeMessage(bytes, from, this.#environment.id);
    if (message?.type !== 'reply' || message.request !== this.#current?.request) return;
    if (message.outcome === 'refused') this.#redirect(nowTicks, from, message);
    else {
      this.#turn = Math.max(0, this.#options.servers.indexOf(from));
      this.#return(nowTicks, message.outcome, message.value);
    }
  }

  /** Asks who is said to lead, or anybody after a pause. */
  #redirect(nowTicks: number, from: NodeId, { leader }: Reply): void {
    const current = this.#current as Current;
    if (leader !== 0 && leader !== from) {
      this.#leader = leader;
      current.sendAtTicks = nowTicks;
      return;
    }
    const { retryTicks } = this.#options;
    current.sendAtTicks = nowTicks + this.#random.between(retryTicks, retryTicks * 2);
  }

  #return(nowTicks: number, outcome: 'ok' | 'failed' | 'unknown', bytes: Uint8Array | null): void {
    const { request } = this.#current as Current;
    this.#current = undefined;
    const value = bytes === null ? null : text(bytes);
    this.#environment.trace?.({ type: 'client.return', request, outcome, value });
    if (this.#workload !== undefined)
      this.#nextCallAtTicks = nowTicks + this.#workload.pauseTicks();
  }

  #wakeAtTicks(): number | undefined {
    if (!this.#isReady) return undefined;
    const current = this.#current;
    if (current !== undefined) return Math.min(current.sendAtTicks, current.giveUpAtTicks);
    if (this.#queue.length > 0) return 0;
    return this.#workload?.isOver === false ? this.#nextCallAtTicks : undefined;
  }
}
