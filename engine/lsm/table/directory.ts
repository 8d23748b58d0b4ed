// What an open table keeps in memory: all that lies between its data blocks and its footer.
// It is read at once, since it lies together.
//
//    header   data blocks ...   filter | index | properties | range deletes   footer
//    1st read                   3rd read                                      2nd read

import type { File } from '../../env/files.ts';
import { decodeHeader, HEADER_BYTES } from '../../env/header.ts';
import { openBlock, readExactly } from './block-source.ts';
import { Bloom } from './bloom.ts';
import { decodeFooter } from './footer.ts';
import { corruptTable, FOOTER_BYTES, TABLE_FORMAT } from './format.ts';
import { decodeProperties, type Properties } from './properties.ts';
import { TableIndex } from './table-index.ts';

/** Checked and decoded, but for the range deletes, which are checked alone. */
export interface Directory {
  readonly bloom: Bloom;
  readonly index: TableIndex;
  readonly properties: Properties;
  /** Contents of their block, and where it is; undefined when there is none. */
  readonly rangeDeletes: { readonly contents: Uint8Array; readonly offset: number } | undefined;
}

/**
 * Reads the ends of table `number`. @throws FERRIS_CORRUPTION when they are damaged or those
 * of another table, FERRIS_UNSUPPORTED when a later version wrote it
 */
export function readDirectory(file: File, number: number): Directory {
  checkHeader(file, number);
  const { name, size } = file;
  const footer = decodeFooter(readExactly(file, size - FOOTER_BYTES, FOOTER_BYTES), size, name);
  const { filterOffset: start, indexOffset, propertiesOffset } = footer;
  const bytes = readExactly(file, start, size - FOOTER_BYTES - start);
  const contentsOf = (offset: number, blockBytes: number) =>
    openBlock(bytes.subarray(offset - start, offset - start + blockBytes), number, name, offset);
  const filter = contentsOf(start, footer.filterBytes);
  if (filter.length < 2) throw corruptTable(name, start, 'has a filter without bits');
  const index = contentsOf(indexOffset, footer.indexBytes);
  const properties = contentsOf(propertiesOffset, footer.propertiesBytes);
  const offset = propertiesOffset + footer.propertiesBytes;
  const { rangeDeletesBytes } = footer;
  return {
    bloom: new Bloom(filter),
    index: new TableIndex(index, start, name, indexOffset),
    properties: decodeProperties(properties, name, propertiesOffset),
    rangeDeletes:
      rangeDeletesBytes === 0
        ? undefined
        : { contents: contentsOf(offset, rangeDeletesBytes), offset },
  };
}

function checkHeader(file: File, number: number): void {
  if (file.size < HEADER_BYTES + FOOTER_BYTES) {
    throw corruptTable(file.name, 0, `is too short for ${TABLE_FORMAT.noun}`);
  }
  const bytes = readExactly(file, 0, HEADER_BYTES);
  const header = decodeHeader(TABLE_FORMAT, bytes, file.name);
  if (header.fileNumber !== number) {
    throw corruptTable(file.name, 0, `holds table ${header.fileNumber} in place of ${number}`);
  }
}
