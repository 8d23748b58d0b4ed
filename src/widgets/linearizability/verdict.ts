// The checker's verdict as a sentence, with its proof.

import type { Operation, Verdict } from '../../../engine/index.ts';
import { msText } from '../../marks/nodes.ts';
import type { Caption } from '../../player/caption.ts';

export function verdictCaption(verdict: Verdict, operations: readonly Operation[]): Caption {
  if (verdict.verdict === 'not linearizable')
    return [
      { concept: 'corrupt', text: 'Not linearizable' },
      `: ${inMs(verdict.contradiction.reason)}`,
    ];
  if (verdict.verdict === 'unknown') return ['The checker has given up: too many orders to try.'];
  const points = verdict.witnesses.flatMap((witness) => witness.points);
  const clients = points.map(({ id }) => operations.find((one) => one.id === id)?.client);
  if (clients.length === 0) return ['Nothing has been asked yet.'];
  return [
    { concept: 'committed', text: 'Linearizable' },
    `: it is as if they had come one after the other, ${clients.join(', ')}. The marks say when.`,
  ];
}

/** The engine counts ticks; people read milliseconds. */
export function inMs(reason: string): string {
  return reason
    .replace(
      /ticks (\d+) to (\d+)/g,
      (_, from, to) => `${msText(Number(from))} to ${msText(Number(to))}`,
    )
    .replace(/from tick (\d+)/g, (_, from) => `from ${msText(Number(from))}`);
}
