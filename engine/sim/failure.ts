// What stopped a program, in words that are the same in every engine where they can be.

import { isFerrisError } from '../base/errors.ts';

/** What `node.fail` says of it: a code of ours, or the name of the error's class. */
export function failureOf(error: unknown): { readonly message: string; readonly code: string } {
  if (isFerrisError(error)) return { message: error.message, code: error.code };
  if (error instanceof Error) return { message: error.message, code: error.name };
  return { message: String(error), code: 'Error' };
}
