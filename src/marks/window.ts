// Which rows of a long list can be seen.

/** Rows drawn above and below the visible ones, so that a slow scroll shows no gap. */
const SPARE_ROWS = 4;

/** Rows `[first, end)` of `count` rows of `rowPx` each, in a view that is scrolled by `scrollTopPx`. */
export function windowOf(
  count: number,
  rowPx: number,
  scrollTopPx: number,
  viewPx: number,
): { first: number; end: number } {
  const first = Math.floor(scrollTopPx / rowPx) - SPARE_ROWS;
  const end = Math.ceil((scrollTopPx + viewPx) / rowPx) + SPARE_ROWS;
  return { first: Math.min(Math.max(first, 0), count), end: Math.min(Math.max(end, 0), count) };
}

/** The whole numbers of `[first, end)`, to draw one thing for each. */
export function indices({ first, end }: { first: number; end: number }): number[] {
  return Array.from({ length: Math.max(end - first, 0) }, (_, index) => first + index);
}
