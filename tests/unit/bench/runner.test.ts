// The runner must not believe a store: one that drops, invents or mixes up records fails.

import { expect, test } from 'vitest';
import type { Data } from '../../bench/data.ts';
import type { Mode, Peer, Visit } from '../../bench/peer.ts';
import { Runner } from '../../bench/runner.ts';
import { type Sizes, WORKLOADS } from '../../bench/workloads.ts';

const SIZES: Sizes = { records: 200, syncs: 5, gets: 100, seeks: 20, cellMsMax: 10_000 };

/** A sorted map that keeps its promises. */
class Honest implements Peer {
  readonly settings: Record<Mode, string> = { unsynced: '', synced: '' };
  skips: Record<string, string> = {};
  kept = new Map<string, Uint8Array>();
  isOpen = false;

  async open(): Promise<void> {
    this.isOpen = true;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.kept.set(textOf(key), value.slice());
  }

  batch(data: Data, order: Uint32Array, from: number, to: number): void {
    for (const index of order.subarray(from, to))
      this.put(data.keys[index] as Uint8Array, data.value(index));
  }

  beginReads(): void {}

  get(key: Uint8Array): Uint8Array | undefined {
    return this.kept.get(textOf(key));
  }

  scan(start: Uint8Array | undefined, limit: number, visit: Visit): void {
    const from = start ? textOf(start) : '';
    const keys = [...this.kept.keys()].sort().filter((key) => key >= from);
    for (const key of keys.slice(0, limit))
      visit(new TextEncoder().encode(key), this.kept.get(key) as Uint8Array);
  }

  endReads(): void {}
  settle(): void {}

  async close(): Promise<void> {
    this.isOpen = false;
  }

  async destroy(): Promise<void> {
    this.kept.clear();
  }

  async footprint() {
    return { files: 1, bytes: 2 * SIZES.records * 116 };
  }
}

const textOf = (key: Uint8Array) => new TextDecoder().decode(key);

test('an honest store passes every workload', async () => {
  const runner = new Runner(new Honest(), SIZES);
  for (const { name } of WORKLOADS) {
    const { ops, value } = await runner.run(name);
    expect(ops, name).toBeGreaterThan(0);
    expect(value, name).toBeGreaterThan(0);
  }
  await runner.finish();
});

test('space is bytes on disk for each byte of keys and values', async () => {
  const { value } = await new Runner(new Honest(), SIZES).run('space');
  expect(value).toBe(2);
});

test('a store that drops a write fails', async () => {
  class Forgetful extends Honest {
    override put(key: Uint8Array, value: Uint8Array): void {
      if (this.kept.size !== 150) super.put(key, value);
    }
  }
  await expect(new Runner(new Forgetful(), SIZES).run('fillrandom')).rejects.toThrow(
    /a key is wrong|came back/,
  );
});

test('a store that answers with another value fails', async () => {
  class Confused extends Honest {
    override get(key: Uint8Array): Uint8Array | undefined {
      return super.get(key)?.map((byte) => byte ^ 1);
    }
  }
  const runner = new Runner(new Confused(), SIZES);
  await expect(runner.run('readrandom')).rejects.toThrow('read other bytes');
  await expect(runner.run('ycsb-a')).rejects.toThrow('read other bytes');
});

test('a store that finds what is not there fails', async () => {
  class Inventive extends Honest {
    override get(key: Uint8Array): Uint8Array | undefined {
      return super.get(key) ?? new Uint8Array(100);
    }
  }
  await expect(new Runner(new Inventive(), SIZES).run('readmissing')).rejects.toThrow();
});

test('a store that keeps an old value is found out at the end', async () => {
  class Stubborn extends Honest {
    override put(key: Uint8Array, value: Uint8Array): void {
      if (!this.kept.has(textOf(key))) super.put(key, value);
    }
  }
  const runner = new Runner(new Stubborn(), SIZES);
  await runner.run('overwrite');
  await expect(runner.finish()).rejects.toThrow('a value is wrong');
});

test('a loop whose time is up is judged by what it did', async () => {
  class Slow extends Honest {
    override put(key: Uint8Array, value: Uint8Array): void {
      const endMs = performance.now() + 2;
      while (performance.now() < endMs);
      super.put(key, value);
    }
  }
  const runner = new Runner(new Slow(), { ...SIZES, cellMsMax: 20 });
  const { ops, cut } = await runner.run('fillrandom');
  expect(cut).toBe(true);
  expect(ops).toBeLessThan(SIZES.records);
});

test('what a store skips is not run, and says why', async () => {
  const peer = new Honest();
  peer.skips = { synced: 'it can not', space: 'it has no files' };
  const runner = new Runner(peer, SIZES);
  expect((await runner.run('fillsync-100')).skipped).toBe('it can not');
  expect((await runner.run('space')).skipped).toBe('it has no files');
  expect((await runner.run('fillrandom')).skipped).toBeUndefined();
});
