// A history that no client can have had is refused, with a sentence that says what to do.

import { describe, expect, test } from 'vitest';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { HistoryBuilder } from '../../../engine/check/history.ts';
import { checkLinearizable } from '../../../engine/check/linearizable.ts';

const GET = { kind: 'get', key: 'x' } as const;
const PUT = { kind: 'put', key: 'x', value: '1' } as const;
const SET = { kind: 'compareAndSet', key: 'x', expected: null, value: '1' } as const;

function expectRefused(act: () => unknown, sentence: RegExp): void {
  let thrown: unknown;
  try {
    act();
  } catch (error) {
    thrown = error;
  }
  expect(isFerrisError(thrown, 'FERRIS_INVALID_ARGUMENT')).toBe(true);
  expect(`${thrown}`).toMatch(sentence);
}

describe('a history', () => {
  test('tells what each operation was, and in which order things happened', () => {
    const builder = new HistoryBuilder();
    const put = builder.invoke('a', PUT, 3);
    const get = builder.invoke('b', GET, 3);
    builder.ok(get, null, 4);
    builder.unknown(put);
    const late = builder.invoke('b', GET, 9);
    builder.fail(late, 9);
    const facts = { result: undefined, returnedTicks: undefined, returnedOrder: undefined };
    expect(builder.operations()).toEqual([
      {
        ...{ id: 0, client: 'a', call: PUT, outcome: 'unknown', ...facts },
        ...{ invokedTicks: 3, invokedOrder: 0 },
      },
      {
        ...{ id: 1, client: 'b', call: GET, outcome: 'ok', result: null },
        ...{ invokedTicks: 3, returnedTicks: 4, invokedOrder: 1, returnedOrder: 2 },
      },
      {
        ...{ id: 2, client: 'b', call: GET, outcome: 'failed', result: undefined },
        ...{ invokedTicks: 9, returnedTicks: 9, invokedOrder: 3, returnedOrder: 4 },
      },
    ]);
  });

  test('counts what is under way as unknown, and is not changed by what comes later', () => {
    const builder = new HistoryBuilder();
    const put = builder.invoke('a', PUT, 0);
    const before = builder.operations();
    builder.ok(put, undefined, 1);
    expect(before.map(({ outcome }) => outcome)).toEqual(['unknown']);
    expect(builder.operations().map(({ outcome }) => outcome)).toEqual(['ok']);
  });
});

describe('it is refused that', () => {
  test('a client does two things at a time', () => {
    const builder = new HistoryBuilder();
    builder.invoke('a', PUT, 0);
    expectRefused(() => builder.invoke('a', GET, 1), /client a calls while its operation 0/);
  });

  test('a client goes on after an unknown outcome', () => {
    const builder = new HistoryBuilder();
    builder.unknown(builder.invoke('a', PUT, 0));
    expectRefused(() => builder.invoke('a', GET, 1), /client a ended .* new name/);
  });

  test('an operation ends twice, or one that never began', () => {
    const builder = new HistoryBuilder();
    const put = builder.invoke('a', PUT, 0);
    builder.ok(put, undefined, 1);
    expectRefused(() => builder.ok(put, undefined, 2), /operation 0 has ended already/);
    expectRefused(() => builder.fail(put, 2), /operation 0 has ended already/);
    expectRefused(() => builder.unknown(put), /operation 0 has ended already/);
    expectRefused(() => builder.fail(7, 2), /there is no operation 7/);
    const lost = builder.invoke('b', PUT, 3);
    builder.unknown(lost);
    expectRefused(() => builder.ok(lost, undefined, 4), /operation 1 has ended already/);
  });

  test('time goes back, or is no whole number', () => {
    const builder = new HistoryBuilder();
    const put = builder.invoke('a', PUT, 5);
    expectRefused(() => builder.ok(put, undefined, 4), /tick 4 after one at 5/);
    expectRefused(() => builder.invoke('b', GET, 5.5), /tick 5\.5/);
  });

  test('an answer is of another kind than the call', () => {
    const builder = new HistoryBuilder();
    const put = builder.invoke('a', PUT, 0);
    const get = builder.invoke('b', GET, 0);
    const set = builder.invoke('c', SET, 0);
    expectRefused(() => builder.ok(put, '1', 1), /is a put: it can't answer 1/);
    expectRefused(() => builder.ok(get, undefined, 1), /is a get: it can't answer undefined/);
    expectRefused(() => builder.ok(set, null, 1), /is a compareAndSet: it can't answer null/);
    builder.ok(set, true, 1); // a refusal changed nothing
    expect(builder.operations()[2]?.outcome).toBe('ok');
  });

  test('a check has no budget', () => {
    for (const stepsMax of [0, -1, 1.5, Number.NaN])
      expectRefused(() => checkLinearizable([], { stepsMax }), /steps: give at least one/);
  });
});
