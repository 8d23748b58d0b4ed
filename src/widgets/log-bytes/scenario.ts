// The figures of the log's bytes: one log in four recovery modes, and one flip in two logs.

import type { BadRecordReason, EventOf, Recorded, RecoveryMode } from '../../../engine/index.ts';
import { equalBytes, hex, RecordFrame } from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import type { Mark, Offer, Scenario } from '../../player/scenario.ts';
import { keptWrites, writeText } from './outcome.ts';
import {
  type CaseState,
  caseOf,
  initialState,
  type LogBytesState,
  type LogState,
  logOf,
  projectLogBytes,
} from './projection.ts';
import {
  type Case,
  type LogAction,
  type LogEvent,
  type LogFigureEvent,
  LogWorld,
  SHOWN_BYTES_MAX,
  WRITES,
} from './world.ts';

export type LogScenario = Scenario<LogWorld, LogAction, LogBytesState, LogEvent>;

/** Opened in this order, so that the default is the last word; figures show it first. */
const MODES: readonly RecoveryMode[] = [
  'skip-corrupt',
  'point-in-time',
  'absolute',
  'tolerate-torn-tail',
];

/** All writes, and a first look at what comes back. */
export const SCRIPT: readonly LogAction[] = [
  ...WRITES.map((_, write) => ({ do: 'write', write }) as const),
  { do: 'recover' },
];

/** One log, synced after each write, in the four recovery modes. */
export const logBytes = logScenario(
  'log-bytes',
  MODES.map((mode) => ({ id: mode, sync: 'full', mode })),
);

/** Two logs of the same writes, one synced after each of them and one never; the default mode. */
export const sameFlip = logScenario('same-flip', [
  { id: 'sync full', sync: 'full', mode: 'tolerate-torn-tail' },
  { id: 'sync none', sync: 'none', mode: 'tolerate-torn-tail' },
]);

function logScenario(id: string, cases: readonly Case[]): LogScenario {
  return {
    id,
    version: 1,
    seed: 1,
    script: SCRIPT,
    create: (context) => new LogWorld(cases, context),
    apply: (world, action) => world.apply(action),
    initial: initialState(cases),
    project: projectLogBytes,
    opening: ['A store that has nothing in it yet, and no log.'],
    caption,
    mark,
    label,
    offers,
    parse,
  };
}

function caption({ event }: Recorded<LogEvent>, state: LogBytesState): Caption {
  switch (event.type) {
    case 'log.write':
      return [
        `Write ${event.write + 1}: `,
        { code: writeText(event.write) },
        ', with sync ',
        { code: event.sync },
        '.',
      ];
    case 'file.append':
      return appendCaption(event);
    case 'wal.create':
      return createCaption(event, state);
    case 'wal.append':
      return vouchCaption(event);
    case 'wal.sync':
      return [`All ${event.size} bytes of the log are `, { concept: 'durable' }, ' now.'];
    case 'log.change':
      return changeCaption(event, state);
    case 'log.open':
      return ['A store is opened on these bytes: ', { code: event.case }, '.'];
    case 'log.outcome':
      return outcomeCaption(event, state);
    default:
      return replayCaption(event, state);
  }
}

function appendCaption({ offset, bytes }: EventOf<'file.append'>): Caption {
  if (offset === 0)
    return ['64 bytes open the file: its ', { field: 'header', text: 'header' }, '.'];
  return [`${bytes.length} bytes are appended at ${offset}, in one call: one record.`];
}

function vouchCaption({ offset, durableBytes }: EventOf<'wal.append'>): Caption {
  return [
    `The record at ${offset} vouches for the first ${durableBytes} bytes of the log: `,
    'they were ',
    { concept: 'durable' },
    ' when it was written.',
  ];
}

function createCaption({ log }: EventOf<'wal.create'>, { opening }: LogBytesState): Caption {
  if (opening === undefined) return [`Log ${log} is begun: no log was before it.`];
  return [`What was saved is put into a table, and log ${log} begins: the damage is left behind.`];
}

function changeCaption(
  { sync, offset, bytes, size }: Extract<LogFigureEvent, { type: 'log.change' }>,
  state: LogBytesState,
): Caption {
  const { written } = logOf(state, sync);
  const of: Caption = state.logs.length === 1 ? [''] : [' of the log with sync ', { code: sync }];
  if (bytes.length === 0) return ['The file', ...of, ` ends at byte ${size} now.`];
  if (offset >= written.length)
    return [`${bytes.length} bytes are appended to the file`, ...of, `, at ${offset}.`];
  const was = written.subarray(offset, offset + bytes.length);
  if (equalBytes(bytes, was)) {
    const are = bytes.length === 1 ? 'is' : 'are';
    return [`${counted(bytes.length, 'byte')} at ${offset}`, ...of, ` ${are} back as written.`];
  }
  return [
    `Byte ${offset}`,
    ...of,
    ' is ',
    { code: hex(bytes) },
    ' now; it was written as ',
    { code: hex(was) },
    '.',
  ];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const REASONS: Record<BadRecordReason, Caption> = {
  'header cut short': ['the file ends inside the frame'],
  'header checksum': ['the ', { field: 'checksum', text: 'checksum' }, ' of the frame is wrong'],
  'payload cut short': ['the file ends inside the payload'],
  'payload checksum': ['the ', { field: 'checksum', text: 'checksum' }, ' of the payload is wrong'],
  'payload refused': ['the checksums are right, and the payload makes no sense'],
  'file header': ['the header of the file is damaged'],
  'file missing': ['the file is missing'],
};

function replayCaption(event: LogEvent, state: LogBytesState): Caption {
  switch (event.type) {
    case 'wal.replay.begin':
      return [`Recovery reads log ${event.log} from its start: ${event.size} bytes.`];
    case 'wal.replay.record': {
      const what = writeAt(state, event.offset);
      return [`The record at ${event.offset} is whole: `, { code: what }, ' is replayed.'];
    }
    case 'wal.replay.bad':
      return [`No record at ${event.offset}: `, ...REASONS[event.reason], '.'];
    case 'wal.replay.end':
      return endCaption(event);
    default:
      return [event.type];
  }
}

function endCaption({ endBytes, records, verdict }: EventOf<'wal.replay.end'>): Caption {
  const judged = verdict === 'corrupt' ? { concept: 'corrupt' as const } : { code: verdict };
  return [
    `${counted(records, 'record')} replayed, the last one ends at ${endBytes}. The log is judged: `,
    judged,
    '.',
  ];
}

function outcomeCaption(
  { case: id, error }: Extract<LogFigureEvent, { type: 'log.outcome' }>,
  state: LogBytesState,
): Caption {
  const each = caseOf(state, id);
  if (error !== undefined) return refusalCaption(each);
  const log = logOf(state, each.sync);
  const kept = keptWrites(each, log);
  const lost = log.records.length - kept;
  if (lost === 0) return [{ code: id }, ` opens with all ${kept} writes.`];
  return [
    { code: id },
    ` opens with ${kept} of ${log.records.length} writes; ${lost} `,
    lost === 1 ? 'is ' : 'are ',
    { concept: 'lost' },
    '.',
  ];
}

function refusalCaption({ id, bad, verdict }: CaseState): Caption {
  const judged: Caption =
    verdict === 'corrupt'
      ? [
          'what was there had been ',
          { concept: 'durable' },
          ', so the log is ',
          { concept: 'corrupt' },
        ]
      : ['this mode takes no log that is not whole'];
  return [
    { code: id },
    ` refuses to open: no record at byte ${bad[0]?.offset}, and `,
    ...judged,
    '.',
  ];
}

/** The write whose record was written at this offset, in the log of the case being opened. */
function writeAt(state: LogBytesState, offset: number): string {
  const sync = state.cases.find(({ id }) => id === state.opening)?.sync ?? 'full';
  const record = logOf(state, sync).records.find((each) => each.offset === offset);
  return record === undefined ? 'a record that nobody wrote' : writeText(record.write);
}

function mark({ event }: Recorded<LogEvent>): Mark | undefined {
  if (event.type === 'log.write') return { kind: 'write', label: writeText(event.write) };
  if (event.type === 'log.change') return { kind: 'error', label: 'the file is changed' };
  return undefined;
}

function label(action: LogAction): string {
  switch (action.do) {
    case 'write':
      return writeText(action.write);
    case 'recover':
      return 'Open the store';
    case 'set':
      return `Byte ${action.offset} to ${hex(Uint8Array.of(action.value))}`;
    case 'truncate':
      return `Cut off at ${action.size}`;
    case 'copy':
      return 'Append a copy';
    case 'mend':
      return 'Put every byte back';
  }
}

function offers(state: LogBytesState): Offer<LogAction>[] {
  const isChanged = state.logs.some(({ bytes, written }) => !equalBytes(bytes, written));
  const unavailable = { unavailable: 'Every byte is as it was written.' };
  return [{ action: { do: 'mend' }, ...(isChanged ? {} : unavailable) }];
}

function parse(given: unknown): LogAction | undefined {
  const { do: name, write, offset, value, size } = given as Record<string, unknown>;
  switch (name) {
    case 'recover':
    case 'mend':
      return { do: name };
    case 'write':
      return isBelow(write, WRITES.length) ? { do: name, write } : undefined;
    case 'set':
      return isBelow(offset, SHOWN_BYTES_MAX) && isBelow(value, 256)
        ? { do: name, offset, value }
        : undefined;
    case 'truncate':
      return isBelow(size, SHOWN_BYTES_MAX) ? { do: name, size } : undefined;
    case 'copy':
      return isBelow(offset, SHOWN_BYTES_MAX) && isBelow(size, SHOWN_BYTES_MAX)
        ? { do: name, offset, size }
        : undefined;
    default:
      return undefined;
  }
}

function isBelow(given: unknown, limit: number): given is number {
  return Number.isInteger(given) && (given as number) >= 0 && (given as number) < limit;
}

/** Flips the lowest bit of the last byte of a record's frame or payload, as it is now. */
export function flipOf(
  { logs }: LogBytesState,
  write: number,
  part: 'frame' | 'payload',
): LogAction {
  const log = logs[0] as LogState;
  const record = log.records.find((each) => each.write === write);
  if (record === undefined) return { do: 'recover' };
  const { offset: start, size } = record;
  const offset = part === 'frame' ? start + RecordFrame.size - 1 : start + size - 1;
  return { do: 'set', offset, value: (log.bytes[offset] ?? 0) ^ 1 };
}
