import { expect, it, onTestFinished } from 'vitest';
import { describeInChromium } from '../support/chromium.ts';
import { container } from '../support/facts.ts';
import { startPageServer } from '../support/page-server.ts';
import { eventually, reading } from '../support/reading.ts';
import { tellStory } from '../support/story.ts';

describeInChromium('filters', (open) => {
  async function start(query = '') {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    await server.tell(tellStory(Date.now()));
    const { page } = await open(`${server.url}/${query}`);
    return { page, server, ...reading(page) };
  }
  const query = (url: string) => new URL(url).search;

  it('stand in the address, and come back with the browser’s back button', async () => {
    const { page, pods } = await start();
    const all = (await pods()).length;
    await page.getByLabel('namespace', { exact: true }).fill('payments');
    await page.getByLabel('namespace', { exact: true }).press('Enter');
    await eventually(pods).toEqual(['ledger-84f6d7b5d-d5rfk', 'ledger-84f6d7b5d-2vq7s']);
    expect(query(page.url())).toBe('?namespace=payments');
    await page.getByLabel('Outcome').selectOption('out of memory');
    await eventually(pods).toEqual(['ledger-84f6d7b5d-2vq7s']);
    expect(query(page.url())).toBe('?namespace=payments&outcome=oomKilled');
    await page.goBack();
    await eventually(pods).toHaveLength(2);
    await page.goBack();
    await eventually(async () => (await pods()).length).toBe(all);
    expect(await page.getByLabel('namespace', { exact: true }).inputValue()).toBe('');
  });

  it('of the address are there from the beginning, also for what comes later', async () => {
    const { page, server, pods } = await start('?cluster=staging');
    await eventually(pods).toEqual(['debug', 'web-5fbd6-rj7wm']);
    expect(await page.getByLabel('cluster', { exact: true }).inputValue()).toBe('staging');
    const told = tellStory(Date.now() + 2_000).filter(
      ({ facts }) => facts.pod === 'debug' || facts.pod === 'orders-db-0',
    );
    await server.tell(
      told.map((each) => ({
        ...each,
        facts: { ...each.facts, podUid: 'later', eventId: `${each.facts.eventId.slice(0, -4)}aaaa` },
      })),
    );
    await eventually(pods).toEqual(['debug', 'debug', 'web-5fbd6-rj7wm']);
  });

  it('show only problems, with the other runs of their lanes faint', async () => {
    const { page, pods } = await start();
    await page.getByLabel('Only problems').check();
    await eventually(pods).not.toContain('node-agent-j2c8d');
    expect(await pods()).toContain('indexer-5b7d9f4c6-w9kzl');
    expect(query(page.url())).toBe('?problems=1');
    await page.getByRole('button', { name: 'Clear' }).click();
    await eventually(pods).toContain('node-agent-j2c8d');
    expect(query(page.url())).toBe('');
  });

  it('say so when nothing fits', async () => {
    const { page } = await start();
    await page.getByLabel('pod', { exact: true }).fill('nobody');
    await page.getByLabel('pod', { exact: true }).press('Enter');
    await eventually(() => page.locator('.none').textContent()).toContain('No run fits the filters');
  });

  it('say what fits outside the stretch on screen, show it when asked, and fit it', async () => {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    const nowMs = Math.floor(Date.now() / 1_000) * 1_000;
    const failed = ['bad-1', 'bad-2'].flatMap((pod, index) => {
      const one = container({ pod, owner: `Job/${pod}` });
      const startMs = nowMs - (120 + index * 10) * 60_000;
      return [one.postStart(startMs), one.postStop(startMs + 60_000, { code: 1 })];
    });
    const running = Array.from({ length: 30 }, (_, index) =>
      container({ pod: `good-${index}` }).postStart(nowMs - 60_000 - index * 1_000),
    );
    await server.tell([...failed, ...running].map((facts) => ({ facts, runs: [] })));
    const { page } = await open(server.url);
    const { pods, strip, view } = reading(page);
    await page.getByRole('button', { name: 'The last 15 minutes' }).click();
    await eventually(pods).not.toContain('bad-1');
    expect(await strip().textContent()).toContain('2 elsewhere: show them');
    await page.getByLabel('Outcome').selectOption('error');
    const words = '2 containers match outside this stretch: show them';
    await eventually(() => page.locator('.none').textContent()).toBe(
      `Nothing that fits the filters ran in this stretch of time.${words}`,
    );
    await page.locator('.none').getByRole('button', { name: words }).click();
    await eventually(async () => (await pods()).toSorted()).toEqual(['bad-1', 'bad-2']);
    await page.getByRole('button', { name: 'The last minute' }).click();
    await eventually(() => strip().getByRole('button', { name: words }).isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Fit' }).click();
    await eventually(async () => (await pods()).toSorted()).toEqual(['bad-1', 'bad-2']);
    const { spanMs } = await view();
    expect(spanMs).toBeGreaterThan(11 * 60_000);
    expect(spanMs).toBeLessThan(14 * 60_000);
  });

  it('that are set are to be seen on a phone, and taken off there', async () => {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    await server.tell(tellStory(Date.now()));
    const { page } = await open(`${server.url}/?namespace=search&problems=1`, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    const chips = page.locator('.chip:visible');
    await eventually(() => chips.allTextContents()).toEqual(['namespace search ×', 'only problems ×']);
    expect(await page.locator('#filters input:visible').count()).toBe(0);
    await page.getByRole('button', { name: 'Take off the filter namespace search' }).tap();
    await eventually(() => query(page.url())).toBe('?problems=1');
    await page.getByRole('button', { name: 'Filters', exact: true }).tap();
    await page.getByLabel('Only problems', { exact: true }).tap();
    await eventually(() => query(page.url())).toBe('');
    expect(await chips.count()).toBe(0);
  });

  it('apply to the table as well, which is a page of its own', async () => {
    const { page } = await start('?view=table&namespace=search&outcome=oomKilled');
    const rows = page.getByRole('row');
    await eventually(() => rows.count()).toBe(2);
    expect(await rows.nth(1).textContent()).toContain('OOMKilled');
    await page.getByRole('button', { name: 'Timeline' }).click();
    expect(query(page.url())).toBe('?namespace=search&outcome=oomKilled');
    await eventually(() => page.locator('.label.lane').count()).toBe(1);
  });

  it('keep nothing else in the address, so no token stays there', async () => {
    const { page } = await start('?token=should-not-stay&pod=debug');
    await eventually(() => query(page.url())).toBe('?pod=debug');
  });
});
