import { expect, it, onTestFinished } from 'vitest';
import { describeInChromium } from '../support/chromium.ts';
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
    await page.getByLabel('namespace').fill('payments');
    await page.getByLabel('namespace').press('Enter');
    await eventually(pods).toEqual(['ledger-84f6d7b5d-d5rfk', 'ledger-84f6d7b5d-2vq7s']);
    expect(query(page.url())).toBe('?namespace=payments');
    await page.getByLabel('Outcome').selectOption('out of memory');
    await eventually(pods).toEqual(['ledger-84f6d7b5d-2vq7s']);
    expect(query(page.url())).toBe('?namespace=payments&outcome=oomKilled');
    await page.goBack();
    await eventually(pods).toHaveLength(2);
    await page.goBack();
    await eventually(async () => (await pods()).length).toBe(all);
    expect(await page.getByLabel('namespace').inputValue()).toBe('');
  });

  it('of the address are there from the beginning, also for what comes later', async () => {
    const { page, server, pods } = await start('?cluster=staging');
    await eventually(pods).toEqual(['web-5fbd6-rj7wm', 'debug']);
    expect(await page.getByLabel('cluster').inputValue()).toBe('staging');
    const told = tellStory(Date.now() + 2_000).filter(
      ({ facts }) => facts.pod === 'debug' || facts.pod === 'orders-db-0',
    );
    await server.tell(
      told.map((each) => ({
        ...each,
        facts: { ...each.facts, podUid: 'later', eventId: `${each.facts.eventId.slice(0, -4)}aaaa` },
      })),
    );
    await eventually(pods).toEqual(['web-5fbd6-rj7wm', 'debug', 'debug']);
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
    await page.getByLabel('pod').fill('nobody');
    await page.getByLabel('pod').press('Enter');
    await eventually(() => page.locator('.none').textContent()).toContain('No run fits the filters');
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
