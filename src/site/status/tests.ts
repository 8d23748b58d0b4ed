// How many tests there are, counted in their sources: every call of `test`.
//
// A test written inside a loop runs many times and counts once, and so does one whose
// property is checked on thousands of random inputs. The count says how many things
// are asserted, not how often.

import ts from 'typescript';
import { nodesOf, paths, textOf, treeOf } from './source.ts';

export interface Area {
  readonly area: string;
  readonly what: string;
  readonly files: number;
  readonly tests: number;
}

const AREAS: readonly [area: string, what: string, patterns: string[]][] = [
  ['tests/unit', 'one part at a time, in Node and in Chromium', ['tests/unit/**/*.test.ts']],
  [
    'tests/conformance',
    'one suite, run against every place for files',
    ['tests/conformance/**/*.ts'],
  ],
  ['tests/model', 'random operations beside a sorted map', ['tests/model/**/*.test.ts']],
  ['tests/crash', 'a power cut at every call to the disk', ['tests/crash/**/*.test.ts']],
  ['tests/fuzz', 'files with every byte flipped or cut off', ['tests/fuzz/**/*.test.ts']],
  ['tests/tidy.test.ts', 'who may import whom, and what the core may not use', ['tests/*.test.ts']],
  ['tests/e2e', 'the built site, with a mouse and on a phone', ['tests/e2e/**/*.spec.ts']],
];

export function testAreas(): Area[] {
  return AREAS.map(([area, what, patterns]) => {
    const files = paths(...patterns);
    const tests = files.reduce((sum, path) => sum + testsIn(path), 0);
    return { area, what, files: files.length, tests };
  });
}

/** Calls with a title and a function: `test(...)`, or a case of a suite for several runners. */
export function testsIn(path: string): number {
  let count = 0;
  for (const node of nodesOf(treeOf(path))) if (isTest(node)) count++;
  return count;
}

function isTest(node: ts.Node): boolean {
  if (!ts.isCallExpression(node)) return false;
  const { expression } = node;
  const called = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  const [title, ...rest] = node.arguments;
  return CALLS.test(called.getText()) && isTitle(title) && rest.some(ts.isFunctionLike);
}

function isTitle(node: ts.Node | undefined): boolean {
  return node !== undefined && (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node));
}

/** `files` and `source` add a case to the conformance suite. */
const CALLS = /^(test|it|files|source)$/;

export interface Dial {
  readonly name: string;
  readonly value: number;
  readonly path: string;
}

/** Numbers that the environment can raise: `Number(process.env['NAME'] ?? 10_000)`. */
export function dials(): Dial[] {
  return paths('tests/**/*.ts').flatMap((path) =>
    [...textOf(path).matchAll(/Number\(process\.env\['(\w+)'\] \?\? ([\d_]+)\)/g)].map(
      ([, name = '', value = '']) => ({ name, value: Number(value.replaceAll('_', '')), path }),
    ),
  );
}
