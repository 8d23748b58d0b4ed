// Which figure a share link is for. Apart from link.ts, because every figure asks this as the
// page opens, and hardly any goes on to read or write a link.

/** The figure that a fragment names, or undefined if it is no share link. */
export function figureOfLink(fragment: string): string | undefined {
  return /^#f=([a-z0-9-]{1,64})\./.exec(fragment)?.[1];
}
