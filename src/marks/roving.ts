// One tab stop for a row or a column of buttons: Tab goes to one of them and then past them all,
// the arrow keys go from one to the next. Which one is the stop (`tabindex` 0, the others -1) is
// the mark's to say; what is here moves the focus.

const KEYS = {
  row: { back: 'ArrowLeft', on: 'ArrowRight' },
  column: { back: 'ArrowUp', on: 'ArrowDown' },
} as const;

/**
 * Moves the focus among the buttons below `root`, or what else `selector` finds, if the key asks for it: an arrow, Home or End.
 * The event is then handled, so the figure around doesn't take the arrow for a step.
 */
export function rove(
  event: KeyboardEvent,
  root: Element | undefined,
  along: keyof typeof KEYS,
  selector = 'button',
): void {
  const buttons = [...(root?.querySelectorAll<HTMLElement>(selector) ?? [])];
  const now = buttons.indexOf(event.currentTarget as HTMLElement);
  const last = buttons.length - 1;
  const { back, on } = KEYS[along];
  const to = { [back]: now - 1, [on]: now + 1, Home: 0, End: last }[event.key];
  if (to === undefined || now < 0 || event.shiftKey) return;
  event.preventDefault();
  buttons[Math.min(Math.max(to, 0), last)]?.focus();
}
