import { describe, expect, test } from 'vitest';
import { captionText } from '../../../src/player/caption.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import { run, scriptOf } from '../../../src/player/history.ts';
import type { OrderState } from '../../../src/widgets/order/projection.ts';
import { NAMES, order } from '../../../src/widgets/order/scenario.ts';
import { KEYS_MAX, type OrderAction } from '../../../src/widgets/order/world.ts';

const PUTS = NAMES.map((key): OrderAction => ({ do: 'put', key }));

function stateAfter(...actions: readonly OrderAction[]): OrderState {
  const { entries, error } = run(order, { ...scriptOf(order), actions });
  expect(error).toBeUndefined();
  return entries.reduce(order.project, order.initial);
}

const tonesOf = (state: OrderState, side: 'hash' | 'sorted') =>
  [...state.efforts[side].tones].filter(([, tone]) => tone === 'taken').map(([key]) => key);

describe('hash beside sorted', () => {
  test('rewinds', () => checkRewind(order));

  test('whatever is asked next rewinds too', () => {
    for (const { action } of order.offers(stateAfter(...PUTS)))
      checkRewind(order, { ...scriptOf(order), actions: [...order.script, action, action] });
  });

  test('a range: the hash looks at every bucket and entry, the sorted list at the range and one more', () => {
    const { efforts } = stateAfter(...PUTS, { do: 'scan', from: 'd', to: 'h' });
    expect(efforts.hash.buckets.size).toBe(16);
    expect(efforts.hash.looked).toBe(NAMES.length);
    expect(efforts.hash.answer).toEqual(['dee', 'eve', 'flo', 'gus']);
    expect(efforts.sorted.answer).toEqual(efforts.hash.answer);
    expect(efforts.sorted.looked).toBe(5);
    expect(efforts.sorted.compared).toBeLessThan(8);
  });

  test('backwards it is the same range, and one search as well', () => {
    const { efforts } = stateAfter(...PUTS, { do: 'back', from: 'd', to: 'h' });
    expect(efforts.sorted.answer).toEqual(['gus', 'flo', 'eve', 'dee']);
    expect(efforts.hash.answer).toEqual(efforts.sorted.answer);
    expect(efforts.sorted.looked).toBe(5);
    expect(efforts.sorted.compared).toBeLessThanOrEqual(NAMES.length);
  });

  test.each([
    ['', '~', 12],
    ['x', 'z', 0],
    ['h', 'd', 0],
    ['dee', 'deer', 1],
    ['ann', 'ann', 0],
  ])('from %j up to %j there are %d, both ways and on both sides', (from, to, count) => {
    for (const name of ['scan', 'back'] as const) {
      const { efforts } = stateAfter(...PUTS, { do: name, from, to });
      expect(efforts.hash.answer).toHaveLength(count);
      expect(efforts.sorted.answer).toEqual(efforts.hash.answer);
    }
  });

  test('a key put twice is found once', () => {
    const twice: OrderAction[] = [...PUTS, { do: 'put', key: 'eve' }];
    for (const name of ['scan', 'back'] as const) {
      const state = stateAfter(...twice, { do: name, from: 'd', to: 'f' });
      expect(state.sorted).toHaveLength(NAMES.length);
      expect(state.efforts.sorted.answer?.toSorted()).toEqual(['dee', 'eve']);
    }
  });

  test('a get takes one entry on each side, or none', () => {
    const found = stateAfter(...PUTS, { do: 'get', key: 'jon' });
    expect([tonesOf(found, 'hash'), tonesOf(found, 'sorted')]).toEqual([['jon'], []]);
    expect([found.efforts.hash.answer, found.efforts.sorted.answer]).toEqual([['jon'], ['jon']]);
    const none = stateAfter(...PUTS, { do: 'get', key: 'zoe' });
    expect([none.efforts.hash.answer, none.efforts.sorted.answer]).toEqual([[], []]);
  });

  test('it opens on the question, and takes no more keys than it has room for', () => {
    const { entries } = run(order, scriptOf(order));
    const cursor = order.poster?.(entries) ?? 0;
    const asked = entries.slice(0, cursor).reduce(order.project, order.initial);
    expect(asked.range).toEqual({ from: 'd', to: 'h' });
    const last = entries[cursor - 1];
    expect(last && captionText(order.caption(last, asked))).toBe(
      'The client wants every key from d up to h, in order: scan("d", "h").',
    );
    const full = stateAfter(
      ...Array.from({ length: KEYS_MAX }, (_, i): OrderAction => ({ do: 'put', key: `k${i}` })),
    );
    expect(full.hash.buckets).toHaveLength(16);
    expect(order.offers(full)[0]?.unavailable).toBeDefined();
  });

  test('what a link brings is looked at closely', () => {
    expect(order.parse({ do: 'scan', from: 'a' })).toBeUndefined();
    expect(order.parse({ do: 'put', key: 'a'.repeat(9) })).toBeUndefined();
    expect(order.parse({ do: 'back', from: '', to: 'z', x: 1 })).toEqual({
      do: 'back',
      from: '',
      to: 'z',
    });
  });
});
