// Logs that end in zeros, as a file system leaves them that kept zeros ready (env/files.ts, rule 9):
// a clean end in every mode, and never an excuse for a record that is torn.

import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../../engine/base/bytes.ts';
import type { Span } from '../../../engine/base/layout.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { walName } from '../../../engine/lsm/file-names.ts';
import { describeLog } from '../../../engine/lsm/wal/describe.ts';
import { RECORDS_AT, WAL_FORMAT } from '../../../engine/lsm/wal/format.ts';
import { LogReader } from '../../../engine/lsm/wal/reader.ts';
import {
  bytesOf,
  createLog,
  filesOf,
  type Image,
  imageOf,
  MODES,
  payload,
  recover,
  rotate,
  withFile,
} from './logs.ts';

const [FIRST, SECOND] = [walName(3), walName(4)];
const ALL = ['one', 'two'.padEnd(40, '.'), 'three', 'four', 'last'.padEnd(30, '.')];

/** Two logs; the last record is the only one that nothing vouches for. */
function twoLogs(): Image {
  const files = new MemoryFiles();
  const first = createLog(files, 3);
  for (const name of ALL.slice(0, 3)) {
    first.append(payload(name));
    first.sync();
  }
  const second = rotate(files, first, 4);
  second.append(payload('four'));
  second.sync();
  second.append(payload(ALL[4] as string));
  return imageOf(files);
}

const IMAGE = twoLogs();
const bytesIn = (name: string) => IMAGE.get(name) as Uint8Array;
const LAST_BYTES = 16 + 30;
const LAST_AT = bytesIn(SECOND).length - LAST_BYTES;

const zeros = (count: number) => new Uint8Array(count);
const withTail = (image: Image, name: string, count: number) =>
  withFile(image, name, concatBytes(image.get(name) as Uint8Array, zeros(count)));

describe.each(MODES)('%s', (mode) => {
  test('zeros to the end of a log are its clean end, however many', () => {
    for (const count of [1, 15, 16, 17, 600, 65_536, 200_000]) {
      const both = withTail(withTail(IMAGE, FIRST, count), SECOND, count);
      for (const image of [withTail(IMAGE, SECOND, count), withTail(IMAGE, FIRST, count), both]) {
        const { payloads, report } = recover(filesOf(image), mode);
        expect(payloads).toEqual(ALL);
        expect(report).toMatchObject({ lossy: false, vouchedLoss: false, lastLog: 4 });
        expect(report?.lastEndBytes).toBe(bytesIn(SECOND).length);
        expect(report?.logs.map(({ droppedBytes }) => droppedBytes)).toEqual([0, 0]);
        expect(report?.logs[1]?.verdict).toBe('whole');
      }
    }
  });

  test('a log that has nothing but its header and zeros has no records', () => {
    const image = withFile(
      IMAGE,
      SECOND,
      concatBytes(bytesIn(SECOND).subarray(0, RECORDS_AT), zeros(900)),
    );
    const { payloads, report } = recover(filesOf(image), mode);
    expect(payloads).toEqual(ALL.slice(0, 3));
    expect(report).toMatchObject({ lossy: false, lastEndBytes: RECORDS_AT });
  });

  test('a record that is torn in front of zeros is torn, wherever it is', () => {
    const whole = bytesIn(SECOND);
    for (let kept = 1; kept < LAST_BYTES; kept++) {
      const head = concatBytes(whole.subarray(0, LAST_AT + kept), zeros(LAST_BYTES - kept + 700));
      const tail = concatBytes(
        whole.subarray(0, LAST_AT),
        zeros(LAST_BYTES - kept),
        whole.subarray(whole.length - kept),
        zeros(700),
      );
      for (const bytes of [head, tail]) {
        const { payloads, report } = recover(filesOf(withFile(IMAGE, SECOND, bytes)), mode);
        expect(payloads).toEqual(mode === 'absolute' ? payloads : ALL.slice(0, 4));
        expect(report === undefined, `${kept} bytes kept`).toBe(mode === 'absolute');
        if (report === undefined) continue;
        expect(report).toMatchObject({ lossy: true, vouchedLoss: false, lastEndBytes: LAST_AT });
        expect(report.logs[1]?.droppedBytes, 'the reserve is no loss').toBeLessThanOrEqual(
          LAST_BYTES,
        );
      }
    }
  });

  test('zeros in place of what had been durable are a loss', () => {
    const first = bytesIn(FIRST);
    for (let from = RECORDS_AT; from < first.length; from++) {
      const bytes = concatBytes(first.subarray(0, from), zeros(first.length - from + 300));
      const { report, error } = recover(filesOf(withFile(IMAGE, FIRST, bytes)), mode);
      const refuses = mode === 'absolute' || mode === 'tolerate-torn-tail';
      expect(report?.vouchedLoss, `from ${from}`).toBe(refuses ? undefined : true);
      if (refuses) expect(error).toMatchObject({ code: 'FERRIS_CORRUPTION' });
    }
  });
});

test('megabytes of zeros are read once, and searched for records never', () => {
  let read = 0;
  const bytes = concatBytes(bytesIn(SECOND).subarray(0, -3), zeros(16 << 20));
  const source = {
    size: bytes.length,
    read: (offset: number, into: Uint8Array) => {
      read += into.length;
      into.set(bytes.subarray(offset, offset + into.length));
      return into.length;
    },
  };
  const reader = new LogReader(source, 4);
  expect(reader.at(LAST_AT)).toMatchObject({ sound: false });
  expect(reader.survey(LAST_AT + 1).records).toBe(0);
  expect(reader.zerosAt).toBe(bytesIn(SECOND).length - 3);
  expect(read).toBeLessThan(source.size + (1 << 18));
});

const childrenOf = (bytes: Uint8Array, window?: { from: number; to: number }) =>
  (describeLog(WAL_FORMAT, bytes, undefined, 4, window).children ?? []) as Span[];

test('a description shows the reserve as such, behind whole records and behind a torn one', () => {
  const whole = bytesIn(SECOND);
  const names = (bytes: Uint8Array) => childrenOf(bytes).map(({ name }) => name);
  expect(names(concatBytes(whole, zeros(5)))).toEqual(['header', 'record', 'record', 'reserve']);
  const torn = concatBytes(whole.subarray(0, LAST_AT + 9), zeros(70_000));
  expect(names(torn)).toEqual(['header', 'record', 'no record', 'reserve']);
  const last = childrenOf(torn).at(-1) as Span;
  expect(last).toMatchObject({ kind: 'padding', offset: LAST_AT + 9, size: 70_000 });
  const far = childrenOf(torn, { from: 60_000, to: 61_000 });
  expect(far.map(({ name }) => name)).toContain('reserve');
});

test('the files of the other logs are as they were', () => {
  // What the cases above take for granted: neither log ends in a zero.
  for (const name of [FIRST, SECOND]) expect(bytesOf(filesOf(IMAGE), name).at(-1)).not.toBe(0);
});
