// What a reader has picked in a drawing of a cluster: all its lenses light the same thing.

export interface Selection {
  readonly kind: 'node' | 'message';
  /** A server's number, or a message's. */
  readonly id: number;
}
