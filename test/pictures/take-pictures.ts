import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { startPrometheus } from '../infra/monitoring/support/prometheus.ts';
import { dashboardPage } from './dashboard-page.ts';
import { readDashboard } from './read-dashboard.ts';
import { startStage } from './start-stage.ts';

/**
 * `npm run pictures`: docs/images/timeline.png and dashboard.png, of an `offhook dev` and a watcher that run for four
 * minutes. Needs Chromium and Prometheus, as `.ci/run` installs them.
 */
const SECONDS = Number(process.argv[2] ?? 240);
const WIDTH = 1_280;
const IMAGES = new URL('../../docs/images/', import.meta.url);

const directory = mkdtempSync(join(tmpdir(), 'offhook-pictures-'));
const stage = await startStage(directory);
const prometheus = await startPrometheus([stage.metrics], join(directory, 'prometheus'));
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  await sleep(SECONDS * 1_000);
  const panels = await readDashboard(prometheus, SECONDS - 20);
  await photographDashboard(browser, dashboardPage(panels, WIDTH));
  await photographTimeline(browser, stage.page);
} finally {
  await browser.close();
  await prometheus.close();
  await stage.close();
  rmSync(directory, { recursive: true, force: true });
}

async function photographDashboard(from: Browser, html: string): Promise<void> {
  const page = await from.newPage({ viewport: { width: WIDTH, height: 800 } });
  await page.setContent(html);
  await page.screenshot({ path: imagePath('dashboard.png'), fullPage: true });
}

async function photographTimeline(from: Browser, url: string): Promise<void> {
  const context = await from.newContext({
    viewport: { width: WIDTH, height: 760 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(url);
  const lanes = page.locator('.label.lane');
  await lanes.first().waitFor();
  // Wide enough to see rollouts, and one container's details beside them.
  await page.getByText('5m', { exact: true }).click();
  await lanes.filter({ hasText: 'hooks-pod' }).first().click();
  await page.locator('#details h2').waitFor();
  await sleep(1_000);
  await page.screenshot({ path: imagePath('timeline.png') });
}

function imagePath(name: string): string {
  return fileURLToPath(new URL(name, IMAGES));
}
