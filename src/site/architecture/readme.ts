// engine/README.md, section by section, so that the page Architecture says what it says.

import { textOf } from '../status/source.ts';

/** A paragraph, or the points of a numbered list; in Markdown's inline marks. */
export type Block = { readonly text: string } | { readonly points: readonly string[] };

/** Paragraphs and lists under a heading of the engine's README. Tables are left out. */
export function readmeSection(heading: string): Block[] {
  const [, after] = textOf('engine/README.md').split(`\n## ${heading}\n`);
  if (after === undefined) throw new Error(`engine/README.md has no section "${heading}"`);
  const body = after.split('\n## ')[0] as string;
  return body
    .trim()
    .split(/\n\n+/)
    .filter((part) => !part.startsWith('|'))
    .map((part) => {
      const points = part.split(/\n(?=\d+\. )/).map((line) => line.replace(/^\d+\. /, ''));
      return /^\d+\. /.test(part) ? { points } : { text: part };
    });
}

/** Escaped HTML of inline Markdown: code, bold and emphasis. */
export function inline(markdown: string): string {
  return markdown
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/\*([^*]+)\*/g, '<em>$1</em>');
}
