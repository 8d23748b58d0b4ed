// Numbers that the page says in words, from the engine.

import { run, scriptOf } from '../../player/history.ts';
import { FIRST_KEY, tableLookup } from './scenario.ts';
import { BLOCK_BYTES, RESTART_INTERVAL, STOCK, STOCK_SHAPE } from './world.ts';

export { BLOCK_BYTES, FIRST_KEY, RESTART_INTERVAL };

const all = STOCK_SHAPE.blocks.flatMap((block) => block.entries);

export const FACTS = {
  fileBytes: STOCK_SHAPE.bytes.length,
  entries: STOCK.length,
  blocks: STOCK_SHAPE.blocks.length,
  footerBytes: STOCK_SHAPE.footer.size,
  keyBytes: all.reduce((sum, { key }) => sum + key.length, 0),
  storedKeyBytes: all.reduce((sum, { tail }) => sum + tail.length, 0),
  restarts: STOCK_SHAPE.blocks.reduce((sum, { restarts }) => sum + restarts.length, 0),
  separators: STOCK_SHAPE.blocks.map(({ separator }) => separator),
} as const;

/** What the script's lookup reads, and where in the figure it is seen. */
export function readsOf(): { blocks: number; bytes: number; cursor: number; key: string } {
  const { entries } = run(tableLookup, scriptOf(tableLookup));
  const state = entries.reduce(tableLookup.project, tableLookup.initial);
  const cursor = entries.findIndex(({ event }) => event.type === 'table.block.read') + 1;
  return { blocks: state.reads, bytes: state.readBytes, cursor, key: FIRST_KEY };
}

/** The separator between two blocks, with the keys on either side. */
export function separatorFact(block: number): { last: string; first: string; separator: string } {
  const before = STOCK_SHAPE.blocks[block - 1]?.entries.at(-1)?.key ?? '';
  const { separator = '', entries = [] } = STOCK_SHAPE.blocks[block] ?? {};
  return { last: before, first: entries[0]?.key ?? '', separator };
}

/** Two neighbors of which the second shares the beginning of its key. */
export function sharedFact() {
  const entries = STOCK_SHAPE.blocks[0]?.entries ?? [];
  const at = entries.findIndex(({ shared }) => shared > 0);
  const [first, second] = entries.slice(at - 1, at + 1);
  return {
    first: first?.key ?? '',
    second: second?.key ?? '',
    shared: second?.shared ?? 0,
    tail: second?.tail ?? '',
  };
}
