import { expect, it, onTestFinished } from 'vitest';
import { startNodeReceiver } from '../../../../functions/platforms/node/start-receiver.ts';
import { createWallClock } from '../../../support/wall-clock.ts';
import { postStart, postStop } from '../../support/sample-events.ts';
import { deliver, SECRET } from '../../support/signed-post.ts';
import { makeTemporaryDirectory } from '../../support/temporary-directory.ts';
import { describeInChromium } from '../support/chromium.ts';
import { container, gap, handled } from '../support/facts.ts';
import { startPageServer } from '../support/page-server.ts';
import { eventually, reading } from '../support/reading.ts';
import { tellStory } from '../support/story.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

async function start(now = Date.now) {
  const server = await startPageServer(createWallClock(now));
  onTestFinished(() => server.close());
  return server;
}

describeInChromium('the live page', (open) => {
  it('begins with first steps, and shows the first event as it comes', async () => {
    const server = await start();
    const { page } = await open(server.url);
    const { live, pods } = reading(page);
    await eventually(() => live().textContent()).toBe('live');
    expect(await page.getByRole('heading', { name: 'Waiting for the first event' }).isVisible()).toBe(true);
    await server.tell([{ facts: container({ pod: 'first' }).postStart(Date.now() - 5_000), runs: [] }]);
    await eventually(pods).toEqual(['first']);
    expect(await page.locator('#empty').isVisible()).toBe(false);
  });

  it('changes a run when its end, a better end, and its handlers’ attempts come in', async () => {
    const server = await start();
    const app = container({ pod: 'web-1' });
    const startMs = Date.now() - 60_000;
    await server.tell([{ facts: app.postStart(startMs), runs: [] }]);
    const { page } = await open(`${server.url}/?view=table`);
    const row = page.locator('#runs tr');
    await eventually(() => row.textContent()).toContain('running');
    await server.tell([{ facts: app.postStop(startMs + 50_000, { code: null }), runs: [] }]);
    await eventually(() => row.textContent()).toContain('end unknown');
    const better = app.amended(startMs + 40_000, { code: 3, reason: 'Error' });
    await server.tell([{ facts: better, runs: [handled(better, 'failed')] }]);
    await eventually(() => row.textContent()).toMatch(/error, exit 3.*40 s.*handler retrying/);
    await server.tell([{ facts: better, runs: [handled(better, 'completed', { attempt: 2 })] }]);
    await eventually(() => row.textContent()).toContain('handlers ok');
  });

  it('says what nobody knows: a gap, and takes the reader there', async () => {
    const server = await start();
    await server.tell(tellStory(Date.now()));
    const { page } = await open(server.url);
    const nowMs = Math.floor(Date.now() / 1_000) * 1_000;
    await server.tell([{ facts: gap(nowMs - 40_000, nowMs - 10_000), runs: [] }]);
    const notes = page.locator('.note.gap');
    await eventually(() => notes.count()).toBe(2);
    await notes.last().click();
    await eventually(() => page.locator('#details h2').textContent()).toBe('Nobody knows what happened');
    expect(await page.locator('#details').textContent()).toContain('expired');
    const { fromMs, toMs } = await reading(page).view();
    expect(fromMs).toBeLessThan(nowMs - 40_000);
    expect(toMs).toBeGreaterThan(nowMs - 10_000);
  });

  it('goes on where it was after the server was away', async () => {
    const { path: dataDir, remove } = await makeTemporaryDirectory();
    onTestFinished(remove);
    const options = { dataDir, secrets: [SECRET], page: { open: true }, log: quiet };
    const first = await startNodeReceiver({ ...options, port: 0 });
    const { page } = await open(first.url);
    const { live, pods } = reading(page);
    const at = (ago: number) => Math.floor(Date.now() / 1_000 - ago) * 1_000;
    await deliver(first.url, postStart({ key: 'a', pod: 'before', timeMs: at(30) }));
    await eventually(pods).toEqual(['before']);
    await first.close();
    await eventually(() => live().textContent(), { timeout: 15_000 }).toBe('reconnecting');
    const second = await startNodeReceiver({ ...options, port: Number(new URL(first.url).port) });
    onTestFinished(() => second.close());
    await deliver(second.url, postStop({ key: 'b', pod: 'before', timeMs: at(5) }, 1, 'Error'));
    await deliver(second.url, postStart({ key: 'c', pod: 'while-away', timeMs: at(4) }));
    await eventually(pods, { timeout: 25_000 }).toContain('while-away');
    expect(await live().textContent()).toBe('live');
    expect(await pods()).toHaveLength(2);
  }, 180_000);

  it('stops, and says so, when its access has ended', async () => {
    const { path: dataDir, remove } = await makeTemporaryDirectory();
    onTestFinished(remove);
    const options = { dataDir, secrets: [SECRET], log: quiet };
    const first = await startNodeReceiver({ ...options, page: { open: true }, port: 0 });
    const { page } = await open(first.url);
    const { live } = reading(page);
    await eventually(() => live().textContent()).toBe('live');
    await first.close();
    const port = Number(new URL(first.url).port);
    const second = await startNodeReceiver({ ...options, page: { token: 'another-page-token-now' }, port });
    onTestFinished(() => second.close());
    await eventually(() => live().textContent(), { timeout: 25_000 }).toContain(
      'stopped: open the page with its token',
    );
  }, 180_000);
});
