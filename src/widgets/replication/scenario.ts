// The figures about replication. The leader's log is what counts; the others come to agree.

import { FIRST_CLIENT, TICKS_PER_MS } from '../../../engine/index.ts';
import { clusterScenario } from '../cluster/world.ts';
import { FIGURE_EIGHT, type FigureEightStage } from './figure-eight.ts';

const ms = (count: number) => count * TICKS_PER_MS;
const put = (value: string) => ({ do: 'put', client: FIRST_CLIENT, key: 'x', value }) as const;

/** Three writes, each on its way to a majority. */
export const replication = clusterScenario({
  id: 'replication',
  seed: 3,
  script: [
    { do: 'run', ticks: ms(330) },
    { ...put('1'), forTicks: ms(70) },
    { ...put('2'), forTicks: ms(70) },
    { ...put('3'), forTicks: ms(120) },
  ],
  opening: ['A client wants to write. When may the leader say that it is done?'],
  offers: ['put', 'run', 'isolate leader', 'divergent logs', 'heal'],
  poster: (entries) => entries.findLastIndex(({ event }) => event.type === 'raft.append') + 1,
});

const stage = (name: FigureEightStage) => ({ do: 'stage', stage: name }) as const;

/** A crash of two leaders too many; see figure-eight.ts. */
export const figureEight = clusterScenario({
  id: 'figure-eight',
  seed: 1,
  raft: { appendBytesMax: 1, preVote: false, checkQuorum: false },
  clientTimeoutTicks: ms(20),
  clientGiveUpTicks: ms(150),
  stages: FIGURE_EIGHT,
  script: [
    stage('(a) A leads'),
    stage('(b) E leads'),
    stage('(c) A is back'),
    stage('(d) A is gone again'),
  ],
  opening: ['Watch the second entry of A. How many servers have it, and is it safe?'],
  offers: [stage('(e) A stays'), 'run'],
});

/** Both exercises begin with a leader, and nothing written. */
const quiet = { seed: 3, script: [{ do: 'run', ticks: ms(330) }] } as const;

export const loseOne = clusterScenario({
  id: 'lose-one',
  ...quiet,
  opening: ['C leads. Make it throw an entry away that it had on its disk.'],
  offers: ['put', 'run', 'isolate leader', 'heal'],
});

export const keepOne = clusterScenario({
  id: 'keep-one',
  ...quiet,
  opening: ['Write something, wait for the answer, and then try to destroy it.'],
  offers: ['put', 'get', 'run', 'isolate leader', 'divergent logs', 'heal'],
});
