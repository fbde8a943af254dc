import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { describeInChromium } from '../support/chromium.ts';
import { startPageServer } from '../support/page-server.ts';
import { eventually, reading } from '../support/reading.ts';
import { tellStory } from '../support/story.ts';

const FOLDER = fileURLToPath(new URL('../../../../test-results/page/', import.meta.url));
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const WIDE = { viewport: { width: 1_440, height: 900 } };

type Look = {
  readonly name: string;
  readonly options: BrowserContextOptions;
  readonly path?: string;
  readonly act?: (page: Page) => Promise<void>;
};

const openDetails = async (page: Page) => {
  await page.locator('.label.lane', { hasText: 'checkout-6d4cf8b9c7-m7vld' }).click();
  await eventually(() => page.locator('#details pre').count()).toBe(1);
};
const openFilters = (page: Page) => page.getByRole('button', { name: 'Filters', exact: true }).click();
const lastMinute = async (page: Page) => {
  await page.getByRole('button', { name: 'The last minute' }).click();
  await eventually(() => page.locator('.none').isVisible()).toBe(true);
};
const tapRun = async (page: Page) => {
  await page.getByRole('application').tap({ position: { x: 200, y: 61 } });
  await eventually(() => page.locator('#details[open]').count()).toBe(1);
};

const LOOKS: readonly Look[] = [
  { name: 'light', options: { ...WIDE, colorScheme: 'light' } },
  { name: 'dark', options: { ...WIDE, colorScheme: 'dark' } },
  { name: 'phone-light', options: { ...PHONE, colorScheme: 'light' } },
  { name: 'phone-dark', options: { ...PHONE, colorScheme: 'dark' } },
  { name: 'details-light', options: { ...WIDE, colorScheme: 'light' }, act: openDetails },
  { name: 'details-dark', options: { ...WIDE, colorScheme: 'dark' }, act: openDetails },
  { name: 'phone-details', options: PHONE, act: tapRun },
  { name: 'phone-filters', options: PHONE, path: '?namespace=search&problems=1', act: openFilters },
  { name: 'elsewhere', options: WIDE, path: '?outcome=error', act: lastMinute },
  { name: 'each-pod-by-name', options: WIDE, path: '?lanes=pod&order=name' },
  { name: 'table', options: WIDE, path: '?view=table' },
  { name: 'phone-table', options: PHONE, path: '?view=table' },
  { name: 'forced-colours', options: { ...WIDE, forcedColors: 'active' } },
  { name: 'help', options: WIDE, act: (page) => page.keyboard.press('?') },
];

describeInChromium('looks', (open) => {
  it.each(LOOKS)('$name', async ({ name, options, path = '', act }) => {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    await server.tell(tellStory(Date.now()));
    const { page } = await open(`${server.url}/${path}`, options);
    await eventually(() => reading(page).live().textContent()).toBe('live');
    await act?.(page);
    const fits = await page.evaluate('document.documentElement.scrollWidth <= innerWidth');
    expect(fits, 'nothing sticks out sideways').toBe(true);
    mkdirSync(FOLDER, { recursive: true });
    await page.screenshot({ path: `${FOLDER}${name}.png` });
  });

  it('the drawing has the colours of the scheme, and changes with it', async () => {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    await server.tell(tellStory(Date.now()));
    const { page } = await open(server.url, { colorScheme: 'light' });
    await eventually(() => page.locator('.label.lane').count()).toBeGreaterThan(5);
    const colours = () =>
      page.evaluate<string[]>(`(() => {
        const canvas = document.querySelector('canvas.bars');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, 200);
        const seen = new Set();
        for (let at = 0; at < data.length; at += 4) {
          if (data[at + 3] === 255) seen.add([data[at], data[at + 1], data[at + 2]].join());
        }
        return [...seen];
      })()`);
    await eventually(colours).toContain('219,232,255');
    await page.emulateMedia({ colorScheme: 'dark' });
    await eventually(colours).toContain('22,41,74');
    expect(await colours()).not.toContain('219,232,255');
  });
});
