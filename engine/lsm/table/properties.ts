// The properties block: what a table holds, in numbers, with its first and last key.
//
//    +----------------------+--------------+-------------+
//    | numbers, fixed size  | smallest key | largest key |
//    +----------------------+--------------+-------------+

import { layout, u32, u64, viewOf } from '../../base/layout.ts';
import { corruptTable, readFields } from './format.ts';

export const PropertiesHeader = layout('properties', {
  entries: u64('how many entries there are, every version of a key counted', 'length'),
  tombstones: u64('how many of them are deletes', 'length'),
  keys: u64('how many different keys there are', 'length'),
  blocks: u64('how many data blocks there are', 'length'),
  keyBytes: u64('bytes of all keys, before prefixes are shared', 'length'),
  valueBytes: u64('bytes of all values', 'length'),
  smallestSequence: u64('lowest sequence number', 'sequence'),
  largestSequence: u64('highest sequence number', 'sequence'),
  smallestKeyBytes: u32('bytes of the smallest key', 'length'),
  largestKeyBytes: u32('bytes of the largest key', 'length'),
});

export interface Properties {
  readonly entries: number;
  readonly tombstones: number;
  readonly keys: number;
  readonly blocks: number;
  readonly keyBytes: number;
  readonly valueBytes: number;
  readonly smallestSequence: number;
  readonly largestSequence: number;
  readonly smallestKey: Uint8Array;
  readonly largestKey: Uint8Array;
}

/** Contents of the properties block. */
export function encodeProperties(properties: Properties): Uint8Array {
  const { smallestKey, largestKey, ...numbers } = properties;
  const contents = new Uint8Array(PropertiesHeader.size + smallestKey.length + largestKey.length);
  PropertiesHeader.write(viewOf(contents), 0, {
    ...numbers,
    smallestKeyBytes: smallestKey.length,
    largestKeyBytes: largestKey.length,
  });
  contents.set(smallestKey, PropertiesHeader.size);
  contents.set(largestKey, PropertiesHeader.size + smallestKey.length);
  return contents;
}

/** The keys are copies. @throws FERRIS_CORRUPTION when the sizes don't add up. */
export function decodeProperties(contents: Uint8Array, file: string, offset: number): Properties {
  const corrupt = () => corruptTable(file, offset, 'has properties whose sizes do not add up');
  const fixed = PropertiesHeader.size;
  if (contents.length < fixed) throw corrupt();
  const fields = readFields(() => PropertiesHeader.read(viewOf(contents), 0), file, offset);
  const { smallestKeyBytes, largestKeyBytes, ...numbers } = fields;
  const middle = fixed + smallestKeyBytes;
  if (middle + largestKeyBytes !== contents.length) throw corrupt();
  const smallestKey = contents.slice(fixed, middle);
  return { ...numbers, smallestKey, largestKey: contents.slice(middle) };
}
