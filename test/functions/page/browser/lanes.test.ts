import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { describeInChromium } from '../support/chromium.ts';
import { container } from '../support/facts.ts';
import { startPageServer } from '../support/page-server.ts';
import { eventually, reading } from '../support/reading.ts';
import type { Told } from '../support/story.ts';

const MINUTE = 60_000;
const plain = (facts: Told['facts']): Told => ({ facts, runs: [] });
const owners = (page: Page) => page.locator('.label.group .owner').allTextContents();

describeInChromium('lanes', (open) => {
  async function start(tell: (nowMs: number) => readonly Told[], query = '') {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    const nowMs = Math.floor(Date.now() / 1_000) * 1_000;
    await server.tell(tell(nowMs));
    const { page } = await open(`${server.url}/${query}`);
    await eventually(() => page.locator('.label.lane, .label.fold').count()).toBeGreaterThan(0);
    return { page, server, nowMs, ...reading(page) };
  }

  /** A job of every minute, for an hour. */
  const ticks = (nowMs: number) =>
    Array.from({ length: 60 }, (_, minute) => {
      const number = 29_323_310 - minute;
      const one = container({ owner: `Job/tick-${number}`, pod: `tick-${number}-x` });
      const startMs = nowMs - minute * MINUTE - 30_000;
      return [plain(one.postStart(startMs)), plain(one.postStop(startMs + 20_000))];
    }).flat();

  it('of a job of every minute are one, which stays one as the next runs; a switch shows one a Pod', async () => {
    const { page, server, nowMs, pods, details } = await start(ticks);
    await page.getByRole('button', { name: 'The last hour' }).click();
    await eventually(pods).toEqual(['60 Pods in turn']);
    const next = container({ owner: 'Job/tick-29323311', pod: 'tick-29323311-x' });
    await server.tell([plain(next.postStart(nowMs))]);
    await eventually(pods).toEqual(['61 Pods in turn']);
    await page.locator('.label.lane').click();
    await eventually(() => details().locator('h2').textContent()).toBe('tick-29323311-x');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Each Pod' }).click();
    expect(new URL(page.url()).search).toBe('?lanes=pod');
    await eventually(async () => (await pods())[0]).toBe('tick-29323251-x');
    await page.keyboard.press('p');
    await eventually(pods).toEqual(['61 Pods in turn']);
  });

  it('are walked along from Pod to Pod by keyboard', async () => {
    const { page, spot } = await start(ticks);
    await page.getByRole('button', { name: 'The last hour' }).click();
    await eventually(() => reading(page).pods()).toEqual(['60 Pods in turn']);
    await page.keyboard.press('Enter');
    const first = await spot().getAttribute('aria-label');
    await page.keyboard.press('ArrowRight');
    await eventually(() => spot().getAttribute('aria-label')).not.toBe(first);
    expect(await spot().getAttribute('aria-label')).toMatch(/^tick-\d+-x, container app: completed/);
  });

  const three = (nowMs: number) => [
    plain(container({ owner: 'Deployment/calm', pod: 'calm' }).postStart(nowMs - 300 * MINUTE)),
    plain(container({ owner: 'Deployment/new', pod: 'new' }).postStart(nowMs - 2 * MINUTE)),
    plain(container({ owner: 'Deployment/old', pod: 'old' }).postStart(nowMs - 400 * MINUTE)),
    ...failing('bad', nowMs),
  ];
  const failing = (name: string, nowMs: number) => {
    const one = container({ owner: `Deployment/${name}`, pod: name });
    return [plain(one.postStart(nowMs - 9 * MINUTE)), plain(one.postStop(nowMs - 2_000, { code: 1 }))];
  };

  it('stand by what needs eyes, and do not jump when something begins to fail', async () => {
    const { page, server } = await start(three);
    await eventually(() => owners(page)).toEqual(['bad', 'new', 'calm', 'old']);
    const now = Date.now();
    await server.tell(failing('aaa', now));
    await eventually(() => owners(page)).toEqual(['bad', 'new', 'calm', 'old', 'aaa']);
    const sort = page.getByRole('button', { name: '1 owner began to fail: to the top' });
    await sort.click();
    await eventually(() => owners(page)).toEqual(['aaa', 'bad', 'new', 'calm', 'old']);
    expect(await sort.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'By name' }).click();
    await eventually(() => owners(page)).toEqual(['aaa', 'bad', 'calm', 'new', 'old']);
    expect(await page.locator('.label.failing .owner').allTextContents()).toEqual(['aaa', 'bad']);
    expect(new URL(page.url()).search).toBe('?order=name');
  });

  it('that do not change fold away, and unfold by a click, or when something happens to them', async () => {
    const steady = Array.from({ length: 6 }, (_, index) =>
      container({ owner: 'StatefulSet/db', pod: `db-${index}` }),
    );
    const { page, server, nowMs, pods } = await start((at) =>
      steady.map((one) => plain(one.postStart(at - 300 * MINUTE))),
    );
    await page.getByRole('button', { name: 'The last 15 minutes' }).click();
    const fold = page.locator('.label.fold');
    await eventually(() => fold.textContent()).toBe('6 without a change here');
    expect(await pods()).toEqual([]);
    await server.tell([plain(steady[3]?.postStop(nowMs, { code: 1 }) as Told['facts'])]);
    await eventually(pods).toEqual(['db-3']);
    expect(await fold.textContent()).toBe('5 without a change here');
    await fold.click();
    await eventually(pods).toEqual(['db-3', 'db-0', 'db-1', 'db-2', 'db-4', 'db-5']);
    await page.getByRole('button', { name: 'The last 24 hours' }).click();
    await eventually(() => fold.count()).toBe(0);
  });
});
