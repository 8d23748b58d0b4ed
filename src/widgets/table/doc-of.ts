// A sentence for anything that can be pointed at, from its span.

import { bytesOfId, type TableShape } from './shape.ts';

export function docOf(
  shape: TableShape,
  id: string,
): { readonly name: string; readonly doc: string } {
  const { from = 0, to = 0 } = bytesOfId(shape, id) ?? {};
  const place = `${to - from} bytes at ${from}`;
  const [kind, block = '', place2 = ''] = id.split(':');
  const at = shape.blocks[Number(block)];
  if (kind === 'entry') {
    const entry = at?.entries[Number(place2)];
    const stored = entry?.shared
      ? `${entry.shared} bytes of its key are those of the key before; “${entry.tail}” is stored`
      : 'its key is stored whole';
    return { name: entry?.key ?? '', doc: `${place}; ${stored}` };
  }
  if (kind === 'restart') {
    const entry = at?.entries[at.restarts[Number(place2)] ?? 0];
    return {
      name: `restart ${place2} of block ${block}`,
      doc: `${place}; where “${entry?.key}” begins, whose key is whole`,
    };
  }
  if (kind === 'separator') {
    const said = at?.separator ? `“${at.separator}”` : 'the empty key';
    return {
      name: `record ${block} of the index`,
      doc: `${place}; block ${block} has no key before ${said}`,
    };
  }
  const region = shape.regions.find((each) => each.id === id);
  return { name: region?.name ?? id, doc: `${place}; ${region?.span.doc ?? ''}` };
}
