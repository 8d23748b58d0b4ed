// What the code editor inserts.

import { expect, test } from 'vitest';
import { lineRange, newLine, tab } from '../../../src/exercise/code/editor-keys.ts';

/** A text with `|` where the selection starts. */
function at(marked: string): { text: string; start: number } {
  return { text: marked.replace('|', ''), start: marked.indexOf('|') };
}

test.each([
  ['let a;|', '\n'],
  ['  let a;|', '\n  '],
  ['if (a) {|', '\n  '],
  ['  f(|', '\n    '],
  ['x {\n  y;|\n}', '\n  '],
  ['  a|bc {', '\n  '],
  ['|', '\n'],
])('a new line after %j', (marked, inserted) => {
  expect(newLine(at(marked))).toBe(inserted);
});

test.each([
  ['|', '  '],
  ['a|', ' '],
  ['ab|', '  '],
  ['ab\nc|', ' '],
])('a step to the right after %j', (marked, inserted) => {
  expect(tab(at(marked))).toBe(inserted);
});

test('a line is found by its number, and the nearest one if there is none', () => {
  const text = 'one\n\nthree';
  expect(lineRange(text, 1)).toEqual({ start: 0, end: 3 });
  expect(lineRange(text, 2)).toEqual({ start: 4, end: 4 });
  expect(lineRange(text, 3)).toEqual({ start: 5, end: 10 });
  expect(lineRange(text, 99)).toEqual({ start: 5, end: 10 });
  expect(lineRange(text, 0)).toEqual({ start: 0, end: 3 });
});
