// What may be done to a world, as plain JSON: a history is (scenario, seed, actions).
//
// 1. An action that makes no sense now (a crash of a node that is down, a message that
//    has arrived) does nothing, so random and shrunk lists of them need no care.
// 2. `parseWorldAction` trusts nothing: its input may come from a link that anyone wrote.

import type { NodeId } from '../env/program.ts';
import { RATE_PPM_MAX } from './clock.ts';
import type { NetworkOptions } from './link.ts';
import {
  isCount,
  isGroups,
  isName,
  isNetworkOptions,
  isNode,
  isObject,
  isOneOf,
  isPositive,
  isWhole,
  optional,
} from './sound.ts';

/** What a disk keeps of what isn't durable: `torn` is the first half of what each file gained. */
export type Survival = 'chance' | 'nothing' | 'everything' | 'torn';
const SURVIVALS: readonly Survival[] = ['chance', 'nothing', 'everything', 'torn'];

export type DiskFault =
  /** Each flush takes this long; 0: as long as its table says. */
  | { readonly fault: 'slow'; readonly syncTicks: number }
  /** No flush ends until it is well. */
  | { readonly fault: 'stuck' }
  /** Neither slow nor stuck, full or lying. */
  | { readonly fault: 'well' }
  /** It holds what it holds, and not a byte more. */
  | { readonly fault: 'full' }
  /** The next sync fails. */
  | { readonly fault: 'fail' }
  /** It says "durable" and writes nothing. */
  | { readonly fault: 'lie' }
  /**
   * One bit rots of what is durable, but in files whose name ends in `spares`: all those bytes in
   * a row, by the names of their files, and then bit `place`, counted around. Nothing on a node that is down.
   */
  | { readonly fault: 'decay'; readonly place: number; readonly spares: string }
  | {
      readonly fault: 'rot';
      readonly file: string;
      readonly offset: number;
      readonly bit: number;
    };

export type WorldAction =
  /** Time goes on; stops after the step that makes this many `events`. */
  | { readonly do: 'run'; readonly ticks: number; readonly events?: number }
  | { readonly do: 'command'; readonly node: NodeId; readonly command: unknown }
  /** The power of a node goes, `atCall`: inside this one of the next changing calls on its disk. */
  | {
      readonly do: 'crash';
      readonly node: NodeId;
      readonly survive?: Survival;
      readonly atCall?: number;
    }
  | { readonly do: 'restart'; readonly node: NodeId; readonly survive?: Survival }
  | { readonly do: 'pause'; readonly node: NodeId }
  | { readonly do: 'resume'; readonly node: NodeId }
  | { readonly do: 'slow'; readonly node: NodeId; readonly stepTicks: number }
  | {
      readonly do: 'clock';
      readonly node: NodeId;
      readonly ratePpm?: number;
      readonly jumpTicks?: number;
    }
  /** Replaces the partition before it. `flapTicks`: it comes and goes this often. */
  | {
      readonly do: 'partition';
      readonly groups: readonly (readonly NodeId[])[];
      readonly flapTicks?: number;
    }
  | {
      readonly do: 'sever';
      readonly from: NodeId;
      readonly to: NodeId;
      readonly flapTicks?: number;
    }
  | { readonly do: 'mend'; readonly from: NodeId; readonly to: NodeId }
  /** All links work, and as they did at first. */
  | { readonly do: 'heal' }
  /** How all links behave from now on; what isn't named stays as it is. */
  | { readonly do: 'network'; readonly options: NetworkOptions }
  | { readonly do: 'drop'; readonly message: number }
  | { readonly do: 'duplicate'; readonly message: number }
  | { readonly do: 'delay'; readonly message: number; readonly ticks: number }
  | { readonly do: 'corrupt'; readonly message: number; readonly bit: number }
  | ({ readonly do: 'disk'; readonly node: NodeId } & DiskFault);

type Fields = Readonly<Record<string, unknown>>;
type Verb = WorldAction['do'];
type Checks = { readonly [name: string]: (value: unknown) => boolean };

const node = { node: isNode };
const link = { from: isNode, to: isNode };
const message = { message: isPositive };
const flapTicks = optional(isPositive);
const survive = optional((value) => isOneOf(value, SURVIVALS));

/** The fields of each verb; other fields are left out of what is parsed. */
const FIELDS: { readonly [V in Verb]: Checks } = {
  run: { ticks: isCount, events: optional(isPositive) },
  command: { ...node, command: () => true },
  crash: { ...node, survive, atCall: optional(isCount) },
  restart: { ...node, survive },
  pause: node,
  resume: node,
  slow: { ...node, stepTicks: isCount },
  clock: { ...node, ratePpm: optional(isRate), jumpTicks: optional(isWhole) },
  partition: { groups: isGroups, flapTicks },
  sever: { ...link, flapTicks },
  mend: link,
  heal: {},
  network: { options: isNetworkOptions },
  drop: message,
  duplicate: message,
  delay: { ...message, ticks: isCount },
  corrupt: { ...message, bit: isCount },
  disk: { ...node, fault: (value) => isOneOf(value, Object.keys(FAULTS)) },
};

/** The further fields of each fault of a disk. */
const FAULTS: { readonly [F in DiskFault['fault']]: Checks } = {
  slow: { syncTicks: isCount },
  stuck: {},
  well: {},
  full: {},
  fail: {},
  lie: {},
  decay: { place: isCount, spares: isName },
  rot: {
    file: isName,
    offset: isCount,
    bit: (value) => isCount(value) && (value as number) < 8,
  },
};

/** The action that `value` is, or undefined. */
export function parseWorldAction(value: unknown): WorldAction | undefined {
  if (!isObject(value) || typeof value['do'] !== 'string') return undefined;
  if (!Object.hasOwn(FIELDS, value['do'])) return undefined;
  const verb = value['do'] as Verb;
  const fields = pick(value, FIELDS[verb]);
  if (fields === undefined) return undefined;
  const more = verb === 'disk' ? pick(value, FAULTS[fields['fault'] as DiskFault['fault']]) : {};
  return more && ({ do: verb, ...fields, ...more } as WorldAction);
}

/** The fields that `checks` names, if all of them are sound. */
function pick(value: Fields, checks: Checks): Fields | undefined {
  const picked: Record<string, unknown> = {};
  for (const [name, isSound] of Object.entries(checks)) {
    const field = Object.hasOwn(value, name) ? value[name] : undefined;
    if (!isSound(field)) return undefined;
    if (field !== undefined) picked[name] = field;
  }
  return picked;
}

function isRate(value: unknown): boolean {
  return isWhole(value) && Math.abs(value as number) <= RATE_PPM_MAX;
}
