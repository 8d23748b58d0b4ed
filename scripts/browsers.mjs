// Finds the browsers the tests run in. Nothing is installed here: setup.mjs does that.
//
//   Chromium: CHROMIUM_PATH (or CHROME_PATH, CHROME_BIN, PUPPETEER_EXECUTABLE_PATH), Playwright's
//             own copy, the PATH, the usual places
//   Firefox:  FIREFOX_PATH, the PATH, the usual places; tests that need it are skipped without it

import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const windowsFolders = [
  process.env.ProgramFiles ?? 'C:\\Program Files',
  process.env['ProgramFiles(x86)'] ?? 'C:\\Program Files (x86)',
];

const CHROMIUM = {
  env: ['CHROMIUM_PATH', 'CHROME_PATH', 'CHROME_BIN', 'PUPPETEER_EXECUTABLE_PATH'],
  names: [
    'chromium',
    'chromium-browser',
    'google-chrome-stable',
    'google-chrome',
    'chrome',
    'microsoft-edge',
  ],
  places: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ...windowsFolders.map((folder) => `${folder}\\Google\\Chrome\\Application\\chrome.exe`),
  ],
};

const FIREFOX = {
  env: ['FIREFOX_PATH'],
  names: ['firefox-esr', 'firefox'],
  places: [
    '/Applications/Firefox.app/Contents/MacOS/firefox',
    ...windowsFolders.map((folder) => `${folder}\\Mozilla Firefox\\firefox.exe`),
  ],
};

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const fromEnv = ({ env }) =>
  env.map((name) => process.env[name]).find((path) => path && runs(path));

function onPath({ names }) {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.flatMap((dir) => names.map((name) => join(dir, name + suffix))).find(runs);
}

async function playwrightsOwn() {
  try {
    const { chromium } = await import('playwright');
    const path = chromium.executablePath();
    return path && existsSync(path) ? path : undefined;
  } catch {
    return undefined; // Playwright is not installed yet
  }
}

/** Path of a usable Chromium, or undefined. */
export async function findChromium() {
  return (
    fromEnv(CHROMIUM) ?? (await playwrightsOwn()) ?? onPath(CHROMIUM) ?? CHROMIUM.places.find(runs)
  );
}

/** Path of a usable Firefox, or undefined. */
export function findFirefox() {
  return fromEnv(FIREFOX) ?? onPath(FIREFOX) ?? FIREFOX.places.find(runs);
}

/** How Playwright starts Chromium here. Chromium refuses to run as root inside its sandbox. */
export async function launchOptions() {
  const executablePath = await findChromium();
  const isRoot = process.getuid?.() === 0;
  return {
    ...(executablePath ? { executablePath } : {}),
    args: isRoot || process.env.CI ? ['--no-sandbox'] : [],
  };
}
