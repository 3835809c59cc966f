/** Chromium for looks at pages as readers see them: launched in this one place, and nowhere called anything but what the test asks for. */

import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Debian's, and the one that GitHub's runners have. */
const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));

/** Why there is no browser, for a test's `skip`; false when there is one. */
export const missingBrowser: string | false =
  executablePath === undefined && 'Chromium is missing: apt-get install chromium';
if (missingBrowser && process.env.CI === 'true') throw new Error(missingBrowser);

/** What closes things when a test is over: the context of a test. */
interface Closing {
  after(close: () => Promise<void>): void;
}

/** Opens a browser that is closed with the test. */
export async function openBrowser(t: Closing): Promise<Browser> {
  if (executablePath === undefined) throw new Error('There is no browser; skip the test by missingBrowser');
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
  t.after(() => browser.close());
  return browser;
}

/** As a reader's screen and settings are. */
export const screens: Readonly<Record<string, BrowserContextOptions>> = {
  'a desktop in the light': { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  'a desktop in the dark': { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  'a phone in the light': { viewport: { width: 375, height: 720 }, colorScheme: 'light' },
  'a phone in the dark': { viewport: { width: 375, height: 720 }, colorScheme: 'dark' },
};

/**
 * What axe finds serious or critical, a line each.
 *
 * @param page of a context with `bypassCSP`, since axe is a script that no page of ours would run
 */
export async function accessibilityOffences(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target}: ${failureSummary}`),
    );
}
