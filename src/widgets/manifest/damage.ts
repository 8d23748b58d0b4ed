// The figure of copies and damage: what is where, what was found wrong, what can be read.

import type { Recorded, RepairedFile, VerifiedFile } from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import type { Mark, Offer, Scenario } from '../../player/scenario.ts';
import {
  type DamageAction,
  type DamageEvent,
  DamageWorld,
  type Reading,
  type StoredFile,
} from './damage-world.ts';

export interface DamageState {
  readonly here: readonly StoredFile[];
  readonly copy: readonly StoredFile[];
  /** What verify said of each file, as long as no file has changed since. */
  readonly verified: ReadonlyMap<string, VerifiedFile['state']>;
  readonly problems: readonly { readonly file: string; readonly message: string }[];
  readonly isVerified: boolean;
  /** What repair made of each file. */
  readonly repaired: readonly RepairedFile[];
  readonly reading: Reading | undefined;
  readonly damaged: readonly string[];
}

const NOTHING: DamageState = {
  here: [],
  copy: [],
  verified: new Map(),
  problems: [],
  isVerified: false,
  repaired: [],
  reading: undefined,
  damaged: [],
};

export const FIRST_DAMAGE = '000006.sst';

export const damage: Scenario<DamageWorld, DamageAction, DamageState, DamageEvent> = {
  id: 'damage',
  version: 1,
  seed: 4,
  script: [
    { do: 'begin' },
    { do: 'checkpoint' },
    { do: 'write' },
    { do: 'rot', file: FIRST_DAMAGE },
    { do: 'read' },
    { do: 'verify' },
    { do: 'repair' },
    { do: 'read' },
  ],

  create: (context) => new DamageWorld(context),
  apply: (world, action) => world.apply(action),

  initial: NOTHING,
  project,
  opening: ['Two empty directories: one for a database, one for its copy.'],
  caption,
  mark,
  label,
  offers,
  parse,
  poster: (entries) => entries.findIndex(({ event }) => event.type === 'client.damage') + 1,
};

function project(before: DamageState, { event }: Recorded<DamageEvent>): DamageState {
  const state = 'here' in event ? { ...before, here: event.here, copy: event.copy } : before;
  switch (event.type) {
    case 'client.damage':
      return { ...forgotten(state), damaged: [...state.damaged, event.file] };
    case 'client.write':
    case 'client.checkpoint':
      return forgotten(state);
    case 'client.restore':
      return { ...forgotten(state), damaged: [], repaired: [] };
    case 'client.read':
      return { ...state, reading: event.reading };
    case 'client.verify': {
      const { files, problems } = event.report;
      const verified = new Map(files.map(({ name, state: found }) => [name, found]));
      return { ...state, verified, problems, isVerified: true };
    }
    case 'client.repair':
      return { ...forgotten(state), repaired: event.report.files, damaged: [] };
    default:
      return state;
  }
}

/** Something has changed: what was found before may not be so any more. */
function forgotten(state: DamageState): DamageState {
  return { ...state, verified: new Map(), problems: [], isVerified: false, reading: undefined };
}

function caption({ event }: Recorded<DamageEvent>): Caption {
  switch (event.type) {
    case 'client.write':
      return [
        event.copying
          ? `While the copy is being made, the client writes ${event.keys} keys. They will not be in it.`
          : `The client writes ${event.keys} keys.`,
      ];
    case 'client.checkpoint': {
      const { copiedTables, copiedBytes, keptTables } = event.report;
      return [
        `The checkpoint is whole: ${copiedTables} tables, ${copiedBytes} bytes, were copied, ${keptTables} were there already. It is ${event.behind} writes behind by now.`,
      ];
    }
    case 'client.damage':
      return event.how === 'rot'
        ? [
            'A bit in the middle of ',
            { code: event.file },
            ' is ',
            { concept: 'corrupt', text: 'flipped' },
            '. Nobody has noticed.',
          ]
        : [
            { code: event.file },
            ' is ',
            { concept: 'lost', text: 'deleted' },
            ', by somebody who was tidying up.',
          ];
    case 'client.read':
      return readText(event.reading);
    case 'client.verify':
      return verifyText(event.report.problems, event.report.entries);
    case 'client.repair':
      return repairText(event.report.files, event.report.entries);
    case 'client.restore':
      return [`${event.files} files of the copy are here now, in place of what was.`];
    case 'client.refused':
      return ['The store refuses: ', event.message];
    default:
      return [event.type];
  }
}

function readText({ right, older, missing, refused, message }: Reading): Caption {
  const all = right + older + missing + refused;
  if (refused === all && all > 0) return ['The store doesn’t open: ', message];
  if (right === all) return [`All ${all} keys are read, and are right.`];
  const parts = [`${right} of ${all} keys are right`];
  if (older > 0) parts.push(`${older} have an older value`);
  if (missing > 0) parts.push(`${missing} are not there`);
  if (refused > 0) parts.push(`at ${refused} the store says that it can’t tell`);
  return [`${parts.join(', ')}.`];
}

function verifyText(problems: readonly { message: string }[], entries: number): Caption {
  if (problems.length === 0)
    return [`Every byte was read: ${entries} entries in tables, all sound.`];
  return [
    { concept: 'corrupt', text: `${problems.length} wrong` },
    ': ',
    problems[0]?.message ?? '',
  ];
}

function repairText(files: readonly RepairedFile[], entries: number): Caption {
  const bad = files.filter(({ state }) => state !== 'sound');
  if (bad.length === 0) return [`Everything could be read: ${entries} entries, in one table.`];
  const said = bad.map(({ name, state, read }) =>
    state === 'missing' ? `${name} is missing` : `of ${name} ${read} could be read`,
  );
  return [
    `What can be read is a database again, ${entries} entries in one table: ${said.join('; ')}.`,
  ];
}

function mark({ event }: Recorded<DamageEvent>): Mark | undefined {
  switch (event.type) {
    case 'client.checkpoint':
      return { kind: 'sync', label: 'a copy is whole' };
    case 'client.damage':
      return { kind: 'crash', label: 'damage' };
    case 'client.verify':
    case 'client.read':
      return { kind: 'fork', label: 'a look' };
    case 'client.repair':
    case 'client.restore':
      return { kind: 'write', label: 'a repair' };
    default:
      return undefined;
  }
}

function label(action: DamageAction): string {
  switch (action.do) {
    case 'begin':
      return 'Make a database';
    case 'write':
      return 'Write';
    case 'checkpoint':
      return 'Checkpoint';
    case 'rot':
      return `Flip a bit of ${action.file}`;
    case 'delete':
      return `Delete ${action.file}`;
    case 'read':
      return 'Read all keys';
    case 'verify':
      return 'Verify';
    case 'repair':
      return 'Repair';
    case 'restore':
      return 'Restore the copy';
  }
}

function offers(state: DamageState): Offer<DamageAction>[] {
  const begun = state.here.length > 0 ? {} : { unavailable: 'There is no database yet.' };
  const copied = state.copy.length > 0 ? begun : { unavailable: 'There is no copy yet.' };
  return [
    { action: { do: 'write' }, ...begun },
    { action: { do: 'checkpoint' }, ...begun },
    { action: { do: 'read' }, ...begun },
    { action: { do: 'verify' }, ...begun },
    { action: { do: 'repair' }, ...begun },
    { action: { do: 'restore' }, ...copied },
  ];
}

const FILE = /^(\d{6}\.(wal|sst|man)|superblock-[01])$/;

function parse(given: unknown): DamageAction | undefined {
  const { do: name, file } = given as Record<string, unknown>;
  switch (name) {
    case 'begin':
    case 'write':
    case 'checkpoint':
    case 'read':
    case 'verify':
    case 'repair':
    case 'restore':
      return { do: name };
    case 'rot':
    case 'delete':
      return typeof file === 'string' && FILE.test(file) ? { do: name, file } : undefined;
    default:
      return undefined;
  }
}
