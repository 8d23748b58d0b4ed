/**
 * Reads tokens.css, so that the page about the look and the contrast test show
 * and check the tokens themselves, not a copy of them.
 *
 * The file is written for this reader: one declaration a line, its meaning in a
 * comment on the same line, six-digit hex for every color.
 */

/** The two sides of the site. */
export type Theme = 'light' | 'dark';

/** One token: its name with the two dashes, its value, and what the comment says of it. */
export type Token = { name: string; value: string; meaning: string };

const declaration = /^\s*(--[\w-]+):\s*([^;]+);\s*(?:\/\*\s*(.*?)\s*\*\/)?/;

/** The tokens of the first rule whose selector ends in `selector`, in the order of the file. */
export function tokensOf(css: string, selector: string): Token[] {
  const start = css.indexOf(`${selector} {`);
  if (start < 0) throw new Error(`tokens.css has no rule that ends in ${selector}`);
  const body = css.slice(css.indexOf('{', start) + 1, css.indexOf('\n}', start));
  return body.split('\n').flatMap((line) => {
    const found = declaration.exec(line);
    return found ? [{ name: found[1]!, value: found[2]!, meaning: found[3] ?? '' }] : [];
  });
}

/** The selector of one side, as tokens.css writes it. */
export function themeRule(theme: Theme): string {
  return `:root[data-theme='${theme}']`;
}

/** The colors of one side, by name. */
export function colorsOf(css: string, theme: Theme): Map<string, string> {
  const tokens = tokensOf(css, themeRule(theme));
  return new Map(
    tokens.filter((t) => /^#[0-9a-f]{6}$/.test(t.value)).map((t) => [t.name, t.value]),
  );
}
