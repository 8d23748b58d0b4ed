import { describe, expect, test } from 'vitest';
import {
  LIED_TO,
  losesNothing,
  losesPromised,
  losesUnsynced,
  SAFE,
  UNSYNCED,
} from '../../../src/exercise/files-sync-crash/checks.ts';
import { madeBy } from '../../../src/exercise/history.ts';
import { checkCuts, checkRewind } from '../../../src/player/check-scenario.ts';
import { run, scriptOf } from '../../../src/player/history.ts';
import { layoutPromises } from '../../../src/widgets/promise/layout.ts';
import { FOUND_OUT, KEPT_UNTOLD } from '../../../src/widgets/promise/moments.ts';
import {
  clientWrites,
  type PromiseState,
  toldOf,
  verdictOf,
} from '../../../src/widgets/promise/projection.ts';
import { type Proof, prove } from '../../../src/widgets/promise/prove.ts';
import { type PromiseAction, promise, WRITES_MAX } from '../../../src/widgets/promise/scenario.ts';

const none: PromiseAction = { do: 'write', sync: 'none' };
const normal: PromiseAction = { do: 'write', sync: 'normal' };
const full: PromiseAction = { do: 'write', sync: 'full' };
const cut: PromiseAction = { do: 'cut' };
const lie: PromiseAction = { do: 'lie', lies: true };
const restart = (survive: 'everything' | 'nothing' | 'torn' | 'chance'): PromiseAction => ({
  do: 'restart',
  survive,
});

const stateOf = (...actions: PromiseAction[]) => madeBy(promise, actions).state;
const told = ({ store }: PromiseState) => clientWrites(store).map(toldOf);
const verdicts = ({ store }: PromiseState) =>
  clientWrites(store).map((write) => verdictOf(write, store));

describe('the figure of promises', () => {
  test('rewinds', () => checkRewind(promise));

  test('survives a power cut anywhere', () => checkCuts({ ...promise, script: [none, full] }));

  test('rewinds a second life, a failed sync and a lying disk', () => {
    const actions = [none, cut, restart('torn'), full, { do: 'fail-sync' } as const, full, full];
    checkRewind(promise, { ...scriptOf(promise), actions });
    checkRewind(promise, { ...scriptOf(promise), actions: [lie, full, cut, restart('chance')] });
  });

  test('a full write makes earlier ones durable, but nobody tells their client', () => {
    const state = stateOf(none, full);
    expect(told(state)).toEqual(['written', 'durable']);
    expect(verdicts(stateOf(none, full, none, cut, restart('nothing')))).toEqual([
      'kept',
      'kept',
      'lost',
    ]);
  });

  test('normal syncs by itself, once enough is unsynced', () => {
    expect(told(stateOf(normal, normal, normal))).toEqual(['written', 'written', 'durable']);
  });

  test('what was kept by chance is kept, whoever was told what', () => {
    expect(verdicts(stateOf(none, none, cut, restart('everything')))).toEqual(['kept', 'kept']);
  });

  test('a write cut before it was answered wrongs nobody, kept or gone', () => {
    const midway: PromiseAction[] = [full, { do: 'cut', after: 3 }];
    expect(told(stateOf(...midway))).toEqual(['nothing']);
    expect(verdicts(stateOf(...midway, restart('nothing')))).toEqual(['gone']);
    expect(verdicts(stateOf(...midway, restart('everything')))).toEqual(['kept']);
  });

  test('after a failed sync the store refuses, and an error may be kept all the same', () => {
    const actions: PromiseAction[] = [full, { do: 'fail-sync' }, full, full];
    expect(told(stateOf(...actions))).toEqual(['durable', 'error', 'error']);
    expect(verdicts(stateOf(...actions, cut, restart('everything')))).toEqual([
      'kept',
      'kept',
      'gone',
    ]);
  });

  test('a lie is broken promises, and sometimes the store sees through it', () => {
    expect(verdicts(stateOf(full, lie, full, cut, restart('nothing')))).toEqual(['kept', 'broken']);
    const refusals = Array.from({ length: 60 }, (_, seed) => {
      const actions = [lie, full, full, full, full, full, cut, restart('chance')];
      const { entries } = run(promise, { ...scriptOf(promise), seed, actions });
      return entries.reduce(promise.project, promise.initial).store;
    }).filter(({ phase }) => phase === 'refused');
    expect(refusals.length).toBeGreaterThan(0);
    expect(refusals.every(({ refusal }) => refusal?.code === 'FERRIS_CORRUPTION')).toBe(true);
  });

  test('columns follow the log to the byte', () => {
    const { columns, ticks, watermark } = layoutPromises(
      stateOf(none, full, none).store,
      WRITES_MAX,
    );
    expect(columns.map(({ pieces }) => pieces.map(({ row }) => row))).toEqual([[1], [1], [0]]);
    expect(watermark.label).toBe(String(64 + 3 * 219));
    expect(watermark.x).toBeCloseTo(2 / WRITES_MAX);
    expect(ticks.map(({ label }) => label)).toEqual(['512']);
    expect(ticks[0]?.x).toBeCloseTo((1 + (512 - 502) / 219) / WRITES_MAX);
  });

  test('the watermark goes on in the next log, past what the last one lost', () => {
    const { store } = stateOf(none, cut, restart('nothing'), full, none);
    expect(layoutPromises(store, WRITES_MAX).watermark.x).toBeCloseTo(2 / WRITES_MAX);
    const refused = stateOf(none, cut, restart('nothing'), { do: 'fail-sync' }, full, full).store;
    expect(layoutPromises(refused, WRITES_MAX).watermark.x).toBeCloseTo(1 / WRITES_MAX);
  });

  test('the moments that the page links to are what it says they are', () => {
    expect(told(stateOf(...KEPT_UNTOLD))).toEqual(['durable', 'nothing']);
    expect(verdicts(stateOf(...KEPT_UNTOLD))).toEqual(['kept', 'kept']);
    const { entries } = run(promise, { ...scriptOf(promise), ...FOUND_OUT });
    const { store } = entries.reduce(promise.project, promise.initial);
    expect(store.refusal?.code).toBe('FERRIS_CORRUPTION');
    const sectors = entries.flatMap(({ event }) =>
      event.type === 'power.file' ? event.sectors.map(({ fate }) => fate) : [],
    );
    expect(sectors).toEqual(['lost', 'kept', 'kept']);
  });
});

describe('the exercises', () => {
  const unsynced = (...actions: PromiseAction[]) => losesUnsynced(madeBy(promise, actions)).verdict;
  const promised = (...actions: PromiseAction[]) => losesPromised(madeBy(promise, actions)).verdict;

  test('first fault: the solution is right, other runs are not', () => {
    expect(unsynced(...UNSYNCED)).toBe('right');
    expect(unsynced(normal, cut, restart('torn'))).toBe('right');
    expect(unsynced()).toBe('open');
    expect(unsynced(none, cut)).toBe('open');
    expect(unsynced(none, cut, restart('everything'))).toBe('wrong');
    expect(unsynced(full, cut, restart('nothing'))).toBe('wrong');
    expect(unsynced(none, { do: 'cut', after: 2 }, restart('nothing'))).toBe('wrong');
    expect(unsynced(lie, none, cut, restart('nothing'))).toBe('wrong');
  });

  test('second fault: only a lie does it', () => {
    expect(promised(...LIED_TO)).toBe('right');
    expect(promised(none, cut, restart('nothing'))).toBe('wrong');
    expect(promised(full, lie, cut, restart('nothing'))).toBe('wrong');
    expect(promised(lie, full, cut, restart('everything'))).toBe('wrong');
    expect(promised({ do: 'fail-sync' }, full, cut, restart('nothing'))).toBe('wrong');
  });

  test('no fault: every cut of full writes is safe, and a weaker history is found out', () => {
    const proof = proofOf(SAFE);
    expect(proof.runs).toBe(proof.runsInAll);
    expect(proof.acknowledged).toBeGreaterThan(0);
    expect(proof.untoldKept).toBeGreaterThan(0);
    expect(losesNothing(proof).verdict).toBe('right');
    expect(losesNothing(proofOf([full, full])).verdict).toBe('open');
    for (const actions of [
      [full, none, full],
      [normal, normal, normal],
      [full, lie, full, full],
    ])
      expect(losesNothing(proofOf(actions)).verdict).toBe('wrong');
  });

  test('the loss that is shown is a run that loses', () => {
    const { loss } = proofOf([full, full, none]);
    const { entries } = run(promise, loss?.history ?? scriptOf(promise));
    const state = entries.reduce(promise.project, promise.initial);
    expect(loss?.told).toBe('written');
    expect(verdicts(state)).toEqual(['kept', 'kept', 'lost']);
  });
});

function proofOf(actions: readonly PromiseAction[]): Proof {
  const runs = prove({ ...scriptOf(promise), actions }, 3);
  let step = runs.next();
  while (!step.done) step = runs.next();
  return step.value;
}
