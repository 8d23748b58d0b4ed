// The examples of the README run, and say what its comments say.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test, vi } from 'vitest';
import { ClusterConsole, FerrisConsole, memoryFiles } from '../../../engine/index.ts';

const root = new URL('../../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

/** The code of the only block in this language that holds these words. */
function block(language: string, words = ''): string {
  const fences = readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'));
  const found = [...fences].map(([, code = '']) => code).filter((code) => code.includes(words));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}

test('the lines for the console answer or print what stands behind them', async () => {
  const said: string[] = [];
  vi.spyOn(console, 'info').mockImplementation((line) => said.push(line));
  vi.spyOn(console, 'table').mockImplementation(() => {});
  const ferrisdb = new FerrisConsole();
  await ferrisdb.open({ files: memoryFiles() });
  for (const line of block('js', 'ferrisdb.put').split('\n').filter(Boolean)) {
    const [code = '', comment = ''] = line.split(' // ');
    if (code.includes('.open(')) {
      await evaluate(ferrisdb, code);
      continue;
    }
    const value = inspect(await evaluate(ferrisdb, code));
    const plain = value.replaceAll('[ ', '[').replaceAll(' ]', ']');
    if (plain !== comment) expect(said.at(-1), line).toContain(comment);
  }
  await ferrisdb.close();
  vi.restoreAllMocks();
});

test('the lines for a cluster answer what stands behind them', () => {
  const [first = '', ...lines] = block('js', 'ferrisdb.cluster').split('\n').filter(Boolean);
  expect(first).toBe('c = await ferrisdb.cluster({ nodes: 5, seed: 7 })');
  const cluster = new ClusterConsole({ nodes: 5, seed: 7 }, 'https://example.org/');
  for (const line of lines) {
    const [code = '', comment = ''] = line.split(' // ');
    const value = new Function('c', `return ${code}`)(cluster);
    if (comment.startsWith("'")) expect(inspect(value), line).toBe(comment);
  }
  expect(cluster.leader()).toBeGreaterThan(0);
});

function evaluate(ferrisdb: FerrisConsole, code: string): Promise<unknown> {
  return new Function('ferrisdb', `return (async () => ${code})()`)(ferrisdb);
}

test.each([
  ['Node', 'engine/node.ts', 'order 2 lemon cake\nFERRIS_LOCKED\n'],
  ['Level', 'engine/level.ts', 'order 2: 3 cups\n'],
])('the example for %s prints what it should', (_name, entry, expected) => {
  const engine = new URL('engine/', root).href;
  const folder = mkdtempSync(join(tmpdir(), 'ferrisdb-'));
  try {
    const code = block('ts', entry).replace("'./engine/", `'${engine}`);
    writeFileSync(join(folder, 'example.ts'), code);
    const options = { cwd: folder, encoding: 'utf8' } as const;
    const printed = execFileSync(process.execPath, ['example.ts'], options);
    expect(printed).toBe(expected);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('every file that the README names is there', () => {
  const links = [...readme.matchAll(/\]\((?!https:)([^)]+)\)/g)].map(([, path = '']) => path);
  const folders = [...readme.matchAll(/`((?:engine|src|content|tests|docs|scripts)\/[\w./-]*)`/g)];
  for (const path of [...links, ...folders.map(([, name = '']) => name)])
    expect(existsSync(new URL(path, root)), path).toBe(true);
});
