import { describe, expect, test } from 'vitest';
import { madeBy } from '../../../src/exercise/history.ts';
import { captionText } from '../../../src/player/caption.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import { scriptOf } from '../../../src/player/history.ts';
import {
  losesNothing,
  losesTheLastTwo,
  raisesTheDead,
  SOLUTIONS,
} from '../../../src/widgets/log-bytes/checks.ts';
import { fateOf, keptWrites, resultOf, rowsOf } from '../../../src/widgets/log-bytes/outcome.ts';
import { caseOf, type LogBytesState, logOf } from '../../../src/widgets/log-bytes/projection.ts';
import { flipOf, logBytes, SCRIPT, sameFlip } from '../../../src/widgets/log-bytes/scenario.ts';
import { spansOf } from '../../../src/widgets/log-bytes/spans.ts';
import { vouchPicture } from '../../../src/widgets/log-bytes/vouch.ts';
import type { LogAction } from '../../../src/widgets/log-bytes/world.ts';

const USUAL = 'tolerate-torn-tail';
const script = madeBy(logBytes, SCRIPT).state;
const log = logOf(script, 'full');
const withChanges = (...changes: LogAction[]) => madeBy(logBytes, [...SCRIPT, ...changes]);
const flipped = (offset: number): LogAction => ({
  do: 'set',
  offset,
  value: (log.written[offset] as number) ^ 1,
});

/** `opens 4 torn tail`, `refuses corrupt`. */
function summary(state: LogBytesState, id: string): string {
  const each = caseOf(state, id);
  const kept = keptWrites(each, logOf(state, each.sync));
  return each.phase === 'opened' ? `opens ${kept} ${each.verdict}` : `refuses ${each.verdict}`;
}

const lastPlace = { do: 'truncate', size: 240 } as const;
const copyOfSecond = { do: 'copy', offset: 102, size: 35 } as const;

describe('the figure of the log’s bytes', () => {
  test('rewinds', () => {
    checkRewind(logBytes);
    checkRewind(sameFlip);
  });

  test('rewinds after every kind of change', () => {
    const actions = [...SCRIPT, flipped(120), flipped(10), copyOfSecond, lastPlace, { do: 'mend' }];
    checkRewind(logBytes, { ...scriptOf(logBytes), actions: actions as LogAction[] });
    checkRewind(sameFlip, { ...scriptOf(sameFlip), actions: actions as LogAction[] });
  });

  test('the log is as long as the page says, and fields tile it whatever becomes of it', () => {
    expect(log.records.map(({ offset }) => offset)).toEqual([64, 102, 137, 176, 209]);
    expect(log.bytes.length).toBe(245);
    for (const change of [flipped(70), flipped(200), copyOfSecond, lastPlace]) {
      const { bytes, ...rest } = logOf(withChanges(change).state, 'full');
      const spans = spansOf({ bytes, ...rest });
      let at = 0;
      for (const { offset, size } of spans) {
        expect(offset).toBe(at);
        at += size;
      }
      expect(at).toBe(bytes.length);
    }
  });

  test('a change of another byte is another event, and one back to what was written says so', () => {
    const { entries, state } = withChanges(flipped(120), { do: 'set', offset: 120, value: 0 });
    const said = entries
      .filter(({ event }) => event.type === 'log.change')
      .map((entry) => captionText(logBytes.caption(entry, state)));
    expect(said).toEqual([
      'Byte 120 is 01 now; it was written as 00.',
      '1 byte at 120 is back as written.',
    ]);
  });

  test('links that ask for what the figure can’t do are refused', () => {
    for (const bad of [
      { do: 'set', offset: -1, value: 0 },
      { do: 'set', offset: 3, value: 256 },
      { do: 'write', write: 5 },
      { do: 'copy', offset: 0, size: 1e9 },
      { do: 'truncate' },
      { do: 'cut' },
    ]) {
      expect(logBytes.parse(bad)).toBeUndefined();
    }
  });

  test('copies can’t fill a page', () => {
    const many = Array.from({ length: 40 }, () => ({ do: 'copy', offset: 0, size: 245 }) as const);
    expect(logOf(withChanges(...many).state, 'full').bytes.length).toBe(512);
  });
});

describe('what the page says of recovery', () => {
  test('no byte can change unnoticed, in any mode', () => {
    for (let offset = 0; offset < log.written.length; offset++) {
      for (const bit of [0, 7]) {
        const value = (log.written[offset] as number) ^ (1 << bit);
        const { cases } = withChanges({ do: 'set', offset, value }).state;
        for (const each of cases) expect(each.bad.length, `byte ${offset}`).toBeGreaterThan(0);
      }
    }
  });

  test('a flip in the last record is a torn tail, in any earlier one corruption', () => {
    for (let offset = 64; offset < log.written.length; offset++) {
      const said = summary(withChanges(flipped(offset)).state, USUAL);
      expect(said).toBe(offset < 209 ? 'refuses corrupt' : 'opens 4 torn tail');
    }
  });

  test('without syncs the same flip is a torn tail everywhere, but for the header', () => {
    const { state: before } = madeBy(sameFlip, SCRIPT);
    for (let write = 0; write < 5; write++) {
      const { state } = madeBy(sameFlip, [...SCRIPT, flipOf(before, write, 'payload')]);
      expect(summary(state, 'sync none')).toBe(`opens ${write} torn tail`);
      expect(summary(state, 'sync full')).toBe(write < 4 ? 'refuses corrupt' : 'opens 4 torn tail');
    }
    const { state } = madeBy(sameFlip, [...SCRIPT, flipped(10)]);
    expect(summary(state, 'sync none')).toBe('refuses corrupt');
  });

  test('a record elsewhere is no record', () => {
    const { state } = withChanges(copyOfSecond);
    expect(summary(state, USUAL)).toBe('opens 5 torn tail');
    expect(caseOf(state, 'skip-corrupt').replayed).toHaveLength(5);
    const rows = rowsOf(logOf(state, 'full'));
    expect(fateOf(caseOf(state, USUAL), logOf(state, 'full'), rows.at(-1) as never)).toBe('bad');
  });

  test('cut off between two records, a log looks whole', () => {
    expect(summary(withChanges({ do: 'truncate', size: 209 }).state, 'absolute')).toBe(
      'opens 4 whole',
    );
    expect(summary(withChanges({ do: 'truncate', size: 210 }).state, 'absolute')).toBe(
      'refuses torn tail',
    );
  });

  test('the result names lost, stale and resurrected keys', () => {
    const remarks = (change: LogAction) => {
      const { state } = withChanges(change);
      return resultOf(caseOf(state, 'skip-corrupt'), logOf(state, 'full'))
        .filter(({ right }) => !right)
        .map(({ key, value, remark }) => `${key} ${value} ${remark}`);
    };
    expect(remarks(flipped(240))).toEqual(['ray undefined lost: it was 42']);
    expect(remarks(flipped(175))).toEqual(['crab red an older value: it was blue at last']);
    expect(remarks(flipped(208))).toEqual(['eel 7 deleted, and back again']);
  });

  test('whoever vouches beyond the bad place convicts it, unless its own frame is damaged', () => {
    const convicts = (...changes: LogAction[]) => {
      const { state } = withChanges(...changes);
      return vouchPicture(logOf(state, 'full'), caseOf(state, USUAL))
        .bars.filter((bar) => bar.convicts)
        .map(({ label }) => label);
    };
    expect(convicts(flipped(120))).toEqual(['record 3', 'record 4', 'record 5']);
    expect(convicts(flipped(208))).toEqual(['record 5']);
    expect(convicts(flipped(208), flipped(244))).toEqual(['record 5']);
    expect(convicts(flipped(208), flipped(224))).toEqual([]);
    expect(convicts(flipped(244))).toEqual([]);
  });

  test('the picture convicts exactly where recovery judges a log corrupt', () => {
    const { state: before } = madeBy(sameFlip, SCRIPT);
    for (const part of ['frame', 'payload'] as const) {
      for (let write = 0; write < 5; write++) {
        const { state } = madeBy(sameFlip, [...SCRIPT, flipOf(before, write, part)]);
        for (const each of state.cases) {
          const { bars } = vouchPicture(logOf(state, each.sync), each);
          const isCorrupt = each.verdict === 'corrupt';
          expect(
            bars.some(({ convicts }) => convicts),
            `${each.id} ${write}`,
          ).toBe(isCorrupt);
        }
      }
    }
  });

  test('each part of the log has its fate in each mode', () => {
    const { state } = withChanges(flipped(140));
    const damaged = logOf(state, 'full');
    const fates = (id: string) =>
      rowsOf(damaged).map((row) => fateOf(caseOf(state, id), damaged, row) ?? '');
    expect(fates(USUAL)).toEqual(['unread', 'unread', 'unread', 'bad', 'unread', 'unread']);
    expect(fates('point-in-time')).toEqual(['kept', 'kept', 'kept', 'bad', 'lost', 'lost']);
    expect(fates('skip-corrupt')).toEqual(['kept', 'kept', 'kept', 'bad', 'kept', 'kept']);
  });
});

describe('the exercises', () => {
  const checks = { losesNothing, raisesTheDead, losesTheLastTwo };

  for (const [name, check] of Object.entries(checks)) {
    test(`${name}: its solution is right, the script is no attempt`, () => {
      expect(check(madeBy(logBytes, SCRIPT)).verdict).toBe('open');
      expect(check(withChanges(...SOLUTIONS[name as keyof typeof SOLUTIONS])).verdict).toBe(
        'right',
      );
    });

    test(`${name}: every other solution is wrong`, () => {
      for (const [other, changes] of Object.entries(SOLUTIONS))
        if (other !== name) expect(check(withChanges(...changes)).verdict, other).toBe('wrong');
    });
  }

  test('likely mistakes are found out', () => {
    expect(losesNothing(withChanges(flipped(244))).verdict).toBe('wrong');
    expect(losesNothing(withChanges(copyOfSecond)).verdict).toBe('wrong');
    expect(raisesTheDead(withChanges(flipped(175))).verdict).toBe('wrong');
    expect(raisesTheDead(withChanges({ do: 'truncate', size: 176 })).verdict).toBe('wrong');
    expect(losesTheLastTwo(withChanges({ do: 'truncate', size: 180 })).verdict).toBe('wrong');
    expect(losesTheLastTwo(withChanges(flipped(208))).verdict).toBe('wrong');
    const three = [flipped(175), flipped(190), flipped(224)];
    expect(losesTheLastTwo(withChanges(...three)).verdict).toBe('wrong');
    // Its payload is damaged, but its frame still vouches.
    expect(losesTheLastTwo(withChanges(flipped(208), flipped(244))).verdict).toBe('wrong');
  });
});
