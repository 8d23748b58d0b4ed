// What keys do in the code editor, as a pure function of the text and the selection.
//
//     Enter    a new line, as deep as this one, and one step deeper after a bracket
//     Tab      one step to the right, but only once something has been typed, and not
//              after Escape: whoever walks the page by Tab is never caught
//     Shift+Tab is left to the browser
//     Ctrl or Cmd + Enter    runs the code

/** Where something is to be inserted. */
export interface Place {
  readonly text: string;
  /** Start of the selection. */
  readonly start: number;
}

const STEP = '  ';

/** What Enter inserts in place of the selection. */
export function newLine({ text, start }: Place): string {
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const indent = /^ */.exec(line)?.[0] ?? '';
  return `\n${indent}${/[{([]\s*$/.test(line) ? STEP : ''}`;
}

/** What Tab inserts: spaces up to the next step. */
export function tab({ text, start }: Place): string {
  const column = start - (text.lastIndexOf('\n', start - 1) + 1);
  return STEP.slice(column % STEP.length);
}

/** Where a line begins and ends, counted from 1; the last one if there are fewer. */
export function lineRange(text: string, line: number): { start: number; end: number } {
  const lines = text.split('\n');
  const index = Math.min(Math.max(line, 1), lines.length) - 1;
  const start = lines.slice(0, index).reduce((sum, { length }) => sum + length + 1, 0);
  return { start, end: start + (lines[index] as string).length };
}
