// Progress is kept in a storage that anything may have written to, or nothing can be.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countOf,
  DRAFT_CHARACTERS_MAX,
  merged,
  NO_PROGRESS,
  type Progress,
  parseProgress,
  parseProgressFile,
  progressFile,
  progressOf,
  progressText,
  withAnswer,
  withAttempt,
  withDraft,
  withHints,
} from '../../../src/exercise/progress.ts';
import { ProgressKeeper, type TextStorage } from '../../../src/exercise/progress-keeper.ts';
import { PROGRESS_KEY } from '../../../src/exercise/progress-key.ts';

const ID = 'recovery/replay-twice';
const SOME = withDraft(
  withAnswer(withHints(withAttempt(NO_PROGRESS, ID, true, '2026-03-14'), ID, 2), 'a/b', 'torn'),
  ID,
  'let x;',
);

/** Text as this site writes it, with any values in its place. */
const likeOurs = fc
  .record({
    format: fc.constantFrom('ferrisdb progress', 'other', 1),
    version: fc.constantFrom(1, 0, -1, 0.5, '1', null),
    exercises: fc.dictionary(
      fc.constantFrom(ID, 'a/b', '__proto__', 'constructor', '', 'A/B', 'a/b/c'),
      fc.oneof(
        fc.record(
          {
            attempts: fc.anything(),
            hints: fc.anything(),
            solved: fc.oneof(fc.string(), fc.constantFrom('2026-03-14', '2026-99-99')),
            answer: fc.anything(),
            draft: fc.anything(),
          },
          { requiredKeys: [] },
        ),
        fc.anything(),
      ),
    ),
  })
  .map((value) => JSON.stringify(value) ?? '');

const anyText = fc.oneof(fc.string(), fc.json(), likeOurs);

function expectSound(progress: Progress): void {
  for (const [id, { attempts, hints, solved, answer, draft }] of progress) {
    expect(id).toMatch(/^[a-z0-9-]+\/[a-z0-9-]+$/);
    for (const count of [attempts, hints]) expect(Number.isSafeInteger(count)).toBe(true);
    if (solved !== undefined) expect(new Date(solved).toISOString()).toContain(solved);
    expect(['string', 'undefined']).toContain(typeof answer);
    expect(['string', 'undefined']).toContain(typeof draft);
  }
}

describe('text', () => {
  test('any text is tolerated, and what is taken from it is sound', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = parseProgress(text);
        if (parsed.kind === 'progress') {
          expectSound(parsed.progress);
          expect(parseProgress(progressText(parsed.progress))).toEqual(parsed);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('comes back as it was', () => {
    expect(parseProgress(progressText(SOME))).toEqual({ kind: 'progress', progress: SOME });
  });

  test('a file holds no code, neither when it is made nor when it is read', () => {
    expect(progressFile(SOME)).not.toContain('let x');
    const parsed = parseProgressFile(progressText(SOME));
    expect(parsed.kind === 'progress' && progressOf(parsed.progress, ID)).toEqual({
      attempts: 1,
      hints: 2,
      solved: '2026-03-14',
    });
  });

  test('one entry that makes no sense costs only itself', () => {
    const text = progressText(SOME).replace('"a/b":{', '"a/b":[],"c/d":{');
    const parsed = parseProgress(text);
    expect(parsed.kind === 'progress' && [...parsed.progress.keys()]).toEqual([ID, 'c/d']);
  });

  test('a later version and a text without end are told apart', () => {
    expect(parseProgress('{"format":"ferrisdb progress","version":2}').kind).toBe('newer');
    expect(parseProgress(' '.repeat(4_000_001)).kind).toBe('unreadable');
  });
});

describe('what counts', () => {
  test('attempts count until it is solved, and the first day stays', () => {
    let progress = withAttempt(NO_PROGRESS, ID, false, '2026-03-13');
    progress = withAttempt(progress, ID, true, '2026-03-14');
    progress = withAttempt(progress, ID, true, '2026-03-15');
    expect(progressOf(progress, ID)).toEqual({ attempts: 2, hints: 0, solved: '2026-03-14' });
  });

  test('opening a hint again is not another hint', () => {
    expect(withHints(withHints(NO_PROGRESS, ID, 3), ID, 1).get(ID)?.hints).toBe(3);
  });

  test('a draft over the limit leaves the one before it', () => {
    const long = 'x'.repeat(DRAFT_CHARACTERS_MAX + 1);
    expect(withDraft(SOME, ID, long).get(ID)?.draft).toBe('let x;');
  });

  test('merging takes the better of both, whatever the order', () => {
    const other = withHints(withAttempt(NO_PROGRESS, ID, true, '2026-01-02'), 'c/d', 1);
    const both = merged(SOME, other);
    expect(progressOf(both, ID).solved).toBe('2026-01-02');
    expect(progressOf(both, ID).draft).toBe('let x;');
    expect(countOf(both)).toEqual(countOf(merged(other, SOME)));
    expect(countOf(both)).toEqual({ solved: 1, tried: 0, predicted: 1 });
  });
});

class FakeStorage implements TextStorage {
  readonly texts = new Map<string, string>();
  full = false;

  getItem(key: string): string | null {
    return this.texts.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    if (this.full) throw new DOMException('full', 'QuotaExceededError');
    this.texts.set(key, value);
  }
  removeItem(key: string): void {
    this.texts.delete(key);
  }
}

const solve = (progress: Progress) => withAttempt(progress, ID, true, '2026-03-14');
const hint = (progress: Progress) => withHints(progress, 'a/b', 1);

describe('keeping', () => {
  test('whatever is stored, reading and changing work', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const storage = new FakeStorage();
        storage.texts.set(PROGRESS_KEY, text);
        const keeper = new ProgressKeeper(() => storage);
        expectSound(keeper.read());
        expect(keeper.change(hint).get('a/b')?.hints).toBeGreaterThanOrEqual(1);
        expect(new ProgressKeeper(() => storage).read().has('a/b')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('a storage that is forbidden leaves the page its memory', () => {
    const keeper = new ProgressKeeper(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    keeper.change(solve);
    expect(keeper.change(hint).size).toBe(2);
    expect(keeper.kept).toBe('here only');
    expect(keeper.forget().size).toBe(0);
  });

  test('what a full storage refused is written once there is room', () => {
    const storage = new FakeStorage();
    const keeper = new ProgressKeeper(() => storage);
    storage.full = true;
    keeper.change(solve);
    expect(keeper.kept).toBe('here only');
    storage.full = false;
    keeper.change(hint);
    expect(keeper.kept).toBe('kept');
    expect(new ProgressKeeper(() => storage).read().size).toBe(2);
  });

  test('two tabs add up, and what one forgets the other does not bring back', () => {
    const storage = new FakeStorage();
    const [one, two] = [new ProgressKeeper(() => storage), new ProgressKeeper(() => storage)];
    one.change(solve);
    two.change(hint);
    expect(one.read().size).toBe(2);
    two.forget();
    expect(one.change(hint).size).toBe(1);
  });

  test('what a later version stored is left alone', () => {
    const storage = new FakeStorage();
    const newer = '{"format":"ferrisdb progress","version":2}';
    storage.texts.set(PROGRESS_KEY, newer);
    const keeper = new ProgressKeeper(() => storage);
    expect(keeper.change(solve).size).toBe(1);
    keeper.forget();
    expect(keeper.kept).toBe('newer site');
    expect(storage.texts.get(PROGRESS_KEY)).toBe(newer);
  });
});
