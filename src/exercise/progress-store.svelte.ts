// The reader's progress as the exercises of a page share it, and keep in step with
// other tabs. It is empty until `load`, so that a page without scripts and the first
// moment of one with them look the same.

import {
  merged,
  NO_PROGRESS,
  type Progress,
  progressOf,
  withAnswer,
  withAttempt,
  withDraft,
  withHints,
} from './progress.ts';
import { type Kept, ProgressKeeper } from './progress-keeper.ts';
import { PROGRESS_EVENT, PROGRESS_KEY } from './progress-key.ts';

class ProgressStore {
  readonly #keeper = new ProgressKeeper(() => localStorage);
  #progress: Progress = $state.raw(NO_PROGRESS);
  #kept: Kept = $state('kept');
  #loaded = false;

  get all(): Progress {
    return this.#progress;
  }
  get kept(): Kept {
    return this.#kept;
  }
  of(id: string) {
    return progressOf(this.#progress, id);
  }

  /** Call it once a component is mounted. */
  load(): void {
    if (this.#loaded) return;
    this.#loaded = true;
    this.#show(this.#keeper.read());
    addEventListener('storage', ({ key }) => {
      if (key === PROGRESS_KEY) this.#show(this.#keeper.read());
    });
  }

  attempt(id: string, right: boolean): void {
    this.#change((progress) => withAttempt(progress, id, right, today()));
  }
  openHints(id: string, count: number): void {
    this.#change((progress) => withHints(progress, id, count));
  }
  answer(id: string, answer: string): void {
    this.#change((progress) => withAnswer(progress, id, answer));
  }
  draft(id: string, draft: string): void {
    this.#change((progress) => withDraft(progress, id, draft));
  }
  add(progress: Progress): void {
    this.#change((before) => merged(before, progress));
  }
  forget(): void {
    this.#show(this.#keeper.forget());
  }

  #change(change: (progress: Progress) => Progress): void {
    this.#show(this.#keeper.change(change));
  }

  #show(progress: Progress): void {
    this.#progress = progress;
    this.#kept = this.#keeper.kept;
    document.dispatchEvent(new Event(PROGRESS_EVENT));
  }
}

/** The day where the reader is, as YYYY-MM-DD. */
function today(): string {
  const now = new Date();
  const two = (value: number) => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

export const progress = new ProgressStore();
