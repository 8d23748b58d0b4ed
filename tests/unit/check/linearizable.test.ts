// The checker on histories that are known to be right or wrong, and what it draws of them.
// `UPDATE_GOLDEN=1 npx vitest run --project node tests/unit/check` draws the pictures anew.

import { describe, expect, test } from 'vitest';
import { drawHistory } from '../../../engine/check/draw.ts';
import { checkLinearizable } from '../../../engine/check/linearizable.ts';
import { printPicture } from '../../../engine/check/print-picture.ts';
import { expectGolden } from '../../golden.ts';
import { CASES } from './cases.ts';
import { historyOf } from './transcript.ts';

describe('a history', () => {
  test.each(CASES)('$name: $verdict', ({ verdict, transcript }) => {
    const history = historyOf(transcript);
    const judged = checkLinearizable(history);
    expect(judged.verdict, printPicture(drawHistory(history, judged))).toBe(verdict);
  });

  test('with nothing in it is linearizable', () => {
    expect(checkLinearizable([])).toEqual({ verdict: 'linearizable', witnesses: [], steps: 0 });
  });
});

test('the pictures, and the reasons', () => {
  const pictures = CASES.map(({ name, transcript }) => {
    const history = historyOf(transcript);
    return `# ${name}\n\n${printPicture(drawHistory(history, checkLinearizable(history)))}`;
  });
  expectGolden('check/histories.txt', pictures.join('\n\n'));
});
