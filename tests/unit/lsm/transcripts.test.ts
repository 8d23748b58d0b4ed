// What a store does, event by event, one golden transcript a behavior.

import { expect, test } from 'vitest';
import { utf8 } from '../../../engine/base/bytes.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { Random } from '../../../engine/base/random.ts';
import {
  FaultyFiles,
  type FaultyOptions,
  type RestartOptions,
} from '../../../engine/env/files-faulty.ts';
import { tracedFiles } from '../../../engine/env/files-traced.ts';
import { Batch } from '../../../engine/lsm/batch.ts';
import { describeFile } from '../../../engine/lsm/describe-file.ts';
import type { StoreOptions } from '../../../engine/lsm/options.ts';
import { Store } from '../../../engine/lsm/store.ts';
import type { Trace } from '../../../engine/trace/events.ts';
import { hexdump } from '../../../engine/trace/hexdump.ts';
import { printEvent } from '../../../engine/trace/print.ts';
import { expectGolden } from '../../golden.ts';

class Transcript {
  readonly #lines: string[] = [];
  readonly #trace: Trace = (event) => this.#lines.push(printEvent(event));
  disk: FaultyFiles;
  store: Store;

  constructor(options: FaultyOptions = {}, storeOptions: Partial<StoreOptions> = {}) {
    this.disk = new FaultyFiles({ random: new Random(1), ...options, trace: this.#trace });
    this.store = this.open(storeOptions);
  }

  say(words: string): void {
    this.#lines.push('', `# ${words}`);
  }

  open(options: Partial<StoreOptions> = {}): Store {
    this.say('open');
    this.store = Store.open({
      ...options,
      files: tracedFiles(this.disk, this.#trace),
      trace: this.#trace,
    });
    return this.store;
  }

  put(key: string, value: string, sync: 'none' | 'normal' | 'full' = 'full'): void {
    this.say(`put ${key} = ${value}, sync ${sync}`);
    this.store.write(new Batch().put(utf8(key), utf8(value)), sync);
  }

  cutAndRestart(policy: RestartOptions['policy']): void {
    this.say('the power goes, and comes back');
    this.disk.powerCut();
    this.disk = this.disk.restart(policy === undefined ? {} : { policy });
  }

  attempt(action: () => unknown): void {
    try {
      action();
    } catch (error) {
      if (!isFerrisError(error)) throw error;
      this.#lines.push(`=> ${error.message}`);
    }
  }

  expect(name: string): void {
    expectGolden(`store/${name}.txt`, `${this.#lines.join('\n').trimStart()}\n`);
  }

  expectBytes(file: string, name: string): void {
    const bytes = this.disk.bytesOf(file);
    expectGolden(`store/${name}.dump.txt`, hexdump(bytes, describeFile(file, bytes)));
  }
}

test('the first write creates the database, then the log', () => {
  const run = new Transcript();
  run.put('crab', 'orange');
  run.put('crab', 'red', 'none');
  run.expect('first_write');
  run.expectBytes('superblock-0', 'superblock');
});

test('a flush: table, edit, and only then the log goes', () => {
  const run = new Transcript();
  run.put('crab', 'orange');
  run.put('lobster', 'blue');
  run.say('flush');
  run.store.flush();
  run.say('get crab');
  run.store.get(utf8('crab'));
  run.say('get nothing');
  run.store.get(utf8('nothing'));
  run.expect('flush');
  run.expectBytes('000001.man', 'manifest');
});

test('recovery replays the log and writes nothing', () => {
  const run = new Transcript();
  run.put('crab', 'orange');
  run.put('lobster', 'blue', 'none');
  run.cutAndRestart('lose-all');
  run.open();
  run.say('get lobster');
  expect(run.store.get(utf8('lobster'))).toBeUndefined();
  run.expect('recovery');
});

test('the write after a torn tail begins a log that says where the old one ended', () => {
  const run = new Transcript();
  run.put('crab', 'orange');
  run.put('lobster', 'blue', 'none');
  run.cutAndRestart({ sector: () => 'torn' });
  run.open();
  run.put('shrimp', 'pink');
  run.expect('torn_tail_left_behind');
});

test('a flush that was cut before its edit leaves a table nobody knows, and the log', () => {
  const run = new Transcript();
  run.put('crab', 'orange');
  run.say('flush, and the power goes before the edit');
  run.disk.cutAtCall(7);
  run.attempt(() => run.store.flush());
  run.cutAndRestart('keep-all');
  run.open();
  run.put('lobster', 'blue');
  run.say('flush');
  run.store.flush();
  run.expect('flush_cut_before_its_edit');
});

test('where syncs take effect later, each step waits for the one before', () => {
  const run = new Transcript({ durability: 'manual' });
  run.put('crab', 'orange');
  run.say('the disk completes its syncs');
  run.disk.completeSync();
  run.say('flush');
  expect(run.store.flush()).toBe(false);
  run.say('the disk completes its syncs');
  run.disk.completeSync();
  run.say('flush');
  expect(run.store.flush()).toBe(true);
  run.say('the disk completes its syncs');
  run.disk.completeSync();
  run.expect('durable_later');
});

test('a failed sync ends the writing', () => {
  const run = new Transcript();
  run.put('crab', 'orange');
  run.disk.failNext('sync', 'FERRIS_IO');
  run.attempt(() => run.put('lobster', 'blue'));
  run.attempt(() => run.put('shrimp', 'pink'));
  run.say('close');
  run.store.close();
  run.disk = run.disk.reopen();
  run.open();
  run.expect('failed_sync');
});
