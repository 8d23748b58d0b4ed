// What must hold for every figure, whatever it shows. A figure's test is two lines:
//
//     test('rewinds', () => checkRewind(scenario));
//     test('survives a power cut anywhere', () => checkCuts(scenario));
//
// Each function throws an Error that says what doesn't hold and where.

import { Fold } from '../../engine/index.ts';
import { captionText } from './caption.ts';
import { actionsAt, type History, isCut, type Run, run, scriptOf } from './history.ts';
import { decodeLink, encodeLink } from './link.ts';
import type { AnyAction, AnyEvent, Scenario } from './scenario.ts';
import { type HashMemory, stateHash } from './state-hash.ts';

/**
 * Runs `history` (the script, if absent) and checks that it is deterministic, that
 * stepping back gives every state that stepping forward gave, that projecting changes
 * no state in place, that every event has a caption, and that a link brings it back.
 */
export function checkRewind<W, A extends AnyAction, S, E extends AnyEvent>(
  scenario: Scenario<W, A, S, E>,
  history: History<A> = scriptOf(scenario),
): Run<A, E> {
  const played = run(scenario, history);
  if (played.error) fail(scenario, `action ${played.error.action}: ${played.error.message}`);
  if (run(scenario, history).hash !== played.hash) fail(scenario, 'two runs differ');
  checkFold(scenario, played);
  checkCaptions(scenario, played);
  checkLink(scenario, history);
  return played;
}

/**
 * Cuts the power at every event of the script, and then does everything that the
 * figure offers to do next; each of these histories must pass `checkRewind`.
 */
export function checkCuts<W, A extends AnyAction, S, E extends AnyEvent>(
  scenario: Scenario<W, A, S, E>,
): void {
  const whole = run(scenario, scriptOf(scenario));
  const fold = new Fold(scenario.initial, scenario.project, whole.entries);
  for (let cursor = 0; cursor <= whole.entries.length; cursor++) {
    for (const { action, unavailable } of scenario.offers(fold.at(cursor))) {
      if (!isCut(action) || unavailable !== undefined) continue;
      checkAfter(scenario, { ...whole.history, actions: actionsAt(whole, cursor, action) });
    }
  }
}

function checkAfter<W, A extends AnyAction, S, E extends AnyEvent>(
  scenario: Scenario<W, A, S, E>,
  history: History<A>,
): void {
  const { entries } = checkRewind(scenario, history);
  const state = new Fold(scenario.initial, scenario.project, entries).at(entries.length);
  for (const { action, unavailable } of scenario.offers(state)) {
    if (unavailable !== undefined) continue;
    checkRewind(scenario, { ...history, actions: [...history.actions, action] });
  }
}

function checkFold<W, A extends AnyAction, S, E extends AnyEvent>(
  scenario: Scenario<W, A, S, E>,
  { entries }: Run<A, E>,
): void {
  const memory: HashMemory = new WeakMap();
  const hashes = [stateHash(scenario.initial, memory)];
  const states = [scenario.initial];
  for (const entry of entries) {
    const next = scenario.project(states[states.length - 1] as S, entry);
    states.push(next);
    hashes.push(stateHash(next, memory));
  }
  const fold = new Fold(scenario.initial, scenario.project, entries);
  const afterwards: HashMemory = new WeakMap(); // a new one: it sees everything as it is by now
  for (let cursor = entries.length; cursor >= 0; cursor--) {
    if (stateHash(fold.at(cursor), memory) !== hashes[cursor])
      fail(scenario, `state ${cursor} differs going back`);
    if (stateHash(states[cursor], afterwards) !== hashes[cursor])
      fail(scenario, `state ${cursor} was changed in place`);
  }
}

function checkCaptions<W, A extends AnyAction, S, E extends AnyEvent>(
  scenario: Scenario<W, A, S, E>,
  { entries }: Run<A, E>,
): void {
  let state = scenario.initial;
  for (const entry of entries) {
    state = scenario.project(state, entry);
    if (captionText(scenario.caption(entry, state)).trim() === '') {
      fail(scenario, `no caption for ${entry.event.type} at ${entry.index}`);
    }
  }
}

function checkLink<W, A extends AnyAction, S, E extends AnyEvent>(
  scenario: Scenario<W, A, S, E>,
  history: History<A>,
): void {
  const opened = decodeLink(encodeLink(scenario.id, { history, cursor: 0 }), scenario);
  if (!opened.ok) fail(scenario, `its own link is refused: ${opened.refusal.kind}`);
  else if (stateHash(opened.shared.history) !== stateHash(history))
    fail(scenario, 'its link brings back another history');
}

function fail(scenario: { id: string }, what: string): never {
  throw new Error(`scenario ${scenario.id}: ${what}`);
}
