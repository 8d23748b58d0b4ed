import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkCuts, checkRewind } from '../../../src/player/check-scenario.ts';
import { actionAt, actionsAt, EVENTS_MAX, run, scriptOf } from '../../../src/player/history.ts';
import { type LedgerAction, ledger } from './ledger.ts';

const script = scriptOf(ledger);
const history = (...actions: LedgerAction[]) => ({ ...script, actions });
const types = (...actions: LedgerAction[]) =>
  run(ledger, history(...actions)).entries.map(({ event }) => event.type);

describe('run', () => {
  test('gives the same events for the same history, others for another seed', () => {
    const first = run(ledger, script);
    expect(run(ledger, script).hash).toBe(first.hash);
    expect(run(ledger, { ...script, seed: 8 }).hash).not.toBe(first.hash);
  });

  test('spans tile the entries', () => {
    const { spans, entries } = run(ledger, script);
    expect(spans).toEqual([
      { first: 0, end: 5 },
      { first: 5, end: 8 },
      { first: 8, end: 14 },
    ]);
    expect(entries).toHaveLength(14);
  });

  test('a cut comes right after its event, and nothing is heard while the stack unwinds', () => {
    expect(types({ do: 'write', count: 3 }, { do: 'cut', after: 2 })).toEqual([
      'begin',
      'written',
      'power.cut',
    ]);
    const { spans, error } = run(
      ledger,
      history({ do: 'write', count: 3 }, { do: 'cut', after: 2 }),
    );
    expect(error).toBeUndefined();
    expect(spans).toEqual([
      { first: 0, end: 2 },
      { first: 2, end: 3 },
    ]);
  });

  test('the world goes on after a cut', () => {
    const actions = types(
      { do: 'write', count: 3 },
      { do: 'cut', after: 3 },
      { do: 'restart' },
      { do: 'write', count: 1 },
    );
    expect(actions).toEqual(
      'begin written written power.cut power.restored begin written end'.split(' '),
    );
  });

  test('a cut past the last event, and one without a place, come between two actions', () => {
    const between = types({ do: 'write', count: 1 }, { do: 'cut' });
    expect(between).toEqual(['begin', 'written', 'end', 'power.cut']);
    expect(types({ do: 'write', count: 1 }, { do: 'cut', after: 99 })).toEqual(between);
    expect(types({ do: 'cut' })).toEqual(['power.cut']);
  });

  test('cuts by event n, for every n: n events of the action, then the cut', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 1, max: 14 }),
        (count, after) => {
          const events = types({ do: 'write', count }, { do: 'cut', after });
          expect(events.at(-1)).toBe('power.cut');
          expect(events).toHaveLength(Math.min(after, count + 2) + 1);
        },
      ),
    );
  });

  test('an uncaught error stops the run and is told', () => {
    const { entries, spans, error } = run(
      ledger,
      history({ do: 'write', count: 1 }, { do: 'fail' }, { do: 'write', count: 1 }),
    );
    expect(entries).toHaveLength(3);
    expect(spans).toHaveLength(2);
    expect(error).toEqual({ kind: 'threw', action: 1, message: 'it failed' });
  });

  test('a flood of events stops at the limit', () => {
    const { entries, error } = run(ledger, history({ do: 'flood' }));
    expect(entries).toHaveLength(EVENTS_MAX);
    expect(error?.kind).toBe('too many events');
  });
});

describe('actionsAt', () => {
  const played = run(ledger, script);

  test('a cut comes at the very event of the cursor', () => {
    expect(actionsAt(played, 7, { do: 'cut' })).toEqual([
      script.actions[0],
      script.actions[1],
      { do: 'cut', after: 2 },
    ]);
  });

  test('at the end of an action a cut comes between', () => {
    expect(actionsAt(played, 5, { do: 'cut' })).toEqual([script.actions[0], { do: 'cut' }]);
    expect(actionsAt(played, 0, { do: 'cut' })).toEqual([{ do: 'cut' }]);
  });

  test('any other action waits until the one under way is done', () => {
    expect(actionsAt(played, 6, { do: 'quiet' })).toEqual([
      script.actions[0],
      script.actions[1],
      { do: 'quiet' },
    ]);
  });

  test('an action without events is kept when the cursor is at its place', () => {
    const quiet = run(ledger, history({ do: 'write', count: 1 }, { do: 'quiet' }));
    expect(actionsAt(quiet, 3, { do: 'cut' })).toEqual([
      { do: 'write', count: 1 },
      { do: 'quiet' },
      { do: 'cut' },
    ]);
  });

  test('what has happened up to the cursor happens again, whatever is done there', () => {
    const offered: LedgerAction[] = [{ do: 'cut' }, { do: 'write', count: 2 }];
    for (let cursor = 0; cursor <= played.entries.length; cursor++) {
      for (const action of offered) {
        const forked = run(ledger, { ...script, actions: actionsAt(played, cursor, action) });
        expect(forked.entries.slice(0, cursor)).toEqual(played.entries.slice(0, cursor));
        if (action.do === 'cut') expect(forked.entries[cursor]?.event.type).toBe('power.cut');
      }
    }
  });

  test('actionAt names the action of the current event', () => {
    expect([0, 1, 5, 6, 14].map((cursor) => actionAt(played, cursor))).toEqual([-1, 0, 0, 1, 2]);
  });
});

describe('checks that every figure passes', () => {
  test('rewinds', () => checkRewind(ledger));
  test('survives a cut anywhere', () => checkCuts(ledger));

  test('a projection that changes its state in place is found', () => {
    const numbers: number[] = [];
    const broken: typeof ledger = {
      ...ledger,
      initial: { numbers, on: true },
      project(state, { event }) {
        if (event.type === 'written') (state.numbers as number[]).push(event.number);
        return state;
      },
    };
    expect(() => checkRewind(broken)).toThrow('ledger: state');
  });

  test('a world that isn’t deterministic is found', () => {
    let runs = 0;
    const broken: typeof ledger = {
      ...ledger,
      create: (context) => ledger.create({ ...context, seed: runs++ }),
    };
    expect(() => checkRewind(broken)).toThrow('two runs differ');
  });

  test('a missing caption is found', () => {
    expect(() => checkRewind({ ...ledger, caption: () => [] })).toThrow(
      'no caption for begin at 0',
    );
  });
});
