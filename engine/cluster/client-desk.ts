// Where a server meets its clients: it takes requests to the consensus core, and answers them
// when the core and the state machine have done their part.
//
//     request, leader     propose or read ────> ... ────> applied here ──> reply
//     request, follower   refused, with the leader's name; or sent on (`forward`)
//
// A request is answered by the server that took it. If another leader cuts its entry off, nobody
// answers; the client asks again after a while, and its session tells what became of it.
//
// A change of membership that goes by way of joint majorities is two entries. It is answered at
// the second: from then on the servers that have left may be switched off.

import { utf8 } from '../base/bytes.ts';
import { isFerrisError } from '../base/errors.ts';
import type { NodeId } from '../env/program.ts';
import { decodeConfiguration } from '../raft/configuration.ts';
import type { Answer, RaftInput } from '../raft/effects.ts';
import type { Entry } from '../raft/message.ts';
import type { Raft } from '../raft/raft.ts';
import { type Command, decodeCommand } from './commands.ts';
import type { ClientMessage, Configure, Reply, Request, Transfer } from './message.ts';
import type { Outbox } from './outbox.ts';
import { type Asked, Requests, type Waiting } from './requests.ts';
import type { Applied, StateMachine } from './state-machine.ts';

/** How clients are served. */
interface DeskOptions {
  readonly forward: boolean;
  readonly reads: 'index' | 'log';
}

export class ClientDesk {
  readonly #options: DeskOptions;
  readonly #outbox: Outbox;
  readonly #requests = new Requests();

  constructor(options: DeskOptions, outbox: Outbox) {
    this.#options = options;
    this.#outbox = outbox;
  }

  /** Takes a request to the core. */
  hear(raft: Raft, nowTicks: number, from: NodeId, message: ClientMessage): void {
    if (message.type === 'request') this.#request(raft, nowTicks, from, message);
    else if (message.type === 'configure') this.#configure(raft, nowTicks, from, message);
    else if (message.type === 'transfer') this.#transfer(raft, nowTicks, from, message);
  }

  /** The core has answered. */
  answered(raft: Raft, answer: Answer): void {
    if (answer.type === 'forwarded') return;
    const waiting = this.#requests.take(answer.context);
    if (waiting === undefined) return;
    if (answer.type === 'refused') {
      this.#requests.forget(waiting);
      this.#refuse(raft, waiting);
    } else if (answer.type === 'readable' && waiting.kind === 'read') {
      this.#requests.readableAt(answer.index, waiting);
    } else if (answer.type === 'proposed' && waiting.kind === 'change') {
      this.#requests.changeAt(answer.index, answer.term, waiting);
    }
  }

  /** An entry was applied; `applied` is what became of it if it was a command. */
  applied(raft: Raft, entry: Entry, applied: Applied | undefined): void {
    if (applied === undefined) {
      this.#changed(raft, entry);
      return;
    }
    const { client, request, answer } = applied;
    const asked = this.#requests.applied(client, request);
    if (asked !== undefined && answer !== undefined)
      this.#reply(raft, asked, answer.outcome, answer.value);
  }

  /** Answers the reads that have waited for what is applied now. */
  read(raft: Raft, machine: StateMachine): void {
    for (const read of this.#requests.readable(machine.appliedIndex))
      this.#reply(raft, read, 'ok', machine.get(read.key) ?? null);
  }

  /** An entry that is no command was applied: a change may be complete. */
  #changed(raft: Raft, { index, term, kind, data }: Entry): void {
    const left = kind === 'configuration' ? this.#requests.left() : undefined;
    if (left !== undefined) this.#reply(raft, left, 'ok', null);
    const asked = this.#requests.changed(index, term);
    if (asked === undefined) return;
    if (!asked.isIt) this.#refuse(raft, asked);
    else if (decodeConfiguration(data).autoLeave) this.#requests.untilLeft(asked);
    else this.#reply(raft, asked, 'ok', null);
  }

  #request(raft: Raft, nowTicks: number, from: NodeId, { command }: Request): void {
    const asked = readCommand(command);
    if (asked === undefined) return;
    const { client, request, call, key } = asked;
    if (raft.status().role !== 'leader' && !this.#options.forward) {
      this.#refuse(raft, { from, request });
    } else if (call === 'get' && this.#options.reads === 'index') {
      const context = this.#requests.add({ kind: 'read', from, request, key });
      raft.step(nowTicks, { type: 'read', context });
    } else {
      const context = this.#requests.add({ kind: 'command', from, request, client });
      raft.step(nowTicks, { type: 'propose', context, data: command });
    }
  }

  #configure(raft: Raft, nowTicks: number, from: NodeId, { request, change }: Configure): void {
    const asked: Waiting = { kind: 'change', from, request };
    if (raft.status().role !== 'leader') {
      this.#refuse(raft, asked);
      return;
    }
    const context = this.#requests.add(asked);
    const input = { type: 'configure', context, change } as const;
    if (!this.#tryStep(raft, nowTicks, input, asked)) this.#requests.take(context);
  }

  /** It is answered at once: whether it comes about, only time tells. */
  #transfer(raft: Raft, nowTicks: number, from: NodeId, { request, to }: Transfer): void {
    const asked = { from, request };
    if (raft.status().role !== 'leader') this.#refuse(raft, asked);
    else if (this.#tryStep(raft, nowTicks, { type: 'transfer', to }, asked))
      this.#reply(raft, asked, 'ok', null);
  }

  /** False, and answered, if the core finds that it makes no sense. */
  #tryStep(raft: Raft, nowTicks: number, input: RaftInput, asked: Asked): boolean {
    try {
      raft.step(nowTicks, input);
      return true;
    } catch (error) {
      if (!isFerrisError(error, 'FERRIS_INVALID_ARGUMENT')) throw error;
      this.#reply(raft, asked, 'failed', utf8(error.message));
      return false;
    }
  }

  /** Nothing was done; says who leads, unless that is this server, which can't do it now. */
  #refuse(raft: Raft, { from, request }: Asked): void {
    const { role, leader: known } = raft.status();
    const leader = role === 'leader' ? 0 : known;
    this.#outbox.send(from, { type: 'reply', request, outcome: 'refused', leader, value: null });
  }

  #reply(
    raft: Raft,
    { from, request }: Asked,
    outcome: Reply['outcome'],
    value: Uint8Array | null,
  ): void {
    const { leader } = raft.status();
    this.#outbox.send(from, { type: 'reply', request, outcome, leader, value });
  }
}

/** What a command says, or undefined for bytes that are none. */
function readCommand(bytes: Uint8Array): Command | undefined {
  try {
    return decodeCommand(bytes);
  } catch (error) {
    if (isFerrisError(error, 'FERRIS_CORRUPTION')) return undefined;
    throw error;
  }
}
