/**
 * The colors of code, one theme a side, from the same inks as the page.
 *
 * Code is mostly ink. Keywords are heavier, not brighter; strings and numbers
 * take the inks of a value and a key; comments step back. Expressive Code reads
 * these at build time, so they can't be CSS variables: keep them in step with
 * tokens.css (tests/unit/site/contrast.test.ts compares them).
 */

/** The inks of each side. `ground` is the token --surface. */
export const inks = {
  light: {
    ground: '#fcfdfa',
    ink: '#14201b',
    soft: '#4a5750',
    value: '#4f3d03',
    number: '#02436d',
    name: '#034a44',
    accent: '#b23c0b',
    line: '#c9d1c6',
  },
  dark: {
    ground: '#18211d',
    ink: '#e7ede7',
    soft: '#a8b5ac',
    value: '#f0dda8',
    number: '#c3e2fe',
    name: '#adede4',
    accent: '#f2894a',
    line: '#33403a',
  },
};

/** A theme in the format of Visual Studio Code, which Shiki reads. */
function theme(type) {
  const c = inks[type];
  const rule = (scope, foreground, fontStyle) => ({
    scope,
    settings: { foreground, ...(fontStyle ? { fontStyle } : {}) },
  });
  return {
    name: `ferrisdb-${type}`,
    type,
    colors: {
      'editor.background': c.ground,
      'editor.foreground': c.ink,
      'editorLineNumber.foreground': c.soft,
      'terminal.background': c.ground,
    },
    tokenColors: [
      { settings: { foreground: c.ink, background: c.ground } },
      rule(['comment', 'punctuation.definition.comment'], c.soft),
      rule(['keyword', 'storage', 'variable.language'], c.ink, 'bold'),
      rule(['keyword.operator', 'punctuation'], c.ink, ''),
      rule(['string', 'punctuation.definition.string'], c.value),
      rule(['constant', 'constant.numeric', 'variable.other.constant'], c.number),
      rule(
        ['entity.name.function', 'support.function', 'entity.name.type', 'support.type'],
        c.name,
      ),
      rule(['entity.name.tag', 'markup.heading', 'invalid'], c.accent),
    ],
  };
}

/** What `expressiveCode` in astro.config.mjs takes: our two themes and the frame around code. */
export const codeBlocks = {
  themes: [theme('light'), theme('dark')],
  useStarlightUiThemeColors: false,
  defaultProps: { wrap: true }, // nothing scrolls sideways but the hex grid
  styleOverrides: {
    borderRadius: '0',
    borderWidth: '0',
    borderColor: 'var(--line)',
    codeFontFamily: 'var(--font-mono)',
    codeFontSize: '0.875rem',
    codeLineHeight: '1.6',
    codePaddingInline: '1rem',
    uiFontFamily: 'var(--font-ui)',
    uiFontSize: '0.8125rem',
    focusBorder: 'var(--accent)',
    frames: {
      frameBoxShadowCssValue: 'none',
      editorTabBarBackground: 'var(--surface)',
      editorTabBarBorderBottomColor: 'var(--line)',
      editorTabBarBorderColor: 'transparent',
      editorActiveTabBackground: 'var(--surface)',
      editorActiveTabForeground: 'var(--ink-soft)',
      editorActiveTabBorderColor: 'transparent',
      editorActiveTabIndicatorTopColor: 'transparent',
      editorActiveTabIndicatorBottomColor: 'transparent',
      editorBackground: 'var(--surface)',
      terminalBackground: 'var(--surface)',
      terminalTitlebarBackground: 'var(--surface)',
      terminalTitlebarForeground: 'var(--ink-soft)',
      terminalTitlebarBorderBottomColor: 'var(--line)',
      terminalTitlebarDotsOpacity: '0',
      inlineButtonForeground: 'var(--ink)',
      inlineButtonBorder: 'var(--line-strong)',
      inlineButtonBackground: 'var(--band)',
      tooltipSuccessBackground: 'var(--ink)',
      tooltipSuccessForeground: 'var(--ground)',
    },
    textMarkers: {
      markBackground: 'var(--accent-wash)',
      markBorderColor: 'var(--accent)',
    },
  },
};
