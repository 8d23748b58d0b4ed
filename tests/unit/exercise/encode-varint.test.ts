// The harness of a code exercise without a worker: what passes, what fails, what is said.

import { expect, test } from 'vitest';
import { utf8, writeVarint } from '../../../engine/index.ts';
import { type Answer, runCase } from '../../../src/exercise/code/harness.ts';
import { SOLUTION, START } from '../../../src/exercise/encode-varint/answers.ts';
import { harness } from '../../../src/exercise/encode-varint/harness.ts';

/** The function that some code declares. */
function declaredBy(code: string): Answer {
  return new Function(`${code}; return ${harness.functionName};`)() as Answer;
}

function failures(answer: Answer): string[] {
  return harness.cases.map((one) => runCase(one, answer).say ?? '').filter(Boolean);
}

test('the solution passes, and so does the engine itself', () => {
  expect(failures(declaredBy(SOLUTION))).toEqual([]);
  const byEngine = (value: number) => {
    const bytes = new Uint8Array(8);
    return bytes.subarray(0, writeVarint(bytes, 0, value));
  };
  expect(failures(byEngine)).toEqual([]);
});

test('what the reader begins with passes the first case alone', () => {
  const failed = failures(declaredBy(START));
  expect(failed).toHaveLength(harness.cases.length - 1);
  expect(failed[0]).toBe('encodeVarint(300) gives 300, which is no byte.');
});

test('signed shifts are found out above 2147483647', () => {
  const signed = (value: number) => {
    const bytes = [];
    for (; value >= 128; value >>= 7) bytes.push((value & 127) | 128);
    return [...bytes, value & 127];
  };
  expect(failures(signed)).toHaveLength(1);
  expect(failures(signed)[0]).toMatch(/^encodeVarint\(2147483648\) gives/);
});

test('an overlong encoding is refused by the engine', () => {
  const overlong = (value: number) => [...(declaredBy(SOLUTION)(value) as number[]), 0];
  expect(failures(overlong)[0]).toContain('never read');
  const padded = () => [0x80, 0x00];
  expect(failures(padded)[0]).toContain('longer than it need be');
});

test.each([
  ['nothing', () => undefined],
  ['text', () => 'ac02'],
  ['a number', (value: number) => value],
  ['no bytes', () => []],
  ['bytes that are none', () => utf8('x').join()],
])('%s is answered by a sentence', (_what, answer) => {
  expect(failures(answer)).toHaveLength(harness.cases.length);
});

test('what the code throws is shown, shortened', () => {
  const thrower = () => {
    throw new TypeError('y'.repeat(1000));
  };
  const { passed, say } = runCase(harness.cases[0]!, thrower);
  expect(passed).toBe(false);
  expect(say).toMatch(/^TypeError: y+…$/);
  expect(say?.length).toBeLessThan(400);
});
