// Drives a real Firefox over WebDriver BiDi. Playwright only drives a Firefox of its own making;
// puppeteer-core drives the one that readers have.

import { type Browser, launch } from 'puppeteer-core';
import { findFirefox } from '../../scripts/browsers.mjs';

/** Path of the Firefox to test in, or undefined: then skip, and say `noFirefox`. */
export const firefoxPath: string | undefined = findFirefox();

export const noFirefox =
  'There is no Firefox here: put firefox on the PATH or set FIREFOX_PATH to test in it.';

/** Starts a headless Firefox with a fresh profile. The caller closes it. */
export function launchFirefox(): Promise<Browser> {
  if (!firefoxPath) throw new Error(noFirefox);
  return launch({ browser: 'firefox', executablePath: firefoxPath, headless: true });
}
