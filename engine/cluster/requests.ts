// Requests of clients that a server has taken and not answered yet.
//
//     command   proposed ──────────────> applied: answer     kept by client: one each
//     read      asked ───> readable at ─> applied: answer    kept until then
//     change    proposed ──────────────> applied: answer     kept by the entry's index
//               ... joint ────> left ──> applied: answer     kept until then
//
// 1. A request has at most one answer from here, and none when this server no longer knows
//    what became of it: then the client asks again, and its session knows.
// 2. What is kept is bounded by the clients, not by how often they ask: the next request of
//    a client replaces the last.

import type { NodeId } from '../env/program.ts';
import type { LogIndex, Term } from '../raft/message.ts';

/** Who is to be answered, and which request of theirs. */
export interface Asked {
  readonly from: NodeId;
  readonly request: number;
}

/** A request that the consensus core knows by its context. */
export type Waiting = Asked &
  (
    | { readonly kind: 'command'; readonly client: number }
    | { readonly kind: 'read'; readonly key: Uint8Array }
    | { readonly kind: 'change' }
  );
type Read = Extract<Waiting, { kind: 'read' }>;

export class Requests {
  #context = 0;
  readonly #contexts = new Map<number, Waiting>();
  readonly #commands = new Map<number, Asked>();
  readonly #changes = new Map<LogIndex, Asked & { readonly term: Term }>();
  /** Its joint configuration is applied; the next one is the end of it. */
  #leaving: Asked | undefined;
  #reads: { readonly read: Read; readonly index: LogIndex }[] = [];

  /** A context for the core to answer by. */
  add(waiting: Waiting): number {
    const context = ++this.#context;
    this.#contexts.set(context, waiting);
    if (waiting.kind === 'command') this.#commands.set(waiting.client, waiting);
    return context;
  }

  /** What the core has answered by this context, once. */
  take(context: number): Waiting | undefined {
    const waiting = this.#contexts.get(context);
    this.#contexts.delete(context);
    return waiting;
  }

  /** A command was not taken after all. */
  forget(waiting: Waiting): void {
    if (waiting.kind !== 'command') return;
    if (this.#commands.get(waiting.client)?.request === waiting.request)
      this.#commands.delete(waiting.client);
  }

  /** Who waits for this command, if anybody does. */
  applied(client: number, request: number): Asked | undefined {
    const asked = this.#commands.get(client);
    if (asked?.request !== request) return undefined;
    this.#commands.delete(client);
    return asked;
  }

  changeAt(index: LogIndex, term: Term, { from, request }: Asked): void {
    this.#changes.set(index, { from, request, term });
  }

  /** Who waits for the change at this index; `isIt`: it is theirs, and not another's there. */
  changed(index: LogIndex, term: Term): (Asked & { readonly isIt: boolean }) | undefined {
    const change = this.#changes.get(index);
    if (change === undefined) return undefined;
    this.#changes.delete(index);
    return { from: change.from, request: change.request, isIt: change.term === term };
  }

  /** The joint configuration of a change is applied; nobody else's change comes before it is left. */
  untilLeft({ from, request }: Asked): void {
    this.#leaving = { from, request };
  }

  /** A configuration was applied: whose change it ends. */
  left(): Asked | undefined {
    const asked = this.#leaving;
    this.#leaving = undefined;
    return asked;
  }

  /** A read may be answered when `index` is applied. */
  readableAt(index: LogIndex, read: Read): void {
    this.#reads.push({ read, index });
  }

  /** Reads that can be answered now that everything up to `index` is applied. */
  readable(index: LogIndex): readonly Read[] {
    if (this.#reads.length === 0) return [];
    const ready = this.#reads.filter((waiting) => waiting.index <= index);
    if (ready.length > 0) this.#reads = this.#reads.filter((waiting) => waiting.index > index);
    return ready.map(({ read }) => read);
  }
}
