/** Deletes every version below `sequence` of the keys from `start` up to `end`, not included. */
export interface RangeDelete {
  readonly start: Uint8Array;
  readonly end: Uint8Array;
  readonly sequence: number;
}
