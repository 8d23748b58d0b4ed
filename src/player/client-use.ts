// `client:use`: an island whose scripts are fetched when the reader first uses it. It is for what
// many readers pass by (predictions, exercises), and what is right as the server drew it.
//
// 1. Pointing at it, touching it, dragging something over it or focusing anything inside it
//    counts as use.
// 2. A click that comes while the scripts are on their way is kept by page.ts, and done then.
// 3. If this browser keeps progress, the island may look different from what the server drew, so
//    it starts as soon as it can be seen; and at once where a link shows a moment of it: of a
//    figure in it, or of one that it names in `data-opens`.

import type { ClientDirective } from 'astro';
import { PROGRESS_KEY } from '../exercise/progress-key.ts';
import { figureOfLink } from './link-figure.ts';

const SIGNS = ['pointerover', 'pointerdown', 'focusin', 'dragenter'] as const;

const use: ClientDirective = (load, _options, island) => {
  let started = false;

  const start = async () => {
    if (started) return;
    started = true;
    for (const sign of SIGNS) island.removeEventListener(sign, start);
    const hydrate = await load();
    await hydrate();
  };

  for (const sign of SIGNS) island.addEventListener(sign, start, { passive: true });
  if (keepsProgress()) whenSeen(island, start);
  const startIfLinked = () => isLinked(island) && start();
  addEventListener('hashchange', startIfLinked);
  startIfLinked();
};

function keepsProgress(): boolean {
  try {
    return localStorage.getItem(PROGRESS_KEY) !== null;
  } catch {
    return false;
  }
}

function isLinked(island: HTMLElement): boolean {
  const figure = figureOfLink(location.hash);
  if (figure === undefined) return false;
  return island.querySelector(`[data-figure="${figure}"], [data-opens~="${figure}"]`) !== null;
}

/** An island has no box of its own, its children do. */
function whenSeen(island: HTMLElement, start: () => void): void {
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    watch.disconnect();
    start();
  });
  for (const child of island.children) watch.observe(child);
}

export default use;
