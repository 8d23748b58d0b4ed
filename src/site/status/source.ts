// The project's own files, read at build time, for pages that count what is there.
//
// Only parsing: a page that is generated from the code has to build on a machine on
// which no test has run yet.

import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/** Paths from the project's root that match, sorted. */
export function paths(...patterns: string[]): string[] {
  const exclude = ['**/node_modules/**'];
  return globSync(patterns, { exclude })
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

export function textOf(path: string): string {
  return readFileSync(path, 'utf8');
}

export function treeOf(path: string): ts.SourceFile {
  return ts.createSourceFile(path, textOf(path), ts.ScriptTarget.Latest, true);
}

/** All nodes below `node`, in the order of the text. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  for (const child of node.getChildren()) {
    yield child;
    yield* nodesOf(child);
  }
}

/** The first sentence of the comment that opens a file; '' where none does. */
export function headSentence(text: string): string {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const comment = /^\/\/ ?(.*)$/.exec(line);
    if (!comment || comment[1] === '') break;
    lines.push(comment[1] as string);
  }
  return firstSentence(lines.join(' '));
}

/** Up to the first full stop or colon that ends something. */
export function firstSentence(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  const end = /[.!?](?=\s|$)/.exec(flat);
  return end ? flat.slice(0, end.index + 1) : flat;
}

/** The text of the documentation comment on a declaration, tags left out. */
export function docOf(node: ts.Node): string {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return ts.getTextOfJSDocComment(doc?.comment) ?? '';
}
