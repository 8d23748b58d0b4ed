// Keeps progress as one text in the browser's storage.
//
// 1. The storage may be absent, forbidden, full or somebody else's: nothing here throws.
//    Where it can't be kept, progress lives as long as the page.
// 2. Every change is made to what is stored at that moment, so two tabs add up.
// 3. What a later version of the site has stored is left as it is.

import { merged, NO_PROGRESS, type Progress, parseProgress, progressText } from './progress.ts';
import { PROGRESS_KEY } from './progress-key.ts';

/** The part of `localStorage` that is needed. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** `here only`: it is gone when the page is closed. */
export type Kept = 'kept' | 'here only' | 'newer site';

export class ProgressKeeper {
  /** May throw: a browser that forbids storage throws at its mention. */
  readonly #open: () => TextStorage;
  /** What this page knows; it is more than what is stored while `#unsaved`. */
  #known: Progress = NO_PROGRESS;
  #unsaved = false;
  #kept: Kept = 'kept';

  constructor(open: () => TextStorage) {
    this.#open = open;
  }

  /** Whether the last read or write could be done. */
  get kept(): Kept {
    return this.#kept;
  }

  read(): Progress {
    const text = this.#attempt((storage) => storage.getItem(PROGRESS_KEY));
    if (text === undefined) return this.#known;
    const parsed = parseProgress(text ?? '');
    if (parsed.kind === 'newer') {
      this.#kept = 'newer site';
      return this.#known;
    }
    const stored = parsed.kind === 'progress' ? parsed.progress : NO_PROGRESS;
    this.#known = this.#unsaved ? merged(stored, this.#known) : stored;
    return this.#known;
  }

  /** Changes what is stored now, and returns the result. */
  change(change: (progress: Progress) => Progress): Progress {
    const before = this.read();
    const after = change(before);
    if (after === before) return before;
    this.#known = after;
    this.#save((storage) => storage.setItem(PROGRESS_KEY, progressText(after)));
    return after;
  }

  /** Forgets everything, for good; what a newer site has stored stays stored. */
  forget(): Progress {
    this.read();
    this.#known = NO_PROGRESS;
    this.#save((storage) => storage.removeItem(PROGRESS_KEY));
    return this.#known;
  }

  #save(save: (storage: TextStorage) => void): void {
    if (this.#kept === 'newer site') return;
    this.#attempt(save);
    this.#unsaved = this.#kept !== 'kept';
  }

  #attempt<T>(use: (storage: TextStorage) => T): T | undefined {
    try {
      const value = use(this.#open());
      this.#kept = 'kept';
      return value;
    } catch {
      this.#kept = 'here only';
      return undefined;
    }
  }
}
