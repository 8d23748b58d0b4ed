// A reader's code in a real worker of a real browser: it is stopped, heard and judged.

import { expect, test } from 'vitest';
import { codeVerdict } from '../../../src/exercise/code/code-verdict.ts';
import { runCode } from '../../../src/exercise/code/run-code.ts';
import { SOLUTION } from '../../../src/exercise/encode-varint/answers.ts';
import { SOLUTION as REPLAY_SOLUTION } from '../../../src/exercise/replay-twice/answers.ts';

const start = () =>
  new Worker(new URL('../../../src/exercise/encode-varint/worker.ts', import.meta.url), {
    type: 'module',
  });

const startReplay = () =>
  new Worker(new URL('../../../src/exercise/replay-twice/worker.ts', import.meta.url), {
    type: 'module',
  });

test('a right answer passes every case', async () => {
  const report = await runCode(start, SOLUTION);
  expect(report.cases.filter(({ passed }) => !passed)).toEqual([]);
  expect(codeVerdict(report)).toEqual({ verdict: 'right', say: 'All 5 cases pass.' });
});

test('power cuts and recoveries of the engine run in a worker too', async () => {
  const report = await runCode(startReplay, REPLAY_SOLUTION);
  expect(codeVerdict(report)).toEqual({ verdict: 'right', say: 'All 6 cases pass.' });
});

test('a function that is exported counts too', async () => {
  const { kind, cases } = await runCode(start, `export ${SOLUTION}`);
  expect(kind).toBe('ended');
  expect(cases).toHaveLength(5);
});

test('a loop without end is stopped, and the page lives meanwhile', async () => {
  let beats = 0;
  const heart = setInterval(() => beats++, 20);
  const code = 'function encodeVarint(value) { while (value !== 0.5) value += 1; }';
  const report = await runCode(start, code, 500);
  clearInterval(heart);
  expect(report).toMatchObject({ kind: 'stopped', message: '0 to 127 take one byte', cases: [] });
  expect(codeVerdict(report).verdict).toBe('wrong');
  expect(beats).toBeGreaterThan(10);
});

test('a loop without end outside of any function is stopped too', async () => {
  expect((await runCode(start, 'for (;;);', 300)).kind).toBe('stopped');
});

test('what is thrown is shown with its line, and the other cases still run', async () => {
  const code =
    'function encodeVarint(value) {\n\n  if (value > 127) throw new Error("big");\n  return [value];\n}';
  const { kind, cases } = await runCode(start, code);
  expect(kind).toBe('ended');
  expect(cases.map(({ passed }) => passed)).toEqual([true, false, false, false, false]);
  expect(cases[1]).toMatchObject({ say: 'Error: big', line: 3 });
});

test('code that throws before any case says where', async () => {
  const report = await runCode(start, '\nundefinedName();\n');
  expect(report).toMatchObject({ kind: 'broken', line: 2, cases: [] });
  expect(report.message).toContain('undefinedName');
});

test('a syntax error has its line', async () => {
  const report = await runCode(start, 'function encodeVarint(value) {\n  return [value;\n}\n');
  expect(report).toMatchObject({ kind: 'broken', line: 2 });
  expect(report.message).toMatch(/^SyntaxError: /);
});

test('a missing function is named', async () => {
  const report = await runCode(start, 'function encode() {}');
  expect(report.message).toBe('Your code declares no function encodeVarint.');
});

test('a worker that cannot start is no failure of the reader', async () => {
  const report = await runCode(
    () => new Worker('/no-such-worker.js', { type: 'module' }),
    SOLUTION,
  );
  expect(report.kind).toBe('failed');
  expect(codeVerdict(report).verdict).toBe('open');
});
