import type { Seen } from './projection.ts';

/** How a thing that the lookup has looked at compares with the key: a sign, and the word for it. */
export function orderOfSeen(
  id: string,
  order: Seen['order'] | undefined,
): { readonly sign: string; readonly word: string } | undefined {
  if (order === undefined || order === 'read') return undefined;
  if (id === 'filter') {
    const word = order === 'here' ? 'maybe' : 'no';
    return { sign: word, word };
  }
  const words = { before: 'before the key', here: 'the key', after: 'after the key' };
  const signs = { before: '<', here: '=', after: '>' };
  return { sign: signs[order], word: words[order] };
}
