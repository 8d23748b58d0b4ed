import { describe, expect, test, vi } from 'vitest';
import { ClusterConsole } from '../../../engine/api/cluster-console.ts';
import { isFerrisError } from '../../../engine/index.ts';

const HOME = 'https://example.org/ferrisdb/';

describe('ferrisdb.cluster', () => {
  test('elects, stores, loses its leader, and stores on', () => {
    const cluster = new ClusterConsole({ nodes: 5, seed: 7 }, HOME);
    expect(cluster.leader()).toBe(0);
    expect(cluster.run(1000)).toMatch(/^1000 ms: [1-5] leads in term \d+$/);
    const first = cluster.leader();
    expect(cluster.put('crab', 'orange')).toBe('ok');
    expect(cluster.get('crab')).toBe('orange');
    expect(cluster.get('lobster')).toBe(null);
    expect(cluster.crash(first)).toContain(`${first} is down`);
    cluster.run(1000);
    expect(cluster.leader()).not.toBe(first);
    expect(cluster.get('crab')).toBe('orange');
    expect(cluster.restart(first)).not.toContain('down');
  });

  test('a minority can answer nobody', () => {
    const cluster = new ClusterConsole({ nodes: 3, seed: 3 }, HOME);
    cluster.run(1000);
    cluster.pause(1);
    cluster.pause(2);
    expect(cluster.put('crab', 'orange')).toBe('unknown');
    expect(cluster.get('crab')).toBe(undefined);
    cluster.resume(1);
    cluster.run(1000);
    expect(cluster.put('crab', 'blue')).toBe('ok');
    expect(cluster.get('crab')).toBe('blue');
  });

  test('a partition and its end', () => {
    const cluster = new ClusterConsole({ seed: 5 }, HOME);
    cluster.run(1000);
    const leader = cluster.leader();
    const others = [1, 2, 3, 4, 5].filter((node) => node !== leader);
    cluster.partition([leader], others);
    cluster.run(2000);
    expect(others).toContain(cluster.leader());
    cluster.heal();
    cluster.run(1000);
    expect(cluster.leader()).not.toBe(0);
  });

  test('the same calls give the same run; another seed another', () => {
    const live = (seed: number) => {
      const cluster = new ClusterConsole({ seed }, HOME);
      cluster.run(800);
      cluster.put('a', '1');
      cluster.step();
      return cluster.hash;
    };
    expect(live(1)).toBe(live(1));
    expect(live(1)).not.toBe(live(2));
  });

  test('step tells what was heard next; events prints what was heard', () => {
    const info = vi.spyOn(console, 'info').mockReturnValue(undefined);
    const cluster = new ClusterConsole({}, HOME);
    expect(cluster.step()).toMatch(/ ms {2}\d+ {2}\S+/);
    cluster.run(1000);
    const votes = cluster.events('raft.vote');
    expect(votes.length).toBeGreaterThan(0);
    expect(cluster.events(5)).toHaveLength(5);
    expect(info).toHaveBeenCalledTimes(2);
    info.mockRestore();
  });

  test('a link is an address of the site and holds the actions', () => {
    const cluster = new ClusterConsole({ nodes: 3, seed: 9 }, HOME);
    cluster.run(500);
    cluster.put('a', '1');
    cluster.crash(2, 'nothing');
    const [page, fragment = ''] = cluster.link().split('#f=world-3.');
    expect(page).toBe(`${HOME}lab/world/`);
    const json = JSON.parse(Buffer.from(fragment, 'base64url').toString());
    expect(json.slice(0, 3)).toEqual([1, 1, 9]);
    expect(json[3]).toEqual([
      { do: 'run', ticks: 500_000 },
      { do: 'put', client: 100, key: 'a', value: '1', forTicks: expect.any(Number) },
      { do: 'crash', node: 2, survive: 'nothing' },
    ]);
  });

  test.each([
    ['no such server', (c: ClusterConsole) => c.crash(9)],
    ['a group with a stranger', (c: ClusterConsole) => c.partition([1, 8])],
    ['time backwards', (c: ClusterConsole) => c.run(-1)],
    ['no number of time', (c: ClusterConsole) => c.run(Number.NaN)],
  ])('%s is refused', (_name, act) => {
    const cluster = new ClusterConsole({}, HOME);
    expect(() => act(cluster)).toThrowError(
      expect.toSatisfy((error) => isFerrisError(error, 'FERRIS_INVALID_ARGUMENT')),
    );
  });

  test.each([{ nodes: 0 }, { nodes: 8 }, { nodes: 2.5 }, { seed: -1 }, { seed: 0.5 }])(
    'options %j are refused',
    (options) => {
      expect(() => new ClusterConsole(options, HOME)).toThrow(/nodes|seed/);
    },
  );
});
