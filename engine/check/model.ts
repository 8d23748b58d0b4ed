// A sequential model: what an object does when one client alone uses it.
//
// Linearizability asks whether many clients at once were answered as if they had taken
// turns. The model says what taking turns would answer. It is pure: nothing changes a state,
// a step makes another.

import type { Call, Result, Value } from './history.ts';

/** An object as one client sees it. `State` is plain data that nobody changes. */
export interface Model<State, Call, Result> {
  readonly initial: State;
  /** The state after a call. */
  apply(state: State, call: Call): State;
  /** What the call answers in this state. */
  answer(state: State, call: Call): Result;
  /** Is this the answer that was given? */
  agree(expected: Result, given: Result): boolean;
  /** True when a call with this answer has changed nothing, whatever the state was. */
  isRead(call: Call, given: Result): boolean;
  equal(a: State, b: State): boolean;
  /** A name for the state: equal states have equal names, others have not. */
  nameOf(state: State): string;
}

/** One key of a key-value store: a register with compareAndSet, empty to begin with. */
export const REGISTER: Model<Value, Call, Result> = {
  initial: null,
  apply(value, call) {
    if (call.kind === 'get') return value;
    if (call.kind === 'delete') return null;
    return call.kind === 'put' || call.expected === value ? call.value : value;
  },
  answer(value, call) {
    if (call.kind === 'get') return value;
    return call.kind === 'compareAndSet' ? call.expected === value : undefined;
  },
  agree: (expected, given) => expected === given,
  isRead: ({ kind }, given) => kind === 'get' || (kind === 'compareAndSet' && given === false),
  equal: (a, b) => a === b,
  nameOf: (value) => (value === null ? '' : `=${value}`),
};
