// The state as the figure shows it: superblocks, manifests with their edits, files and who needs them.

import type { PlacedEdit, VersionEdit } from '../../../engine/index.ts';
import type { Concept } from '../../player/caption.ts';
import { bytesOf, type FileState } from '../../projections/files.ts';
import { editsIn, numberOf, superblockIn, versionAfter } from './files.ts';
import type { ManifestState } from './projection.ts';

export interface SlotView {
  readonly slot: number;
  readonly concept: Concept;
  readonly said: string;
  readonly counts: boolean;
}

export interface EditView {
  /** Edits before it. */
  readonly index: number;
  readonly label: string;
  readonly title: string;
  readonly concept: Concept;
}

export interface ManifestView {
  readonly name: string;
  readonly number: number;
  readonly counts: boolean;
  readonly edits: readonly PlacedEdit[];
  readonly shown: readonly EditView[];
}

export interface FileView {
  readonly name: string;
  readonly concept: Concept;
  readonly need: string;
  readonly isNeeded: boolean;
}

export interface View {
  readonly slots: readonly SlotView[];
  readonly manifests: readonly ManifestView[];
  readonly files: readonly FileView[];
  /** The one that counts, or would if the store were opened now. */
  readonly current: ManifestView | undefined;
}

export function viewOf(state: ManifestState): View {
  const slots = [0, 1].map((slot) => slotOf(state, slot));
  const manifests = state.files.files
    .filter(({ name, named }) => name.endsWith('.man') && named !== 'lost' && named !== 'deleted')
    .map((file) => manifestOf(state, file));
  const current = manifests.find(({ counts }) => counts);
  const files = state.files.files
    .filter(({ named }) => named !== 'lost')
    .map((file) => fileOf(state, file, current, slots))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { slots, manifests, files, current };
}

function slotOf(state: ManifestState, slot: number): SlotView {
  const file = state.files.files.find(
    ({ name, named }) => name === `superblock-${slot}` && named !== 'lost' && named !== 'deleted',
  );
  if (file === undefined) return { slot, concept: 'lost', said: 'no such file', counts: false };
  const said = superblockIn(bytesOf(file));
  const counts = state.manifest > 0 && state.named[slot] === state.manifest;
  const text = said ? `generation ${said.generation}: manifest ${said.manifest}` : 'not whole';
  return { slot, concept: conceptOf(file), said: text, counts };
}

function manifestOf(state: ManifestState, file: FileState): ManifestView {
  const edits = editsIn(file.name, bytesOf(file));
  const number = numberOf(file.name);
  const shown = edits.map(({ edit, offset, size }, index): EditView => {
    const durable = offset + size <= file.durableBytes && file.named === 'durable';
    return {
      index,
      label: editText(edit, index),
      title: `bytes ${offset} to ${offset + size - 1}`,
      concept: durable ? 'durable' : 'volatile',
    };
  });
  return { name: file.name, number, counts: number === state.manifest, edits, shown };
}

/** `+9 −4 −6`, or what else it says. The first edit of a manifest is the whole version of then. */
export function editText({ added, removed, logNumber }: VersionEdit, index: number): string {
  const numbers = added.map(({ number }) => number);
  if (index === 0) return `all: ${numbers.length > 0 ? numbers.join(' ') : 'nothing'}`;
  const parts = [...numbers.map((number) => `+${number}`), ...removed.map((n) => `−${n}`)];
  return parts.length > 0 ? parts.join(' ') : `logs from ${logNumber}`;
}

function conceptOf({ named, size, durableBytes, name }: FileState): Concept {
  if (named === 'deleted') return 'lost';
  const isLog = name.endsWith('.wal'); // of a log only its name is followed here
  return named === 'durable' && (isLog || durableBytes >= size) ? 'durable' : 'volatile';
}

function fileOf(
  state: ManifestState,
  file: FileState,
  current: ManifestView | undefined,
  slots: readonly SlotView[],
): FileView {
  const need = needOf(state, file.name, current, slots);
  const deleted = file.named === 'deleted';
  return {
    name: file.name,
    concept: conceptOf(file),
    need: deleted ? 'deleted; may come back' : (need ?? 'nobody needs it'),
    isNeeded: deleted || need !== undefined,
  };
}

/** Who needs a file; undefined: nobody. */
function needOf(
  state: ManifestState,
  name: string,
  current: ManifestView | undefined,
  slots: readonly SlotView[],
): string | undefined {
  const number = numberOf(name);
  if (name.startsWith('superblock')) return slots[number]?.counts ? 'counts' : 'the other one';
  if (name.endsWith('.man')) {
    if (number === state.manifest) return 'counts';
    return number === state.making ? 'not named yet' : undefined;
  }
  const version = current && versionAfter(current.edits, current.edits.length);
  if (name.endsWith('.wal')) return number >= (version?.logNumber ?? 0) ? 'a log' : undefined;
  if (version?.tables.some((table) => table.number === number)) return 'in the version';
  if (state.unborn.includes(number)) return 'waits for its edit';
  return state.scanned.includes(number) ? 'a scan reads it' : undefined;
}
