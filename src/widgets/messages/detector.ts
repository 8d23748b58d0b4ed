// A server that says "I am alive" at intervals, and suspects whoever it hasn't heard for too long.
//
//     B  ──●──────●──────●──────●──────        one heartbeat each period
//           \      \      \      ╳
//     A  ────○──────○──────○───────────?       one timeout after the last that came: B is suspected
//                          |── timeout ──|
//
// 1. It knows nothing but its own clock and what has come. A suspicion is an opinion, not a fact.
// 2. A suspicion ends as soon as something comes from whom it is about.
// 3. What waits at its door unread doesn't count: it hasn't heard it yet.
// 4. Just started, it gives everybody one timeout to be heard from.
//
// Chandra and Toueg (1996) call such a thing an unreliable failure detector. It is the simplest
// one: a fixed timeout, counted from the last heartbeat.

import type {
  NodeEffects,
  NodeId,
  NodeInput,
  Outgoing,
  Program,
  RunningProgram,
} from '../../../engine/index.ts';
import { TICKS_PER_MS } from '../../../engine/index.ts';
import { decodeHeartbeat, encodeHeartbeat } from './heartbeat.ts';

/** What a server says of its opinions. */
export type DetectorEvent =
  /** It hasn't heard of `peer` for `silentTicks` of its own clock. */
  | { readonly type: 'peer.suspect'; readonly peer: number; readonly silentTicks: number }
  /** It hears from it after all, after so long a suspicion. */
  | { readonly type: 'peer.trust'; readonly peer: number; readonly suspectedTicks: number }
  /** What came is no heartbeat. */
  | { readonly type: 'heartbeat.refused'; readonly from: number }
  | { readonly type: 'detector.timeout'; readonly timeoutTicks: number };

export const PERIOD_TICKS = 50 * TICKS_PER_MS;
export const TIMEOUT_TICKS = 120 * TICKS_PER_MS;

/** What may be told to a server: how long it waits from now on. */
export interface DetectorCommand {
  readonly timeoutTicks: number;
}

interface Peer {
  readonly id: NodeId;
  heardTicks: number;
  suspectedTicks: number | undefined;
}

/** @param all the servers, itself among them */
export function detector(all: readonly NodeId[]): Program {
  return ({ id, random, trace }) => {
    const tell = trace as ((event: DetectorEvent) => void) | undefined;
    const others = all.filter((other) => other !== id);
    return new Detector(id, others, random.below(PERIOD_TICKS), tell);
  };
}

class Detector implements RunningProgram {
  readonly #id: NodeId;
  readonly #peers: readonly Peer[];
  readonly #tell: ((event: DetectorEvent) => void) | undefined;
  #timeoutTicks = TIMEOUT_TICKS;
  /** Heartbeats sent, and when the next one is due; they don't all come at the same moment. */
  #sent = 0;
  #beatAtTicks: number;

  constructor(
    id: NodeId,
    others: readonly NodeId[],
    firstTicks: number,
    tell: ((event: DetectorEvent) => void) | undefined,
  ) {
    this.#id = id;
    this.#peers = others.map((peer) => ({ id: peer, heardTicks: 0, suspectedTicks: undefined }));
    this.#beatAtTicks = firstTicks;
    this.#tell = tell;
  }

  step(nowTicks: number, input: NodeInput): NodeEffects {
    if (input.type === 'start') this.#start(nowTicks);
    else if (input.type === 'message') this.#receive(nowTicks, input.from, input.bytes);
    else if (input.type === 'command') this.#configure(input.command as DetectorCommand);
    this.#suspect(nowTicks);
    const send = nowTicks >= this.#beatAtTicks ? this.#beat(nowTicks) : [];
    return { send, wakeAtTicks: this.#nextTicks() };
  }

  #start(nowTicks: number): void {
    this.#beatAtTicks += nowTicks;
    for (const peer of this.#peers) peer.heardTicks = nowTicks;
  }

  #receive(nowTicks: number, from: NodeId, bytes: Uint8Array): void {
    const sender = decodeHeartbeat(bytes)?.sender;
    const peer = this.#peers.find((one) => one.id === sender);
    if (peer === undefined) {
      this.#tell?.({ type: 'heartbeat.refused', from });
      return;
    }
    peer.heardTicks = nowTicks;
    if (peer.suspectedTicks === undefined) return;
    const suspectedTicks = nowTicks - peer.suspectedTicks;
    peer.suspectedTicks = undefined;
    this.#tell?.({ type: 'peer.trust', peer: peer.id, suspectedTicks });
  }

  #configure({ timeoutTicks }: DetectorCommand): void {
    this.#timeoutTicks = timeoutTicks;
    this.#tell?.({ type: 'detector.timeout', timeoutTicks });
  }

  #suspect(nowTicks: number): void {
    for (const peer of this.#peers) {
      const silentTicks = nowTicks - peer.heardTicks;
      if (peer.suspectedTicks !== undefined || silentTicks < this.#timeoutTicks) continue;
      peer.suspectedTicks = nowTicks;
      this.#tell?.({ type: 'peer.suspect', peer: peer.id, silentTicks });
    }
  }

  #beat(nowTicks: number): Outgoing[] {
    this.#beatAtTicks = nowTicks + PERIOD_TICKS;
    const bytes = encodeHeartbeat({ sender: this.#id, number: ++this.#sent });
    return this.#peers.map(({ id }) => ({ to: id, bytes }));
  }

  #nextTicks(): number {
    const trusted = this.#peers.filter(({ suspectedTicks }) => suspectedTicks === undefined);
    const deadlines = trusted.map(({ heardTicks }) => heardTicks + this.#timeoutTicks);
    return Math.min(this.#beatAtTicks, ...deadlines);
  }
}
