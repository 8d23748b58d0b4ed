// One file on one disk, with nothing between the reader and the file contract: append,
// sync, lose power, look again. Every record is 384 bytes, so that records and the
// disk's 512-byte sectors don't line up; they never do.

import {
  type EngineEvent,
  FaultyFiles,
  type File,
  type Files,
  Random,
  type Recorded,
  tracedFiles,
  utf8,
} from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import type { Context, Cut, Mark, Offer, Scenario } from '../../player/scenario.ts';
import { type FilesState, NO_FILES, projectFiles } from '../../projections/files.ts';

export const FILE_NAME = 'orders';
export const RECORD_BYTES = 384;
/** As wide as the figure draws it. */
export const FILE_BYTES_MAX = 3072;

/** What the power cut does to volatile sectors: anything, or all that it may. */
type Luck = 'any' | 'worst';

export type DiskAction =
  | { readonly do: 'append' }
  | { readonly do: 'sync' }
  | { readonly do: 'sync-directory' }
  | { readonly do: 'restart'; readonly luck: Luck }
  | Cut;

/** The machine: a disk that may die, and a program with one file open. */
class Machine {
  readonly #trace: (event: EngineEvent) => void;
  #disk: FaultyFiles;
  #files: Files;
  #file: File;
  #records = 0;

  constructor({ seed, trace }: Context<EngineEvent>) {
    this.#trace = trace;
    this.#disk = new FaultyFiles({ random: new Random(seed), trace });
    this.#files = tracedFiles(this.#disk, trace);
    this.#file = this.#files.create(FILE_NAME);
  }

  append(): void {
    this.#file.append(record(this.#records++));
  }

  sync(): void {
    this.#file.sync();
  }

  syncDirectory(): void {
    this.#files.syncDirectory();
  }

  cut(): void {
    this.#disk.powerCut();
  }

  restart(luck: Luck): void {
    this.#disk = this.#disk.restart({ policy: luck === 'worst' ? 'lose-all' : 'random' });
    this.#files = tracedFiles(this.#disk, this.#trace);
    const there = this.#files.exists(FILE_NAME);
    this.#file = there ? this.#files.open(FILE_NAME) : this.#files.create(FILE_NAME);
  }
}

/** A, B, C, and so on. */
export function letterOf(append: number): string {
  return String.fromCharCode(65 + (append % 26));
}

function record(append: number): Uint8Array {
  return utf8(`order ${letterOf(append)} `.repeat(RECORD_BYTES / 8));
}

export const disk: Scenario<Machine, DiskAction, FilesState> = {
  id: 'disk',
  version: 1,
  seed: 3,
  script: [
    { do: 'sync-directory' },
    { do: 'append' },
    { do: 'append' },
    { do: 'sync' },
    { do: 'append' },
    { do: 'append' },
  ],

  create: (context) => new Machine(context),

  apply(machine, action) {
    if (action.do === 'append') machine.append();
    if (action.do === 'sync') machine.sync();
    if (action.do === 'sync-directory') machine.syncDirectory();
    if (action.do === 'restart') machine.restart(action.luck);
  },

  cut: (machine) => machine.cut(),

  initial: NO_FILES,
  project: projectFiles,

  opening: ['A disk, and a program that is about to write orders to it.'],
  caption,
  mark,
  label,
  offers,
  parse,
};

function caption({ event }: Recorded<EngineEvent>, state: FilesState): Caption {
  const name = { code: FILE_NAME };
  switch (event.type) {
    case 'file.create':
      return [
        'The file ',
        name,
        ' exists, but its name is ',
        { concept: 'volatile' },
        ' until the directory is synced.',
      ];
    case 'file.append':
      return [
        `Order ${letterOf(state.appends - 1)} is in the page cache. The program can read it; it is `,
        { concept: 'volatile' },
        '.',
      ];
    case 'file.sync':
      return [
        `The program asks for the first ${event.size} bytes to be put on the disk, and waits.`,
      ];
    case 'file.durable':
      return [
        `The disk answers: ${event.durableBytes} bytes of `,
        name,
        ' are ',
        { concept: 'durable' },
        '.',
      ];
    case 'directory.sync':
      return ['The program asks for the names of its files to be put on the disk.'];
    case 'directory.durable':
      return ['The name ', name, ' is ', { concept: 'durable' }, ': the file will be found again.'];
    case 'power.cut':
      return [
        'The power is gone. What was ',
        { concept: 'volatile' },
        ' is in doubt until the machine is on again.',
      ];
    case 'power.file':
      return afterPowerCut(event);
    case 'power.restored':
      return afterRestart(state);
    default:
      return [event.type];
  }
}

type PowerFile = Extract<EngineEvent, { type: 'power.file' }>;

function afterPowerCut({ file, outcome, sectors }: PowerFile): Caption {
  const name = { code: file };
  if (outcome === 'vanished') {
    return [
      'The name ',
      name,
      ' is ',
      { concept: 'lost' },
      ', and with it every byte, synced or not.',
    ];
  }
  const count = (fate: string) => sectors.filter((sector) => sector.fate === fate).length;
  return [
    `Of the ${sectors.length} sectors in doubt, ${count('kept')} got to the disk in time, `,
    `${count('lost')} ${count('lost') === 1 ? 'is' : 'are'} `,
    { concept: 'lost' },
    ` and ${count('torn')} `,
    { concept: 'corrupt', text: 'torn' },
    '.',
  ];
}

function afterRestart({ files }: FilesState): Caption {
  const name = { code: FILE_NAME };
  const file = files.find(({ named }) => named !== 'lost');
  if (!file) return ['The power is back, and there is no ', name, ' on the disk.'];
  return ['The power is back. ', name, ` has ${file.size} bytes now, and that is all there is.`];
}

function mark({ event }: Recorded<EngineEvent>): Mark | undefined {
  if (event.type === 'file.append') return { kind: 'write', label: 'an order is appended' };
  if (event.type === 'file.durable') return { kind: 'sync', label: 'the file is durable' };
  if (event.type === 'directory.durable') return { kind: 'sync', label: 'the name is durable' };
  if (event.type === 'power.cut') return { kind: 'crash', label: 'the power is cut' };
  return undefined;
}

function label(action: DiskAction): string {
  if (action.do === 'append') return 'Append an order';
  if (action.do === 'sync') return 'Sync the file';
  if (action.do === 'sync-directory') return 'Sync the directory';
  if (action.do === 'cut') return 'Cut the power';
  return action.luck === 'any' ? 'Restart' : 'Restart, worst case';
}

function offers({ power, files }: FilesState): Offer<DiskAction>[] {
  const on = power === 'on';
  const sizeBytes = files.find(({ name }) => name === FILE_NAME)?.size ?? 0;
  const off = on ? {} : { unavailable: 'The machine has no power.' };
  const running = on ? { unavailable: 'The machine is running.' } : {};
  const full = { unavailable: 'The figure has no room for more.' };
  const hasRoom = sizeBytes + RECORD_BYTES <= FILE_BYTES_MAX;
  return [
    { action: { do: 'append' }, ...(on && !hasRoom ? full : off) },
    { action: { do: 'sync' }, ...off },
    { action: { do: 'sync-directory' }, ...off },
    { action: { do: 'cut' }, kind: 'fault', ...off },
    { action: { do: 'restart', luck: 'any' }, ...running },
    { action: { do: 'restart', luck: 'worst' }, ...running },
  ];
}

function parse(action: unknown): DiskAction | undefined {
  const { do: name, luck, after } = action as Record<string, unknown>;
  switch (name) {
    case 'append':
    case 'sync':
    case 'sync-directory':
      return { do: name };
    case 'restart':
      return luck === 'any' || luck === 'worst' ? { do: name, luck } : undefined;
    case 'cut':
      return typeof after === 'number' ? { do: name, after } : { do: name };
    default:
      return undefined;
  }
}
