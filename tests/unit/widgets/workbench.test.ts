// The workbench: its controls are the engine's options, its load asks what it was told to, and its
// worker's side does what the buttons say, here over memory.

import { expect, test } from 'vitest';
import {
  type Files,
  type FilesSource,
  Histogram,
  isFerrisError,
  memoryFiles,
  Random,
  Store,
  type TuningOptions,
  useDeflate,
} from '../../../engine/index.ts';
import { Host } from '../../../src/widgets/workbench/host.ts';
import { latencyBars } from '../../../src/widgets/workbench/latency-view.ts';
import { levelBars } from '../../../src/widgets/workbench/levels-view.ts';
import {
  faultOf,
  KNOBS,
  LOAD_DEFAULT,
  type LoadSettings,
  PRESETS,
} from '../../../src/widgets/workbench/load.ts';
import {
  defaultTuning,
  GROUPS,
  OPENING_CONTROLS,
  START_OPENING,
  START_TUNING,
  settingOf,
  stepped,
  textOf,
} from '../../../src/widgets/workbench/options.ts';
import { Pace } from '../../../src/widgets/workbench/pace.ts';
import { pointOf, withPoint } from '../../../src/widgets/workbench/points.ts';
import type { Message, Reading } from '../../../src/widgets/workbench/protocol.ts';
import {
  isValueOf,
  keyOf,
  numberOfKey,
  pickerOf,
  Records,
} from '../../../src/widgets/workbench/records.ts';
import { panelsOf } from '../../../src/widgets/workbench/series.ts';
import {
  editableBytes,
  parseBytes,
  shortBytes,
  shortCount,
  shortTime,
} from '../../../src/widgets/workbench/sizes.ts';

useDeflate();

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(done: () => boolean): Promise<void> {
  for (let i = 0; i < 4000 && !done(); i++) await pause(5);
  expect(done()).toBe(true);
}

async function emptyStore(): Promise<{ store: Store; files: Files }> {
  const { files } = await memoryFiles().mount();
  return { store: Store.open({ files }), files };
}

const controls = GROUPS.flatMap((group) => group.controls);

/** What the engine says of one option set alone, and of those it must keep company with. */
async function codeOf(options: TuningOptions): Promise<string | undefined> {
  const { store } = await emptyStore();
  try {
    store.setOptions(options);
    return undefined;
  } catch (error) {
    if (!isFerrisError(error)) throw error;
    return error.code;
  }
}

test('every option that can be changed has a control, with the default of the engine', async () => {
  const { store } = await emptyStore();
  expect(controls.map(({ name }) => name).toSorted()).toEqual(
    Object.keys(store.options).toSorted(),
  );
  for (const control of controls)
    expect(textOf(control, store.options), control.name).toBe(String(control.byDefault));
  const before = store.options;
  store.setOptions(defaultTuning());
  expect(store.options).toEqual(before);
});

test('the ranges of the controls are those of the engine', async () => {
  const ascending = { level0Tables: 1, slowdownTables: 1, stopTables: 65_536 };
  for (const control of controls) {
    if (control.kind === 'choice') {
      for (const { value } of control.choices)
        expect(await codeOf({ [control.name]: settingOf(control, value) })).toBeUndefined();
      continue;
    }
    const { name, low, high } = control;
    const alone = name === 'slowdownTables' || name === 'level0Tables' ? ascending : {};
    const company = name === 'level0Tables' ? { ...alone, slowdownTables: 65_536 } : alone;
    const low0 = name === 'stopTables' ? { level0Tables: 1, slowdownTables: 2 } : company;
    expect(await codeOf({ ...low0, [name]: low }), name).toBeUndefined();
    expect(await codeOf({ ...company, [name]: high }), name).toBeUndefined();
    expect(await codeOf({ ...company, [name]: low - 1 }), name).toBe('FERRIS_INVALID_ARGUMENT');
    expect(await codeOf({ ...company, [name]: high + 1 }), name).toBe('FERRIS_INVALID_ARGUMENT');
  }
});

test('the options of opening, too', async () => {
  for (const { name, low, high } of OPENING_CONTROLS) {
    for (const value of [low, high]) {
      const { files } = await memoryFiles().mount();
      Store.open({ files, [name]: value }).close();
    }
    for (const value of [low - 1, high + 1]) {
      const { files } = await memoryFiles().mount();
      expect(() => Store.open({ files, [name]: value })).toThrow('FERRIS_INVALID_ARGUMENT');
    }
  }
});

test('buttons double and halve sizes, count by one, and stay within the range', () => {
  const [cache] = OPENING_CONTROLS;
  const bloom = controls.find(({ name }) => name === 'bloomBitsPerKey');
  if (cache === undefined || bloom?.kind !== 'count') throw new Error('no such control');
  expect(stepped(cache, 4096, true)).toBe(8192);
  expect(stepped(cache, 1, false)).toBe(0);
  expect(stepped(cache, 0, true)).toBe(2 ** 20);
  expect(stepped(cache, 2 ** 30, true)).toBe(2 ** 30);
  expect([stepped(bloom, 10, true), stepped(bloom, 1, false)]).toEqual([11, 1]);
});

test('sizes, counts and times are read and written', () => {
  for (const bytes of [0, 1, 4096, 5000, 2 ** 20, 3 * 2 ** 30])
    expect(parseBytes(editableBytes(bytes))).toBe(bytes);
  expect([parseBytes('4m'), parseBytes('1.5 KiB'), parseBytes(' 12 ')]).toEqual([
    2 ** 22,
    1536,
    12,
  ]);
  expect(parseBytes('four')).toBeNaN();
  expect([shortBytes(100), shortBytes(1536), shortBytes(2 ** 24)]).toEqual([
    '100 B',
    '1.5 KiB',
    '16 MiB',
  ]);
  expect([shortCount(999), shortCount(12_300), shortCount(2e6)]).toEqual(['999', '12.3k', '2M']);
  expect([shortTime(4), shortTime(300), shortTime(25_000), shortTime(1.2e6)]).toEqual([
    '4 µs',
    '0.3 ms',
    '25 ms',
    '1.2 s',
  ]);
  expect(shortTime(5, 100)).toBe('< 0.1 ms');
});

test('every preset is a load, and what is out of range is said', () => {
  for (const { load } of PRESETS) expect(faultOf({ ...LOAD_DEFAULT, ...load })).toBeUndefined();
  for (const { name, high } of KNOBS)
    expect(faultOf({ ...LOAD_DEFAULT, keys: 1, valueBytes: 8, [name]: high + 1 })).toContain(
      'whole number',
    );
  expect(faultOf({ ...LOAD_DEFAULT, mix: { put: 0, get: 0, scan: 0, delete: 0 } })).toContain(
    'empty',
  );
  expect(faultOf({ ...LOAD_DEFAULT, keys: 1_000_000, valueBytes: 4096 })).toContain('256 MiB');
});

test('records know their key, and shrink as they were told to', () => {
  const load: LoadSettings = { ...LOAD_DEFAULT, valueBytes: 200, compressiblePercent: 75 };
  const value = new Records(load, new Random(1)).value(1234);
  expect(value).toHaveLength(200);
  expect(isValueOf(value, 1234)).toBe(true);
  expect(isValueOf(value, 1235)).toBe(false);
  expect(value.slice(50).every((byte) => byte === 0x2e)).toBe(true);
  expect(new Set(value.slice(0, 50)).size).toBeGreaterThan(20);
  expect(numberOfKey(keyOf(987_654))).toBe(987_654);
});

test('key numbers come in the order that was asked for', () => {
  const draw = (order: LoadSettings['order']) => {
    const pick = pickerOf({ ...LOAD_DEFAULT, keys: 100, order }, new Random(1));
    const counts = new Array<number>(100).fill(0);
    for (let i = 0; i < 10_000; i++) counts[pick()]!++;
    return counts;
  };
  expect(draw('sequential').every((count) => count === 100)).toBe(true);
  expect(Math.max(...draw('uniform'))).toBeLessThan(160);
  expect(Math.max(...draw('zipfian'))).toBeGreaterThan(1000);
});

test('a stall counts for what it kept waiting, a late timer does not', () => {
  const pace = new Pace(1000, 0); // one every millisecond
  expect(pace.take(0)).toBe(0);
  expect(pace.waitMs(0.25)).toBeCloseTo(0.75);
  pace.woke(5); // the timer came four milliseconds late, a client was free all the time
  expect([pace.take(5), pace.take(5), pace.behind(5)]).toEqual([5, 5, 2]);
  expect(pace.take(5)).toBe(5);
  expect(pace.take(5)).toBe(5);
  expect(pace.take(5)).toBe(5);
  expect(pace.waitMs(5)).toBeGreaterThan(0);
  expect([pace.take(100), pace.take(100)]).toEqual([6, 7]); // every client was busy until 100
  const flatOut = new Pace(0, 0);
  expect([flatOut.waitMs(3), flatOut.take(3), flatOut.behind(9)]).toEqual([0, 3, 0]);
});

test('latencies fall into bars that hold them all, from what the clock can tell on', () => {
  const histogram = new Histogram();
  for (const us of [0, 15, 16, 31, 32, 5_000_000]) histogram.record(us);
  const bars = latencyBars(histogram.buckets());
  expect(bars[0]).toMatchObject({ label: 'under 16 µs', share: 2 / 6, height: 1 });
  expect(bars[1]).toMatchObject({ label: 'under 32 µs', share: 2 / 6 });
  expect(bars.at(-1)).toMatchObject({ label: 'over 524 ms', share: 1 / 6 });
  expect(bars.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  const coarse = latencyBars(histogram.buckets(), 100);
  expect(coarse[0]).toMatchObject({ label: 'under 0.13 ms', share: 5 / 6 });
});

interface Bench {
  readonly host: Host;
  readonly readings: Reading[];
  readonly ended: string[];
  readonly source: FilesSource;
}

const LOAD: LoadSettings = {
  ...LOAD_DEFAULT,
  mix: { put: 40, get: 40, scan: 10, delete: 10 },
  keys: 2000,
};
const SMALL = { memtableBytes: 16 << 10, levelBytes: 64 << 10, tableBytes: 16 << 10 };

async function bench(tuning: TuningOptions = { ...START_TUNING, ...SMALL }): Promise<Bench> {
  const source = memoryFiles('workbench');
  const readings: Reading[] = [];
  const ended: string[] = [];
  const host = new Host(
    () => source,
    (message: Message) => {
      if ('reading' in message) readings.push(message.reading);
      else if ('loadEnded' in message) ended.push(message.loadEnded);
    },
  );
  const opened = await host.calls.open({
    name: 'workbench',
    opening: START_OPENING,
    tuning,
    readingMs: 10,
  });
  expect(opened).toMatchObject({ kind: 'memory', records: 0 });
  return { host, readings, ended, source };
}

const doneIn = ({ totals }: Reading) =>
  Object.values(totals).reduce((sum, { count }) => sum + count, 0);

test('a load runs, every answer is right, and it is seen in the levels and the lines', async () => {
  const { host, readings, ended } = await bench();
  await host.calls.startLoad(LOAD);
  await until(() => (readings.at(-1)?.properties.compactions ?? 0) > 1);
  const last = readings.at(-1)!;
  expect(ended).toEqual([]);
  expect(last).toMatchObject({ state: 'running', wrongAnswers: 0 });
  for (const { count } of Object.values(last.totals)) expect(count).toBeGreaterThan(0);
  expect(last.found).toBeGreaterThan(0);
  expect(last.properties.latencies.write.count).toBeGreaterThan(0);

  const tuning = await host.calls.setOptions({});
  const bars = levelBars(last.properties, tuning);
  expect(bars.map(({ name }) => name).slice(0, 3)).toEqual(['memtable', 'level 0', 'level 1']);
  const entries = bars.reduce((sum, bar) => sum + bar.entries, 0);
  const levels = last.properties.levels.reduce((sum, level) => sum + level.entries, 0);
  expect(entries).toBe(levels + last.properties.memtableEntries);

  const points = readings.map((reading, index) => pointOf(reading, readings[index - 1]));
  const panels = panelsOf(points.reduce(withPoint, [] as typeof points));
  expect(panels).toHaveLength(4);
  for (const { lines } of panels) for (const { path } of lines) expect(path).not.toContain('NaN');
  expect(points.reduce((sum, { writesPerSecond }) => sum + writesPerSecond, 0)).toBeGreaterThan(0);
  await host.calls.close(undefined);
});

test('pause, hide, resume, change and end', async () => {
  const { host, readings } = await bench();
  await host.calls.startLoad(LOAD);
  await until(() => readings.length > 2);
  await host.calls.pauseLoad(undefined);
  await pause(50);
  const before = doneIn(readings.at(-1)!);
  await pause(50);
  expect(doneIn(readings.at(-1)!)).toBe(before);
  expect(readings.at(-1)?.state).toBe('paused');
  await host.calls.hide(true);
  const count = readings.length;
  await host.calls.resumeLoad(undefined);
  await pause(50);
  expect(readings).toHaveLength(count);
  await host.calls.hide(false);
  await until(() => doneIn(readings.at(-1)!) > before);
  await host.calls.changeLoad({ ...LOAD, mix: { put: 0, get: 1, scan: 0, delete: 0 }, clients: 2 });
  await pause(50);
  const puts = readings.at(-1)!.totals.put.count;
  const gets = readings.at(-1)!.totals.get.count;
  await until(() => readings.at(-1)!.totals.get.count > gets);
  expect(readings.at(-1)!.totals.put.count).toBe(puts);
  await host.calls.endLoad(undefined);
  await until(() => readings.at(-1)?.state === 'none');
  await host.calls.close(undefined);
});

test('a target rate is kept', async () => {
  const { host, readings } = await bench();
  await host.calls.startLoad({ ...LOAD, rate: 500, mix: { put: 1, get: 0, scan: 0, delete: 0 } });
  await pause(1000);
  const done = doneIn(readings.at(-1)!);
  expect(done).toBeGreaterThan(100);
  expect(done).toBeLessThanOrEqual(700);
  await host.calls.close(undefined);
});

test('a crash under load loses no acknowledged write, and the load goes on', async () => {
  const { host, readings, ended } = await bench();
  await host.calls.startLoad(LOAD);
  await until(() => (readings.at(-1)?.properties.flushes ?? 0) > 0);
  const { written, recovered, logs } = await host.calls.crash(undefined);
  expect(written).toBeGreaterThan(0);
  expect(recovered).toBe(written);
  expect(logs.length).toBeGreaterThan(0);
  const seen = readings.length;
  await until(() => readings.length > seen + 3);
  expect(readings.at(-1)).toMatchObject({ state: 'running', wrongAnswers: 0 });
  expect(doneIn(readings.at(-1)!)).toBeGreaterThan(0);
  expect(ended).toEqual([]);
  await host.calls.close(undefined);
});

test('what the other buttons do', async () => {
  const { host, readings } = await bench();
  await host.calls.startLoad({ ...LOAD, rate: 2000 });
  await until(() => (readings.at(-1)?.properties.flushes ?? 0) > 0);
  await host.calls.takeSnapshot(undefined);
  await host.calls.holdScan(undefined);
  await until(
    () => readings.at(-1)?.heldScans === 1 && readings.at(-1)?.properties.snapshots === 1,
  );
  await host.calls.flush(undefined);
  await host.calls.compact(undefined);
  expect((await host.calls.verify(undefined)).sound).toBe(true);
  expect((await host.calls.backup(undefined)).size).toBeGreaterThan(10_000);
  expect((await host.calls.export(undefined)).size).toBeGreaterThan(10_000);
  await host.calls.releaseSnapshots(undefined);
  await host.calls.releaseScans(undefined);
  await until(
    () => readings.at(-1)?.heldScans === 0 && readings.at(-1)?.properties.snapshots === 0,
  );
  const opened = await host.calls.reopen({ ...START_OPENING, blockCacheBytes: 12_345_678 });
  expect(opened.tuning).toMatchObject(SMALL);
  await until(() => readings.at(-1)?.properties.blockCache.capacityBytes === 12_345_678);
  await host.calls.destroy(undefined);
  await expect(host.calls.flush(undefined)).rejects.toThrow('Open it first');
});

test('an option out of range is refused, with its code, and nothing changes', async () => {
  const { host } = await bench();
  const before = await host.calls.setOptions({});
  await expect(host.calls.setOptions({ blockBytes: 1 })).rejects.toThrow('FERRIS_INVALID_ARGUMENT');
  expect(await host.calls.setOptions({})).toEqual(before);
  await host.calls.close(undefined);
});

test('a load that fails says why, once, and stops', async () => {
  const source = memoryFiles('full', { capacityBytes: 300_000 });
  const ended: string[] = [];
  const host = new Host(
    () => source,
    (message) => 'loadEnded' in message && ended.push(message.loadEnded),
  );
  await host.calls.open({ name: 'full', opening: START_OPENING, tuning: {}, readingMs: 10 });
  await host.calls.startLoad({ ...LOAD, mix: { put: 1, get: 0, scan: 0, delete: 0 } });
  await until(() => ended.length > 0);
  await pause(50);
  expect(ended).toHaveLength(1);
  expect(ended[0]).toContain('FERRIS_NO_SPACE');
  await host.calls.close(undefined).catch(() => {});
});
