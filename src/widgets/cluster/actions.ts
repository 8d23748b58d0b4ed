// What may be done to a cluster: anything that may be done to a world, a client's calls, and
// states that tell something, each brought about on the real servers.
//
// 1. Any of them may be followed by a stretch of time (`forTicks`), so that the reader sees what
//    comes of it; it is one action, one branch and one entry of a link all the same.
// 2. Any of them may be cut short (`events`): that is how a history is changed in the middle.

import { type LatencyTable, parseWorldAction, type WorldAction } from '../../../engine/index.ts';
import { letterOf } from '../../marks/nodes.ts';

export type ClientCall =
  | { readonly do: 'put'; readonly client: number; readonly key: string; readonly value: string }
  | { readonly do: 'get'; readonly client: number; readonly key: string };

/** See tell.ts. */
export const TELLING_STATES = ['split vote', 'stale leader', 'divergent logs'] as const;
export type TellingState = (typeof TELLING_STATES)[number];

export type ClusterAction = (
  | Exclude<WorldAction, { do: 'run' }>
  | { readonly do: 'run'; readonly ticks: number }
  /** A server is cut off from all others; clients still reach it. */
  | { readonly do: 'isolate'; readonly node: number }
  | ClientCall
  | { readonly do: 'tell'; readonly state: TellingState }
  /** A figure's own doing, by its name; see `stages` in machine.ts. */
  | { readonly do: 'stage'; readonly stage: string }
) &
  Timed;

interface Timed {
  /** Time that goes by afterwards. */
  readonly forTicks?: number;
  /** It ends after the step that makes so many events. */
  readonly events?: number;
}

/** A minute; more is never needed to see something. */
const TICKS_MAX = 60_000_000;
const WORD = /^[\w .:/()-]{1,32}$/;

type Fields = Readonly<Record<string, unknown>>;

/** A valid action out of anything. */
export function parseClusterAction(given: unknown): ClusterAction | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const fields = given as Fields;
  const timed = parseTimed(fields);
  const action = timed && parseVerb(fields);
  return action && ({ ...action, ...timed } as ClusterAction);
}

function parseTimed({ forTicks, events }: Fields): Timed | undefined {
  if (forTicks !== undefined && !isCount(forTicks)) return undefined;
  if (events !== undefined && !isCount(events)) return undefined;
  return {
    ...(forTicks === undefined ? {} : { forTicks }),
    ...(events === undefined ? {} : { events }),
  };
}

function parseVerb(fields: Fields): ClusterAction | undefined {
  const { do: verb, node, client, key, value, ticks, state, stage } = fields;
  switch (verb) {
    case 'run':
      return isCount(ticks) ? { do: verb, ticks } : undefined;
    case 'isolate':
      return isCount(node) ? { do: verb, node } : undefined;
    case 'put':
      if (!isCount(client) || !isWord(key) || !isWord(value)) return undefined;
      return { do: verb, client, key, value };
    case 'get':
      return isCount(client) && isWord(key) ? { do: verb, client, key } : undefined;
    case 'stage':
      return isWord(stage) ? { do: verb, stage } : undefined;
    case 'tell': {
      const known = TELLING_STATES.find((one) => one === state);
      return known && { do: verb, state: known };
    }
    default:
      return parseWorldAction(fields) as ClusterAction | undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= TICKS_MAX;
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && WORD.test(value);
}

/** The same action, ended after so many events. */
export function shortenCluster(action: ClusterAction, events: number): ClusterAction {
  return { ...action, events };
}

/** A few words: a button, and the name of a branch. */
export function clusterLabel(action: ClusterAction): string {
  switch (action.do) {
    case 'run':
      return `Run ${action.ticks / 1000} ms`;
    case 'put':
      return `Put ${action.key} = ${action.value}`;
    case 'get':
      return `Get ${action.key}`;
    case 'tell':
      return (action.state[0] as string).toUpperCase() + action.state.slice(1);
    case 'stage':
      return action.stage;
    case 'heal':
      return 'Heal the network';
    case 'partition':
      return `Part ${action.groups.map((group) => group.map(letterOf).join('')).join(' | ')}`;
    case 'isolate':
      return `Cut ${letterOf(action.node)} off`;
    case 'clock':
      return clockLabel(letterOf(action.node), action);
    case 'disk':
      if (action.fault === 'lie') return `The disk of ${letterOf(action.node)} lies`;
      return `Disk of ${letterOf(action.node)} ${action.fault}`;
    case 'drop':
    case 'delay':
    case 'duplicate':
    case 'corrupt':
      return `${action.do[0]?.toUpperCase()}${action.do.slice(1)} message ${action.message}`;
    case 'sever':
    case 'mend':
      return `${action.do === 'sever' ? 'Cut' : 'Mend'} ${letterOf(action.from)} to ${letterOf(action.to)}`;
    case 'network':
      return networkLabel(action.options);
    case 'command':
      return `Command ${letterOf(action.node)}`;
    default:
      return `${action.do[0]?.toUpperCase()}${action.do.slice(1)} ${letterOf(action.node)}`;
  }
}

/** A single row of latencies is told, anything else is named. */
function networkLabel({ latency }: { latency?: LatencyTable }): string {
  const [row, ...more] = latency ?? [];
  if (row === undefined || more.length > 0) return 'Change the network';
  return `Messages take ${row[1] / 1000} to ${row[2] / 1000} ms`;
}

function clockLabel(who: string, { ratePpm, jumpTicks }: { ratePpm?: number; jumpTicks?: number }) {
  if (jumpTicks) return `Move the clock of ${who}`;
  return ratePpm ? `Clock of ${who} ${ratePpm > 0 ? 'fast' : 'slow'}` : `Clock of ${who} right`;
}
