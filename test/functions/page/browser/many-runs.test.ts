import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { describeInChromium } from '../support/chromium.ts';
import { container } from '../support/facts.ts';
import { type PageServer, startPageServer } from '../support/page-server.ts';
import { eventually, reading } from '../support/reading.ts';
import type { Told } from '../support/story.ts';

type Frame = {
  readonly durationMs: number;
  readonly rows: number;
  readonly runs: number;
  readonly bars: number;
  readonly slivers: number;
};

const HOUR = 3_600_000;
const FOLDER = fileURLToPath(new URL('../../../../test-results/page/', import.meta.url));

/** `lanes` containers with `runs` runs each, all within the last hour; every 17th ends badly. */
function manyRuns(lanes: number, runs: number): readonly Told[] {
  const beginMs = Math.floor(Date.now() / 1_000) * 1_000 - HOUR * 0.95;
  const everyMs = (HOUR * 0.9) / runs;
  return Array.from({ length: lanes }, (_, lane) => {
    const one = container({ owner: `ReplicaSet/load-${lane % 20}`, pod: `load-${lane % 20}-${lane}` });
    return Array.from({ length: runs }, (_, run) => {
      const startMs = Math.round(beginMs + run * everyMs);
      const end = (run + lane) % 17 === 0 ? { code: 1, reason: 'Error' } : {};
      return [
        { facts: one.postStart(startMs, run), runs: [] },
        { facts: one.postStop(Math.round(startMs + everyMs / 2), end, run), runs: [] },
      ];
    }).flat();
  }).flat();
}

/** Jobs of `series` CronJobs, one Pod after the other within the last hour. */
function manyPods(series: number, pods: number): readonly Told[] {
  const everyMs = (HOUR * 0.9) / pods;
  const beginMs = Math.floor(Date.now() / 1_000) * 1_000 - HOUR * 0.95;
  return Array.from({ length: series * pods }, (_, index) => {
    const number = Math.floor(index / series);
    const name = `job-${index % series}-${29_000_000 + number}`;
    const one = container({ owner: `Job/${name}`, pod: name });
    const startMs = Math.round(beginMs + number * everyMs);
    const end = (number + index) % 17 === 0 ? { code: 1, reason: 'Error' } : {};
    return [
      { facts: one.postStart(startMs), runs: [] },
      { facts: one.postStop(Math.round(startMs + everyMs / 2), end), runs: [] },
    ];
  }).flat();
}

async function frames(page: Page, act: () => Promise<void>): Promise<readonly Frame[]> {
  await page.evaluate(`
    globalThis.kept = [];
    new PerformanceObserver((list) => {
      for (const { duration, detail } of list.getEntriesByName('offhook.frame')) {
        globalThis.kept.push({ durationMs: duration, ...detail });
      }
    }).observe({ entryTypes: ['measure'] });
  `);
  await act();
  return page.evaluate<Frame[]>('globalThis.kept');
}

describeInChromium('ten thousand runs', (open) => {
  async function start(lanes: number, runs: number): Promise<{ page: Page; server: PageServer }> {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    await server.tell(manyRuns(lanes, runs));
    const { page } = await open(server.url);
    await page.getByRole('button', { name: 'The last hour' }).click();
    const all = `${(lanes * runs * 2).toLocaleString('en-GB')} events`;
    await eventually(() => page.locator('.strip').textContent(), { timeout: 45_000 }).toContain(all);
    return { page, server };
  }

  async function drag(page: Page): Promise<void> {
    const box = await page.getByRole('application').boundingBox();
    if (box === null) throw new Error('the plot must be on screen');
    await page.mouse.move(box.x + 200, box.y + 250);
    await page.mouse.down();
    for (let step = 1; step <= 60; step += 1)
      await page.mouse.move(box.x + 200 + step * 8, box.y + 250 - (step % 3));
    await page.mouse.up();
  }

  it('on few lanes are panned within a frame’s time, with slivers instead of bars', async () => {
    const { page } = await start(20, 500);
    const drawn = await frames(page, () => drag(page));
    expect(drawn.length).toBeGreaterThan(10);
    // The fastest, so that what else the machine does counts little: each draws as much as the next.
    expect(Math.min(...drawn.map(({ durationMs }) => durationMs))).toBeLessThan(16);
    for (const { rows, bars, slivers } of drawn) {
      expect(rows).toBeLessThan(40);
      expect(bars + slivers).toBeLessThan(20 * 500);
    }
    expect(Math.max(...drawn.map(({ slivers }) => slivers))).toBeGreaterThan(1_000);
  }, 120_000);

  it('on many lanes cost only those on screen', async () => {
    const { page } = await start(1_000, 10);
    const drawn = await frames(page, () => drag(page));
    for (const { rows, runs } of drawn) {
      expect(rows).toBeLessThan(40);
      expect(runs).toBeLessThan(40 * 10);
    }
    expect(await page.locator('.label').count()).toBeLessThan(60);
    const { strip } = reading(page);
    expect(await strip().textContent()).toContain('1,000 containers');
  }, 120_000);

  it('of as many Pods, one after the other, are a few packed lanes, drawn within a frame’s time', async () => {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    await server.tell(manyPods(20, 500));
    const { page } = await open(server.url);
    await page.getByRole('button', { name: 'The last hour' }).click();
    await eventually(() => page.locator('.strip').textContent(), { timeout: 45_000 }).toContain(
      '20,000 events',
    );
    await eventually(async () => [...new Set(await reading(page).pods())]).toEqual(['500 Pods in turn']);
    expect(await page.locator('.strip').textContent()).toContain('10,000 containers');
    mkdirSync(FOLDER, { recursive: true });
    await page.screenshot({ path: `${FOLDER}packed.png` });
    const drawn = await frames(page, () => drag(page));
    const times = drawn.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
    expect(times[Math.floor(times.length / 2)]).toBeLessThan(16);
    expect(Math.max(...drawn.map(({ rows }) => rows))).toBeLessThan(45);
  }, 120_000);

  it('zoomed in draw only what is in the view', async () => {
    const { page } = await start(20, 500);
    const wide = await frames(page, () => drag(page));
    await page.getByRole('application').focus();
    for (let press = 0; press < 10; press += 1) await page.keyboard.press('+');
    const close = await frames(page, () => drag(page));
    const most = (list: readonly Frame[]) => Math.max(...list.map(({ runs }) => runs));
    expect(most(close)).toBeLessThan(most(wide) / 4);
    expect(close.some(({ bars }) => bars > 0)).toBe(true);
  }, 120_000);
});
