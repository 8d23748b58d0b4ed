// A caption is one sentence, generated from the current event, so it can't lie.
//
// It is a list of parts, so that the words for concepts and bytes carry the same
// color and shape in the sentence as in the drawing (src/styles/concepts.css):
//
//     ['The first ', { code: '512' }, ' bytes are now ', { concept: 'durable' }, '.']

import type { SpanKind } from '../../engine/index.ts';

/** What has a color and a shape of its own. */
export type Concept =
  | 'volatile'
  | 'durable'
  | 'lost'
  | 'corrupt'
  | 'current'
  | 'leader'
  | 'candidate'
  | 'follower'
  | 'learner'
  | 'committed'
  | 'replicated'
  | 'appended'
  | 'intent'
  | 'version'
  | 'aborted';

/** Plain words, a concept (`text` where the word differs), a byte field, or code. */
export type CaptionPart =
  | string
  | { readonly concept: Concept; readonly text?: string }
  | { readonly field: SpanKind; readonly text: string }
  | { readonly code: string };

export type Caption = readonly CaptionPart[];

/** The words of a part, without its sign. */
export function partText(part: CaptionPart): string {
  if (typeof part === 'string') return part;
  if ('code' in part) return part.code;
  if ('field' in part) return part.text;
  return part.text ?? part.concept;
}

/** The sentence as plain text, for the event list and for tests. */
export function captionText(caption: Caption): string {
  return caption.map(partText).join('');
}
