// Lose an acknowledged write, in three faults, and show that without them there is no way.
// (The third fault, a name that was never synced, is lose-synced/check.ts.)

import type { CaptionPart } from '../../player/caption.ts';
import type { StoreState } from '../../projections/store.ts';
import {
  clientWrites,
  type PromiseEvent,
  type PromiseState,
  toldOf,
  writesThatAre,
} from '../../widgets/promise/projection.ts';
import type { Proof } from '../../widgets/promise/prove.ts';
import type { PromiseAction } from '../../widgets/promise/scenario.ts';
import type { Verdict } from '../check.ts';
import type { HistoryMade } from '../history.ts';

type Made = HistoryMade<PromiseAction, PromiseState, PromiseEvent>;

const DURABLE: CaptionPart = { concept: 'durable' };
const LOST: CaptionPart = { concept: 'lost' };

/** The store was opened once before the reader had done anything. */
const wasRestarted = ({ opens }: StoreState) => opens > 1;

function mayLie({ history }: Made): boolean {
  return history.actions.some((action) => action.do === 'lie' && action.lies);
}

function tooEarly(store: StoreState): Verdict | undefined {
  if (store.phase !== 'off' && wasRestarted(store)) return undefined;
  return {
    verdict: 'open',
    say: 'Nothing is lost yet: nobody has looked at the disk after a power cut.',
  };
}

/** An acknowledged write is gone, and the disk has told the truth all the time. */
export function losesUnsynced(made: Made): Verdict {
  const { store } = made.state;
  const early = tooEarly(store);
  if (early) return early;
  if (mayLie(made))
    return {
      verdict: 'wrong',
      say: 'The disk lied in this run. That is the second fault; here it is to be honest.',
    };
  const [lost] = writesThatAre(store, 'lost');
  if (lost === undefined) return { verdict: 'wrong', say: nothingMissing(store) };
  return {
    verdict: 'right',
    say: [
      `The client was told that order ${lost.id} is done, and it is `,
      LOST,
      '. With sync ',
      { code: lost.sync },
      ', “done” meant: in the page cache.',
    ],
  };
}

/** A write that was acknowledged as durable is gone. */
export function losesPromised({ state: { store } }: Made): Verdict {
  const early = tooEarly(store);
  if (early) return early;
  const [broken] = writesThatAre(store, 'broken');
  if (broken !== undefined)
    return {
      verdict: 'right',
      say: [
        `The client was told that order ${broken.id} is `,
        DURABLE,
        store.phase === 'refused'
          ? ', and the store can’t be opened any more.'
          : ', and it is gone.',
        ' The store had asked, and the disk had answered.',
      ],
    };
  const [lost] = writesThatAre(store, 'lost');
  if (lost === undefined) return { verdict: 'wrong', say: nothingMissing(store) };
  return {
    verdict: 'wrong',
    say: [
      `Order ${lost.id} is lost, but nobody had called it `,
      DURABLE,
      '. Lose one that was promised.',
    ],
  };
}

function nothingMissing(store: StoreState): string {
  const told = clientWrites(store).filter((write) => /^(durable|written)$/.test(toldOf(write)));
  if (told.length === 0) return 'No order had been acknowledged, so nobody was told anything.';
  return `Every acknowledged order is there: ${told.map(({ id }) => id).join(', ')}.`;
}

/** How many orders a history needs for its proof to be worth something. */
export const PROOF_ORDERS_MIN = 3;

/** No power cut, anywhere, loses anything that was acknowledged. */
export function losesNothing({ orders, runs, cuts, acknowledged, lost, loss }: Proof): Verdict {
  if (orders < PROOF_ORDERS_MIN)
    return {
      verdict: 'open',
      say: `Only ${orders} acknowledged ${orders === 1 ? 'order' : 'orders'}: write ${PROOF_ORDERS_MIN} at least, then try.`,
    };
  if (loss !== undefined)
    return {
      verdict: 'wrong',
      say: [
        `In ${runs} runs, ${lost} acknowledged orders were `,
        LOST,
        `. The first: order ${loss.write}, of which the client was told “${loss.told}”.`,
      ],
    };
  return {
    verdict: 'right',
    say: `${runs} runs, cut at ${cuts} places: ${acknowledged} times an order had been acknowledged, and every time it was there.`,
  };
}

// Runs that are right.

export const UNSYNCED: readonly PromiseAction[] = [
  { do: 'write', sync: 'none' },
  { do: 'cut' },
  { do: 'restart', survive: 'nothing' },
];

export const LIED_TO: readonly PromiseAction[] = [
  { do: 'lie', lies: true },
  { do: 'write', sync: 'full' },
  { do: 'cut' },
  { do: 'restart', survive: 'nothing' },
];

export const SAFE: readonly PromiseAction[] = [
  { do: 'write', sync: 'full' },
  { do: 'write', sync: 'full' },
  { do: 'write', sync: 'full' },
];
