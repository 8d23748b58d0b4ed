// The figure of the manifest, and the same disk with the exercise's beginning.

import type { Recorded } from '../../../engine/index.ts';
import type { Mark, Offer, Scenario } from '../../player/scenario.ts';
import { captionOfManifest } from './caption.ts';
import { type ManifestState, NOTHING_YET, projectManifest } from './projection.ts';
import { type ManifestAction, type ManifestEvent, ManifestWorld, type Survival } from './world.ts';

export type ManifestScenario = Scenario<
  ManifestWorld,
  ManifestAction,
  ManifestState,
  ManifestEvent
>;

const FILL: ManifestAction = { do: 'fill' };

export const manifest: ManifestScenario = {
  id: 'manifest',
  version: 1,
  seed: 1,
  script: [{ do: 'open' }, FILL, FILL, FILL, { do: 'compact' }, { do: 'reopen' }, FILL],

  create: (context) => new ManifestWorld(context),
  apply: (world, action) => world.apply(action),
  cut: (world) => world.cut(),

  initial: NOTHING_YET,
  project: projectManifest,

  opening: ['An empty disk. How will the store know tomorrow which files are the database?'],
  caption: captionOfManifest,
  mark,
  label,
  offers,
  parse,
  poster: (entries) => firstDeletion(entries),
};

/** Three tables in level 0 and a store that has just been opened: the next edit begins a manifest. */
export const betweenSteps: ManifestScenario = {
  ...manifest,
  id: 'between-two-steps',
  script: [{ do: 'open' }, FILL, FILL, FILL, { do: 'reopen' }, { do: 'compact' }],
  opening: ['Three tables and a compaction to come. Where do you cut?'],
  poster: (entries) => entries.length,
};

/** Where the compaction’s edit is durable and its inputs are still there. */
function firstDeletion(entries: readonly Recorded<ManifestEvent>[]): number {
  const isOfTable = ({ event }: Recorded<ManifestEvent>) =>
    event.type === 'store.obsolete' && event.file.endsWith('.sst');
  return entries.findIndex(isOfTable);
}

function mark({ event }: Recorded<ManifestEvent>): Mark | undefined {
  switch (event.type) {
    case 'manifest.edit':
      return { kind: 'sync', label: 'an edit is durable' };
    case 'superblock.write':
      return { kind: 'fork', label: 'the superblocks are switched' };
    case 'compaction.begin':
      return { kind: 'write', label: 'a compaction' };
    case 'client.fill':
      return { kind: 'write', label: 'the client writes' };
    case 'power.cut':
      return { kind: 'crash', label: 'the power is cut' };
    default:
      return undefined;
  }
}

function label(action: ManifestAction): string {
  switch (action.do) {
    case 'open':
      return 'Open the store';
    case 'fill':
      return 'Write and flush';
    case 'compact':
      return 'Compact';
    case 'scan':
      return 'Begin a scan';
    case 'end-scan':
      return 'End the scan';
    case 'reopen':
      return 'Close and open';
    case 'cut':
      return 'Cut the power';
    case 'restart':
      return action.survive === 'nothing'
        ? 'Restart, the rest is lost'
        : 'Restart, all got through';
  }
}

/** As many as the picture has room for. */
const FILLS_MAX = 12;

function offers(state: ManifestState): Offer<ManifestAction>[] {
  const on = state.phase === 'running';
  const off = on ? {} : { unavailable: 'The machine has no power.' };
  const running = { unavailable: 'The machine is running.' };
  const full = state.fills < FILLS_MAX ? off : { unavailable: 'The figure has no room for more.' };
  const restart = (survive: Survival): Offer<ManifestAction> => {
    return { action: { do: 'restart', survive }, ...(state.phase === 'off' ? {} : running) };
  };
  return [
    { action: { do: 'fill' }, ...full },
    { action: { do: 'compact' }, ...off },
    { action: { do: 'scan' }, ...(state.isScanning ? { unavailable: 'There is one.' } : off) },
    { action: { do: 'end-scan' }, ...(state.isScanning ? off : { unavailable: 'There is none.' }) },
    { action: { do: 'reopen' }, ...off },
    { action: { do: 'cut' }, kind: 'fault', ...(state.phase === 'off' ? off : {}) },
    restart('nothing'),
    restart('everything'),
  ];
}

function parse(given: unknown): ManifestAction | undefined {
  const { do: name, after, survive } = given as Record<string, unknown>;
  switch (name) {
    case 'open':
    case 'fill':
    case 'compact':
    case 'scan':
    case 'end-scan':
    case 'reopen':
      return { do: name };
    case 'cut':
      if (after === undefined) return { do: 'cut' };
      return Number.isInteger(after) && (after as number) > 0
        ? { do: 'cut', after: after as number }
        : undefined;
    case 'restart':
      return survive === 'nothing' || survive === 'everything' ? { do: name, survive } : undefined;
    default:
      return undefined;
  }
}
