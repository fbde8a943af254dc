import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest';

const EXECUTABLE = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/**
 * What a page did that no page may do: dialogs, uncaught errors, breaches of the content security policy, requests to
 * other places than its own server.
 */
export type OpenPage = { readonly page: Page; readonly trouble: readonly string[] };
export type Opener = (url: string, options?: BrowserContextOptions) => Promise<OpenPage>;

/**
 * A suite in real Chromium; every page it opens must have caused no trouble at the end of its test. Without the browser
 * it is skipped, except in CI.
 */
export function describeInChromium(name: string, suite: (open: Opener) => void): void {
  const missing = !existsSync(EXECUTABLE) && process.env.CI === undefined;
  const title = missing ? `${name} (skipped: no ${EXECUTABLE}; set CHROMIUM_PATH)` : name;
  describe.skipIf(missing)(title, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox'] });
    });
    afterAll(() => browser.close());
    suite((url, options) => openPage(browser, url, options));
  });
}

async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width: 1_280, height: 800 },
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on('dialog', (dialog) => {
    trouble.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => trouble.push(`an error: ${error.message}`));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) trouble.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin && !request.url().startsWith('data:')) {
      trouble.push(`a request to ${request.url()}`);
    }
  });
  onTestFinished(async () => {
    await context.close();
    expect(trouble).toEqual([]);
  });
  await page.goto(url);
  return { page, trouble };
}
