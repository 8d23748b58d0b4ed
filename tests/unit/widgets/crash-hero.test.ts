import { describe, expect, test } from 'vitest';
import { captionText } from '../../../src/player/caption.ts';
import { checkCuts, checkRewind } from '../../../src/player/check-scenario.ts';
import { run, scriptOf } from '../../../src/player/history.ts';
import { type CrashState, confirmed } from '../../../src/widgets/crash-hero/projection.ts';
import { type CrashAction, crashHero, ORDERS } from '../../../src/widgets/crash-hero/scenario.ts';

const script = scriptOf(crashHero);

function play(actions: readonly CrashAction[], seed = script.seed) {
  const { entries, error } = run(crashHero, { ...script, seed, actions });
  expect(error).toBeUndefined();
  const state = entries.reduce(crashHero.project, crashHero.initial);
  const last = entries.at(-1);
  return { state, entries, said: last ? captionText(crashHero.caption(last, state)) : '' };
}

const sold = (state: CrashState) => state.orders.filter(({ inMemory }) => inMemory).length;

describe('the figure of a crash survived', () => {
  test('rewinds', () => checkRewind(crashHero));
  test('survives a power cut anywhere', () => checkCuts(crashHero));

  test('the poster poses the question: three promises, and a fourth order in the log', () => {
    const { entries } = run(crashHero, script);
    const shown = entries.slice(0, crashHero.poster?.(entries));
    const state = shown.reduce(crashHero.project, crashHero.initial);
    expect(state.orders.map(({ answer, place }) => `${answer} ${place}`)).toEqual([
      'confirmed durable',
      'confirmed durable',
      'confirmed durable',
      'waiting volatile',
    ]);
  });

  test('a cut at the poster tears the fourth record, and every promise is kept', () => {
    const before = script.actions.slice(0, 4);
    const { state, said } = play([...before, { do: 'cut', after: 2 }, { do: 'restart' }]);
    expect(state.orders.map(({ place }) => place)).toEqual([
      'durable',
      'durable',
      'durable',
      'torn',
    ]);
    expect(said).toBe(
      'Promised: 3 orders. Recovered: all 3. Order 4 was never confirmed, and it is lost.',
    );
  });

  test('whatever is confirmed survives: cuts at every event of every order, with 6 seeds', () => {
    const fates = new Set<string>();
    for (let seed = 1; seed <= 6; seed++) {
      for (let orders = 1; orders <= 5; orders++) {
        for (let after = 1; after <= 6; after++) {
          const cut = { do: 'cut', after } as const;
          const actions = [...script.actions.slice(0, orders), cut, { do: 'restart' } as const];
          const { state } = play(actions, seed);
          expect(confirmed(state).every(({ inMemory }) => inMemory)).toBe(true);
          for (const { answer, place } of state.orders) fates.add(`${answer} ${place}`);
        }
      }
    }
    // An order that nobody was promised goes every way that it may.
    expect([...fates].sort()).toEqual([
      'confirmed durable',
      'none durable',
      'none lost',
      'none torn',
    ]);
  });

  test('two crashes, and then everything is sold', () => {
    const order = { do: 'order' } as const;
    const again = [{ do: 'cut' }, { do: 'restart' }] as const;
    const rest = ORDERS.slice(5).map(() => order);
    const { state } = play([...script.actions, ...again, ...rest, ...again]);
    expect([state.cuts, sold(state)]).toEqual([2, ORDERS.length]);
    const offered = crashHero.offers(state).find(({ action }) => action.do === 'order');
    expect(offered?.unavailable).toBe('Everything is sold.');
  });
});
