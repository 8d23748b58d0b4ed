// The thread in the middle: it starts three workers, ties them to each other with
// MessageChannels, and is their client.
//
//        worker 1 ─────── worker 2
//             \    \    /    /          each line is a MessageChannel
//              \   client   /
//               \    |     /
//                 worker 3

import { client, type Driven, drive, memoryFiles, type WorldEvent } from '../../engine/index.ts';
import type { Invitation } from './server.ts';

const SERVERS = [1, 2, 3] as const;
const CLIENT = 100;

/** Starts a worker and sends it the invitation; the ports are handed over. */
export type Start = (invitation: Invitation, ports: MessagePort[]) => Stoppable;
export interface Stoppable {
  stop(): void | Promise<void>;
}

/** What became of a call. */
export type Outcome = Extract<WorldEvent, { type: 'client.return' }>;

export class Cluster {
  readonly #workers = new Map<number, Stoppable>();
  readonly #waiting: ((outcome: Outcome) => void)[] = [];
  readonly #client: Driven;

  private constructor(workers: Map<number, Stoppable>, driven: (trace: Trace) => Driven) {
    this.#workers = workers;
    this.#client = driven((event) => {
      if (event.type === 'client.return') this.#waiting.shift()?.(event);
    });
  }

  /** @param place where server `id` has its files */
  static async open(start: Start, place: (id: number) => string): Promise<Cluster> {
    const ports = connect([...SERVERS, CLIENT]);
    const workers = new Map<number, Stoppable>();
    for (const id of SERVERS) {
      const own = ports.get(id) as Map<number, MessagePort>;
      const invitation = { id, servers: SERVERS, ports: own, place: place(id) };
      workers.set(id, start(invitation, [...own.values()]));
    }
    const volume = await memoryFiles().mount();
    const channels = ports.get(CLIENT) as Map<number, MessagePort>;
    const program = client({ servers: SERVERS, timeoutTicks: 200_000 });
    return new Cluster(workers, (trace) => drive(program, { id: CLIENT, volume, channels, trace }));
  }

  put(key: string, value: string): Promise<Outcome> {
    return this.#call({ call: 'put', key, value });
  }

  get(key: string): Promise<Outcome> {
    return this.#call({ call: 'get', key });
  }

  /** Ends one server, in the middle of whatever it was doing. */
  async kill(id: number): Promise<void> {
    await this.#workers.get(id)?.stop();
    this.#workers.delete(id);
  }

  async close(): Promise<void> {
    await this.#client.stop();
    for (const id of SERVERS) await this.kill(id);
  }

  #call(command: object): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#client.command(command);
    });
  }
}

type Trace = (event: WorldEvent) => void;

/** A channel between each two of them: for each, the ports to the others. */
function connect(ids: readonly number[]): Map<number, Map<number, MessagePort>> {
  const ports = new Map(ids.map((id) => [id, new Map<number, MessagePort>()]));
  for (const a of ids)
    for (const b of ids) {
      if (a >= b) continue;
      const { port1, port2 } = new MessageChannel();
      ports.get(a)?.set(b, port1);
      ports.get(b)?.set(a, port2);
    }
  return ports;
}
