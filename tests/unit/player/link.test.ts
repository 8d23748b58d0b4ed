import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFerrisError, LINK_ACTIONS_MAX, LINK_CHARACTERS_MAX } from '../../../engine/index.ts';
import { EVENTS_MAX, scriptOf } from '../../../src/player/history.ts';
import { decodeLink, encodeLink } from '../../../src/player/link.ts';
import { figureOfLink } from '../../../src/player/link-figure.ts';
import { type LedgerAction, ledger } from './ledger.ts';

const script = scriptOf(ledger);
const link = (json: unknown) =>
  `#f=ledger.${Buffer.from(JSON.stringify(json)).toString('base64url')}`;
const refusal = (fragment: string) => {
  const opened = decodeLink(fragment, ledger);
  return opened.ok ? 'opened' : opened.refusal.kind;
};

const action: fc.Arbitrary<LedgerAction> = fc.oneof(
  fc.record({ do: fc.constant('write' as const), count: fc.integer({ min: 0, max: 9 }) }),
  fc.record({ do: fc.constant('cut' as const), after: fc.integer({ min: 1, max: EVENTS_MAX }) }),
  fc.constantFrom({ do: 'cut' as const }, { do: 'restart' as const }),
);

test('a history survives the round trip', () => {
  fc.assert(
    fc.property(
      fc.array(action, { maxLength: 50 }),
      fc.nat(),
      fc.nat(EVENTS_MAX),
      (actions, seed, cursor) => {
        const shared = { history: { ...script, seed, actions }, cursor };
        const fragment = encodeLink('ledger', shared);
        expect(fragment).toMatch(/^#f=ledger\.[\w-]+$/);
        expect(figureOfLink(fragment)).toBe('ledger');
        expect(decodeLink(fragment, ledger)).toEqual({ ok: true, shared });
      },
    ),
  );
});

test('a history too long for a link is refused when it is shared', () => {
  const actions = Array.from({ length: LINK_ACTIONS_MAX + 1 }, () => ({ do: 'restart' as const }));
  const share = () => encodeLink('ledger', { history: { ...script, actions }, cursor: 0 });
  expect(share).toThrow(expect.objectContaining({ code: 'FERRIS_TOO_LARGE' }));
});

describe('hostile links', () => {
  test.each([
    ['other version', [1, 2, 7, [], 0]],
    ['other version', [2, 3, 7, [], 0]],
    ['malformed', [1, 3, 7, [], -1]],
    ['malformed', [1, 3, 7.5, [], 0]],
    ['malformed', [1, 3, 7, {}, 0]],
    ['malformed', [1, 3, 7, []]],
    ['malformed', { 0: 1, length: 5 }],
    ['malformed', null],
    ['too large', [1, 3, 7, [], EVENTS_MAX + 1]],
    ['too large', [1, 3, 7, Array(LINK_ACTIONS_MAX + 1).fill({ do: 'restart' }), 0]],
    ['unknown action', [1, 3, 7, [{ do: 'format' }], 0]],
    ['unknown action', [1, 3, 7, [{ do: 'write', count: 'all' }], 0]],
    ['unknown action', [1, 3, 7, [{ do: 'cut', after: 0 }], 0]],
    ['unknown action', [1, 3, 7, [{ do: 'cut', after: 1.5 }], 0]],
    ['unknown action', [1, 3, 7, [null], 0]],
    ['unknown action', [1, 3, 7, ['cut'], 0]],
    ['unknown action', [1, 3, 7, [{ do: '__proto__' }], 0]],
  ])('%s: %j', (kind, json) => expect(refusal(link(json))).toBe(kind));

  test('what is too long is not even parsed', () => {
    expect(refusal(`#f=ledger.${'A'.repeat(LINK_CHARACTERS_MAX)}`)).toBe('too large');
  });

  test('a figure’s name holds nothing that could select something else', () => {
    for (const bad of [
      '',
      '#',
      '#f=',
      '#f=.x',
      '#f=a"].x',
      '#f=A.x',
      '#section',
      `#f=${'a'.repeat(65)}.x`,
    ]) {
      expect(figureOfLink(bad)).toBeUndefined();
    }
  });

  test('no text and no JSON makes it throw', () => {
    fc.assert(
      fc.property(fc.string(), (tail) => void decodeLink(`#f=ledger.${tail}`, ledger)),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.jsonValue(), (json) => void decodeLink(link(json), ledger)),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (actions) => {
        const opened = decodeLink(link([1, 3, 7, actions, 0]), ledger);
        expect(opened.ok || opened.refusal.message.length > 20).toBe(true);
      }),
    );
  });

  test('a scenario whose parse throws refuses, too', () => {
    const throwing = {
      ...ledger,
      parse: () => {
        throw new Error('no');
      },
    };
    const opened = decodeLink(link([1, 3, 7, [{ do: 'x' }], 0]), throwing);
    expect(opened).toMatchObject({ ok: false, refusal: { kind: 'unknown action' } });
  });
});

test('errors of the player are the engine’s', () => {
  const actions = Array.from({ length: 400 }, (_, count) => ({
    do: 'write' as const,
    count: count * 1e9,
  }));
  try {
    encodeLink('ledger', { history: { ...script, actions }, cursor: 0 });
    expect.unreachable();
  } catch (error) {
    expect(isFerrisError(error, 'FERRIS_TOO_LARGE')).toBe(true);
  }
});
