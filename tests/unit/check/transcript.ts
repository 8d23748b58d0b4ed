// Histories as text, so that a test reads as what happened: one event a line.
//
//     1 a put x 1      tick, client, call
//     3 a ok           tick, client, answer: ok [value], fail, or unknown
//
// `nothing` stands for null. The words of a compareAndSet: `cas x EXPECTED VALUE`.

import {
  type Call,
  HistoryBuilder,
  type Operation,
  type Result,
  type Value,
} from '../../../engine/check/history.ts';

/** The history that a transcript tells. */
export function historyOf(transcript: string): readonly Operation[] {
  const builder = new HistoryBuilder();
  const underWay = new Map<string, number>();
  for (const line of transcript.split('\n').filter((text) => text.trim() !== '')) {
    const [ticks, client, verb, ...words] = line.trim().split(/\s+/) as [string, string, string];
    const id = underWay.get(client) ?? -1;
    if (verb === 'ok') builder.ok(id, resultOf(words), Number(ticks));
    else if (verb === 'fail') builder.fail(id, Number(ticks));
    else if (verb === 'unknown') builder.unknown(id);
    else underWay.set(client, builder.invoke(client, callOf(verb, words), Number(ticks)));
  }
  return builder.operations();
}

function callOf(verb: string, [key = '', first = '', second = '']: string[]): Call {
  if (verb === 'get' || verb === 'delete') return { kind: verb, key };
  if (verb === 'put') return { kind: verb, key, value: first };
  if (verb !== 'cas') throw new Error(`no verb ${verb}`);
  return { kind: 'compareAndSet', key, expected: valueFrom(first), value: valueFrom(second) };
}

function resultOf([word]: string[]): Result {
  if (word === undefined) return undefined;
  return word === 'done' ? true : word === 'refused' ? false : valueFrom(word);
}

const valueFrom = (word: string): Value => (word === 'nothing' ? null : word);
