// Options with their defaults filled in, and checked: a wrong one is the caller's
// mistake and gets a sentence, before the first message is sent.

import { FerrisError } from '../base/errors.ts';
import { checkConfiguration } from './configuration.ts';
import type { RaftOptions } from './effects.ts';

export type Settings = Required<RaftOptions>;

const KIB = 1024;

/** All options. @throws FERRIS_INVALID_ARGUMENT */
export function settingsOf(options: RaftOptions): Settings {
  const settings: Settings = {
    preVote: true,
    checkQuorum: true,
    leaseReads: false,
    leaseTicks: options.electionTicksMin - Math.floor(options.electionTicksMin / 10),
    inFlightMax: 8,
    inFlightBytesMax: 1024 * KIB,
    appendBytesMax: 64 * KIB,
    chunkBytes: 16 * KIB,
    uncommittedBytesMax: 8192 * KIB,
    keptEntriesMax: 1000,
    ...options,
  };
  checkNumbers(settings);
  checkTimes(settings);
  const { voters, learners } = settings.configuration;
  if (voters.length + learners.length > 0) checkConfiguration(settings.configuration);
  return settings;
}

function checkNumbers(settings: Settings): void {
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value !== 'number') continue;
    const least = name === 'keptEntriesMax' ? 0 : 1;
    demand(
      Number.isSafeInteger(value) && value >= least,
      `${name} is ${value}; give a whole number of at least ${least}`,
    );
  }
}

function checkTimes(settings: Settings): void {
  const { electionTicksMin, electionTicksMax, heartbeatTicks, leaseTicks } = settings;
  demand(
    electionTicksMin <= electionTicksMax,
    `electionTicksMin ${electionTicksMin} is over electionTicksMax ${electionTicksMax}; give a range`,
  );
  // Paper, 5.6: broadcast time << election timeout. One lost heartbeat must not be an election.
  demand(
    heartbeatTicks * 2 <= electionTicksMin,
    `heartbeatTicks ${heartbeatTicks} is over half of electionTicksMin ${electionTicksMin}; followers would campaign all the time`,
  );
  if (!settings.leaseReads) return;
  demand(
    settings.checkQuorum,
    'leaseReads needs checkQuorum: a lease rests on followers refusing votes',
  );
  demand(
    leaseTicks <= electionTicksMin,
    `leaseTicks ${leaseTicks} is over electionTicksMin ${electionTicksMin}; another leader could be elected within the lease`,
  );
}

function demand(fact: boolean, sentence: string): asserts fact {
  if (!fact) throw new FerrisError('FERRIS_INVALID_ARGUMENT', sentence);
}
