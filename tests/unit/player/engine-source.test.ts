import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  declaredTypes,
  emittersIn,
  engineFiles,
  scanEngine,
} from '../../../src/player/engine-scan.mjs';
import { highlightLines } from '../../../src/player/highlight.mjs';

describe('finding the line that emits an event', () => {
  test('in every way the engine writes it', () => {
    const text = [
      'this.trace?.({ type: "a", size });',
      'this.#options.trace?.({',
      '  size,',
      '  type: "b",',
      '});',
      'const { trace } = this;',
      'trace?.({ type: "c", ...file });',
      'other({ type: "no" });',
      'const layout = { type: "no" };',
      'trace?.(ok ? { type: "d" } : { type: "e" });',
    ];
    expect(emittersIn(text.join('\n'))).toEqual([
      { type: 'a', line: 1 },
      { type: 'b', line: 4 },
      { type: 'c', line: 7 },
      { type: 'd', line: 10 },
      { type: 'e', line: 10 },
    ]);
  });

  test('the union of events declares its types', () => {
    const text =
      'type E = | { readonly type: "x.y"; readonly n: number } | { readonly type: "z" };';
    expect(declaredTypes(text)).toEqual(['x.y', 'z']);
  });

  test('the line that is found says the event', () => {
    const { emitters } = scanEngine('.');
    expect(emitters['file.append']).toHaveLength(1);
    for (const [type, places] of Object.entries(emitters)) {
      for (const { file, line } of places) {
        expect(readFileSync(file, 'utf8').split('\n')[line - 1]).toContain(`type: '${type}'`);
      }
    }
  });
});

describe('highlighting', () => {
  const plain = (html: string) =>
    html
      .replace(/<[^>]*>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');

  test('changes not a character of any file of the engine', () => {
    for (const file of engineFiles('.')) {
      const text = readFileSync(file, 'utf8');
      expect(highlightLines(text).map(plain).join('\n'), file).toBe(text);
    }
  });

  test('lets no markup through', () => {
    expect(highlightLines('const a = "<img>"; // <b>').join('')).not.toMatch(/<(img|b)>/);
  });
});
