// Finds, with the TypeScript compiler, the line of the engine that emits each event.
//
// An emitter is a call of something named `trace` (or `#trace`) whose argument is an object with
// `type: '...'`. Each type is to be emitted at one place; `problems` names those that aren't, and
// the tidy test and the build's warnings repeat them.

import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import ts from 'typescript';

/**
 * @typedef {{ file: string, line: number }} Place `file` from the project's root, `line` from 1
 * @typedef {{ emitters: Record<string, Place[]>, types: string[], problems: string[] }} EngineScan
 */

/** The engine's source files, sorted: 'engine/lsm/wal/writer.ts'. @param {string} root */
export function engineFiles(root) {
  return readdirSync(join(root, 'engine'), { recursive: true })
    .map((file) => `engine/${String(file).split(sep).join('/')}`)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .sort();
}

/** @param {string} root the project's folder @returns {EngineScan} */
export function scanEngine(root) {
  const emitters = {};
  for (const file of engineFiles(root)) {
    for (const { type, line } of emittersIn(readFileSync(join(root, file), 'utf8'))) {
      (emitters[type] ??= []).push({ file, line });
    }
  }
  const types = ['events', 'events-btree', 'events-hash'].flatMap((name) =>
    declaredTypes(readFileSync(join(root, `engine/trace/${name}.ts`), 'utf8')),
  );
  return { emitters, types, problems: problemsOf(types, emitters) };
}

/** Emitted event types of one source text, with their lines. @param {string} text */
export function emittersIn(text) {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && isTrace(node.expression)) {
      for (const argument of node.arguments) found.push(...typesOf(argument, source));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The types that the union of events declares. @param {string} text of engine/trace/events.ts */
export function declaredTypes(text) {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
  const types = [];
  const visit = (node) => {
    if (ts.isPropertySignature(node) && node.name.getText(source) === 'type' && node.type) {
      if (ts.isLiteralTypeNode(node.type) && ts.isStringLiteral(node.type.literal)) {
        types.push(node.type.literal.text);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return types;
}

function isTrace(callee) {
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  return (ts.isIdentifier(name) || ts.isPrivateIdentifier(name)) && /^#?trace$/.test(name.text);
}

/** Object literals with a literal `type` anywhere in an argument. */
function typesOf(argument, source) {
  const found = [];
  const visit = (node) => {
    if (ts.isPropertyAssignment(node) && node.name.getText(source) === 'type') {
      if (ts.isStringLiteral(node.initializer)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        found.push({ type: node.initializer.text, line: line + 1 });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(argument);
  return found;
}

function problemsOf(types, emitters) {
  const problems = [];
  for (const type of types) {
    const places = emitters[type] ?? [];
    if (places.length === 0) problems.push(`${type} is emitted nowhere`);
    if (places.length > 1) {
      problems.push(`${type} is emitted at ${places.map((p) => `${p.file}:${p.line}`).join(', ')}`);
    }
  }
  for (const type of Object.keys(emitters)) {
    if (!types.includes(type)) problems.push(`${type} is emitted and not declared`);
  }
  return problems;
}
