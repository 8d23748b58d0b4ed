// One suite for every kind of state machine.

import { expect, test } from 'vitest';
import { text, utf8 } from '../../../engine/base/bytes.ts';
import { Random } from '../../../engine/base/random.ts';
import { type CallName, encodeCommand } from '../../../engine/cluster/commands.ts';
import { MAP_MACHINE } from '../../../engine/cluster/map-machine.ts';
import { SnapshotFiles, SnapshotWriter } from '../../../engine/cluster/snapshot-files.ts';
import type { MachineKind, StateMachine } from '../../../engine/cluster/state-machine.ts';
import { storeMachine } from '../../../engine/cluster/store-machine.ts';
import type { Files } from '../../../engine/env/files.ts';
import { FaultyFiles } from '../../../engine/env/files-faulty.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import type { Entry } from '../../../engine/raft/message.ts';

const KINDS: Record<string, MachineKind> = {
  map: MAP_MACHINE,
  store: storeMachine(),
  'store, tiny': storeMachine({ memtableBytes: 512, logBytes: 1024, tableBytes: 512 }),
};

/** Makes the entries of a log, one after the other. */
class Log {
  #index = 0;

  noop(): Entry {
    return { index: ++this.#index, term: 1, kind: 'noop', data: new Uint8Array(0) };
  }

  entry(
    [client, request]: readonly [number, number],
    call: CallName,
    key: string,
    value: string | null = null,
    expected: string | null = null,
  ): Entry {
    const data = encodeCommand({
      ...{ client, request, call, key: utf8(key) },
      value: value === null ? null : utf8(value),
      expected: expected === null ? null : utf8(expected),
    });
    return { index: ++this.#index, term: 1, kind: 'command', data };
  }
}

function answerOf(machine: StateMachine, entry: Entry): string {
  const applied = machine.apply(entry);
  const { answer, duplicate } = applied ?? { answer: undefined, duplicate: false };
  if (answer === undefined) return duplicate ? 'stale' : 'none';
  const value = answer.value === null ? '' : ` ${text(answer.value)}`;
  return `${answer.outcome}${value}${duplicate ? ' again' : ''}`;
}

function stateOf(machine: StateMachine): string {
  const pairs = machine.list(1000).map(({ key, value }) => `${text(key)}=${text(value)}`);
  return `${machine.appliedIndex} ${machine.stateHash} ${pairs.join(' ')}`;
}

/** Writes a snapshot to its end; returns its index. */
function snapshot(files: Files, machine: StateMachine, kind: MachineKind): number {
  const frozen = machine.freeze();
  if (frozen === undefined) throw new Error('the files are durable at once');
  const writer = new SnapshotWriter(files, frozen, kind.id);
  while (!writer.isWritten) writer.work();
  return frozen.index;
}

/** Random commands of a few clients, some of them sent twice. */
function randomEntries(count: number, seed: number): Entry[] {
  const random = new Random(seed);
  const log = new Log();
  const entries: Entry[] = [];
  const requests = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const client = random.below(3);
    const request = random.chance(1, 5) ? Math.max(1, requests[client]!) : ++requests[client]!;
    requests[client] = Math.max(request, requests[client]!);
    const call = random.pick(['put', 'delete', 'cas', 'add', 'get'] as const);
    const key = `k${random.below(6)}`;
    const value = call === 'get' || call === 'delete' ? null : `${random.below(9)}`;
    const expected = call === 'cas' && random.chance(1, 2) ? `${random.below(9)}` : null;
    entries.push(log.entry([100 + client, request], call, key, value, expected));
  }
  return entries;
}

test('a snapshot that was replaced while it was being sent is not found', () => {
  const files = new MemoryFiles();
  const machine = MAP_MACHINE.open({ files, generation: 0 });
  const [first, ...rest] = randomEntries(4, 1);
  machine.apply(first!);
  const old = snapshot(files, machine, MAP_MACHINE);
  const snapshots = new SnapshotFiles(files);
  expect(snapshots.read(old, 0, 8).length).toBe(8);
  for (const entry of rest) machine.apply(entry);
  const now = snapshot(files, machine, MAP_MACHINE);
  snapshots.dropBefore(now);
  expect(() => snapshots.read(old, 8, 8)).toThrow('FERRIS_NOT_FOUND');
  expect(snapshots.read(now, 8, 8).length).toBe(8);
});

for (const [name, kind] of Object.entries(KINDS)) {
  test(`${name}: what each command answers`, () => {
    const machine = kind.open({ files: new MemoryFiles(), generation: 0 });
    const log = new Log();
    let request = 0;
    const ask = (...call: [CallName, string, (string | null)?, (string | null)?]) =>
      answerOf(machine, log.entry([100, ++request], ...call));
    expect(answerOf(machine, log.noop())).toBe('none');
    expect(ask('get', 'a')).toBe('ok');
    expect(ask('put', 'a', '1')).toBe('ok');
    expect(ask('get', 'a')).toBe('ok 1');
    expect(ask('cas', 'a', '3', '2')).toBe('failed 1');
    expect(ask('cas', 'a', '3', null)).toBe('failed 1');
    expect(ask('cas', 'a', '3', '1')).toBe('ok');
    expect(ask('add', 'a', '39')).toBe('ok 42');
    expect(ask('add', 'b', null)).toBe('ok 1');
    expect(ask('add', 'b', '-5')).toBe('ok -4');
    expect(ask('put', 'b', 'no number')).toBe('ok');
    expect(ask('add', 'b', '1')).toBe('failed no number');
    expect(ask('cas', 'b', null, 'no number')).toBe('ok');
    expect(ask('cas', 'b', 'new', null)).toBe('ok');
    expect(ask('delete', 'a')).toBe('ok');
    expect(ask('delete', 'a')).toBe('ok');
    expect(stateOf(machine)).toMatch(/^16 \d+ b=new$/);
  });

  test(`${name}: a command that comes twice is applied once`, () => {
    const machine = kind.open({ files: new MemoryFiles(), generation: 0 });
    const log = new Log();
    expect(answerOf(machine, log.entry([100, 1], 'add', 'n', '1'))).toBe('ok 1');
    expect(answerOf(machine, log.entry([101, 1], 'add', 'n', '1'))).toBe('ok 2');
    expect(answerOf(machine, log.entry([100, 1], 'add', 'n', '1'))).toBe('ok 1 again');
    expect(answerOf(machine, log.entry([100, 2], 'get', 'n'))).toBe('ok 2');
    expect(answerOf(machine, log.entry([100, 1], 'add', 'n', '1'))).toBe('stale');
    expect(text(machine.get(utf8('n'))!)).toBe('2');
  });

  test(`${name}: the same log gives the same state and hash as in memory`, () => {
    const machine = kind.open({ files: new MemoryFiles(), generation: 0 });
    const model = MAP_MACHINE.open({ files: new MemoryFiles(), generation: 0 });
    for (const entry of randomEntries(300, 7)) {
      expect(answerOf(machine, entry)).toBe(answerOf(model, entry));
      expect(machine.stateHash).toBe(model.stateHash);
      while (machine.workDue) machine.work();
    }
    expect(stateOf(machine)).toBe(stateOf(model));
  });

  test(`${name}: a snapshot has the state of its index, sessions too`, () => {
    const files = new MemoryFiles();
    const machine = kind.open({ files, generation: 0 });
    const entries = randomEntries(200, 9);
    for (const entry of entries.slice(0, 120)) machine.apply(entry);
    const before = stateOf(machine);
    const frozen = machine.freeze();
    for (const entry of entries.slice(120, 150)) machine.apply(entry);
    const writer = new SnapshotWriter(files, frozen!, kind.id);
    while (!writer.isWritten) writer.work();
    const snapshots = new SnapshotFiles(files);
    expect(snapshots.isSound(120, kind.id)).toBe(true);
    expect(snapshots.isSound(120, kind.id + 1)).toBe(false);
    const restored = kind.restore({ files, generation: 1 }, snapshots.parts(120, kind.id));
    expect(stateOf(restored)).toBe(before);
    for (const entry of entries.slice(120, 150)) restored.apply(entry);
    expect(stateOf(restored)).toBe(stateOf(machine));
    for (const entry of entries.slice(150)) {
      expect(answerOf(restored, entry)).toBe(answerOf(machine, entry));
    }
    expect(stateOf(restored)).toBe(stateOf(machine));
  });

  test(`${name}: a damaged snapshot is no snapshot`, () => {
    const disk = new FaultyFiles();
    const machine = kind.open({ files: disk, generation: 0 });
    for (const entry of randomEntries(40, 3)) machine.apply(entry);
    const index = snapshot(disk, machine, kind);
    const [file] = disk.list().filter((each) => each.endsWith('.snp'));
    const size = disk.bytesOf(file!).length;
    const snapshots = new SnapshotFiles(disk);
    for (let at = 0; at < size; at += 1 + Math.floor(size / 97)) {
      disk.rot(file!, at, at & 7);
      expect(snapshots.isSound(index, kind.id), `byte ${at}`).toBe(false);
      disk.rot(file!, at, at & 7);
    }
    expect(snapshots.isSound(index, kind.id)).toBe(true);
    disk.rot(file!, size - 40, 3);
    expect(() => snapshots.read(index, 0, 8), 'it is not sent').toThrow('FERRIS_CORRUPTION');
  });

  test(`${name}: only its own generation stays`, () => {
    const files = new MemoryFiles();
    const machine = kind.open({ files, generation: 4 });
    for (const entry of randomEntries(20, 5)) machine.apply(entry);
    const index = snapshot(files, machine, kind);
    const place = { files, generation: 5 };
    const next = kind.restore(place, new SnapshotFiles(files).parts(index, kind.id));
    machine.close();
    const state = stateOf(next);
    next.close();
    kind.discardOthers(place);
    expect(files.list().filter((file) => file.startsWith('g000004'))).toEqual([]);
    if (kind.keepsFiles) expect(stateOf(kind.open(place))).toBe(state);
  });
}

test('store: a crash keeps whole commands, each with its index and session', () => {
  const entries = randomEntries(60, 11);
  const model = MAP_MACHINE.open({ files: new MemoryFiles(), generation: 0 });
  const states = [stateOf(model)];
  for (const entry of entries) {
    model.apply(entry);
    states.push(stateOf(model));
  }
  const kind = KINDS['store, tiny']!;
  for (let seed = 0; seed < 60; seed++) {
    const disk = new FaultyFiles({ random: new Random(seed) });
    disk.cutAtCall(5 + seed * 3);
    try {
      const machine = kind.open({ files: disk, generation: 0 });
      for (const entry of entries) machine.apply(entry);
    } catch (error) {
      expect(String(error)).toContain('FERRIS_POWER_CUT');
    }
    disk.powerCut();
    const machine = kind.open({ files: disk.restart(), generation: 0 });
    expect(states).toContain(stateOf(machine));
    for (const entry of entries.slice(machine.appliedIndex)) machine.apply(entry);
    expect(stateOf(machine)).toBe(states.at(-1));
  }
});

test('store: a snapshot that had to wait for the disk has the state of its own index', () => {
  const disk = new FaultyFiles({ durability: 'manual' });
  const kind = KINDS['store']!;
  const machine = kind.open({ files: disk, generation: 0 });
  const states: string[] = [stateOf(machine)];
  let frozen: ReturnType<StateMachine['freeze']>;
  for (const entry of randomEntries(80, 13)) {
    machine.apply(entry);
    states.push(stateOf(machine));
    if (entry.index >= 20) frozen ??= machine.freeze();
    if (entry.index % 5 === 0) disk.completeSync(1);
  }
  expect(frozen!.index).toBeGreaterThanOrEqual(20);
  expect(frozen!.index, 'it took a while').toBeLessThan(80);
  const place = { files: new MemoryFiles(), generation: 1 };
  const restored = kind.restore(place, { [Symbol.iterator]: () => frozen!.parts });
  expect(stateOf(restored)).toBe(states[frozen!.index]);
  expect(restored.stateHash).toBe(frozen!.stateHash);
});
