import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { describeInChromium } from '../support/chromium.ts';
import { container } from '../support/facts.ts';
import { startPageServer } from '../support/page-server.ts';
import { eventually, reading } from '../support/reading.ts';
import { tellStory } from '../support/story.ts';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describeInChromium('what hands and keys can rely on', (open) => {
  async function start(options: BrowserContextOptions = {}) {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    await server.tell(tellStory(Date.now()).filter(({ facts }) => facts.cluster === 'prod-eu-1'));
    const { page } = await open(server.url, options);
    await eventually(() => reading(page).live().textContent()).toBe('live');
    return { page, server, ...reading(page) };
  }

  /** Where each button and field of both bars is. */
  const places = (page: Page) =>
    page.evaluate<Record<string, string>>(`Object.fromEntries(
      [...document.querySelectorAll('#top button, #filters input, #filters select')]
        .filter((each) => each.checkVisibility({ visibilityProperty: true }))
        .map((each, index) => [index, each])
        .map(([index, each]) => {
          const { x, y, width, height } = each.getBoundingClientRect();
          return [(each.title || each.name || each.getAttribute('aria-label') || each.textContent)
            .replace(/^(Moves along|Go to the present).*/, 'Follow'), [x, y, width, height].join()];
        }))`);

  it.each([
    ['a desktop', {}],
    ['a phone', PHONE],
  ])('nothing in the toolbars moves on %s, whatever is pressed and comes in', async (_, options) => {
    const { page, server, follow } = await start(options);
    const first = await places(page);
    expect(Object.keys(first).length).toBeGreaterThan(8);
    await page.keyboard.press('f');
    await eventually(() => follow().getAttribute('aria-pressed')).toBe('false');
    expect(await places(page)).toEqual(first);
    await server.tell([
      { facts: container({ cluster: 'another', pod: 'late' }).postStart(Date.now() - 2_000), runs: [] },
    ]);
    await page.keyboard.press('End');
    await eventually(() => page.locator('.strip').textContent()).toMatch(/\d+ containers/);
    await eventually(() => page.locator('datalist#known-cluster option').count()).toBe(2);
    expect(await places(page)).toEqual(first);
    await page.evaluate(`document.querySelector('#filters [name=problems]').click()`);
    await eventually(() => new URL(page.url()).search).toBe('?problems=1');
    expect(await places(page)).toMatchObject(first);
    await page.keyboard.press('t');
    await eventually(() => page.getByRole('table').isVisible()).toBe(true);
    expect(first).toMatchObject(await places(page));
    await server.close();
    await eventually(() => reading(page).live().textContent()).toBe('reconnecting');
    await page.keyboard.press('t');
    expect(await places(page)).toMatchObject(first);
  });

  it('keys work from the moment the page is open, without a click', async () => {
    const { page, follow, spot } = await start();
    await page.keyboard.press('ArrowLeft');
    await eventually(() => follow().getAttribute('aria-pressed')).toBe('false');
    await page.keyboard.press('End');
    await eventually(() => follow().getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('Enter');
    expect(await spot().count()).toBe(1);
  });

  it.each<[string, (page: Page) => Promise<unknown>]>([
    ['a button', (page) => page.getByRole('button', { name: 'The last hour' }).click()],
    ['the check box', (page) => page.getByLabel('Only problems').click()],
    ['an outcome', (page) => chooseByHand(page)],
    ['the time axis', (page) => page.locator('canvas.axis').click()],
    ['a lane’s name, which opens its details', (page) => page.locator('.label.lane').first().click()],
    ['a heading', (page) => page.locator('.label.group').first().click()],
    ['the line below', (page) => page.locator('.strip').click({ position: { x: 5, y: 5 } })],
  ])('keys work after a click on %s', async (_, act) => {
    const { page, follow } = await start();
    await act(page);
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    await eventually(() => follow().getAttribute('aria-pressed')).toBe('false');
    await page.keyboard.press('f');
    await eventually(() => follow().getAttribute('aria-pressed')).toBe('true');
  });

  it('Enter after a click on a button begins the walk, and does not press it again', async () => {
    const { page, spot } = await start();
    await page.getByRole('button', { name: 'The last hour' }).click();
    await page.keyboard.press('Enter');
    await eventually(() => spot().count()).toBe(1);
  });

  it('what is typed into a field is text, and a button’s own keys are its own', async () => {
    const { page, follow } = await start();
    await page.getByLabel('pod').click();
    await page.keyboard.type('f0t?');
    expect(await page.getByLabel('pod').inputValue()).toBe('f0t?');
    expect(await follow().getAttribute('aria-pressed')).toBe('true');
    await page.getByLabel('pod').fill('');
    await page.getByRole('button', { name: 'Table' }).focus();
    await page.keyboard.press('Enter');
    await eventually(() => page.getByRole('table').isVisible()).toBe(true);
  });
});

/** A headless browser draws no list of options: what a hand does to one is a press and a change. */
async function chooseByHand(page: Page): Promise<void> {
  await page.getByLabel('Outcome').dispatchEvent('pointerdown');
  await page.getByLabel('Outcome').focus();
  await page.getByLabel('Outcome').selectOption('error');
}
