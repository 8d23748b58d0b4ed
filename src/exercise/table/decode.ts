// Decode an entry at a restart point by hand: the block, and what the engine says of it.

import { KIND_PUT, MemoryFiles, TableWriter, utf8 } from '../../../engine/index.ts';
import { type BlockShape, type EntryShape, shapeOf } from '../../widgets/table/shape.ts';
import type { Check, Verdict } from '../check.ts';

const NAME = '000009.sst';
const KEYS = ['harbor', 'hull', 'hullabaloo', 'keel', 'keelboat', 'kelp', 'knot', 'knotted'];
const RESTART_INTERVAL = 3;
/** Which restart point is to be decoded. */
export const RESTART = 1;

/** What the reader has made of the bytes. */
export interface Decoded {
  readonly at: number;
  readonly shared: number;
  readonly unshared: number;
  readonly valueBytes: number;
  readonly key: string;
  /** The whole key of the entry after it. */
  readonly next: string;
}

export interface Puzzle {
  /** The contents of the block: its offsets count from its beginning. */
  readonly bytes: Uint8Array;
  readonly answer: Decoded;
}

/** The only block of a real table, and the answer that the engine's own description gives. */
export function puzzle(): Puzzle {
  const files = new MemoryFiles();
  const writer = new TableWriter(files, NAME, 9, { restartInterval: RESTART_INTERVAL });
  for (const [at, key] of KEYS.entries())
    writer.add(utf8(key), at + 1, KIND_PUT, utf8('~'.repeat(1 + ((2 * at) % 5))));
  writer.finish();
  const file = files.open(NAME);
  const bytes = new Uint8Array(file.size);
  file.read(0, bytes);
  const block = shapeOf(NAME, bytes).blocks[0] as BlockShape;
  const { offset } = block.span;
  const end = offset + block.span.size - TRAILER_BYTES;
  return { bytes: bytes.subarray(offset, end), answer: answerIn(block) };
}

/** Codec and checksum, which no entry is in. */
const TRAILER_BYTES = 5;

function answerIn({ span, entries, restarts }: BlockShape): Decoded {
  const first = restarts[RESTART] as number;
  const [entry, next] = entries.slice(first, first + 2) as [EntryShape, EntryShape];
  const valueBytes = Number(entry.span.children?.find(({ name }) => name === 'value bytes')?.value);
  return {
    at: entry.span.offset - span.offset,
    shared: entry.shared,
    unshared: entry.tail.length,
    valueBytes,
    key: entry.key,
    next: next.key,
  };
}

/** Where a wrong answer went wrong, without the right one. */
const MISTAKES: readonly (readonly [field: keyof Decoded, say: string])[] = [
  [
    'at',
    'The entry begins elsewhere. The last four bytes say how many restart points there are; their offsets stand just before, four bytes each, the lowest byte first.',
  ],
  ['shared', 'The first byte of the entry says how many bytes it shares with the key before.'],
  ['unshared', 'The second byte of the entry says how many bytes of its key are stored.'],
  ['valueBytes', 'The third byte of the entry says how long its value is.'],
  [
    'key',
    'The key is another one. After the three lengths comes the tag, of one byte here; then the key begins.',
  ],
  [
    'next',
    'The entry at the restart point is right. The one after it begins behind its value, and shares the beginning of its key with it.',
  ],
];

/** Judges by the engine's description of the same bytes. */
export const checkDecoded: Check<Decoded> = (made): Verdict => {
  const { answer } = puzzle();
  const mistake = MISTAKES.find(([field]) => made[field] !== answer[field]);
  if (mistake) return { verdict: 'wrong', say: mistake[1] };
  return {
    verdict: 'right',
    say: [
      'The engine reads it as you do: ',
      { code: answer.key },
      `, ${answer.valueBytes} bytes of value, and then `,
      { code: answer.next },
      '.',
    ],
  };
};
