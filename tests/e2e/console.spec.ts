// `ferrisdb` in the devtools console: on every kind of page, for nothing until it is used.

import { gzipSync } from 'node:zlib';
import { expect, type Page, test } from '@playwright/test';
import { FerrisConsole } from '../../engine/index.ts';
import { consoleOf } from './samples.ts';

const KINDS = {
  home: '',
  start: 'start/getting-started/',
  tutorial: 'durability/recovery/',
  contribute: 'contribute/look/',
};
const INLINE_BYTES_MAX = 1000;

/** The whole console as the page has it; what it gives back is plain data. */
interface Shell {
  cluster(options?: object): Promise<Cluster>;
  open(options?: object): Promise<{ kind: string; runsIn: string }>;
  put(key: string, value: string, options?: object): Promise<string>;
  get(key: string): Promise<string | undefined>;
  scan(options?: object): Promise<[string, string][]>;
  crash(): Promise<{ written: number; recovered: number; lost: number }>;
  stats(): Promise<{ lastSequence: number }>;
}

interface Cluster {
  run(ms: number): string;
  put(key: string, value: string): string;
  get(key: string): string | null | undefined;
  leader(): number;
  crash(node: number): string;
  status(): { node: number; role: string }[];
}

const use = <T>(page: Page, act: (ferrisdb: Shell) => Promise<T>): Promise<T> =>
  page.evaluate(`(${act.toString()})(window.ferrisdb)`) as Promise<T>;

for (const [kind, path] of Object.entries(KINDS)) {
  test(`on a page of the kind ${kind}: put, get, scan, crash; nothing is loaded before`, async ({
    page,
  }) => {
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(request.url()));
    await page.goto(path);
    await page.waitForLoadState('networkidle');
    const engine = () => loaded.filter((url) => /\/ferrisdb(-worker)?\.js/.test(url));
    expect(engine()).toEqual([]);
    expect(await use(page, (ferrisdb) => ferrisdb.put('crab', 'orange'))).toBe('durable');
    expect(engine().length).toBeGreaterThan(0);
    expect(await use(page, (ferrisdb) => ferrisdb.get('crab'))).toBe('orange');
    expect(await use(page, (ferrisdb) => ferrisdb.scan())).toEqual([['crab', 'orange']]);
    expect(await use(page, (ferrisdb) => ferrisdb.crash())).toMatchObject({ written: 1, lost: 0 });
    expect(await use(page, (ferrisdb) => ferrisdb.get('crab'))).toBe('orange');
  });
}

test('on the page that is shown for an address without one, too', async ({ page }) => {
  await page.goto('no/such/page/');
  expect(await use(page, (ferrisdb) => ferrisdb.put('crab', 'orange'))).toBe('durable');
});

test('all that the console can do is there to be called', async ({ page }) => {
  await page.goto('contribute/look/');
  const verbs = await page.evaluate(() => Object.keys((window as never)['ferrisdb']));
  const own = Object.getOwnPropertyNames(FerrisConsole.prototype);
  expect(verbs.toSorted()).toEqual([...own.filter((n) => n !== 'constructor'), 'load'].toSorted());
});

test('a cluster is run, crashed and read, and says how it is', async ({ page }) => {
  await page.goto('contribute/look/');
  let seen: unknown;
  const said = await consoleOf(page, async () => {
    seen = await use(page, async (ferrisdb) => {
      const cluster = await ferrisdb.cluster({ nodes: 5, seed: 7 });
      const ran = cluster.run(1000);
      const put = cluster.put('crab', 'orange');
      const leader = cluster.leader();
      const crashed = cluster.crash(leader);
      const rows = cluster.status().length;
      return { ran, put, leader, crashed, rows, got: cluster.get('crab') };
    });
  });
  const { leader, ran, crashed } = seen as { leader: number; ran: string; crashed: string };
  expect(seen).toMatchObject({ put: 'ok', rows: 5, got: 'orange' });
  expect(ran).toMatch(new RegExp(`^1000 ms: ${leader} leads in term \\d+$`));
  expect(crashed).toMatch(new RegExp(`^[\\d.]+ ms: nobody leads; ${leader} is down$`));
  expect(said[0]).toMatch(/^5 servers are switched on\. Try run\(1000\), /);
});

test('a page that never uses it pays under a kilobyte', async ({ page }) => {
  await page.goto('contribute/look/');
  const scripts = await page.locator('script:not([src])').allTextContents();
  const own = scripts.filter((script) => script.includes('ferrisdb.js'));
  expect(own).toHaveLength(1);
  expect(gzipSync(own.join()).length).toBeLessThan(INLINE_BYTES_MAX);
  expect(own.join().length).toBeLessThan(2 * INLINE_BYTES_MAX);
});

test('the greeting shows four lines to try', async ({ page }) => {
  const said = await consoleOf(page, () => page.goto('contribute/look/'));
  expect(said.join('\n').match(/await ferrisdb\.\w+\(/g)).toEqual([
    'await ferrisdb.put(',
    'await ferrisdb.scan(',
    'await ferrisdb.crash(',
    'await ferrisdb.cluster(',
  ]);
});

test('data survive a reload, and what is printed says where they are', async ({ page }) => {
  await page.goto('start/architecture/');
  await use(page, async (ferrisdb) => {
    for (let i = 0; i < 50; i++) await ferrisdb.put(`key ${String(i).padStart(2, '0')}`, 'x');
    return ferrisdb.put('crab', 'orange');
  });
  await page.reload();
  const said = await consoleOf(page, () => use(page, (ferrisdb) => ferrisdb.get('crab')));
  expect(said).toContain(
    'FerrisDB "console" is open on OPFS, in a worker; 51 records recovered from 1 log.',
  );
  const found = await use(page, (ferrisdb) =>
    ferrisdb.scan({ prefix: 'key', reverse: true, limit: 2 }),
  );
  expect(found.map(([key]) => key)).toEqual(['key 49', 'key 48']);
});

test('a second tab gets FERRIS_LOCKED and a sentence that says what to do', async ({
  page,
  context,
}) => {
  await page.goto('start/architecture/');
  await use(page, (ferrisdb) => ferrisdb.put('crab', 'orange'));
  const second = await context.newPage();
  await second.goto('contribute/look/');
  const refusal = await use(second, (ferrisdb) =>
    ferrisdb.get('crab').then(
      () => 'opened',
      (error: Error & { code?: string }) => `${error.code} | ${error.message}`,
    ),
  );
  expect(refusal).toMatch(/^FERRIS_LOCKED \| .*"console" is open in another tab.*close it there/);
  await page.close();
  await expect
    .poll(() => use(second, (ferrisdb) => ferrisdb.get('crab').catch(() => 'locked')))
    .toBe('orange');
});

test('on a simulated disk an unsynced write is lost, and the crash says so', async ({ page }) => {
  await page.goto('contribute/look/');
  const crash = () =>
    use(page, async (ferrisdb) => {
      await ferrisdb.open({ simulate: { seed: 7 } });
      await ferrisdb.put('kept', '1');
      await ferrisdb.put('gone', '2', { sync: 'none' });
      const { written, recovered, lost } = await ferrisdb.crash();
      return { written, recovered, lost, entries: await ferrisdb.scan() };
    });
  let first: unknown;
  const said = await consoleOf(page, async () => {
    first = await crash();
  });
  expect(first).toEqual({ written: 2, recovered: 1, lost: 1, entries: [['kept', '1']] });
  expect(said).toContain('The power was cut. Writes: 2. Recovered: 1. Lost: 1, the newest.');
  expect(await crash(), 'the seed has the same luck again').toEqual(first);
});

test('any page imports the module, and its types are served beside it', async ({ page }) => {
  await page.goto('contribute/look/');
  const address = new URL('../../ferrisdb.js', page.url()).href;
  const text = await page.evaluate(async (url) => {
    const { open, memoryFiles } = await import(url);
    const db = await open({ files: memoryFiles(), encoding: 'utf8' });
    await db.put('crab', 'orange');
    return db.get('crab');
  }, address);
  expect(text).toBe('orange');
  const types = await page.request.get(address.replace(/\.js$/, '.d.ts'));
  expect(await types.text()).toContain("export * from './types/index.js'");
  const index = await page.request.get(new URL('types/index.d.ts', address).href);
  expect(await index.text()).toContain('memoryFiles');
});
