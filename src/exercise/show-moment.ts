// Brings a figure of the page to a moment, from anywhere on the page. A figure that has not been in
// view yet has not started: it is scrolled to, and pointed at, which starts one of either kind.

const WAIT_MS = 5_000;
const STEP_MS = 50;

/** A figure's element; the hook is there once it has started (src/player/Figure.svelte). */
type FigureElement = Element & { readonly ferrisFigure?: { show(cursor: number): void } };

/** Scrolls to the figure and goes to the moment; does nothing if there is no such figure. */
export async function showMoment(figure: string, cursor: number): Promise<void> {
  const root = document.querySelector<FigureElement>(`[data-figure="${CSS.escape(figure)}"]`);
  root?.scrollIntoView({ block: 'center' });
  root?.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }));
  for (let waitedMs = 0; root && waitedMs < WAIT_MS; waitedMs += STEP_MS) {
    if (root.ferrisFigure) return root.ferrisFigure.show(cursor);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
