// The worker's side of a sweep. A sweep's own worker is two lines:
//
//     import { serveSweep } from '../../sweep/serve.ts';
//     serveSweep(latencyAgainstGroup);
//
// The page sends the places; the worker answers each as soon as it is measured, in their order,
// and does nothing else. It is ended from outside.

import { type Coordinates, measureAt, type Sweep, type Values } from './sweep.ts';

/** What the worker says. */
export type SweepMessage =
  | { readonly kind: 'measured'; readonly index: number; readonly values: Values }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly message: string };

interface Port {
  postMessage(message: SweepMessage): void;
  onmessage: ((event: MessageEvent<SweepRequest>) => void) | null;
}

/** One worker may serve several sweeps; the request names the one. */
export interface SweepRequest {
  readonly sweep: string;
  readonly places: readonly Coordinates[];
}

/** Waits for places, and measures them. */
export function serveSweep(...sweeps: readonly Sweep[]): void {
  const port = self as unknown as Port;
  port.onmessage = ({ data }) => {
    const sweep = sweeps.find(({ id }) => id === data.sweep);
    if (sweep) answer(sweep, data.places, (message) => port.postMessage(message));
    else port.postMessage({ kind: 'failed', message: `there is no sweep ${data.sweep} here` });
  };
}

/** Measures one place after the other. */
export function answer(
  sweep: Sweep,
  places: readonly Coordinates[],
  tell: (message: SweepMessage) => void,
): void {
  try {
    for (const [index, place] of places.entries())
      tell({ kind: 'measured', index, values: measureAt(sweep, place) });
    tell({ kind: 'end' });
  } catch (error) {
    tell({ kind: 'failed', message: (error as Error).message });
  }
}
