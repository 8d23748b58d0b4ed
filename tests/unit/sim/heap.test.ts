import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Heap } from '../../../engine/sim/heap.ts';

test('what comes first is taken first, and among equals what was pushed first', () => {
  const heap = new Heap();
  for (const [time, subject] of [
    [5, 1],
    [3, 2],
    [5, 3],
    [3, 4],
  ] as const)
    heap.push(time, 0, subject);
  const taken = [];
  while (heap.take()) taken.push([heap.timeTicks, heap.subject]);
  expect(taken).toEqual([
    [3, 2],
    [3, 4],
    [5, 1],
    [5, 3],
  ]);
  expect(heap.nextTicks).toBe(Number.POSITIVE_INFINITY);
});

test('a slot that was freed is used again, and names its new event', () => {
  const heap = new Heap();
  const first = heap.push(1, 0, 1);
  heap.cancel(first);
  const second = heap.push(9, 0, 2);
  expect(second).toBe(first);
  expect(heap.timeOf(second)).toBe(9);
});

const time = fc.integer({ min: 0, max: 20 });
const operation = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('push' as const), time }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), which: fc.nat(), time }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pull' as const), which: fc.nat() }) },
);

interface Entry {
  readonly slot: number;
  readonly subject: number;
  time: number;
  order: number;
}

test('it does what a sorted list does, whatever is pushed, taken, moved and canceled', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
      const heap = new Heap();
      const model: Entry[] = [];
      let order = 0;
      const first = () => [...model].sort((a, b) => a.time - b.time || a.order - b.order)[0];
      const forget = (entry: Entry) => model.splice(model.indexOf(entry), 1);
      for (const op of operations) {
        const entry = 'which' in op ? model[op.which % Math.max(1, model.length)] : undefined;
        if (op.do === 'push') {
          const subject = ++order;
          model.push({ slot: heap.push(op.time, 3, subject), subject, time: op.time, order });
        } else if (op.do === 'take') {
          const expected = first();
          expect(heap.take()).toBe(expected !== undefined);
          if (expected === undefined) continue;
          expect([heap.timeTicks, heap.subject, heap.kind]).toEqual([
            expected.time,
            expected.subject,
            3,
          ]);
          forget(expected);
        } else if (entry !== undefined && op.do === 'cancel') {
          heap.cancel(entry.slot);
          forget(entry);
        } else if (entry !== undefined && op.do === 'pull') {
          heap.takeSlot(entry.slot);
          expect(heap.subject).toBe(entry.subject);
          forget(entry);
        } else if (entry !== undefined && op.do === 'move') {
          heap.move(entry.slot, op.time);
          entry.time = op.time;
          entry.order = ++order;
        }
        expect(heap.size).toBe(model.length);
        expect(heap.nextTicks).toBe(first()?.time ?? Number.POSITIVE_INFINITY);
        for (const { slot, time } of model) expect(heap.timeOf(slot)).toBe(time);
      }
      const listed = heap
        .list()
        .map(({ subject }) => subject)
        .sort((a, b) => a - b);
      expect(listed).toEqual(model.map(({ subject }) => subject).sort((a, b) => a - b));
    }),
    { numRuns: 300 },
  );
});
