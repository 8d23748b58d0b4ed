// The worker's side: answers a page's requests with a `LocalBackend`.

import { FerrisError } from '../base/errors.ts';
import { opfsFiles } from '../env/files-opfs.ts';
import type { EngineEvent } from '../trace/events.ts';
import { Restoration } from './backups.ts';
import type { LocalBackend } from './local-backend.ts';
import { openLocal } from './open-local.ts';
import {
  type Answer,
  type CallName,
  type Calls,
  type Request,
  splitGroup,
  toWire,
} from './protocol.ts';
import { repair } from './repairs.ts';

/** The part of a worker's global scope that is needed. */
export interface Port {
  postMessage(message: Answer, transfer: Transferable[]): void;
}

type Handlers = { [N in CallName]: (body: Calls[N]['request']) => Promise<Calls[N]['answer']> };

/** Serves one database over one port. */
export class WorkerServer {
  readonly #port: Port;
  #backend: LocalBackend | undefined;
  #restoration: Restoration | undefined;

  constructor(port: Port) {
    this.#port = port;
  }

  /** Answers one request; never throws. */
  async handle(request: Request): Promise<void> {
    const { id } = request;
    try {
      const handler = this.#handlers[request.call] as (body: unknown) => Promise<unknown>;
      const body = await handler(request.body);
      this.#port.postMessage({ id, ok: true, body }, transferables(body));
    } catch (error) {
      this.#port.postMessage({ id, ok: false, error: toWire(error) }, []);
    }
  }

  readonly #handlers: Handlers = {
    open: async ({ name, options, traced }) => {
      const trace = traced
        ? (event: EngineEvent) => this.#port.postMessage({ events: [event] }, [])
        : undefined;
      this.#backend = await openLocal(opfsFiles(name), { ...options, trace });
      return { ...this.#backend.facts, runsIn: 'a worker' };
    },
    write: async ({ group, sync, openEnded }) => {
      const backend = this.#open();
      const payloads = splitGroup(group);
      await Promise.all(payloads.map((payload) => backend.write(payload, sync, openEnded)));
      return undefined;
    },
    get: ({ key, snapshot }) => this.#open().get(key, snapshot),
    getMany: ({ keys, snapshot }) => this.#open().getMany(keys, snapshot),
    scanPage: ({ range, snapshot }) => this.#open().scanPage(range, snapshot),
    has: ({ key, snapshot }) => this.#open().has(key, snapshot),
    openScan: ({ range, snapshot }) => this.#open().openScan(range, snapshot),
    nextPage: (scan) => this.#open().nextPage(scan),
    closeScan: async (scan) => {
      await this.#open().closeScan(scan);
      return undefined;
    },
    snapshot: () => this.#open().snapshot(),
    releaseSnapshot: async (id) => {
      await this.#open().releaseSnapshot(id);
      return undefined;
    },
    flush: async () => {
      await this.#open().flush();
      return undefined;
    },
    compact: async ({ start, end }) => {
      await this.#open().compact(start, end);
      return undefined;
    },
    setOptions: (options) => this.#open().setOptions(options),
    stats: () => this.#open().stats(),
    latencies: () => this.#open().latencies(),
    beginImport: () => this.#open().beginImport(),
    addToImport: async ({ id, batch }) => {
      await this.#open().addToImport(id, batch);
      return undefined;
    },
    endImport: async (id) => {
      await this.#open().endImport(id);
      return undefined;
    },
    cancelImport: async (id) => {
      await this.#open().cancelImport(id);
      return undefined;
    },
    openBackup: () => this.#open().openBackup(),
    readBackup: ({ id, name, offset, length }) => this.#open().readBackup(id, name, offset, length),
    closeBackup: async (id) => {
      await this.#open().closeBackup(id);
      return undefined;
    },
    verify: () => this.#open().verify(),
    close: async () => {
      await this.#open().close();
      return undefined;
    },
    restoreBegin: async ({ name }) => {
      this.#restoration = await Restoration.begin(opfsFiles(name));
      return undefined;
    },
    restorePart: async (bytes) => {
      await this.#restoration?.push(bytes);
      return undefined;
    },
    restoreEnd: async () => {
      const restoration = this.#restoration;
      this.#restoration = undefined;
      if (restoration !== undefined) return restoration.end();
      throw new FerrisError('FERRIS_CLOSED', 'no restoration is under way; begin one first');
    },
    repair: ({ name }) => repair(opfsFiles(name)),
  };

  #open(): LocalBackend {
    if (this.#backend !== undefined) return this.#backend;
    throw new FerrisError('FERRIS_CLOSED', 'the worker has no open database; open one first');
  }
}

/** Bytes made for this answer alone can move instead of being copied. */
function transferables(body: unknown): Transferable[] {
  if (body instanceof Uint8Array) return [body.buffer as ArrayBuffer];
  const { entries } = (body ?? {}) as { entries?: unknown };
  return entries instanceof Uint8Array ? [entries.buffer as ArrayBuffer] : [];
}
