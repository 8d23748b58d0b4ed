// Numbers as people write them: `4 MiB`, `512 KiB`, `12.3 ms`, `1.2 million`.

const UNITS: readonly (readonly [unit: string, bytes: number])[] = [
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
];

/** Exactly, so that it can be edited: the largest unit that leaves no fraction. */
export function editableBytes(bytes: number): string {
  const fitting = UNITS.find(([, size]) => bytes >= size && bytes % size === 0);
  return fitting ? `${bytes / fitting[1]} ${fitting[0]}` : `${bytes} B`;
}

/** `4 MiB`, `4m`, `1.5 KiB`, `4096`; NaN for anything else. */
export function parseBytes(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(?:([kmg])(?:i?b)?|b|bytes)?\s*$/i.exec(text);
  if (match === null) return Number.NaN;
  const [, number, unit] = match;
  const size = UNITS.find(([name]) => name[0] === unit?.toUpperCase())?.[1] ?? 1;
  return Math.round(Number(number) * size);
}

/** In few digits: `812 B`, `3.4 KiB`, `1.2 MiB`. */
export function shortBytes(bytes: number): string {
  const fitting = UNITS.find(([, size]) => bytes >= size);
  return fitting ? `${digits(bytes / fitting[1])} ${fitting[0]}` : `${Math.round(bytes)} B`;
}

/** `950`, `12.3k`, `1.2M`. */
export function shortCount(count: number): string {
  if (count >= 1e6) return `${digits(count / 1e6)}M`;
  return count >= 1e4 ? `${digits(count / 1e3)}k` : Math.round(count).toLocaleString('en');
}

/** Microseconds as a time: `0.3 ms`, `25 ms`, `1.2 s`. What is below the clock's step is `< 0.1 ms`. */
export function shortTime(us: number, stepUs = 0): string {
  if (us < stepUs) return `< ${shortTime(stepUs)}`;
  if (us >= 1e6) return `${digits(us / 1e6)} s`;
  if (us >= 1e3) return `${digits(us / 1e3)} ms`;
  return us >= 100 ? `${digits(us / 1e3)} ms` : `${digits(us)} µs`;
}

/** Three digits at most, and no zeros behind the point. */
function digits(number: number): string {
  const places = number >= 100 ? 0 : number >= 10 ? 1 : 2;
  return number.toFixed(places).replace(/\.0+$|(\.\d*[1-9])0+$/, '$1');
}
