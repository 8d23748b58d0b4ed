// A share link is the history itself, and where the reader stands:
//
//     <page>#f=<figure>.<base64url of JSON>       JSON: [1, version, seed, actions, cursor]
//
// Anyone can write a link, so nothing in one is trusted: sizes are bounded before
// anything is parsed, every action goes through the scenario's `parse`, and what
// doesn't fit is a typed refusal with a sentence for the reader, never an exception.

import {
  LINK_ACTIONS_MAX,
  LINK_CHARACTERS_MAX,
  LINK_FORMAT,
  shareLink,
  text,
} from '../../engine/index.ts';
import { EVENTS_MAX, type History } from './history.ts';
import type { AnyAction, AnyEvent, Cut, Scenario } from './scenario.ts';

export interface Shared<A extends AnyAction> {
  readonly history: History<A>;
  /** Events in; may lie past the end of the run. */
  readonly cursor: number;
}

export type RefusalKind = 'malformed' | 'too large' | 'other version' | 'unknown action';

/** Why a link can't be opened; `message` is for the reader. */
export interface Refusal {
  readonly kind: RefusalKind;
  readonly message: string;
}

export type Opened<A extends AnyAction> =
  | { readonly ok: true; readonly shared: Shared<A> }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * The fragment of an address, from its `#`.
 * @throws FERRIS_TOO_LARGE when the history doesn't fit in a link
 */
export function encodeLink<A extends AnyAction>(figure: string, shared: Shared<A>): string {
  return shareLink(figure, { ...shared.history, cursor: shared.cursor });
}

/** Reads a fragment that `figureOfLink` recognized. Never throws. */
export function decodeLink<W, A extends AnyAction, S, E extends AnyEvent>(
  fragment: string,
  scenario: Scenario<W, A, S, E>,
): Opened<A> {
  if (fragment.length > LINK_CHARACTERS_MAX + 3) return refuse('too large');
  const parsed = parseJson(fragment.slice(fragment.indexOf('.') + 1));
  if (!Array.isArray(parsed) || parsed.length !== 5) return refuse('malformed');
  const [format, version, seed, actions, cursor] = parsed as unknown[];
  if (!isCount(format) || !isCount(version)) return refuse('malformed');
  if (format !== LINK_FORMAT || version !== scenario.version) return refuse('other version');
  if (!isCount(seed) || !isCount(cursor) || !Array.isArray(actions)) return refuse('malformed');
  if (actions.length > LINK_ACTIONS_MAX || cursor > EVENTS_MAX) return refuse('too large');
  const trusted: A[] = [];
  for (const action of actions) {
    const known = isAction(action) ? parseSafely(scenario, action) : undefined;
    if (known === undefined) return refuse('unknown action');
    trusted.push(known);
  }
  const history = { version, scenario: scenario.id, seed, actions: trusted };
  return { ok: true, shared: { history, cursor } };
}

const MESSAGES: Record<RefusalKind, string> = {
  malformed: 'This link is damaged: perhaps its end was cut off. Ask for it again.',
  'too large': 'This link asks for more than a page can show.',
  'other version':
    'This link was made by another version of this figure, so it can’t show what it showed then.',
  'unknown action': 'This link asks for something that this figure can’t do.',
};

function refuse(kind: RefusalKind): Opened<never> {
  return { ok: false, refusal: { kind, message: MESSAGES[kind] } };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** What the player itself knows of actions: a name, and where a cut may come. */
function isAction(value: unknown): value is AnyAction {
  if (typeof value !== 'object' || value === null) return false;
  if (typeof (value as AnyAction).do !== 'string') return false;
  const { do: name, after } = value as Cut;
  return (
    name !== 'cut' || after === undefined || (isCount(after) && after >= 1 && after <= EVENTS_MAX)
  );
}

function parseSafely<W, A extends AnyAction, S, E extends AnyEvent>(
  scenario: Scenario<W, A, S, E>,
  action: unknown,
): A | undefined {
  try {
    return scenario.parse(action);
  } catch {
    return undefined;
  }
}

function parseJson(base64Url: string): unknown {
  try {
    return JSON.parse(text(fromBase64Url(base64Url)));
  } catch {
    return undefined;
  }
}

function fromBase64Url(characters: string): Uint8Array {
  const binary = atob(characters.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
