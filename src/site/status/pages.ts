// Which pages of the book are written: the contents as planned, held against content/.

import { existsSync } from 'node:fs';
import { parts } from '../contents.ts';
import { textOf } from './source.ts';

export interface PageRow {
  readonly number: number;
  readonly part: string;
  readonly title: string;
  readonly slug: string | undefined;
  /** In its text, code and figures left out; 0 where there is no page. */
  readonly words: number;
}

/** With fewer words a file holds a place, and is not a page yet. */
export const PAGE_WORDS_MIN = 150;

export function bookPages(): PageRow[] {
  return parts.flatMap(({ letter, title: part, chapters }) =>
    chapters.map(({ number, title, slug }) => ({
      number,
      part: `${letter}. ${part}`,
      title,
      slug,
      words: slug === undefined ? 0 : wordsOf(`content/docs/${slug}.mdx`),
    })),
  );
}

/** Words that a reader reads: no front matter, imports, code blocks or tags. */
function wordsOf(path: string): number {
  if (!existsSync(path)) return 0;
  const prose = textOf(path)
    .replace(/^---\n[\s\S]*?\n---/, '')
    .replace(/^import .*$/gm, '')
    .replace(/```[\s\S]*?```/g, '')
    .replace(/<[^>]*>/g, ' ');
  return prose.split(/\s+/).filter((word) => /\w/.test(word)).length;
}
