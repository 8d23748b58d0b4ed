// A history as the end of an address: what a share link says, and nothing else.
//
//     <page>#f=<figure>.<base64url of JSON>       JSON: [1, version, seed, actions, cursor]

import { utf8 } from '../base/bytes.ts';
import { FerrisError } from '../base/errors.ts';

/** Of the JSON above; another one is refused. */
export const LINK_FORMAT = 1;
/** Longest text after `#f=`; some chat programs cut longer addresses. */
export const LINK_CHARACTERS_MAX = 16_384;
export const LINK_ACTIONS_MAX = 500;

/** What a link holds; `actions` are plain JSON. */
export interface LinkedHistory {
  /** Of the figure. */
  readonly version: number;
  readonly seed: number;
  readonly actions: readonly unknown[];
  /** Events in. */
  readonly cursor: number;
}

/**
 * The fragment of an address, from its `#`.
 * @throws FERRIS_TOO_LARGE when the history doesn't fit in a link
 */
export function shareLink(figure: string, history: LinkedHistory): string {
  const { version, seed, actions, cursor } = history;
  const json = JSON.stringify([LINK_FORMAT, version, seed, actions, cursor]);
  const fragment = `${figure}.${toBase64Url(utf8(json))}`;
  if (fragment.length <= LINK_CHARACTERS_MAX && actions.length <= LINK_ACTIONS_MAX)
    return `#f=${fragment}`;
  throw new FerrisError(
    'FERRIS_TOO_LARGE',
    `this history of ${actions.length} actions is too long for a link; share a shorter one`,
  );
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
