import { describe, expect, test } from 'vitest';
import { madeBy } from '../../../src/exercise/history.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import { run, scriptOf } from '../../../src/player/history.ts';
import { measureAt } from '../../../src/sweep/sweep.ts';
import { type MessagesAction, parseMessages } from '../../../src/widgets/messages/actions.ts';
import {
  DROPPED,
  disagree,
  SOLUTION,
  SOLUTION_DISAGREE,
  suspectsTheLiving,
} from '../../../src/widgets/messages/check.ts';
import { TIMEOUT_TICKS } from '../../../src/widgets/messages/detector.ts';
import {
  C_RECALLS,
  C_SUSPECTS,
  EARLIER,
  JUMP,
  LATER,
  ONE_WAY,
  SLOW,
  suspicionsIn,
} from '../../../src/widgets/messages/facts.ts';
import {
  decodeHeartbeat,
  describeHeartbeat,
  encodeHeartbeat,
} from '../../../src/widgets/messages/heartbeat.ts';
import { falseSuspicion, messages, twoOpinions } from '../../../src/widgets/messages/scenario.ts';
import { detectionTime, falseSuspicions } from '../../../src/widgets/messages/sweeps.ts';

const MS = 1000;
const history = (actions: readonly MessagesAction[]) => ({ ...scriptOf(messages), actions });
const quiet: MessagesAction = { do: 'run', ticks: 300 * MS };

describe('the bytes of a heartbeat', () => {
  const bytes = encodeHeartbeat({ sender: 3, number: 70_000 });

  test('are read as they were written, and named without a gap', () => {
    expect(decodeHeartbeat(bytes)).toEqual({ sender: 3, number: 70_000 });
    let at = 0;
    for (const { offset, size } of describeHeartbeat(bytes)) {
      expect(offset).toBe(at);
      at += size;
    }
    expect(at).toBe(bytes.length);
  });

  test('are refused if any bit of them is another', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const other = bytes.slice();
      other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(decodeHeartbeat(other)).toBeUndefined();
    }
    expect(decodeHeartbeat(bytes.subarray(1))).toBeUndefined();
  });
});

describe('the figure of three servers', () => {
  test('rewinds', () => checkRewind(messages));

  test('rewinds whatever is done to it', () => {
    checkRewind(messages, history(SLOW));
    checkRewind(messages, history(JUMP));
    checkRewind(messages, history(ONE_WAY));
    checkRewind(
      messages,
      history([
        quiet,
        { do: 'crash', node: 2, forTicks: 300 * MS },
        { do: 'timeout', timeoutTicks: 200 * MS, forTicks: 100 * MS },
        { do: 'restart', node: 2, forTicks: 300 * MS },
        { do: 'corrupt', message: 61, bit: 40, forTicks: 100 * MS },
        { do: 'delay', message: 66, ticks: 100 * MS, forTicks: 200 * MS },
      ]),
    );
  });

  test('nobody is suspected while nothing is done', () => {
    expect(suspicionsIn([{ do: 'run', ticks: 5000 * MS }])).toEqual([]);
  });

  test('a crash is noticed by both others, within the timeout of the last heartbeat', () => {
    const { state } = madeBy(messages, [quiet, { do: 'crash', node: 3, forTicks: 300 * MS }]);
    expect(state.suspicions.map(({ by, of, isFalse }) => [by, of, isFalse])).toEqual(
      expect.arrayContaining([
        [1, 3, false],
        [2, 3, false],
      ]),
    );
    for (const { silentTicks } of state.suspicions) expect(silentTicks).toBe(TIMEOUT_TICKS);
  });

  test('a server that was paused suspects the others when it goes on, and takes it back', () => {
    expect(C_SUSPECTS).toBeGreaterThan(0);
    expect(C_RECALLS).toBe(true);
  });

  test('the slow one suspects the others', () => {
    expect(suspicionsIn(SLOW)[0]).toMatch(/^C suspects/);
  });

  test('a clock that jumps makes everybody else a suspect', () => {
    expect(suspicionsIn(JUMP)).toEqual(['A suspects B', 'A suspects C']);
  });

  test('a link that is cut one way is a matter of opinion', () => {
    expect(suspicionsIn(ONE_WAY)).toEqual(['A suspects C']);
  });

  test('a flipped bit is no heartbeat', () => {
    const { entries } = run(messages, history([{ do: 'run', ticks: 240 * MS }]));
    const sent = entries.findLastIndex(({ event }) => event.type === 'net.send');
    const event = entries[sent]?.event;
    if (event?.type !== 'net.send') throw new Error('nothing was sent');
    const corrupt = { do: 'corrupt', message: event.message, bit: 3, forTicks: 40 * MS } as const;
    const cut = { do: 'run', ticks: 240 * MS, events: sent + 1 - 3 } as const;
    const found = run(messages, history([cut, corrupt])).entries;
    expect(found.some((entry) => entry.event.type === 'heartbeat.refused')).toBe(true);
  });

  test('Lamport’s numbers and the world’s time may disagree', () => {
    expect(EARLIER?.who).not.toBe(LATER?.who);
    expect(EARLIER?.count).toBeGreaterThan(LATER?.count ?? Number.NaN);
  });

  test('a link can’t ask for more than buttons do', () => {
    expect(parseMessages({ do: 'timeout', timeoutTicks: 5 })).toEqual({
      do: 'timeout',
      timeoutTicks: 5,
    });
    for (const bad of [
      { do: 'timeout', timeoutTicks: 1e9 },
      { do: 'timeout', timeoutTicks: 5, forTicks: -1 },
      { do: 'trial', crashes: 1000 },
      { do: 'command', node: 1, command: {} },
      { do: 'disk', node: 1, fault: 'full' },
      null,
      'run',
    ])
      expect(parseMessages(bad)).toBeUndefined();
  });
});

describe('the sweeps', () => {
  const lossless = (timeoutMs: number) =>
    measureAt(detectionTime, { timeoutTicks: timeoutMs * MS, lossPpm: 0 });

  test('a longer timeout notices a crash later, by as much', () => {
    const [short, long] = [lossless(120), lossless(300)];
    expect((long['usual'] ?? 0) - (short['usual'] ?? 0)).toBe(180 * MS);
    expect(short['longest']).toBeLessThanOrEqual(120 * MS + 30 * MS);
  });

  test('loss makes false suspicions, and patience takes them away', () => {
    const at = (timeoutMs: number) =>
      measureAt(falseSuspicions, { timeoutTicks: timeoutMs * MS, lossPpm: 100_000 })['false'] ?? 0;
    expect(at(60)).toBeGreaterThan(at(120));
    expect(at(120)).toBeGreaterThan(at(300));
    expect(lossless(120)['false']).toBe(0);
  });
});

describe('the exercise "suspect the living"', () => {
  const judged = (...actions: MessagesAction[]) =>
    suspectsTheLiving(madeBy(falseSuspicion, [...falseSuspicion.script, ...actions])).verdict;

  test('the figure rewinds', () => {
    checkRewind(falseSuspicion);
    checkRewind(twoOpinions);
  });

  test('the solution is right, and so are other ways', () => {
    expect(suspectsTheLiving(madeBy(falseSuspicion, SOLUTION)).verdict).toBe('right');
    expect(judged({ do: 'slow', node: 1, stepTicks: 60 * MS, forTicks: 600 * MS })).toBe('right');
    expect(judged(...SOLUTION_DISAGREE.slice(1))).toBe('right');
  });

  test('what one would try first is wrong', () => {
    expect(judged()).toBe('wrong');
    expect(judged({ do: 'crash', node: 3, forTicks: 400 * MS })).toBe('wrong');
    expect(judged({ do: 'pause', node: 3, forTicks: 60 * MS }, { do: 'resume', node: 3 })).toBe(
      'wrong',
    );
    expect(judged({ do: 'run', ticks: 49 * MS }, { do: 'drop', message: DROPPED[0] }, quiet)).toBe(
      'wrong',
    );
    expect(judged({ do: 'timeout', timeoutTicks: 51 * MS, forTicks: 400 * MS })).toBe('wrong');
  });
});

describe('the exercise "two opinions"', () => {
  const judged = (...actions: MessagesAction[]) =>
    disagree(madeBy(twoOpinions, [...twoOpinions.script, ...actions])).verdict;

  test('the solution is right', () => {
    expect(disagree(madeBy(twoOpinions, SOLUTION_DISAGREE)).verdict).toBe('right');
  });

  test('nobody, both, and a touched server are wrong', () => {
    expect(judged()).toBe('wrong');
    expect(judged({ do: 'pause', node: 3, forTicks: 300 * MS })).toBe('wrong');
    expect(judged({ do: 'run', ticks: 49 * MS }, { do: 'drop', message: DROPPED[0] }, quiet)).toBe(
      'wrong',
    );
    expect(judged({ do: 'network', options: { lossPpm: 1_000_000 }, forTicks: 300 * MS })).toBe(
      'wrong',
    );
  });
});
