import { expect, it, onTestFinished } from 'vitest';
import { describeInChromium } from '../support/chromium.ts';
import { startPageServer } from '../support/page-server.ts';
import { eventually, reading } from '../support/reading.ts';
import { tellStory } from '../support/story.ts';

describeInChromium('without a mouse', (open) => {
  async function start(query = '') {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    await server.tell(tellStory(Date.now()));
    const { page } = await open(`${server.url}/${query}`);
    /** A key, and the frame that shows what it did. */
    const press = async (key: string) => {
      await page.keyboard.press(key);
      await page.evaluate('new Promise(requestAnimationFrame)');
    };
    return { page, press, ...reading(page) };
  }

  it('everything is reached by Tab, in the order it is seen, with its focus visible', async () => {
    const { page } = await start();
    const seen: string[] = [];
    for (let press = 0; press < 30; press += 1) {
      await page.keyboard.press('Tab');
      const focused = await page.locator(':focus').evaluate((at) => ({
        name: at.getAttribute('aria-label') ?? at.textContent?.trim() ?? '',
        outline: Number.parseFloat(at.computedStyleMap().get('outline-width')?.toString() ?? '0') >= 2,
      }));
      expect(focused.outline, focused.name).toBe(true);
      seen.push(focused.name);
      if (focused.name.startsWith('Runs of containers')) break;
    }
    expect(seen.slice(0, 2)).toEqual(['Skip to the timeline', 'Skip to the runs as a table']);
    expect(seen).toContain('The last hour');
    expect(seen).toContain('Following');
    expect(seen).toContain('namespace');
    expect(seen.at(-1)).toBe('Runs of containers over time');
  });

  it('a walk goes from run to run and says where it is; Enter opens, Escape comes back', async () => {
    const { page, press, plot, spot, details } = await start('?namespace=search');
    await page.getByRole('button', { name: 'The last hour' }).click();
    await plot.focus();
    await press('Enter');
    const first = await spot().getAttribute('aria-label');
    expect(first).toMatch(/^indexer-5b7d9f4c6-w9kzl, container app: error, exit 1 · Error; started /);
    expect(await plot.getAttribute('aria-activedescendant')).toBe(await spot().getAttribute('id'));
    await press('ArrowRight');
    const second = await spot().getAttribute('aria-label');
    expect(second).not.toBe(first);
    expect(second).toContain('restart');
    await press('Enter');
    await eventually(() => details().isVisible()).toBe(true);
    expect(await page.locator(':focus').getAttribute('id')).toBe('details-title');
    await eventually(() => details().locator('pre').count()).toBe(1);
    await press('Escape');
    await eventually(() => details().isVisible()).toBe(false);
    expect(await page.locator(':focus').getAttribute('role')).toBe('application');
    expect(await spot().getAttribute('aria-label')).toBe(second);
    await press('Escape');
    expect(await spot().count()).toBe(0);
  });

  it('a walk goes from lane to lane, scrolls along, and closes groups', async () => {
    const { page, press, plot, spot, pods } = await start();
    await plot.focus();
    await press('Enter');
    const names = new Set<string>();
    for (let step = 0; step < 20; step += 1) {
      names.add(((await spot().getAttribute('aria-label')) ?? '').split(':')[0] ?? '');
      await press('ArrowDown');
    }
    expect(names.size).toBe(20);
    expect(await page.locator('.scroller').evaluate((scroller) => scroller.scrollTop)).toBeGreaterThan(0);
    for (let step = 0; step < 30; step += 1) await press('ArrowUp');
    expect(await spot().getAttribute('aria-label')).toContain('node-agent-j2c8d');
    await press('c');
    await eventually(pods).not.toContain('node-agent-7fqhk');
    expect(await spot().getAttribute('aria-label')).toBe(
      'kube-system DaemonSet/node-agent, failing now, 2 containers, closed, Enter opens',
    );
    await press('Enter');
    await eventually(pods).toContain('node-agent-7fqhk');
  });

  it('a group of one container is said to have one', async () => {
    const { press, spot } = await start('?namespace=search');
    await press('Enter');
    await press('c');
    await eventually(() => spot().getAttribute('aria-label')).toMatch(
      /^search ReplicaSet\/indexer-5b7d9f4c6.*, 1 container, closed, Enter opens$/,
    );
  });

  it('the runs are a table as well, one press away, each row with a button', async () => {
    const { page, details } = await start();
    await page.keyboard.press('t');
    const table = page.getByRole('table');
    await eventually(() => table.isVisible()).toBe(true);
    expect(await page.getByRole('columnheader').allTextContents()).toContain('Outcome');
    await page.getByRole('button', { name: 'end unknown' }).focus();
    await page.keyboard.press('Enter');
    await eventually(() => details().isVisible()).toBe(true);
    expect(await details().textContent()).toContain('node-agent-7fqhk');
    await page.keyboard.press('Escape');
    expect(await page.locator(':focus').textContent()).toContain('end unknown');
  });

  it('the first skip link leads to the drawing, where keys work at once', async () => {
    const { page, press, plot, spot } = await start('?view=table');
    await eventually(() => page.getByRole('table').isVisible()).toBe(true);
    await press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to the timeline');
    await press('Enter');
    await eventually(() => plot.isVisible()).toBe(true);
    expect(await page.locator(':focus').getAttribute('role')).toBe('application');
    await press('Enter');
    expect(await spot().count()).toBe(1);
  });

  it('the second skip link leads to the table', async () => {
    const { page } = await start();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await eventually(() => page.getByRole('table').isVisible()).toBe(true);
    expect(await page.locator(':focus').getAttribute('id')).toBe('table-view');
  });
});
