// What the load generator is told: which operations, on which keys, how many at once, how fast.

/** In which order keys are asked for. */
export type KeyOrder = 'uniform' | 'zipfian' | 'sequential';
export const KEY_ORDERS: readonly KeyOrder[] = ['uniform', 'zipfian', 'sequential'];

export type OperationName = 'put' | 'get' | 'scan' | 'delete';
export const OPERATIONS: readonly OperationName[] = ['put', 'get', 'scan', 'delete'];

/** How often each operation comes, in proportion to the others. */
export type Mix = Readonly<Record<OperationName, number>>;

export interface LoadSettings {
  readonly mix: Mix;
  /** How many different keys there are. */
  readonly keys: number;
  readonly valueBytes: number;
  /** How much of each value is the same byte over and over; the rest is random. */
  readonly compressiblePercent: number;
  readonly order: KeyOrder;
  /** Puts, or deletes, in one batch. */
  readonly batch: number;
  /** Entries of one scan. */
  readonly scanEntries: number;
  /** Operations under way at once. */
  readonly clients: number;
  /** Operations a second; 0 is as fast as it goes. */
  readonly rate: number;
}

export const LOAD_DEFAULT: LoadSettings = {
  mix: { put: 50, get: 45, scan: 5, delete: 0 },
  keys: 100_000,
  valueBytes: 100,
  compressiblePercent: 50,
  order: 'uniform',
  batch: 1,
  scanEntries: 10,
  clients: 8,
  rate: 0,
};

/** A number that can be set, as a form shows it. */
export interface Knob {
  readonly name: Exclude<keyof LoadSettings, 'mix' | 'order'>;
  readonly label: string;
  readonly low: number;
  readonly high: number;
  readonly unit: string;
  readonly doc: string;
}

export const KNOBS: readonly Knob[] = [
  knob('keys', 'Keys', [1, 1_000_000], '', 'How many different keys there are.'),
  knob('valueBytes', 'Value size', [8, 65_536], 'bytes', 'Of each value.'),
  knob('compressiblePercent', 'Compressible', [0, 100], '%', 'That share repeats one byte.'),
  knob('batch', 'Batch', [1, 1000], 'writes', 'Applied together, or not at all.'),
  knob('scanEntries', 'Scan length', [1, 1000], 'entries', 'From a key on.'),
  knob('clients', 'Clients', [1, 256], '', 'Operations under way at once.'),
  knob('rate', 'Target rate', [0, 1_000_000], 'a second', '0: as fast as it goes.'),
];

function knob(
  name: Knob['name'],
  label: string,
  [low, high]: [number, number],
  unit: string,
  doc: string,
): Knob {
  return { name, label, low, high, unit, doc };
}

/** A few loads worth trying. */
export const PRESETS: readonly { readonly name: string; readonly load: Partial<LoadSettings> }[] = [
  { name: 'Half reads', load: LOAD_DEFAULT },
  { name: 'Fill in order', load: preset([100, 0, 0, 0], { order: 'sequential', batch: 100 }) },
  { name: 'Overwrite at random', load: preset([100, 0, 0, 0], { order: 'uniform', batch: 100 }) },
  { name: 'Read the popular', load: preset([5, 95, 0, 0], { order: 'zipfian', batch: 1 }) },
  { name: 'Scan', load: preset([5, 0, 95, 0], { order: 'uniform', batch: 1, scanEntries: 100 }) },
];

function preset(
  [put, get, scan, remove]: [number, number, number, number],
  load: Partial<LoadSettings>,
): Partial<LoadSettings> {
  return { mix: { put, get, scan, delete: remove }, ...load };
}

/** What the keys and values of a load may take together: it is the reader's own disk. */
export const LOGICAL_BYTES_MAX = 256 << 20;

/** What is wrong with these settings, as a sentence; undefined when nothing is. */
export function faultOf(load: LoadSettings): string | undefined {
  for (const { name, label, low, high } of KNOBS) {
    const value = load[name];
    if (!Number.isInteger(value) || value < low || value > high)
      return `${label} must be a whole number from ${low} to ${high}.`;
  }
  const shares = Object.values(load.mix);
  if (shares.some((share) => !Number.isInteger(share) || share < 0 || share > 1000))
    return 'Each share of the mix must be a whole number from 0 to 1000.';
  if (shares.every((share) => share === 0)) return 'The mix is empty: give one operation a share.';
  if (load.keys * load.valueBytes > LOGICAL_BYTES_MAX)
    return `Keys times value size may be ${LOGICAL_BYTES_MAX >> 20} MiB at most: it is your own disk.`;
  return undefined;
}
