// What a reader has done, as a value: pure functions over one immutable map, and its
// form as text. Where the text is kept is in progress-keeper.ts.
//
//     { "format": "ferrisdb progress", "version": 1,
//       "exercises": { "recovery/replay-twice": { "attempts": 2, "hints": 1, "solved": "2026-03-14" } } }
//
// 1. No text makes these functions throw: what isn't understood is left out, entry by
//    entry, because a browser's storage is shared with anything else on its origin.
// 2. A text of a later version is not touched: a newer page wrote it, and knows more.
// 3. A file brings no code: drafts stay in the browser in which they were typed.

/** What is kept of one exercise or prediction. */
export interface ExerciseProgress {
  /** Verdicts until it was solved. */
  readonly attempts: number;
  /** Hints opened. */
  readonly hints: number;
  /** The day it was first solved, as YYYY-MM-DD. */
  readonly solved?: string;
  /** The choice a reader committed to. */
  readonly answer?: string;
  /** Code as it was last typed. */
  readonly draft?: string;
}

/** By the id of the exercise: the last part of its page's address, a slash, its own name. */
export type Progress = ReadonlyMap<string, ExerciseProgress>;

export const NO_PROGRESS: Progress = new Map();
export const UNTOUCHED: ExerciseProgress = { attempts: 0, hints: 0 };

const FORMAT = 'ferrisdb progress';
const VERSION = 1;

/** Bounds on text that anyone may have written. */
const TEXT_CHARACTERS_MAX = 4_000_000;
const EXERCISES_MAX = 1_000;
const COUNT_MAX = 1_000_000;
const ANSWER_CHARACTERS_MAX = 60;
export const DRAFT_CHARACTERS_MAX = 20_000;

const ID = /^[a-z0-9-]{1,60}\/[a-z0-9-]{1,60}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** True for an id under which anything can be kept. */
export function isExerciseId(id: string): boolean {
  return ID.test(id);
}

export function progressOf(progress: Progress, id: string): ExerciseProgress {
  return progress.get(id) ?? UNTOUCHED;
}

function withEntry(progress: Progress, id: string, change: Partial<ExerciseProgress>): Progress {
  return new Map([...progress, [id, { ...progressOf(progress, id), ...change }]]);
}

/** A verdict that counts; nothing changes once the exercise is solved. */
export function withAttempt(
  progress: Progress,
  id: string,
  right: boolean,
  today: string,
): Progress {
  const { attempts, solved } = progressOf(progress, id);
  if (solved !== undefined) return progress;
  const more = Math.min(attempts + 1, COUNT_MAX);
  return withEntry(progress, id, { attempts: more, ...(right && { solved: today }) });
}

/** The first `count` hints have been opened. */
export function withHints(progress: Progress, id: string, count: number): Progress {
  return progressOf(progress, id).hints >= count
    ? progress
    : withEntry(progress, id, { hints: count });
}

export function withAnswer(progress: Progress, id: string, answer: string): Progress {
  return withEntry(progress, id, { answer });
}

/** A draft over the limit is not kept; the one before it is. */
export function withDraft(progress: Progress, id: string, draft: string): Progress {
  return draft.length > DRAFT_CHARACTERS_MAX ? progress : withEntry(progress, id, { draft });
}

/** Both readers' work: the most attempts and hints, the earlier day; what is here wins a tie. */
export function merged(here: Progress, there: Progress): Progress {
  const ids = new Set([...here.keys(), ...there.keys()]);
  return new Map([...ids].map((id) => [id, mergedEntry(here.get(id), there.get(id))]));
}

function mergedEntry(
  here: ExerciseProgress = UNTOUCHED,
  there: ExerciseProgress = UNTOUCHED,
): ExerciseProgress {
  const [solved] = [here.solved, there.solved].filter((day) => day !== undefined).sort();
  return {
    ...there,
    ...here,
    attempts: Math.max(here.attempts, there.attempts),
    hints: Math.max(here.hints, there.hints),
    ...(solved !== undefined && { solved }),
  };
}

/** How much is done, in numbers. */
export function countOf(progress: Progress): { solved: number; tried: number; predicted: number } {
  const all = [...progress.values()];
  const solved = all.filter((entry) => entry.solved !== undefined).length;
  const attempted = all.filter((entry) => entry.attempts > 0).length;
  const predicted = all.filter((entry) => entry.answer !== undefined).length;
  return { solved, tried: attempted - solved, predicted };
}

// As text.

/** For the browser that it was made in. */
export function progressText(progress: Progress): string {
  return JSON.stringify({
    format: FORMAT,
    version: VERSION,
    exercises: Object.fromEntries(progress),
  });
}

/** For a file: without drafts, indented for people. */
export function progressFile(progress: Progress): string {
  const exercises = Object.fromEntries(withoutDrafts(progress));
  return `${JSON.stringify({ format: FORMAT, version: VERSION, exercises }, null, 2)}\n`;
}

function withoutDrafts(progress: Progress): Progress {
  return new Map([...progress].map(([id, { draft: _, ...rest }]) => [id, rest]));
}

export type ProgressText =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** Not ours, or damaged. */
  | { readonly kind: 'unreadable' }
  /** Written by a later version of the site. */
  | { readonly kind: 'newer' };

/** Reads any text. Never throws. */
export function parseProgress(text: string): ProgressText {
  const root = text.length > TEXT_CHARACTERS_MAX ? undefined : parseObject(text);
  if (root === undefined || root['format'] !== FORMAT) return { kind: 'unreadable' };
  const { version, exercises } = root;
  if (typeof version === 'number' && version > VERSION) return { kind: 'newer' };
  if (version !== VERSION || !isObject(exercises)) return { kind: 'unreadable' };
  return { kind: 'progress', progress: parseExercises(exercises) };
}

/** Reads a file that somebody made, here or elsewhere. Never throws, and takes no code. */
export function parseProgressFile(text: string): ProgressText {
  const parsed = parseProgress(text);
  if (parsed.kind !== 'progress') return parsed;
  return { kind: 'progress', progress: withoutDrafts(parsed.progress) };
}

function parseExercises(exercises: Record<string, unknown>): Progress {
  const known = new Map<string, ExerciseProgress>();
  for (const [id, value] of Object.entries(exercises).slice(0, EXERCISES_MAX))
    if (isExerciseId(id) && isObject(value)) known.set(id, parseEntry(value));
  return known;
}

function parseEntry(value: Record<string, unknown>): ExerciseProgress {
  const { attempts, hints, solved, answer, draft } = value;
  return {
    attempts: countOrZero(attempts),
    hints: countOrZero(hints),
    ...(isDay(solved) && { solved }),
    ...(isTextUpTo(answer, ANSWER_CHARACTERS_MAX) && { answer }),
    ...(isTextUpTo(draft, DRAFT_CHARACTERS_MAX) && { draft }),
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function countOrZero(value: unknown): number {
  const isCount = Number.isSafeInteger(value) && (value as number) >= 0;
  return isCount ? Math.min(value as number, COUNT_MAX) : 0;
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && DAY.test(value) && !Number.isNaN(Date.parse(value));
}

function isTextUpTo(value: unknown, charactersMax: number): value is string {
  return typeof value === 'string' && value.length <= charactersMax;
}
