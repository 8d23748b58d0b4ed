import { describe, expect, test } from 'vitest';
import { checkDecoded, type Decoded, puzzle } from '../../../src/exercise/table/decode.ts';
import { captionText } from '../../../src/player/caption.ts';
import { checkRewind } from '../../../src/player/check-scenario.ts';
import { run, scriptOf } from '../../../src/player/history.ts';
import { FACTS, readsOf, separatorFact, sharedFact } from '../../../src/widgets/table/facts.ts';
import { OFFERED, tableLookup } from '../../../src/widgets/table/scenario.ts';
import { orderOf, searchIndex, searchRestarts } from '../../../src/widgets/table/search.ts';
import { bytesOfId, idAt } from '../../../src/widgets/table/shape.ts';
import { STOCK, STOCK_SHAPE, type TableAction } from '../../../src/widgets/table/world.ts';

const lookUp = (...keys: string[]) => {
  const actions: TableAction[] = [
    { do: 'open' },
    ...keys.map((key): TableAction => ({ do: 'get', key })),
  ];
  const played = run(tableLookup, { ...scriptOf(tableLookup), actions });
  return { played, state: played.entries.reduce(tableLookup.project, tableLookup.initial) };
};

describe('the figure of a table and its tree', () => {
  test('rewinds', () => checkRewind(tableLookup));

  test('finds every key where the engine finds it, and reads one block for it', () => {
    for (const [key, value] of STOCK) {
      const { played, state } = lookUp(key);
      expect(played.error).toBeUndefined();
      expect(state.answer, key).toEqual({ value, byFilter: false });
      expect(state.reads).toBe(1);
      expect(state.readBytes).toBe(STOCK_SHAPE.blocks[state.block ?? -1]?.span.size);
    }
  });

  test('does not find what is not there, wherever it would be', () => {
    const neighbors = STOCK.flatMap(([key]) => [`${key}a`, key.slice(0, -1), `${key} `]);
    for (const key of ['!', 'zebra', ...OFFERED.slice(-1), ...neighbors]) {
      const { played, state } = lookUp(key);
      expect(played.error, key).toBeUndefined();
      expect(state.answer?.value).toBeUndefined();
      expect(state.reads).toBeLessThanOrEqual(1);
    }
    expect(lookUp(OFFERED.at(-1) ?? '').state.answer?.byFilter).toBe(true);
  });

  test('one lookup does not remember the one before', () => {
    expect(lookUp('squid:giant', 'crab:blue').state).toEqual(lookUp('crab:blue').state);
  });

  test('opening reads both ends, and says so', () => {
    const { state } = lookUp();
    const ends = STOCK_SHAPE.regions.filter(({ id }) => !id.startsWith('block'));
    expect(state.openBytes).toBe(ends.reduce((sum, { span }) => sum + span.size, 0));
  });

  test('the end of a lookup says what it cost', () => {
    const { played, state } = lookUp('eel:moray');
    const last = played.entries.at(-1);
    if (!last) throw new Error('nothing happened');
    expect(captionText(tableLookup.caption(last, state))).toBe(
      `eel:moray is 4. ${state.readBytes} bytes were read for it.`,
    );
  });

  test('links ask for keys that can be typed', () => {
    for (const key of ['', 'ä', 'x'.repeat(25), 7, undefined])
      expect(tableLookup.parse({ do: 'get', key })).toBeUndefined();
    expect(tableLookup.parse({ do: 'get', key: 'eel' })).toEqual({ do: 'get', key: 'eel' });
  });
});

describe('the shape of a table', () => {
  test('is what was written', () => {
    const entries = STOCK_SHAPE.blocks.flatMap((block) => block.entries);
    expect(entries.map(({ key, value }) => [key, value])).toEqual(STOCK);
    for (const { entries: inBlock, restarts } of STOCK_SHAPE.blocks)
      for (const [at, entry] of inBlock.entries())
        if (restarts.includes(at)) expect(entry.shared).toBe(0);
  });

  test('every byte belongs to something, and that thing has the byte', () => {
    for (let offset = 0; offset < STOCK_SHAPE.bytes.length; offset++) {
      const { from = -1, to = -1 } = bytesOfId(STOCK_SHAPE, idAt(STOCK_SHAPE, offset) ?? '') ?? {};
      expect(offset).toBeGreaterThanOrEqual(from);
      expect(offset).toBeLessThan(to);
    }
    expect(bytesOfId(STOCK_SHAPE, 'block:99')).toBeUndefined();
  });

  test('separators tell blocks apart', () => {
    for (const [at, { separator, entries }] of STOCK_SHAPE.blocks.entries()) {
      expect(orderOf(separator, entries[0]?.key ?? '')).not.toBe('after');
      const last = STOCK_SHAPE.blocks[at - 1]?.entries.at(-1)?.key;
      if (last) expect(orderOf(last, separator)).toBe('before');
    }
  });

  test('searches halve what is left', () => {
    for (const [key] of STOCK) {
      const { probes, found } = searchIndex(STOCK_SHAPE, key);
      expect(probes.length).toBeLessThanOrEqual(Math.ceil(Math.log2(STOCK_SHAPE.blocks.length)));
      const block = STOCK_SHAPE.blocks[found];
      if (!block) throw new Error('no block');
      expect(searchRestarts(block, key).probes.length).toBeLessThanOrEqual(2);
    }
  });

  test('the page says true things of it', () => {
    expect(FACTS).toMatchObject({ entries: STOCK.length, blocks: 5, footerBytes: 64 });
    expect(FACTS.storedKeyBytes).toBeLessThan(FACTS.keyBytes);
    expect(readsOf()).toMatchObject({ blocks: 1 });
    const { first, second, shared, tail } = sharedFact();
    expect(first.slice(0, shared) + tail).toBe(second);
    const { last, first: next, separator } = separatorFact(1);
    expect([orderOf(last, separator), orderOf(separator, next)]).toEqual(['before', 'before']);
    expect(next.startsWith(separator)).toBe(true);
  });
});

describe('the exercise: a restart point decoded', () => {
  const { answer, bytes } = puzzle();

  test('the answer is right, and in the bytes', () => {
    expect(checkDecoded(answer).verdict).toBe('right');
    expect(bytes[answer.at]).toBe(0);
    expect(bytes[answer.at + 1]).toBe(answer.key.length);
    expect(bytes[answer.at + 2]).toBe(answer.valueBytes);
  });

  test('every likely mistake is found out, and pointed at', () => {
    const mistakes: Partial<Decoded>[] = [
      { at: 0 },
      { shared: 2 },
      { unshared: answer.unshared + 1 },
      { valueBytes: answer.unshared },
      { key: 'eel' },
      { next: 'boat' },
      { at: Number.NaN },
    ];
    for (const mistake of mistakes) {
      const { verdict, say } = checkDecoded({ ...answer, ...mistake });
      expect(verdict).toBe('wrong');
      expect(JSON.stringify(say)).not.toContain(answer.next);
    }
  });
});
