// Is this value sound? Questions to ask of data that anyone may have written.

import { FILE_NAME_BYTES_MAX } from '../env/files.ts';
import { MILLION, NETWORK_DEFAULT } from './link.ts';

/** Over thirty years of ticks, with room to add a few of them. */
const COUNT_MAX = 1e15;
/** Far more nodes than a world can be looked at with. */
const NODE_MAX = 999;
const LIST_MAX = 1000;

type Question = (value: unknown) => boolean;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && Math.abs(value as number) <= COUNT_MAX;
}

export function isCount(value: unknown): value is number {
  return isWhole(value) && value >= 0;
}

export function isPositive(value: unknown): value is number {
  return isWhole(value) && value > 0;
}

export function isNode(value: unknown): value is number {
  return isPositive(value) && value <= NODE_MAX;
}

export function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= FILE_NAME_BYTES_MAX;
}

export function isOneOf(value: unknown, names: readonly string[]): boolean {
  return typeof value === 'string' && names.includes(value);
}

export function isGroups(value: unknown): boolean {
  return isListOf(value, (group) => isListOf(group, isNode));
}

/** Options of a network, and nothing else. */
export function isNetworkOptions(value: unknown): boolean {
  if (!isObject(value)) return false;
  return Object.entries(value).every(([name, option]) => {
    if (!Object.hasOwn(NETWORK_DEFAULT, name)) return false;
    if (name === 'latency') return isLatencyTable(option);
    return isCount(option) && (!name.endsWith('Ppm') || option <= MILLION);
  });
}

/** The same question, to which nothing at all is a sound answer too. */
export function optional(question: Question): Question {
  return (value) => value === undefined || question(value);
}

function isLatencyTable(value: unknown): boolean {
  const isRow = (row: unknown) =>
    isListOf(row, isCount) && row.length === 3 && (row[1] as number) <= (row[2] as number);
  return isListOf(value, isRow) && value.some((row) => ((row as number[])[0] as number) > 0);
}

function isListOf(value: unknown, question: Question): value is unknown[] {
  return Array.isArray(value) && value.length <= LIST_MAX && value.every(question);
}
