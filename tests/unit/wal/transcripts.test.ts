import { expect, test } from 'vitest';
import { concatBytes, utf8 } from '../../../engine/base/bytes.ts';
import { FerrisError } from '../../../engine/base/errors.ts';
import { loseAll } from '../../../engine/env/crash.ts';
import { tracedFiles } from '../../../engine/env/files-traced.ts';
import { walName } from '../../../engine/lsm/file-names.ts';
import { WAL_FORMAT } from '../../../engine/lsm/wal/format.ts';
import { LogWriter } from '../../../engine/lsm/wal/writer.ts';
import { bytesOf, createLog, payload } from './logs.ts';
import { Scenario } from './scenario.ts';

test('append_and_sync', () => {
  const s = new Scenario();
  const traced = tracedFiles(s.files, s.trace);
  s.say('a new log');
  const log = createLog(traced, 3, undefined, s.trace);
  s.say('two records, then one sync for both');
  log.append(payload('one'));
  log.append(payload('two'));
  log.sync();
  s.say('a group is one append; each of its records saw both others durable');
  log.appendAll([payload('three'), payload('four'), payload('')]);
  s.say('a second sync has nothing to do');
  log.sync();
  log.sync();
  s.expect('append_and_sync');
});

test('append_without_sync', () => {
  const s = new Scenario();
  const log = s.create(3);
  log.append(payload('one'));
  log.append(payload('two'));
  s.say('the process ends; the machine does not: all bytes are still in its cache');
  s.files = s.files.reopen();
  s.recover('absolute');
  s.say('recovery has made durable what it read');
  s.cutAndRestart(loseAll);
  s.recover('absolute');
  s.expect('append_without_sync');
});

/** Four records of 700 bytes, the first of them synced; the sector at 1024 doesn't survive. */
function tornTail(): Scenario {
  const s = new Scenario();
  const log = s.create(3);
  log.append(payload('one', 700));
  log.sync();
  for (const name of ['two', 'three', 'four']) log.append(payload(name, 700));
  s.cutAndRestart({ sector: (_file, offset) => (offset === 1024 ? 'lost' : 'kept') });
  return s;
}

test('torn_tail_with_debris', () => {
  const s = tornTail();
  s.recoverInAllModes();
  s.expect('torn_tail_with_debris');
});

test('ended_by_decree', () => {
  const s = tornTail();
  s.recover('tolerate-torn-tail');
  s.say('the next log says where this one ended; the debris stays where it is');
  const next = s.create(4, { log: 3, endBytes: 780 });
  next.append(payload('five'));
  next.sync();
  s.recoverInAllModes();
  s.expect('ended_by_decree');
});

test('corruption_vouched_by_later_record', () => {
  const s = new Scenario();
  const log = s.create(3);
  for (const name of ['one', 'two', 'three']) {
    log.append(payload(name));
    log.sync();
  }
  s.say('a bit of record two, which record three saw durable');
  s.rot(3, 100);
  s.recoverInAllModes();
  s.say('and its length, so that three must be searched for');
  s.rot(3, 87);
  s.recoverInAllModes();
  s.expect('corruption_vouched_by_later_record');
});

test('damage_that_nothing_vouches_for', () => {
  const s = new Scenario();
  const log = s.create(3);
  for (const name of ['one', 'two']) log.append(payload(name));
  log.sync();
  s.say('the last group is durable, but no bytes on the disk say so');
  s.rot(3, 82);
  s.recoverInAllModes();
  s.expect('damage_that_nothing_vouches_for');
});

test('corruption_vouched_by_next_log', () => {
  const s = new Scenario();
  const log = s.create(3);
  log.append(payload('one'));
  log.append(payload('two'));
  const next = s.rotate(log, 4);
  next.append(payload('three'));
  s.rot(3, 99);
  s.recoverInAllModes();
  s.expect('corruption_vouched_by_next_log');
});

test('log_shorter_than_the_next_one_says', () => {
  const s = new Scenario();
  const log = s.create(3);
  log.append(payload('one'));
  const next = s.create(4, { log: 3, endBytes: 120 });
  next.append(payload('two'));
  s.recoverInAllModes();
  s.expect('log_shorter_than_the_next_one_says');
});

test('new_header_outran_the_old_tail', () => {
  const s = new Scenario({ durability: 'manual' });
  const log = s.create(3);
  s.files.completeSync();
  log.append(payload('one', 1000));
  s.say('the disk is slow: log 3 is asked to sync, then log 4 is made and written to');
  const next = s.rotate(log, 4);
  next.append(payload('two'));
  s.say('nothing of it was durable; the newer bytes survive and some of the older do not');
  s.cutAndRestart({ sector: (_file, offset) => (offset === 512 ? 'lost' : 'kept') });
  s.recoverInAllModes();
  s.expect('new_header_outran_the_old_tail');
});

test('stale_record_of_an_older_log', () => {
  const s = new Scenario();
  const old = s.create(3);
  old.append(payload('one'));
  old.append(payload('old'));
  old.sync();
  const log = s.rotate(old, 4);
  log.append(payload('new'));
  s.say('the bytes of log 3 appear at the same offset of log 4, as on a recycled disk');
  const file = s.files.open(walName(4));
  file.append(bytesOf(s.files, walName(3)).subarray(log.size));
  s.recover('tolerate-torn-tail');
  s.expect('stale_record_of_an_older_log');
});

test('record_stored_as_a_value', () => {
  const s = new Scenario();
  const log = s.create(3);
  log.append(payload('one'));
  const record = bytesOf(s.files, walName(3)).subarray(64);
  s.say('a user stores the bytes of a record; then the record that holds them is damaged');
  log.append(concatBytes(utf8('value: '), record));
  log.append(payload('three'));
  s.rot(3, 64 + 19 + 16);
  s.recover('skip-corrupt');
  s.expect('record_stored_as_a_value');
});

test('missing_log', () => {
  const s = new Scenario();
  const three = s.create(3);
  three.append(payload('one'));
  const five = s.rotate(three, 5);
  five.append(payload('two'));
  const eight = s.rotate(five, 8);
  eight.append(payload('three'));
  s.say('log 5 is deleted by somebody');
  s.files.delete(walName(5));
  s.recoverInAllModes();
  s.say('no log is missed that is in a table already');
  s.recover('absolute', undefined, 8);
  s.expect('missing_log');
});

test('header_of_the_newest_log_lost', () => {
  const s = new Scenario({ durability: 'manual' });
  const log = s.create(3);
  log.append(payload('one'));
  log.sync();
  s.files.completeSync();
  s.say('the power goes while log 4 is made: its name survives, its bytes do not');
  s.rotate(log, 4);
  s.cutAndRestart({ sizeBytes: (_file, durableBytes) => durableBytes });
  s.recoverInAllModes();
  s.say('the next log passes it by');
  const next = s.create(5, { log: 3, endBytes: 83 });
  next.append(payload('two'));
  s.recover('absolute');
  s.expect('header_of_the_newest_log_lost');
});

test('header_damaged_in_the_middle', () => {
  const s = new Scenario();
  const three = s.create(3);
  three.append(payload('one'));
  const four = s.rotate(three, 4);
  four.append(payload('two'));
  const five = s.rotate(four, 5);
  five.append(payload('three'));
  s.rot(4, 20);
  s.recoverInAllModes();
  s.expect('header_damaged_in_the_middle');
});

test('link_lost_after_a_torn_tail', () => {
  const s = tornTail();
  s.recover('tolerate-torn-tail');
  const next = s.create(4, { log: 3, endBytes: 780 });
  next.append(payload('five'));
  next.sync();
  s.say('the header that decreed the end of log 3 is damaged');
  s.rot(4, 20);
  s.recoverInAllModes();
  s.expect('link_lost_after_a_torn_tail');
});

test('point_in_time_then_on', () => {
  const s = new Scenario();
  const three = s.create(3);
  for (const name of ['one', 'two']) three.append(payload(name));
  const four = s.rotate(three, 4);
  four.append(payload('three'));
  four.sync();
  s.rot(3, 100);
  s.recover('point-in-time');
  s.say('the next log follows what was kept, so the rest is dropped for good');
  const next = s.create(5, { log: 3, endBytes: 83 });
  next.append(payload('four'));
  s.recover('absolute');
  s.expect('point_in_time_then_on');
});

test('skip_stops_at_the_decreed_end', () => {
  const s = new Scenario();
  const three = s.create(3);
  for (const name of ['one', 'two', 'three', 'four']) three.append(payload(name));
  three.sync();
  s.say('log 3 ended before its third record; after that come damage and a whole record');
  s.rot(3, 110);
  const four = s.create(4, { log: 3, endBytes: 102 });
  four.append(payload('five'));
  s.rot(3, 100);
  s.recover('skip-corrupt');
  s.expect('skip_stops_at_the_decreed_end');
});

test('links_that_make_no_sense', () => {
  for (const previous of [
    { log: 4, endBytes: 83 },
    { log: 9, endBytes: 83 },
    { log: 3, endBytes: 63 },
    { log: 0, endBytes: 83 },
  ]) {
    const s = new Scenario();
    s.create(3).append(payload('one'));
    s.create(4, previous).append(payload('two'));
    s.recover('tolerate-torn-tail');
    s.recover('skip-corrupt');
    s.expect(`links_that_make_no_sense_${previous.log}_${previous.endBytes}`);
  }
});

test('payload_refused', () => {
  const s = new Scenario();
  const log = s.create(3);
  for (const name of ['one', 'not a batch', 'three']) log.append(payload(name));
  s.recoverInAllModes((bytes) => {
    if (bytes.length > 5) throw new FerrisError('FERRIS_CORRUPTION', 'this is no batch');
  });
  s.expect('payload_refused');
});

test('an error of the visitor that is not about the bytes stops recovery as it is', () => {
  const s = new Scenario();
  s.create(3).append(payload('one'));
  s.recover('skip-corrupt', () => {
    throw new Error('a bug');
  });
  s.expect('visitor_throws');
});

test('a half-made log is left behind by an error, and is in nobodys way', () => {
  const s = new Scenario();
  s.files.failNext('sync', 'FERRIS_IO');
  const log = { format: WAL_FORMAT, fileNumber: 3, createdMs: 0, previousLog: 0 };
  const make = () =>
    LogWriter.create(s.files, { ...log, fileName: walName(3), previousEndBytes: 0 }, s.trace);
  expect(make).toThrow('FERRIS_IO');
  expect(s.files.list()).toEqual(['000003.wal']);
  s.create(4).append(payload('one'));
  s.recover('absolute');
  s.expect('half_made_log');
});
