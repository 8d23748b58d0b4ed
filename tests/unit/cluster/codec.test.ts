// Messages as bytes: every message comes back, no damaged one does, every byte has a name.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hex, utf8 } from '../../../engine/base/bytes.ts';
import type { Span } from '../../../engine/base/layout.ts';
import { decodeMessage, describeMessage, encodeMessage } from '../../../engine/cluster/codec.ts';
import { encodeCommand } from '../../../engine/cluster/commands.ts';
import { BODY_AT } from '../../../engine/cluster/envelope.ts';
import type { ClusterMessage } from '../../../engine/cluster/message.ts';
import { nameMessage, nameSent } from '../../../engine/cluster/name-message.ts';
import { encodeConfiguration } from '../../../engine/raft/configuration.ts';
import type { Configuration, Entry } from '../../../engine/raft/message.ts';
import { hexdump } from '../../../engine/trace/hexdump.ts';
import { expectGolden } from '../../golden.ts';

const number = fc.oneof(fc.nat(1000), fc.maxSafeNat());
const id = fc.integer({ min: 1, max: 0xffff });
const ids = fc.uniqueArray(id, { maxLength: 5 }).map((list) => list.sort((a, b) => a - b));
const bytes = fc.uint8Array({ maxLength: 40 });
const flag = fc.boolean();
const configuration: fc.Arbitrary<Configuration> = fc.record({
  ...{ voters: ids, outgoing: ids, learners: ids, learnersNext: ids },
  autoLeave: flag,
});
const entries = (first: number): fc.Arbitrary<Entry[]> =>
  fc
    .array(
      fc.record({
        term: number,
        kind: fc.constantFrom('noop', 'command', 'configuration'),
        data: bytes,
      }),
      { maxLength: 4 },
    )
    .map((list) => list.map((entry, i) => ({ index: first + i, ...entry }) as Entry));
const append = fc.nat(1 << 30).chain((previousIndex) =>
  fc.record({
    ...{ type: fc.constant('append' as const), term: number, commitIndex: number, round: number },
    ...{ previousIndex: fc.constant(previousIndex), previousTerm: number },
    entries: entries(previousIndex + 1),
  }),
);
const of = <T extends string, F extends Record<string, fc.Arbitrary<unknown>>>(
  type: T,
  fields: F,
) => fc.record({ type: fc.constant(type), ...fields });
const log = { term: number, lastIndex: number, lastTerm: number };
const meta = fc.record({ index: number, term: number, configuration });
const place = { offsetBytes: number, totalBytes: number };

const MESSAGES = [
  of('pre-vote', log),
  of('pre-vote-reply', { term: number, granted: flag }),
  of('vote', { ...log, transfer: flag }),
  of('vote-reply', { term: number, granted: flag }),
  append,
  of('append-reply', {
    ...{ term: number, round: number, index: number, rejected: flag },
    ...{ conflictTerm: number, conflictIndex: number },
  }),
  of('snapshot', { term: number, round: number, meta, ...place, bytes }),
  of('snapshot-reply', {
    ...{ term: number, round: number, index: number, offsetBytes: number, installed: flag },
  }),
  of('timeout-now', { term: number }),
  of('propose', { term: number, data: bytes }),
  of('read-index', { term: number, context: number }),
  of('read-index-reply', { term: number, context: number, index: number }),
  of('request', { command: bytes }),
  of('configure', {
    request: number,
    change: fc.record({
      ...{ voters: ids, learners: ids, how: fc.constantFrom('auto', 'joint', 'leave') },
    }),
  }),
  of('transfer', { request: number, to: id }),
  of('reply', {
    request: number,
    outcome: fc.constantFrom('ok', 'failed', 'refused'),
    leader: fc.nat(0xffff),
    value: fc.option(bytes),
  }),
] as const;
const message = fc.oneof(...(MESSAGES as unknown as fc.Arbitrary<ClusterMessage>[]));

function expectTiled(span: Span, offset: number, size: number): void {
  expect([span.offset, span.size], span.name).toEqual([offset, size]);
  if (span.children === undefined) return;
  let at = offset;
  for (const child of span.children) {
    expectTiled(child, at, child.size);
    at += child.size;
  }
  expect(at, `the end of ${span.name}`).toBe(offset + size);
}

test('what goes in comes out, between the same two nodes only', () => {
  fc.assert(
    fc.property(message, id, id, (sent, from, to) => {
      const wire = encodeMessage(from, to, sent);
      expect(decodeMessage(wire, from, to)).toEqual(sent);
      expect(decodeMessage(wire, from, to === 1 ? 2 : 1)).toBeUndefined();
      expect(decodeMessage(wire, from === 1 ? 2 : 1, to)).toBeUndefined();
    }),
    { numRuns: 1000, seed: 1 },
  );
});

test('every flipped bit and every cut is noticed', () => {
  fc.assert(
    fc.property(message, (sent) => {
      const wire = encodeMessage(1, 2, sent);
      for (let bit = 0; bit < wire.length * 8; bit++) {
        const damaged = wire.slice();
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        expect(decodeMessage(damaged, 1, 2), `bit ${bit}`).toBeUndefined();
      }
      for (let size = 0; size < wire.length; size++)
        expect(decodeMessage(wire.subarray(0, size), 1, 2), `cut at ${size}`).toBeUndefined();
    }),
    { numRuns: 40, seed: 1 },
  );
});

test('whatever comes, nothing is thrown, and every byte has a name', () => {
  const damaged = fc
    .tuple(message, fc.nat(), fc.nat(255), fc.nat(80))
    .map(([sent, at, mask, cut]) => {
      const wire = encodeMessage(1, 2, sent);
      wire[at % wire.length]! ^= mask;
      return cut < wire.length ? wire.slice(0, wire.length - (cut % 7)) : wire;
    });
  fc.assert(
    fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 90 })), (wire) => {
      decodeMessage(wire, 1, 2);
      expect(nameMessage(wire).name).not.toBe('');
      const span = describeMessage(wire);
      if (wire.length > 0) expectTiled(span, 0, wire.length);
      expect(typeof hexdump(wire, span)).toBe('string');
    }),
    { numRuns: 1000, seed: 1 },
  );
});

test('a table names what is written and read, field by field', () => {
  fc.assert(
    fc.property(message, (sent) => {
      const wire = encodeMessage(1, 2, sent);
      const [, body] = describeMessage(wire).children ?? [];
      const fields = sent as unknown as Record<string, unknown>;
      for (const { name, value } of body?.children ?? []) {
        const field = fields[name];
        if (typeof field === 'number' || typeof field === 'boolean')
          expect(value, `${sent.type}.${name}`).toBe(Number(field));
      }
    }),
    { numRuns: 500, seed: 1 },
  );
});

const COMMAND = encodeCommand({
  ...{ client: 100, request: 7, call: 'cas', key: utf8('fruit') },
  ...{ expected: utf8('apple'), value: utf8('pear') },
});
const MEMBERS: Configuration = {
  ...{ voters: [1, 2, 4], outgoing: [1, 2, 3], learners: [5], learnersNext: [] },
  autoLeave: true,
};

/** One message of each kind whose bytes are worth reading. */
const EXAMPLES: Record<string, ClusterMessage> = {
  vote: { type: 'vote', term: 4, lastIndex: 9, lastTerm: 3, transfer: false },
  append: {
    ...{ type: 'append', term: 4, previousIndex: 9, previousTerm: 3, commitIndex: 8, round: 21 },
    entries: [
      { index: 10, term: 4, kind: 'noop', data: new Uint8Array(0) },
      { index: 11, term: 4, kind: 'command', data: COMMAND },
      { index: 12, term: 4, kind: 'configuration', data: encodeConfiguration(MEMBERS) },
    ],
  },
  snapshot: {
    ...{ type: 'snapshot', term: 4, round: 22, offsetBytes: 16, totalBytes: 40 },
    meta: { index: 9, term: 3, configuration: MEMBERS },
    bytes: utf8('sixteen bytes...'),
  },
  request: { type: 'request', command: COMMAND },
  reply: { type: 'reply', request: 7, outcome: 'failed', leader: 2, value: utf8('plum') },
};

test('golden: messages, byte by byte', () => {
  const dumps = Object.entries(EXAMPLES).map(([name, example]) => {
    const wire = encodeMessage(1, 2, example);
    const { name: called, note } = nameMessage(wire);
    return `# ${name}: ${called}, ${note}\n${hexdump(wire, describeMessage(wire))}`;
  });
  expectGolden('cluster/messages.dump.txt', dumps.join('\n'));
});

test('what a program sends is named without being decoded, and in the same words', () => {
  for (const example of Object.values(EXAMPLES)) {
    const wire = encodeMessage(1, 2, example);
    expect(nameSent(wire)).toEqual(nameMessage(wire));
  }
  const far = 2 ** 40 + 7;
  const append = { type: 'append', term: far, previousIndex: far, previousTerm: 3, entries: [] };
  const reply = {
    type: 'append-reply',
    term: far,
    index: far,
    conflictTerm: 1,
    conflictIndex: far,
  };
  for (const message of [
    { ...append, commitIndex: far, round: 1 },
    { ...reply, round: 1, rejected: false },
    { ...reply, round: 1, rejected: true },
  ] as ClusterMessage[]) {
    const wire = encodeMessage(1, 2, message);
    expect(nameSent(wire)).toEqual(nameMessage(wire));
    expect(nameSent(wire).note).toContain(String(far));
  }
  expect(nameSent(new Uint8Array(3)).name).toBe('damaged');
});

test('golden: a message with a flipped bit', () => {
  const wire = encodeMessage(1, 2, EXAMPLES['append'] as ClusterMessage);
  wire[BODY_AT + 3]! ^= 1;
  expectGolden('cluster/damaged_message.dump.txt', hexdump(wire, describeMessage(wire)));
});

test('version 1 of the messages stays readable', () => {
  // Written once. If this test fails, the format has changed: give it a new version.
  const path = join(import.meta.dirname, '../../fixtures/messages-v1.hex');
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  const written = Object.values(EXAMPLES).map((example) => hex(encodeMessage(1, 2, example)));
  expect(lines).toEqual(written);
  const read = lines.map((line) => decodeMessage(Uint8Array.fromHex(line), 1, 2));
  expect(read).toEqual(Object.values(EXAMPLES));
});
