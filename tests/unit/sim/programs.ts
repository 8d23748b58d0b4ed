// Tiny programs to try a world with, and a world that is listened to.

import type { WorldEvent } from '../../../engine/index.ts';
import {
  type File,
  type NodeEffects,
  type NodeInput,
  type Program,
  Recorder,
  World,
  type WorldOptions,
} from '../../../engine/index.ts';

export const NOTHING: NodeEffects = { send: [], wakeAtTicks: undefined };

/** What a program was given, for tests that look at nothing else. */
export interface Heard {
  readonly nowTicks: number;
  readonly input: NodeInput;
}

/** Sends what it is told to (`{ to, bytes }`), wakes when it is told to (`{ wakeAtTicks }`), and listens. */
export function listener(heard: Heard[]): Program {
  return () => ({
    step(nowTicks, input) {
      heard.push({ nowTicks, input });
      if (input.type !== 'command') return NOTHING;
      const { to, bytes, wakeAtTicks } = input.command as {
        to?: number;
        bytes?: number[];
        wakeAtTicks?: number;
      };
      const send = to === undefined ? [] : [{ to, bytes: Uint8Array.from(bytes ?? [1]) }];
      return { send, wakeAtTicks };
    },
  });
}

/** One ball between two nodes; node 1 has it first. The ball counts its flights. */
export const pingPong: Program = ({ id }) => ({
  step(_nowTicks, input) {
    if (input.type === 'start' && id === 1)
      return { send: [{ to: 2, bytes: Uint8Array.of(1, 0) }], wakeAtTicks: undefined };
    if (input.type !== 'message') return NOTHING;
    const flights = (input.bytes[0] as number) + (input.bytes[1] as number) * 256 + 1;
    const bytes = Uint8Array.of(flights & 255, (flights >>> 8) & 255);
    return { send: [{ to: input.from, bytes }], wakeAtTicks: undefined };
  },
});

/**
 * Counts in a log on disk, a byte a count, and tells node 9 of each count that is durable:
 * the message is the number of the count. Commands: anything counts.
 */
export const durableCounter: Program = ({ files }) => {
  const file: File = files.exists('log') ? files.open('log') : files.create('log');
  let told = 0;
  const tell = (): NodeEffects => {
    const send = [];
    if (files.directoryDurable)
      while (told < file.durableBytes) send.push({ to: 9, bytes: Uint8Array.of(++told) });
    return { send, wakeAtTicks: undefined };
  };
  return {
    step(_nowTicks, input) {
      if (input.type === 'start') {
        files.syncDirectory();
        file.sync();
      } else if (input.type === 'command') {
        file.append(Uint8Array.of(file.size + 1));
        file.sync();
      }
      return tell();
    },
  };
};

/** Knows a set of rumors (bits) and tells a random peer all of them every 5 ms or so. */
export function gossip(peers: readonly number[]): Program {
  return ({ id, random }) => {
    let known = 1 << (id - 1);
    let wakeAtTicks = 0;
    return {
      step(nowTicks, input) {
        if (input.type === 'message') known |= input.bytes[0] as number;
        if (input.type !== 'start' && input.type !== 'wake') return { send: [], wakeAtTicks };
        wakeAtTicks = nowTicks + random.between(4000, 6000);
        return { send: [{ to: random.pick(peers), bytes: Uint8Array.of(known) }], wakeAtTicks };
      },
      stateHash: () => known,
    };
  };
}

/** A world, and all that it said. */
export function recorded(options: Omit<WorldOptions, 'trace' | 'stamp'>): {
  readonly world: World;
  readonly recorder: Recorder<WorldEvent>;
} {
  const recorder = new Recorder<WorldEvent>();
  const world = new World({
    ...options,
    trace: recorder.trace,
    stamp(node, timeTicks) {
      recorder.node = node;
      recorder.timeTicks = timeTicks;
    },
  });
  return { world, recorder };
}

/** The events of these types. */
export function eventsOf<T extends WorldEvent['type']>(
  recorder: Recorder<WorldEvent>,
  ...types: T[]
): Extract<WorldEvent, { type: T }>[] {
  return recorder.entries
    .map(({ event }) => event)
    .filter((event): event is Extract<WorldEvent, { type: T }> => types.includes(event.type as T));
}
