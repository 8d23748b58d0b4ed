// What the engine is made of: its files, its events, its formats, its numbers.

import ts from 'typescript';
import { ERROR_CODES, type ErrorCode, FerrisError } from '../../../engine/index.ts';
import { scanEngine } from '../../player/engine-scan.mjs';
import { docOf, headSentence, nodesOf, paths, textOf, treeOf } from './source.ts';

/** One source file, with what it says of itself. */
export interface Module {
  readonly path: string;
  readonly sentence: string;
  readonly lines: number;
}

export interface Folder {
  readonly folder: string;
  readonly modules: readonly Module[];
}

/** From the bottom to the top, as they import each other. */
const FOLDERS = [
  'base',
  'trace',
  'env',
  'lsm/memtable',
  'lsm/wal',
  'lsm/table',
  'lsm/manifest',
  'lsm',
  'raft',
  'check',
  'cluster',
  'sim',
  'api',
];

/** The engine's modules, folder by folder; folders not named above come last. */
export function engineFolders(): Folder[] {
  const files = paths('engine/**/*.ts');
  const folders = new Set([...FOLDERS, ...files.map(folderOf)]);
  return [...folders]
    .map((folder) => ({
      folder: `engine/${folder}`,
      modules: files.filter((path) => folderOf(path) === folder).map(moduleOf),
    }))
    .filter(({ modules }) => modules.length > 0);
}

function folderOf(path: string): string {
  return path.split('/').slice(1, -1).join('/');
}

function moduleOf(path: string): Module {
  const text = textOf(path);
  return { path, sentence: headSentence(text), lines: text.trimEnd().split('\n').length };
}

export interface EventRow {
  readonly type: string;
  /** The union it belongs to: 'File events'. */
  readonly group: string;
  /** The only place that emits it. */
  readonly place: string;
}

/** What only gathers the others. */
const UNIONS = new Set(['EngineEvent', 'WorldEvent']);

/** Every event the engine can emit, in the order of their declaration. */
export function eventTypes(): EventRow[] {
  const { emitters } = scanEngine('.');
  return paths('engine/trace/events*.ts')
    .flatMap((path) => treeOf(path).statements.filter(ts.isTypeAliasDeclaration))
    .filter(({ name }) => /^\w+Event$/.test(name.text) && !UNIONS.has(name.text))
    .flatMap((declaration) =>
      typesIn(declaration).map((type) => {
        const [place] = emitters[type] ?? [];
        const group = declaration.name.text.replace('Event', '');
        return { type, group, place: place ? `${place.file}:${place.line}` : '' };
      }),
    );
}

function typesIn(declaration: ts.TypeAliasDeclaration): string[] {
  const types: string[] = [];
  for (const node of nodesOf(declaration.type)) {
    if (!ts.isPropertySignature(node) || node.name.getText() !== 'type' || !node.type) continue;
    const literal = ts.isLiteralTypeNode(node.type) ? node.type.literal : undefined;
    if (literal && ts.isStringLiteral(literal)) types.push(literal.text);
  }
  return types;
}

export interface ErrorRow {
  readonly code: string;
  readonly doc: string;
  readonly retryable: boolean;
}

export function errorCodes(): ErrorRow[] {
  return Object.entries(ERROR_CODES).map(([code, doc]) => ({
    code,
    doc,
    retryable: new FerrisError(code as ErrorCode, doc).retryable,
  }));
}

export interface FormatRow {
  readonly noun: string;
  readonly magic: string;
  readonly version: number;
  readonly path: string;
}

/** Every file format: an object in the engine with a magic, a version and a noun. */
export function fileFormats(): FormatRow[] {
  return paths('engine/**/*.ts').flatMap((path) => {
    const rows: FormatRow[] = [];
    for (const node of nodesOf(treeOf(path))) {
      const row = ts.isObjectLiteralExpression(node) ? formatOf(node, path) : undefined;
      if (row) rows.push(row);
    }
    return rows;
  });
}

function formatOf(node: ts.ObjectLiteralExpression, path: string): FormatRow | undefined {
  const value = (name: string): string | undefined => {
    const property = node.properties.find((candidate) => candidate.name?.getText() === name);
    const initializer = property && ts.isPropertyAssignment(property) && property.initializer;
    return initializer && ts.isLiteralExpression(initializer) ? initializer.text : undefined;
  };
  const [magic, version, noun] = ['magic', 'version', 'noun'].map(value);
  if (magic === undefined || version === undefined || noun === undefined) return undefined;
  return { magic: magic.replaceAll('\0', '\\0'), version: Number(version), noun, path };
}

/** One member of a public interface or class. */
export interface Member {
  readonly name: string;
  readonly signature: string;
  readonly doc: string;
}

/** The documented public members of `name` in a file of the engine, in order. */
export function membersOf(path: string, name: string): Member[] {
  const declaration = treeOf(path).statements.find(
    (node): node is ts.InterfaceDeclaration | ts.ClassDeclaration =>
      (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) && node.name?.text === name,
  );
  if (!declaration) throw new Error(`${path} has no interface or class ${name}`);
  return [...declaration.members].flatMap((member) => {
    const isNamed = member.name && ts.isIdentifier(member.name);
    const doc = docOf(member);
    if (!isNamed || doc === '') return [];
    return [
      {
        name: member.name.getText(),
        signature: signatureOf(member),
        doc: doc.replace(/\s+/g, ' '),
      },
    ];
  });
}

/** `put(key, value, options?)`, or the name of what isn't called. */
function signatureOf(member: ts.ClassElement | ts.TypeElement): string {
  const name = member.name?.getText() ?? '';
  if (!ts.isMethodDeclaration(member) && !ts.isMethodSignature(member)) return name;
  const parameters = member.parameters.map((parameter) => {
    const optional = parameter.questionToken || parameter.initializer;
    return parameter.name.getText() + (optional ? '?' : '');
  });
  return `${name}(${parameters.join(', ')})`;
}
