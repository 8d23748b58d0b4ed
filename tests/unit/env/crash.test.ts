// Whatever happens on a disk, a power cut leaves what the file contract says it leaves.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../../engine/base/random.ts';
import { SECTOR_BYTES } from '../../../engine/env/files.ts';
import { FaultyFiles } from '../../../engine/env/files-faulty.ts';
import type { EngineEvent } from '../../../engine/trace/events.ts';

const NAMES = ['a', 'b', 'c'];

type Step = readonly [call: string, name: string, size: number];

const steps = fc.array(
  fc.tuple(
    fc.constantFrom('create', 'append', 'append', 'sync', 'delete', 'syncDirectory'),
    fc.constantFrom(...NAMES),
    fc.integer({ min: 0, max: 1500 }),
  ),
  { maxLength: 30 },
);

/** What the contract promises, kept by a few lines of bookkeeping of its own. */
class Model {
  readonly now = new Map<string, { bytes: number[]; durable: number }>();
  /** Every file that each name may lead to after a cut; undefined stands for none. */
  possible = new Map(
    NAMES.map((name) => [name, [undefined as { bytes: number[]; durable: number } | undefined]]),
  );

  apply(disk: FaultyFiles, [call, name, size]: Step, salt: number): void {
    const file = this.now.get(name);
    if (call === 'create' && file === undefined) {
      disk.create(name).close();
      const created = { bytes: [], durable: 0 };
      this.now.set(name, created);
      this.possible.get(name)?.push(created);
    } else if (call === 'append' && file !== undefined) {
      const bytes = Array.from({ length: size }, (_, i) => 1 + ((i + salt) % 255));
      disk.open(name).append(Uint8Array.from(bytes));
      file.bytes.push(...bytes);
    } else if (call === 'sync' && file !== undefined) {
      disk.open(name).sync();
      file.durable = file.bytes.length;
    } else if (call === 'delete' && file !== undefined) {
      disk.delete(name);
      this.now.delete(name);
      this.possible.get(name)?.push(undefined);
    } else if (call === 'syncDirectory') {
      disk.syncDirectory();
      for (const each of NAMES) this.possible.set(each, [this.now.get(each)]);
    }
  }

  /** True when a file of these bytes may be found under the name. */
  allows(name: string, found: Uint8Array | undefined): boolean {
    return (this.possible.get(name) ?? []).some((file) => {
      if (file === undefined || found === undefined)
        return file === undefined && found === undefined;
      if (found.length < file.durable || found.length > file.bytes.length) return false;
      return file.bytes.slice(0, file.durable).every((byte, i) => byte === found[i]);
    });
  }
}

function run(list: readonly Step[], seed: number, trace?: (event: EngineEvent) => void) {
  const disk = new FaultyFiles({ random: new Random(seed), trace });
  const model = new Model();
  for (const [salt, step] of list.entries()) model.apply(disk, step, salt);
  return { disk, model };
}

function contents(disk: FaultyFiles): [string, string][] {
  return disk.list().map((name) => [name, disk.bytesOf(name).join()]);
}

test.each(['random', 'lose-all', 'keep-all'] as const)(
  '%s: durable bytes intact, size within bounds, names as allowed',
  (policy) => {
    fc.assert(
      fc.property(steps, fc.nat(), (list, seed) => {
        const { disk, model } = run(list, seed);
        disk.powerCut();
        const after = disk.restart({ policy });
        for (const name of NAMES) {
          const found = after.exists(name) ? after.bytesOf(name) : undefined;
          expect(model.allows(name, found), `${name} after ${policy}`).toBe(true);
        }
        expect(after.durableNames).toEqual(after.list());
        for (const name of after.list())
          expect(after.durableBytesOf(name)).toBe(after.bytesOf(name).length);
      }),
      { numRuns: 500 },
    );
  },
);

test('lose-all leaves exactly the durable state, keep-all exactly the present one', () => {
  fc.assert(
    fc.property(steps, fc.nat(), (list, seed) => {
      const { disk, model } = run(list, seed);
      disk.powerCut();
      const lost = disk.restart({ policy: 'lose-all' });
      const durable = NAMES.flatMap((name) => {
        const file = model.possible.get(name)?.[0];
        return file === undefined ? [] : [[name, file.bytes.slice(0, file.durable).join()]];
      });
      expect(contents(lost)).toEqual(durable);
      const kept = disk.restart({ policy: 'keep-all' });
      const present = [...model.now.keys()]
        .sort()
        .map((name) => [name, model.now.get(name)?.bytes.join()]);
      expect(contents(kept)).toEqual(present);
    }),
  );
});

test('the same seed gives the same disk and the same events', () => {
  fc.assert(
    fc.property(steps, fc.nat(), (list, seed) => {
      const both = [0, 1].map(() => {
        const events: EngineEvent[] = [];
        const { disk } = run(list, seed, (event) => events.push(event));
        disk.powerCut();
        const after = contents(disk.restart());
        return { after, events };
      });
      expect(both[0]).toEqual(both[1]);
    }),
  );
});

test('events say what survived: sectors tile the volatile bytes, the tail is the rest of the file', () => {
  fc.assert(
    fc.property(steps, fc.nat(), (list, seed) => {
      const events: EngineEvent[] = [];
      const { disk } = run(list, seed, (event) => events.push(event));
      const before = new Map(disk.list().map((name) => [name, disk.bytesOf(name)]));
      disk.powerCut();
      const after = disk.restart();
      for (const event of events) {
        if (event.type !== 'power.file') continue;
        const { file, outcome, durableBytes, sectors, tail } = event;
        expect(after.exists(file)).toBe(outcome !== 'vanished');
        if (outcome === 'vanished') continue;
        const found = after.bytesOf(file);
        expect(found.subarray(durableBytes)).toEqual(tail);
        let at = sectors[0]?.offset ?? 0;
        for (const { offset, size, fate } of sectors) {
          expect(offset).toBe(at);
          expect(Math.floor(offset / SECTOR_BYTES)).toBe(
            Math.floor((offset + size - 1) / SECTOR_BYTES),
          );
          at += size;
          if (outcome === 'returned') continue;
          const old = before.get(file)?.subarray(offset, offset + size);
          if (fate === 'kept') expect(found.subarray(offset, offset + size)).toEqual(old);
        }
        if (outcome === 'kept') expect(at).toBe(before.get(file)?.length);
      }
    }),
    { numRuns: 300 },
  );
});

test('chance reaches every fate, every kind of size and every kind of filling', () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 200; seed++) {
    const events: EngineEvent[] = [];
    const disk = new FaultyFiles({
      random: new Random(seed),
      trace: (event) => events.push(event),
    });
    const stale = disk.create('stale');
    stale.append(new Uint8Array(4096).fill(0xaa));
    stale.sync();
    const file = disk.create('file');
    file.append(new Uint8Array(3000).fill(1));
    disk.syncDirectory();
    disk.powerCut();
    disk.restart();
    for (const event of events) {
      if (event.type !== 'power.file' || event.file !== 'file') continue;
      seen.add(
        event.tail.length === 0
          ? 'size 0'
          : event.tail.length === 3000
            ? 'size whole'
            : 'size between',
      );
      for (const { offset, size, fate } of event.sectors) {
        seen.add(fate);
        const bytes = event.tail.subarray(offset, offset + size);
        if (fate !== 'lost' || bytes.length < size) continue;
        if (bytes.every((byte) => byte === 0)) seen.add('zeros');
        else seen.add(bytes.every((byte) => byte === 0xaa) ? 'stale' : 'garbage');
      }
      if (event.sectors.every(({ fate }) => fate === 'kept')) seen.add('all kept');
    }
  }
  expect([...seen].sort()).toEqual(
    [
      'all kept',
      'garbage',
      'kept',
      'lost',
      'size 0',
      'size between',
      'size whole',
      'stale',
      'torn',
      'zeros',
    ].sort(),
  );
});
