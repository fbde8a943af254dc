import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { describeInChromium } from '../support/chromium.ts';
import { container, gap } from '../support/facts.ts';
import { startPageServer } from '../support/page-server.ts';
import { eventually, reading } from '../support/reading.ts';

const MINUTE = 60_000;

describeInChromium('a gap', (open) => {
  it('of a namespace lies over the lanes of that namespace, and of no other', async () => {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    const nowMs = Math.floor(Date.now() / 1_000) * 1_000;
    const told = ['payments', 'shop'].map((namespace) =>
      container({ namespace, pod: `${namespace}-1`, owner: `ReplicaSet/${namespace}` }).postStart(
        nowMs - 14 * MINUTE,
      ),
    );
    const missing = gap(nowMs - 10 * MINUTE, nowMs - 5 * MINUTE, 'prod-eu-1', 'payments');
    await server.tell([...told, missing].map((facts) => ({ facts, runs: [] })));
    const { page } = await open(`${server.url}/?order=name`);
    const { pods, details } = reading(page);
    await page.getByRole('button', { name: 'The last 15 minutes' }).click();
    await eventually(pods).toEqual(['payments-1', 'shop-1']);
    await eventually(() => coloursOver(page, 'payments')).toBeGreaterThan(2);
    expect(await coloursOver(page, 'shop')).toBeLessThanOrEqual(2);

    await page.mouse.click(...(await middleOf(page, 'payments')));
    await eventually(() => details().locator('h2').textContent()).toBe('Nobody knows what happened');
    expect(await details().locator('.who').textContent()).toBe('namespace payments, cluster prod-eu-1');
    await page.getByRole('button', { name: 'Close details' }).click();
    await page.mouse.click(...(await middleOf(page, 'shop')));
    expect(await details().isVisible()).toBe(false);
    expect(await page.locator('.note.gap').getAttribute('title')).toContain('payments in prod-eu-1: gap');

    await page.getByLabel('namespace', { exact: true }).fill('shop');
    await page.getByLabel('namespace', { exact: true }).press('Enter');
    await eventually(pods).toEqual(['shop-1']);
    await eventually(() => page.locator('.note.gap').count()).toBe(0);
  });
});

/** The middle of the drawing, where the gap is, at the heading of a namespace's only owner. */
async function middleOf(page: Page, owner: string): Promise<[x: number, y: number]> {
  const heading = await page.locator('.label.group', { hasText: owner }).boundingBox();
  const plot = await reading(page).plot.boundingBox();
  if (heading === null || plot === null) throw new Error('the heading must be on screen');
  return [plot.x + plot.width / 2, heading.y + heading.height / 2];
}

/** How many colours there are around that point: a hatched band has several, an empty line one. */
async function coloursOver(page: Page, owner: string): Promise<number> {
  const [x, y] = await middleOf(page, owner);
  return page.evaluate<number>(`(() => {
    const canvas = document.querySelector('canvas.bars');
    const box = canvas.getBoundingClientRect();
    const { data } = canvas.getContext('2d').getImageData(${x} - box.x - 60, ${y} - box.y - 6, 30, 12);
    const pixels = Array.from({ length: data.length / 4 }, (_, at) => data.slice(at * 4, at * 4 + 4).join());
    return new Set(pixels).size;
  })()`);
}
