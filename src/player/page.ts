// What every page does for its figures before any of them has started: scroll to the
// one that a share link names, keep a press of a button until there is somebody to
// hear it, and light up a concept in the nearest figure while its word in the prose is
// pointed at or focused.

const figures = () => document.querySelectorAll<HTMLElement>('[data-figure]');

function scrollToShared(): void {
  const id = /^#f=([a-z0-9-]+)\./.exec(location.hash)?.[1];
  if (id) document.querySelector(`[data-figure="${id}"]`)?.scrollIntoView();
}

/** A figure whose scripts are on their way gets the press when they are there. */
function keepPress(event: MouseEvent): void {
  const { target } = event;
  const pressed = target instanceof Element ? target.closest<HTMLElement>('button, label') : null;
  const island = pressed?.closest('astro-island[ssr]');
  if (!island) return;
  event.preventDefault();
  event.stopPropagation();
  const press = () => setTimeout(() => pressed?.click());
  island.addEventListener('astro:hydrate', press, { once: true });
}

/** How far a figure is from a place on the screen. */
function distancePx(figure: HTMLElement, y: number): number {
  const { top, bottom } = figure.getBoundingClientRect();
  return Math.max(top - y, y - bottom, 0);
}

function light(word: EventTarget | null, lit: boolean): void {
  const concept =
    word instanceof HTMLElement && word.closest<HTMLElement>('.concept[data-concept]');
  if (!concept || concept.closest('[data-figure]')) return;
  const y = concept.getBoundingClientRect().top;
  const [nearest] = [...figures()].sort((a, b) => distancePx(a, y) - distancePx(b, y));
  for (const shape of nearest?.querySelectorAll(
    `.shape[data-concept="${concept.dataset.concept}"]`,
  ) ?? [])
    shape.toggleAttribute('data-lit', lit);
}

scrollToShared();
addEventListener('hashchange', scrollToShared);
document.addEventListener('click', keepPress, true);
for (const type of ['pointerover', 'focusin'])
  document.addEventListener(type, (e) => light(e.target, true));
for (const type of ['pointerout', 'focusout'])
  document.addEventListener(type, (e) => light(e.target, false));
