// The keyboard of a figure. One place, so that every figure answers the same keys:
//
//     Space            play or pause
//     Left, Right      one event back or forward
//     Shift + those    the mark before or after
//     Home, End        before the first event, after the last
//     Up, Down         to another control of the transport (it is one tab stop)

export type PlayerKey =
  | 'toggle'
  | 'back'
  | 'forward'
  | 'previousMark'
  | 'nextMark'
  | 'start'
  | 'end'
  | 'previousControl'
  | 'nextControl';

/** For `aria-keyshortcuts`. */
export const SHORTCUTS = {
  toggle: 'Space',
  back: 'ArrowLeft',
  forward: 'ArrowRight',
  previousMark: 'Shift+ArrowLeft',
  nextMark: 'Shift+ArrowRight',
} as const;

const PLAIN: Record<string, PlayerKey> = {
  ' ': 'toggle',
  ArrowLeft: 'back',
  ArrowRight: 'forward',
  Home: 'start',
  End: 'end',
  ArrowUp: 'previousControl',
  ArrowDown: 'nextControl',
};

interface Pressed {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/** What a key press asks of the player; undefined leaves it to the browser. */
export function playerKey({
  key,
  shiftKey,
  ctrlKey,
  altKey,
  metaKey,
}: Pressed): PlayerKey | undefined {
  if (ctrlKey || altKey || metaKey) return undefined;
  if (!shiftKey) return PLAIN[key];
  if (key === 'ArrowLeft') return 'previousMark';
  return key === 'ArrowRight' ? 'nextMark' : undefined;
}
