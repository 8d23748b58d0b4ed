// Every byte of a small set of logs is damaged, and every length cut to, in every mode:
// the answer is a typed error or a reported loss, never a wrong payload, never a crash.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../../engine/base/bytes.ts';
import { crc32 } from '../../../engine/base/crc32.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { viewOf } from '../../../engine/base/layout.ts';
import { Random } from '../../../engine/base/random.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { walName } from '../../../engine/lsm/file-names.ts';
import {
  createLog,
  filesOf,
  flipped,
  type Image,
  imageOf,
  isDamageError,
  MODES,
  payload,
  type Recovered,
  recover,
  rotate,
  withFile,
} from './logs.ts';

/** Two logs of five records; all but the last group are vouched for. */
function twoLogs(): Image {
  const files = new MemoryFiles();
  const first = createLog(files, 3);
  first.append(payload('one'));
  first.sync();
  first.appendAll([payload('two', 40), payload('three')]);
  const second = rotate(files, first, 4);
  second.append(payload('four'));
  second.sync();
  second.append(payload('five'));
  second.sync();
  return imageOf(files);
}

const IMAGE = twoLogs();
const ALL = ['one', 'two'.padEnd(40, '.'), 'three', 'four', 'five'];
const FILES = [walName(3), walName(4)];

/** Recovers twice, and checks what must hold of any damage at all. */
function recoverDamaged(image: Image, mode: (typeof MODES)[number]): Recovered {
  const files = filesOf(image);
  const result = recover(files, mode);
  if (result.error !== undefined) {
    expect(isDamageError(result.error), String(result.error)).toBe(true);
    return result;
  }
  expect(result.payloads.length).toBe(result.report?.records);
  expect(isSubsequence(result.payloads, ALL)).toBe(true);
  if (mode !== 'skip-corrupt')
    expect(result.payloads).toEqual(ALL.slice(0, result.payloads.length));
  expect(recover(files, mode)).toEqual(result);
  return result;
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const item of whole) if (item === part[at]) at++;
  return at === part.length;
}

describe.each(MODES)('%s', (mode) => {
  test('whole logs are recovered whole', () => {
    const { payloads, report } = recoverDamaged(IMAGE, mode);
    expect(payloads).toEqual(ALL);
    expect(report).toMatchObject({ lossy: false, vouchedLoss: false, lastLog: 4 });
  });

  test('no flipped byte is believed, and none goes unnoticed', () => {
    for (const name of FILES) {
      const bytes = IMAGE.get(name) as Uint8Array;
      for (let offset = 0; offset < bytes.length; offset++) {
        for (const mask of [0x01, 0x80, 0xff]) {
          const damaged = withFile(IMAGE, name, flipped(bytes, offset, mask));
          const { payloads, report } = recoverDamaged(damaged, mode);
          const noticed = report === undefined || report.lossy;
          expect(noticed, `${name} at ${offset}`).toBe(true);
          if (mode === 'absolute') expect(report).toBeUndefined();
          if (report !== undefined && payloads.length < ALL.length) expect(report.lossy).toBe(true);
        }
      }
    }
  });

  test('no length that a log is cut to goes unnoticed, except between two of its last records', () => {
    for (const name of FILES) {
      const bytes = IMAGE.get(name) as Uint8Array;
      for (let size = 0; size < bytes.length; size++) {
        const { payloads, report } = recoverDamaged(
          withFile(IMAGE, name, bytes.slice(0, size)),
          mode,
        );
        if (report === undefined) continue;
        const last = report.logs[report.logs.length - 1];
        const isCutBetweenRecords = name === walName(4) && last?.verdict === 'whole';
        const isEmptied = size === 0 && name === walName(4);
        if (!isCutBetweenRecords && !isEmptied) expect(report.lossy, `${name} ${size}`).toBe(true);
        expect(payloads.length).toBeLessThan(ALL.length);
      }
    }
  });

  test('bytes after the end are debris', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (debris) => {
        fc.pre(debris.some((byte) => byte !== 0)); // zeros alone are no debris: reserve.test.ts
        const bytes = IMAGE.get(walName(4)) as Uint8Array;
        const image = withFile(IMAGE, walName(4), concatBytes(bytes, debris));
        const { payloads, report } = recoverDamaged(image, mode);
        expect(payloads).toEqual(ALL);
        expect(report === undefined).toBe(mode === 'absolute');
        expect(report?.vouchedLoss).not.toBe(true);
      }),
      { seed: 1 },
    );
  });

  test('any damage at many places at once', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = new Random(seed);
        let image = IMAGE;
        for (let places = random.between(1, 6); places > 0; places--) {
          const name = random.pick(FILES);
          const bytes = image.get(name) as Uint8Array;
          const start = random.below(bytes.length);
          const size = random.between(1, bytes.length - start);
          const middle = random.pick([random.bytes(size), new Uint8Array(size), new Uint8Array(0)]);
          const rest = bytes.subarray(start + size);
          image = withFile(image, name, concatBytes(bytes.subarray(0, start), middle, rest));
          if ((image.get(name) as Uint8Array).length === 0) break;
        }
        recoverDamaged(image, mode);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test('files of random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (a, b) => {
        const result = recover(
          filesOf(new Map([[FILES[0] as string, a]]).set(FILES[1] as string, b)),
          mode,
        );
        if (result.error !== undefined) expect(isDamageError(result.error)).toBe(true);
        expect(result.payloads).toEqual([]);
      }),
      { seed: 1 },
    );
  });
});

test('damage to durable bytes is an error by default, and says where', () => {
  const bytes = IMAGE.get(walName(3)) as Uint8Array;
  for (let offset = 64; offset < bytes.length; offset++) {
    const { error } = recover(
      filesOf(withFile(IMAGE, walName(3), flipped(bytes, offset))),
      'tolerate-torn-tail',
    );
    expect(error).toMatchObject({ code: 'FERRIS_CORRUPTION', place: { file: walName(3) } });
  }
});

test('every file that is opened is closed, whatever comes of it', () => {
  const newer = (IMAGE.get(walName(4)) as Uint8Array).slice();
  newer[8] = 2; // the version; with its checksum right it is a later engine's file
  viewOf(newer).setUint32(60, crc32(newer, 0, 60), true);
  const damaged = flipped(IMAGE.get(walName(3)) as Uint8Array, 70);
  const images = [
    IMAGE,
    withFile(IMAGE, walName(3), damaged),
    withFile(IMAGE, walName(4), newer),
    withFile(IMAGE, walName(3), newer),
  ];
  const codes = images.map((image) => {
    const files = filesOf(image);
    let open = 0;
    const openFile = files.open.bind(files);
    files.open = (name) => {
      open++;
      const file = openFile(name);
      const close = file.close.bind(file);
      file.close = () => {
        open--;
        close();
      };
      return file;
    };
    const { error } = recover(files, 'tolerate-torn-tail');
    expect(open).toBe(0);
    return isFerrisError(error) ? error.code : undefined;
  });
  const unsupported = 'FERRIS_UNSUPPORTED';
  expect(codes).toEqual([undefined, 'FERRIS_CORRUPTION', unsupported, unsupported]);
});
