// The project's own files as text and as syntax trees, for tests/tidy.test.ts.
//
// Only parsing, no type checking: the whole tree takes a few hundred milliseconds. Of a Svelte or
// Astro file the scripts are parsed, in place, so that line numbers stay right.

import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';

export interface Source {
  /** Path from the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** One import or re-export, static or dynamic. */
export interface Import {
  readonly line: number;
  readonly specifier: string;
  /** Path from the root for a relative specifier (without its `?query`), else undefined. */
  readonly target: string | undefined;
  /** Names taken from the target; undefined when all of them are (`*`, or a dynamic import). */
  readonly names: readonly string[] | undefined;
}

/** Paths of the project's files that match any of these globs, sorted. */
export function paths(...patterns: string[]): string[] {
  const exclude = ['**/node_modules/**', 'dist*/**', '.astro/**'];
  return globSync(patterns, { exclude })
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

const cache = new Map<string, Source>();

/** The files that match, parsed. */
export function sources(...patterns: string[]): Source[] {
  return paths(...patterns).map((path) => {
    const known = cache.get(path);
    if (known) return known;
    const text = readFileSync(path, 'utf8');
    const code = /\.(svelte|astro)$/.test(path) ? onlyScripts(text) : text;
    const tree = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
    const source = { path, text, tree };
    cache.set(path, source);
    return source;
  });
}

/** Blanks everything but the frontmatter and the script elements; keeps the line breaks. */
function onlyScripts(text: string): string {
  const blank = (part: string) => part.replace(/[^\n]/g, ' ');
  const script = /^---\n([\s\S]*?)\n---|<script\b[^>]*>([\s\S]*?)<\/script>/g;
  let code = '';
  let end = 0;
  for (const match of text.matchAll(script)) {
    const body = match[1] ?? match[2] ?? '';
    const start = match.index + match[0].indexOf(body);
    code += blank(text.slice(end, start)) + body;
    end = start + body.length;
  }
  return code + blank(text.slice(end));
}

/** `path:line`, which terminals and editors open. */
export function at(source: Source, node: ts.Node): string {
  return `${source.path}:${lineOf(source, node)}`;
}

export function lineOf(source: Source, node: ts.Node): number {
  return source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree)).line + 1;
}

/** Calls `visit` with every node of the file, parents first. */
export function walk(source: Source, visit: (node: ts.Node) => void): void {
  const go = (node: ts.Node): void => {
    visit(node);
    ts.forEachChild(node, go);
  };
  go(source.tree);
}

export function importsOf(source: Source): Import[] {
  const imports: Import[] = [];
  const add = (node: ts.Node, text: string, names: readonly string[] | undefined): void => {
    const path = text.replace(/\?.*$/, '');
    const target = path.startsWith('.') ? posix.join(posix.dirname(source.path), path) : undefined;
    imports.push({ line: lineOf(source, node), specifier: text, target, names });
  };
  walk(source, (node) => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier))
      add(node, node.moduleSpecifier.text, importedNames(node.importClause));
    if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    )
      add(node, node.moduleSpecifier.text, reexportedNames(node.exportClause));
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteralLike(argument)) add(node, argument.text, undefined);
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      if (ts.isStringLiteral(node.argument.literal))
        add(node, node.argument.literal.text, undefined);
  });
  return imports;
}

function importedNames(clause: ts.ImportClause | undefined): string[] | undefined {
  if (!clause) return [];
  const own = clause.name ? ['default'] : [];
  const bindings = clause.namedBindings;
  if (!bindings) return own;
  if (ts.isNamespaceImport(bindings)) return undefined;
  return [...own, ...bindings.elements.map((e) => (e.propertyName ?? e.name).text)];
}

function reexportedNames(clause: ts.NamedExportBindings | undefined): string[] | undefined {
  if (!clause || ts.isNamespaceExport(clause)) return undefined;
  return clause.elements.map((e) => (e.propertyName ?? e.name).text);
}

export interface Export {
  readonly name: string;
  readonly line: number;
  /** An interface, an alias or a class: something that signatures name. */
  readonly isType: boolean;
}

/** The names a file exports by declaring them. */
export function exportsOf(source: Source): Export[] {
  return source.tree.statements.filter(isExported).flatMap((statement) => {
    const isType =
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isClassDeclaration(statement);
    const line = lineOf(source, statement);
    return declaredNames(statement).map((name) => ({ name, line, isType }));
  });
}

function isExported(statement: ts.Statement): boolean {
  if (!ts.canHaveModifiers(statement)) return false;
  const modifiers = ts.getModifiers(statement) ?? [];
  return modifiers.some((m) => m.kind === ts.SyntaxKind.ExportKeyword);
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap((d) =>
      ts.isIdentifier(d.name) ? [d.name.text] : [],
    );
  const { name } = statement as { name?: ts.Node };
  return name && ts.isIdentifier(name) ? [name.text] : [];
}

/** How often each identifier is written in a file, its declaration included. */
export function identifierCounts(source: Source): Map<string, number> {
  const counts = new Map<string, number>();
  walk(source, (node) => {
    if (ts.isIdentifier(node)) counts.set(node.text, (counts.get(node.text) ?? 0) + 1);
  });
  return counts;
}
