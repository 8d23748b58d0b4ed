// A violation names servers by their numbers; figures know them by letters.

import { letterOf } from '../../marks/nodes.ts';

/** `server 1 and 3 became leader` as `servers A and C became leader`. */
export function withLetters(message: string): string {
  const two = message.replace(/\bserver (?=\d+ and \d)/g, 'servers ');
  return two.replace(/\b(servers?|and|for) (\d+)\b/g, (_, before: string, number: string) => {
    return `${before} ${number === '0' ? 'nobody' : letterOf(Number(number))}`;
  });
}
