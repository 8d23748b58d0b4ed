// What the reader begins with, and what solves it. Both are run by the tests.

export const START = `// Called for each record of the log, in order.
// record: { offset, account, amount }
// state:  { balances: {} } at first; put into it what you like.
//         It is stored, whole, after each call.
function apply(state, record) {
  const before = state.balances[record.account] ?? 0;
  state.balances[record.account] = before + record.amount;
}
`;

export const SOLUTION = `function apply(state, record) {
  if (record.offset <= (state.appliedOffset ?? 0)) return;
  state.appliedOffset = record.offset;
  const before = state.balances[record.account] ?? 0;
  state.balances[record.account] = before + record.amount;
}
`;
