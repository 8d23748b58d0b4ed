// A node's words, named: the picture at the head of engine/lsm/memtable/shared-nodes.ts.

import type { Span } from '../../../engine/index.ts';
import type { ListNode } from './world.ts';

const WORD = 4;

/** Fields of the node in its own bytes, which are a part of the list's memory. */
export function spansOf({ key, height }: ListNode, memory: Uint8Array, offset: number): Span[] {
  const view = new DataView(memory.buffer, memory.byteOffset + offset);
  const word = (index: number) => view.getUint32(index * WORD, true);
  const span = (
    index: number,
    name: string,
    kind: Span['kind'],
    doc: string,
    value = word(index),
  ) => ({ name, kind, offset: index * WORD, size: WORD, value, doc }) as const;
  const links = Array.from({ length: height }, (_, i) =>
    span(
      i,
      `link ${height - 1 - i}`,
      'header',
      'Word address of the next node on this level; 0 is the end.',
    ),
  );
  return [
    ...links,
    span(
      height,
      'key bytes',
      'length',
      'Length of the key. The address of the node is that of this word.',
    ),
    span(height + 1, 'sequence, low', 'sequence', 'Low 32 bits of the sequence number.'),
    span(
      height + 2,
      'sequence high, height, kind',
      'type',
      'Sequence high in 24 bits, height in 4, kind in 4.',
    ),
    span(height + 3, 'value bytes', 'length', 'Length of the value.'),
    {
      name: 'key',
      kind: 'key',
      offset: (height + 4) * WORD,
      size: WORD,
      value: key,
      doc: 'The key, padded with zeros to whole words.',
    },
    {
      name: 'value',
      kind: 'value',
      offset: (height + 5) * WORD,
      size: WORD,
      value: key.toUpperCase(),
      doc: 'The value, padded likewise.',
    },
  ];
}
