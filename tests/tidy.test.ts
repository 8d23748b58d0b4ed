// Keeps the taste of the code base: one small test instead of a zoo of lint rules. (The idea is
// TigerBeetle's, src/tidy.zig.) Every failure names file:line and says what to do about it.

import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../engine/base/errors.ts';
import {
  at,
  type Export,
  exportsOf,
  identifierCounts,
  importsOf,
  lineOf,
  paths,
  type Source,
  sources,
  walk,
} from './tidy/sources.ts';

/** Fails with the list of problems, and with what to do about them. */
function expectNone(problems: readonly string[], advice: string): void {
  expect(problems, `${advice}\n  ${problems.join('\n  ')}\n`).toHaveLength(0);
}

const TEXT = ['engine/**/*.{ts,md}', 'src/**/*.{ts,svelte,astro,css}', 'content/**/*.{md,mdx}'];
const PROJECT = [
  ...TEXT,
  'scripts/**/*.mjs',
  'tests/**/*.{ts,mjs}',
  'docs/**/*.md',
  '*.{md,mjs,ts}',
];
const SELF = 'tests/tidy.test.ts'; // it has to name what it forbids

/** `path:line: match` for each match of the pattern in the text of these files. */
function mentions(pattern: RegExp, ...globs: string[]): string[] {
  return paths(...globs)
    .filter((path) => path !== SELF)
    .flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          [...line.matchAll(pattern)].map(([match]) => `${path}:${index + 1}: ${match.trim()}`),
        ),
    );
}

// ---------------------------------------------------------------------------- who may import whom

const BELOW_LSM = ['engine/base/', 'engine/trace/', 'engine/env/'];
const SHARED_BY_LSM = ['batch', 'cursor', 'entry', 'file-names', 'range-deletes'].map(
  (name) => `engine/lsm/${name}.ts`,
);

/** Folder -> what its files may import besides each other. The longest folder that fits counts. */
const IMPORT_RULE: Record<string, readonly string[]> = {
  'engine/base/': [],
  'engine/trace/': ['engine/base/'],
  'engine/env/': ['engine/base/', 'engine/trace/'],
  'engine/hash/': ['engine/base/', 'engine/trace/'],
  'engine/btree/': BELOW_LSM,
  'engine/lsm/wal/': [...BELOW_LSM, ...SHARED_BY_LSM],
  'engine/lsm/memtable/': [...BELOW_LSM, ...SHARED_BY_LSM],
  'engine/lsm/table/': [...BELOW_LSM, ...SHARED_BY_LSM],
  'engine/lsm/manifest/': [...BELOW_LSM, ...SHARED_BY_LSM, 'engine/lsm/wal/'],
  'engine/lsm/': BELOW_LSM,
  'engine/raft/': [...BELOW_LSM],
  'engine/check/': ['engine/base/', 'engine/trace/'],
  'engine/cluster/': [...BELOW_LSM, 'engine/lsm/', 'engine/raft/'],
  'engine/sim/': [...BELOW_LSM, 'engine/lsm/', 'engine/raft/', 'engine/check/', 'engine/cluster/'],
  'engine/api/': [...BELOW_LSM, 'engine/lsm/', 'engine/raft/', 'engine/cluster/', 'engine/sim/'],
  'engine/level/': [...BELOW_LSM, 'engine/lsm/', 'engine/api/'],
  'engine/': [],
};

/** Packages and platform modules the engine may use, and where. Everything else is its own code. */
const ENGINE_PACKAGES: Record<string, RegExp> = {
  fflate: /^engine\/lsm\/table\/deflate/,
  'abstract-level': /^engine\/level/,
  idb: /^engine\/env\/files-idb/,
  'node:': /^engine\/(env\/(files-node|directory-lock)|node\.ts)/,
};

function forbiddenImport(path: string, target: string): string | undefined {
  const folder = Object.keys(IMPORT_RULE)
    .sort((a, b) => b.length - a.length)
    .find((prefix) => path.startsWith(prefix))!;
  const allowed = [folder, ...IMPORT_RULE[folder]!];
  if (allowed.some((prefix) => target.startsWith(prefix))) return undefined;
  return `${folder} may import ${allowed.join(', ')}`;
}

test('import rule: an engine folder imports only what stands below it', () => {
  const problems = sources('engine/**/*.ts').flatMap((source) =>
    importsOf(source).flatMap(({ line, specifier, target }) => {
      const rule = target && forbiddenImport(source.path, target);
      return rule ? [`${source.path}:${line} imports ${specifier}; ${rule}`] : [];
    }),
  );
  expectNone(
    problems,
    'Move the shared part down, or pass it in. The rule is in engine/README.md.',
  );
});

test('import rule: the engine stands on the platform, fflate and idb alone', () => {
  const problems = sources('engine/**/*.ts').flatMap((source) =>
    importsOf(source).flatMap(({ line, specifier, target }) => {
      if (target) return [];
      const known = Object.entries(ENGINE_PACKAGES).find(([name]) => specifier.startsWith(name));
      return known?.[1].test(source.path) ? [] : [`${source.path}:${line} imports ${specifier}`];
    }),
  );
  expectNone(problems, 'Write it here, or put it behind a file backend and allow it in this test.');
});

test('import rule: pages and figures use the engine through its public entry', () => {
  const isEntry = (target: string) => /^engine\/[^/]+\.ts$/.test(target);
  const problems = sources('src/**/*.{ts,svelte,astro}').flatMap((source) =>
    importsOf(source).flatMap(({ line, specifier, target }) => {
      const isText = /\?.*\braw\b/.test(specifier); // a source shown on a page, not code that runs
      if (!target?.startsWith('engine/') || isEntry(target) || isText) return [];
      return [`${source.path}:${line} imports ${specifier}`];
    }),
  );
  expectNone(problems, 'Import it from engine/index.ts; add it there if it is worth being public.');
});

// ------------------------------------------------------------------------------ the deterministic core

/** The adapters to the world, and the asynchronous API: here alone are time, chance and promises. */
const WORLD =
  /^engine\/(env\/(files-(node|opfs|idb)[^/]*|directory-lock|web-lock|opfs-(file|pool)|write-behind)\.ts|(api|level)\/.*|(index|level|node)\.ts)$/;

/** Opening a file system is asynchronous by contract, so every backend may do that, and only that. */
const OPENS_FILES = /^engine\/env\/(files[^/]*|[^/]*-source)\.ts$/;
const PROMISES = new Set(['async', 'await', 'Promise']);

const WORLDLY_NAMES = new Set(
  'Promise Date performance crypto setTimeout setInterval setImmediate queueMicrotask Intl'
    .split(' ')
    .concat(
      'requestAnimationFrame requestIdleCallback fetch navigator process Worker Atomics'.split(' '),
    ),
);
/** Several threads are what these are about. One alone uses them as it would plain memory. */
const SHARED_MEMORY = /^engine\/lsm\/memtable\/shared-/;

/** Not fixed to the last bit by the standard, or dependent on the reader's language. */
const UNSURE_METHODS =
  /^Math\.(random|sinh?|cosh?|tanh?|asinh?|acosh?|atanh?|atan2|exp|expm1|log|log2|log10|log1p|pow|cbrt|hypot)$|\.(localeCompare|toLocale\w+)$/;

function worldly(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async';
  if (ts.isAwaitExpression(node)) return 'await';
  if (ts.isPropertyAccessExpression(node)) {
    const text = node.getText();
    return UNSURE_METHODS.test(text) ? text : undefined;
  }
  if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.AsteriskAsteriskToken
  )
    return node.left.getText() === '2' ? undefined : '** of another base than 2';
  if (!ts.isIdentifier(node) || !WORLDLY_NAMES.has(node.text)) return undefined;
  const { parent } = node;
  if (ts.isClassElement(parent) || ts.isTypeElement(parent) || ts.isPropertyAssignment(parent))
    if (parent.name === node) return undefined;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
  if (isMember && !/^(globalThis|self|window)$/.test(parent.expression.getText())) return undefined;
  return node.text;
}

test('the core is deterministic: no promises, timers, clocks or chance outside the adapters', () => {
  const problems = sources('engine/**/*.ts')
    .filter((source) => !WORLD.test(source.path))
    .flatMap((source) => {
      const found: string[] = [];
      walk(source, (node) => {
        const what = worldly(node);
        if (what && PROMISES.has(what) && OPENS_FILES.test(source.path)) return;
        if (what === 'Atomics' && SHARED_MEMORY.test(source.path)) return;
        if (what) found.push(`${at(source, node)} uses ${what}`);
      });
      return found;
    });
  expectNone(
    problems,
    'Take it from env (files, clock, random), or do it in an adapter or in api/.',
  );
});

// ---------------------------------------------------------------------------------- events and errors

/** The event types of the union, read from its source, so that a type is one literal in one place. */
function eventTypes(): string[] {
  const types: string[] = [];
  for (const source of sources('engine/trace/events*.ts'))
    walk(source, (node) => {
      if (!ts.isPropertySignature(node) || node.name.getText() !== 'type' || !node.type) return;
      if (ts.isLiteralTypeNode(node.type) && ts.isStringLiteral(node.type.literal))
        types.push(node.type.literal.text);
    });
  return types;
}

/** Where the object literal `{ type: '...' }` of each event type is written. */
function emissions(): Map<string, string[]> {
  const places = new Map<string, string[]>();
  for (const source of sources('engine/**/*.ts')) {
    if (source.path.startsWith('engine/trace/')) continue;
    walk(source, (node) => {
      if (!ts.isPropertyAssignment(node) || node.name.getText() !== 'type') return;
      if (!ts.isStringLiteral(node.initializer)) return;
      const type = node.initializer.text;
      places.set(type, [...(places.get(type) ?? []), at(source, node)]);
    });
  }
  return places;
}

test('every event type is emitted, and at one place only', () => {
  const places = emissions();
  const problems = eventTypes().flatMap((type) => {
    const found = places.get(type) ?? [];
    if (found.length === 1) return [];
    return [found.length === 0 ? `${type} is never emitted` : `${type}: ${found.join(' and ')}`];
  });
  expectNone(problems, 'Emit it at one line, which the source panel can light, or drop the type.');
});

test('every event type has its line in the printer', () => {
  const literals = new Set<string>();
  for (const printer of sources('engine/trace/print*.ts'))
    walk(printer, (node) => {
      if (ts.isStringLiteral(node)) literals.add(node.text);
    });
  const problems = eventTypes().filter((type) => !literals.has(type));
  expectNone(problems, 'Print it in engine/trace/print*.ts: transcripts are read by people.');
});

test('every error code is documented, and thrown somewhere', () => {
  const used = new Set<string>();
  for (const source of sources('engine/**/*.ts')) {
    if (source.path === 'engine/base/errors.ts') continue;
    walk(source, (node) => {
      if (ts.isStringLiteral(node)) used.add(node.text);
    });
  }
  const problems = Object.entries(ERROR_CODES).flatMap(([code, doc]) => [
    ...(used.has(code) ? [] : [`${code} is never used in engine/`]),
    ...(/^[A-Z].{20,}\.$/.test(doc) ? [] : [`${code} has no sentence in its doc`]),
  ]);
  expectNone(
    problems,
    'Codes are a promise to callers: drop what nothing throws (base/errors.ts).',
  );
});

// -------------------------------------------------------------------------------------- size and waste

test('no dead exports: what the engine exports, another file imports', () => {
  const importers = sources(
    'engine/**/*.ts',
    'src/**/*.{ts,svelte,astro}',
    'tests/**/*.ts',
    'scripts/**/*.ts',
    '*.ts',
  );
  const taken = new Map<string, Set<string> | 'all'>();
  for (const { target, names } of importers.flatMap(importsOf)) {
    if (!target?.startsWith('engine/')) continue;
    const known = taken.get(target);
    if (!names || known === 'all') taken.set(target, 'all');
    else taken.set(target, new Set([...(known ?? []), ...names]));
  }
  const problems = sources('engine/*/**/*.ts').flatMap((source) => {
    const names = taken.get(source.path);
    if (names === 'all') return [];
    const counts = identifierCounts(source);
    // A type that other declarations of its file name belongs to them: it is there to be read.
    const isNeeded = ({ name, isType }: Export) =>
      names?.has(name) || (isType && counts.get(name)! > 1);
    return exportsOf(source)
      .filter((exported) => !isNeeded(exported))
      .map(({ name, line }) => `${source.path}:${line} exports ${name}`);
  });
  expectNone(
    problems,
    'Nobody imports it: drop the word export, or the code if nothing here uses it.',
  );
});

const LINES_MAX = 400;
const FUNCTION_LINES_MAX = 70;

test(`no file over ${LINES_MAX} lines`, () => {
  const code = ['{engine,src,scripts,tests}/**/*.{ts,mjs,svelte,astro}', '*.{ts,mjs}'];
  const problems = paths(...code).flatMap((path) => {
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n').length;
    return lines > LINES_MAX ? [`${path}:${LINES_MAX} has ${lines} lines`] : [];
  });
  expectNone(problems, 'A file over the limit is usually two nouns: make it two files.');
});

function functionLines(source: Source, node: ts.Node): number {
  const end = source.tree.getLineAndCharacterOfPosition(node.getEnd()).line + 1;
  return end - lineOf(source, node) + 1;
}

test(`no function over ${FUNCTION_LINES_MAX} lines`, () => {
  const problems = sources('{engine,src}/**/*.{ts,svelte,astro}', 'scripts/**/*.mjs').flatMap(
    (source) => {
      const found: string[] = [];
      walk(source, (node) => {
        if (!ts.isFunctionLike(node) || functionLines(source, node) <= FUNCTION_LINES_MAX) return;
        found.push(`${at(source, node)} has ${functionLines(source, node)} lines`);
      });
      return found;
    },
  );
  expectNone(problems, 'Keep the branching in it, and move the pure parts into functions below.');
});

// ------------------------------------------------------------------------------------- words

test('nothing is left to be done later', () => {
  const problems = mentions(/\b(TODO|FIXME|XXX|HACK)\b.*/g, ...PROJECT);
  expectNone(problems, 'Do it, or write it down where the plan is.');
});

test('no emoji: shapes and words carry meaning here', () => {
  expectNone(
    mentions(/\p{Emoji_Presentation}|\uFE0F/gu, ...TEXT),
    'Use a word, or a mark of the project.',
  );
});

test('American spelling', () => {
  const british =
    /\b\w*(colour|behaviour|neighbour|favourite|honour|serialis|initialis|optimis|organis|recognis|synchronis|visualis|normalis|centre)\w*/gi;
  const problems = mentions(british, ...PROJECT).filter((line) => !/optimis(m|t)/i.test(line));
  expectNone(problems, 'Spell it as in color, behavior, serialize, center.');
});

test('plain words: no selling', () => {
  const selling =
    /\b(blazing(ly)?|seamless(ly)?|effortless(ly)?|cutting[- ]edge|world[- ]class|revolutionary|game[- ]changer|next[- ]generation|supercharge\w*|leverag(e|es|ing)|delve\w*)\b/gi;
  expectNone(
    mentions(selling, ...TEXT, '*.md', 'docs/**/*.md'),
    'Say what it does, with a number if there is one.',
  );
});

test('nothing is loaded from another host', () => {
  const hosts =
    /\b(unpkg\.com|jsdelivr\.net|cdnjs|esm\.sh|skypack\.dev|googleapis\.com|gstatic\.com)\b/g;
  expectNone(mentions(hosts, ...PROJECT), 'The site works offline: install it as a package.');
});

test("no path of one person's machine", () => {
  const problems = mentions(
    /(?<![\w.])\/(home|root|Users|work)\/\w+/g,
    ...PROJECT,
    '.github/**/*.yml',
    '.ci/run',
  );
  expectNone(problems, 'Use a path relative to the project.');
});
