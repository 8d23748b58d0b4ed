// Expiring values: the time at which a put turns into a delete, and then the value.
//
//    0           8
//    +-----------+-----------
//    | expiresMs | the value
//    +-----------+-----------
//
// The clock is the store's own (milliseconds since 1970 outside of simulations). A reader
// takes the time once, at its beginning, so that it sees no value vanish half-way through.

import { EMPTY_BYTES } from '../base/bytes.ts';
import { FerrisError } from '../base/errors.ts';
import { layout, u64 } from '../base/layout.ts';

/** What stands before the value of an expiring put. */
export const ExpiryHeader = /* @__PURE__ */ layout('expiry', {
  expiresMs: u64('time from which the value is gone, ms of the clock', 'header'),
});

/** `ExpiryHeader.size`, as a constant for hot loops. */
export const EXPIRY_BYTES = 8;

/** @throws FERRIS_INVALID_ARGUMENT unless it is a whole number of milliseconds, 0 or later */
export function checkExpiresMs(expiresMs: number): number {
  if (Number.isSafeInteger(expiresMs) && expiresMs >= 0) return expiresMs;
  const message = `expiresMs must be a whole number of milliseconds from 0 on, not ${String(expiresMs)}`;
  throw new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}

/** Writes the time of expiry at `offset`; the value follows after `EXPIRY_BYTES`. */
export function writeExpiry(into: Uint8Array, offset: number, expiresMs: number): void {
  let rest = expiresMs;
  for (let i = 0; i < EXPIRY_BYTES; i++) {
    into[offset + i] = rest % 0x100;
    rest = Math.floor(rest / 0x100);
  }
}

/** When a stored value expires. @throws FERRIS_CORRUPTION when it holds no time */
export function expiresMsOf(stored: Uint8Array): number {
  if (stored.length < EXPIRY_BYTES) throw corrupt('is shorter than its time of expiry');
  let expiresMs = 0;
  for (let i = EXPIRY_BYTES - 1; i >= 0; i--) expiresMs = expiresMs * 0x100 + (stored[i] as number);
  if (expiresMs > Number.MAX_SAFE_INTEGER) throw corrupt('expires later than any clock says');
  return expiresMs;
}

/** True when a stored value is a delete at `nowMs`. @throws FERRIS_CORRUPTION as `expiresMsOf` */
export function isExpired(stored: Uint8Array, nowMs: number): boolean {
  return expiresMsOf(stored) <= nowMs;
}

/** The value behind the time of expiry, a view. */
export function expiringValue(stored: Uint8Array): Uint8Array {
  return stored.length === EXPIRY_BYTES ? EMPTY_BYTES : stored.subarray(EXPIRY_BYTES);
}

function corrupt(what: string): FerrisError {
  return new FerrisError('FERRIS_CORRUPTION', `an expiring value ${what}; its bytes are damaged`);
}
