// What clients asked and were told: the only part of a cluster that its users see.

import type { ReplicaEvent } from '../../engine/index.ts';

export interface OperationView {
  readonly client: number;
  readonly request: number;
  /** `put`, `get` and so on. */
  readonly call: string;
  readonly key: string;
  readonly value: string | null;
  readonly expected: string | null;
  readonly invokedAtTicks: number;
  /** Which servers it asked, and when. */
  readonly attempts: readonly { readonly to: number; readonly atTicks: number }[];
  /** `open`: it waits. `unknown`: it gave up, and it may have taken effect, or may yet. */
  readonly outcome: 'open' | 'ok' | 'failed' | 'unknown';
  readonly returnedAtTicks: number | undefined;
  /** What it was told. */
  readonly result: string | null;
  /** Index of its entry in the log, once a server has applied it; 0 before. */
  readonly appliedIndex: number;
}

/** The newest so many. */
export const OPERATIONS_MAX = 80;

type Operations = readonly OperationView[];

export function projectClients(
  operations: Operations,
  event: ReplicaEvent,
  node: number,
  nowTicks: number,
): Operations {
  switch (event.type) {
    case 'client.invoke': {
      const { request, call, key, value, expected } = event;
      const asked = { client: node, request, call, key, value, expected };
      const operation: OperationView = { ...asked, ...OPEN, invokedAtTicks: nowTicks };
      return [...operations.slice(-(OPERATIONS_MAX - 1)), operation];
    }
    case 'client.send':
      return change(operations, node, event.request, ({ attempts }) => ({
        attempts: [...attempts, { to: event.to, atTicks: nowTicks }],
      }));
    case 'client.return': {
      const { outcome, value } = event;
      const returned = { outcome, result: value, returnedAtTicks: nowTicks };
      return change(operations, node, event.request, () => returned);
    }
    case 'replica.apply':
      return change(operations, event.client, event.request, ({ appliedIndex }) => ({
        appliedIndex: appliedIndex || event.index,
      }));
    default:
      return operations;
  }
}

const OPEN = {
  attempts: [],
  outcome: 'open',
  returnedAtTicks: undefined,
  result: null,
  appliedIndex: 0,
} as const;

function change(
  operations: Operations,
  client: number,
  request: number,
  to: (one: OperationView) => Partial<OperationView>,
): Operations {
  const at = operations.findLastIndex((one) => one.client === client && one.request === request);
  const one = operations[at];
  return one ? operations.with(at, { ...one, ...to(one) }) : operations;
}
