// A small square in the contents beside each page of which an exercise is solved.
//
// An exercise's id begins with the last part of its page's address, so the stored text
// is all this needs; it runs on every page and brings nothing of the exercises along.

import { PROGRESS_EVENT, PROGRESS_KEY } from './progress-key.ts';

/** Last part of an address -> how many exercises of that page are solved. */
async function solvedByPage(): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const text = localStorage.getItem(PROGRESS_KEY);
  if (text === null) return counts;
  const { parseProgress } = await import('./progress.ts');
  const parsed = parseProgress(text);
  if (parsed.kind !== 'progress') return counts;
  for (const [id, { solved }] of parsed.progress) {
    const page = id.slice(0, id.indexOf('/'));
    if (solved !== undefined) counts.set(page, (counts.get(page) ?? 0) + 1);
  }
  return counts;
}

function sign(count: number): HTMLElement {
  const element = document.createElement('span');
  element.className = 'solved-sign';
  const words = document.createElement('span');
  words.className = 'sr-only';
  words.textContent = `, ${count} solved`;
  element.append(words);
  return element;
}

async function show(): Promise<void> {
  const counts = await solvedByPage();
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.contents a[href]')) {
    link.querySelector('.solved-sign')?.remove();
    const count = counts.get(/([^/]+)\/?$/.exec(link.pathname)?.[1] ?? '');
    if (count) link.append(sign(count));
  }
}

async function showIfAllowed(): Promise<void> {
  try {
    await show();
  } catch {
    // Storage is forbidden here: nothing is kept, so there is nothing to show.
  }
}

void showIfAllowed();
addEventListener('storage', showIfAllowed);
document.addEventListener(PROGRESS_EVENT, showIfAllowed);
