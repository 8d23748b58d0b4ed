// The footer: the last 64 bytes, where reading begins. It says where the blocks lie
// that lead to everything else; format.ts has its layout.

import { crc32 } from '../../base/crc32.ts';
import { type LayoutValue, viewOf } from '../../base/layout.ts';
import { HEADER_BYTES } from '../../env/header.ts';
import { corruptTable, FOOTER_BYTES, Footer, readFields, TABLE_FORMAT } from './format.ts';

/** What a footer says, checksum and magic aside. */
export type FooterValues = Omit<LayoutValue<typeof Footer.fields>, 'reserved0' | 'crc' | 'magic'>;

export function encodeFooter(values: FooterValues): Uint8Array {
  const bytes = new Uint8Array(FOOTER_BYTES);
  const view = viewOf(bytes);
  Footer.write(view, 0, { ...values, reserved0: 0, crc: 0, magic: TABLE_FORMAT.magic });
  view.setUint32(Footer.at.crc, crc32(bytes, 0, Footer.at.crc), true);
  return bytes;
}

/**
 * Reads and checks a footer.
 * @param sizeBytes of the whole file, which the blocks must fill exactly
 * @throws FERRIS_CORRUPTION
 */
export function decodeFooter(bytes: Uint8Array, sizeBytes: number, file: string): FooterValues {
  const at = sizeBytes - FOOTER_BYTES;
  const view = viewOf(bytes);
  if (Footer.fields.magic.get(view, Footer.at.magic) !== TABLE_FORMAT.magic) {
    throw corruptTable(file, at, 'does not end as a sorted table ends: it was cut short or grew');
  }
  if (view.getUint32(Footer.at.crc, true) !== crc32(bytes, 0, Footer.at.crc)) {
    throw corruptTable(file, at, 'has a damaged footer: its checksum is wrong');
  }
  const footer = readFields(() => Footer.read(view, 0), file, at);
  if (!fills(footer, sizeBytes)) {
    throw corruptTable(file, at, `has a footer that does not fit a file of ${sizeBytes} bytes`);
  }
  return footer;
}

/** True when filter, index, properties and range deletes lie one after the other, up to the footer. */
function fills(footer: FooterValues, sizeBytes: number): boolean {
  if (footer.filterOffset < HEADER_BYTES) return false;
  if (footer.filterOffset + footer.filterBytes !== footer.indexOffset) return false;
  if (footer.indexOffset + footer.indexBytes !== footer.propertiesOffset) return false;
  const propertiesEnd = footer.propertiesOffset + footer.propertiesBytes;
  return propertiesEnd + footer.rangeDeletesBytes + FOOTER_BYTES === sizeBytes;
}
