// A violation names servers by their numbers; figures know them by letters.

import { letterOf } from '../../marks/nodes.ts';

/** `server 1 and 3 became leader` as `server A and C became leader`. */
export function withLetters(message: string): string {
  return message.replace(/\b(server|and|for) (\d+)\b/g, (_, before: string, number: string) => {
    return `${before} ${number === '0' ? 'nobody' : letterOf(Number(number))}`;
  });
}
