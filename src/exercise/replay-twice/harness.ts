// Make a replay idempotent: write `apply(state, record)` so that a recovery which was
// interrupted may run again.
//
//     log       | A +5 | B +2 | A +5 | ...        the engine's own, on a simulated disk
//     recovery    apply, store the state, apply, store ... POWER CUT
//     recovery    from the first record again, with the state that was stored
//
// The log is written, cut and recovered by the engine. The state is the reader's own,
// plain data, stored whole after each call; that a store can do so is the one thing
// this exercise takes for granted.

import {
  FaultyFiles,
  isFerrisError,
  LogWriter,
  Random,
  recoverLogs,
  text,
  utf8,
  WAL_FORMAT,
} from '../../../engine/index.ts';
import type { Answer, Case, Harness } from '../code/harness.ts';

/** What the reader's function is given for each record of the log. */
interface Deposit {
  /** Where in the log the record begins: no two records share it, and later ones have more. */
  readonly offset: number;
  readonly account: string;
  readonly amount: number;
}

type Payment = readonly [account: string, amount: number];
type Balances = Record<string, unknown>;

const LOG = { fileNumber: 1, fileName: '000001.wal' } as const;

/** A machine with a log on its disk and a state that the reader's function keeps. */
class Machine {
  readonly #apply: Answer;
  #disk = new FaultyFiles({ random: new Random(1) });
  readonly #writer: LogWriter;
  /** The state as it is stored. */
  #stored = '{"balances":{}}';

  constructor(apply: Answer) {
    this.#apply = apply;
    const place = { createdMs: 0, previousLog: 0, previousEndBytes: 0 };
    this.#writer = LogWriter.create(this.#disk, { ...LOG, ...place, format: WAL_FORMAT });
  }

  /** Writes payments to the log; they reach the state when it is replayed. */
  log(payments: readonly Payment[]): void {
    for (const payment of payments) this.#writer.append(utf8(JSON.stringify(payment)));
    this.#writer.sync();
  }

  /** Replays the log from its first record to its end. */
  recover(): void {
    this.#recover((record) => this.#replay(record));
  }

  /** Replays so many records; then the power goes, and the machine starts again. */
  recoverUntilCut(records: number): void {
    let replayed = 0;
    try {
      this.#recover((record) => {
        if (replayed++ < records) return this.#replay(record);
        this.#disk.powerCut();
        this.#disk.list(); // throws, as every call on a dead disk does
      });
    } catch (error) {
      if (!isFerrisError(error, 'FERRIS_POWER_CUT')) throw error;
    }
    this.#disk.powerCut();
    this.#disk = this.#disk.restart();
  }

  get balances(): Balances {
    const { balances } = JSON.parse(this.#stored) as { balances?: unknown };
    return typeof balances === 'object' && balances !== null ? (balances as Balances) : {};
  }

  #recover(visit: (record: Deposit) => void): void {
    recoverLogs(
      { files: this.#disk, logs: [LOG], fromLog: 1, mode: 'tolerate-torn-tail' },
      (payload, { offset }) => {
        const [account, amount] = JSON.parse(text(payload)) as Payment;
        visit({ offset, account, amount });
      },
    );
  }

  #replay(record: Deposit): void {
    const state: unknown = JSON.parse(this.#stored);
    this.#apply(state, record);
    this.#stored = JSON.stringify(state);
  }
}

/** What the balances are when each payment is applied once. */
function once(payments: readonly Payment[]): Map<string, number> {
  const balances = new Map<string, number>();
  for (const [account, amount] of payments)
    balances.set(account, (balances.get(account) ?? 0) + amount);
  return balances;
}

function wrong(machine: Machine, payments: readonly Payment[], what: string): string | undefined {
  const { balances } = machine;
  for (const [account, amount] of once(payments)) {
    const found = balances[account];
    if (found !== amount)
      return `${what}, ${account} has ${JSON.stringify(found) ?? 'nothing'} and should have ${amount}.`;
  }
  return undefined;
}

const PAYMENTS: readonly Payment[] = [
  ['Ada', 5],
  ['Bo', 2],
  ['Ada', 40],
  ['Cy', 7],
  ['Bo', 100],
  ['Ada', 300],
];

/** Recovers with the power cut after each of these counts, then once to the end. */
function cuts(title: string, payments: readonly Payment[], runs: readonly number[][]): Case {
  const run = (apply: Answer) => {
    for (const counts of runs) {
      const machine = new Machine(apply);
      machine.log(payments);
      for (const count of counts) machine.recoverUntilCut(count);
      machine.recover();
      const what = counts.length === 0 ? 'After one recovery' : `Cut after ${recordsText(counts)}`;
      const say = wrong(machine, payments, what);
      if (say !== undefined) return say;
    }
    return undefined;
  };
  return { title, run };
}

function recordsText(counts: readonly number[]): string {
  return `${counts.join(', then ')} record${counts.at(-1) === 1 ? '' : 's'}, and recovered again`;
}

const LATER: readonly Payment[] = [
  ['Ada', 5],
  ['Di', 1],
];

const goesOn: Case = {
  title: 'what is logged after a recovery counts too',
  run(apply) {
    const machine = new Machine(apply);
    machine.log(PAYMENTS);
    machine.recover();
    machine.log(LATER);
    machine.recoverUntilCut(3);
    machine.recover();
    return wrong(machine, [...PAYMENTS, ...LATER], 'After two more payments and a cut');
  },
};

export const harness: Harness = {
  functionName: 'apply',
  cases: [
    cuts('one recovery that nothing interrupts', PAYMENTS, [[]]),
    cuts('a power cut after the first record', PAYMENTS, [[1]]),
    cuts('a power cut after any number of records', PAYMENTS, [[0], [2], [3], [4], [5], [6]]),
    cuts('two power cuts, the second one earlier', PAYMENTS, [
      [5, 2],
      [6, 1],
    ]),
    cuts(
      'two payments that look the same are two',
      [
        ['Ada', 5],
        ['Ada', 5],
      ],
      [[], [1]],
    ),
    goesOn,
  ],
};
