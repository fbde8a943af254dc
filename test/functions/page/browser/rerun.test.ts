import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startNodeReceiver } from '../../../../functions/platforms/node/start-receiver.ts';
import { postStart, sampleId } from '../../support/sample-events.ts';
import { deliver, SECRET } from '../../support/signed-post.ts';
import { makeTemporaryDirectory } from '../../support/temporary-directory.ts';
import { registerTestHandlers } from '../../support/test-handlers.ts';
import { describeInChromium } from '../support/chromium.ts';
import { container, handled } from '../support/facts.ts';
import { startPageServer } from '../support/page-server.ts';
import { eventually, reading } from '../support/reading.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const COUNT = 25;

/** What handlers call: `/shaky` fails for these events. */
async function startProbe() {
  const probe = { fails: (_: string): boolean => true, shaky: 0, url: '' };
  const server = createServer((request, response) => {
    const shaky = request.url === '/shaky';
    if (shaky) probe.shaky += 1;
    response.writeHead(shaky && probe.fails(String(request.headers['idempotency-key'])) ? 503 : 200).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  probe.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return probe;
}

describeInChromium('handlers that gave up', (open) => {
  it('run again all at once, by keyboard, after a question; what fails again is named', async () => {
    const probe = await startProbe();
    const { path: dataDir, remove } = await makeTemporaryDirectory();
    onTestFinished(remove);
    const receiver = await startNodeReceiver({
      ...{ dataDir, secrets: [SECRET], page: { open: true }, log: quiet, port: 0 },
      ...{ registerHandlers: registerTestHandlers, vars: { PROBE_URL: probe.url } },
    });
    onTestFinished(() => receiver.close());
    const timeMs = Math.floor(Date.now() / 1_000) * 1_000 - 30_000;
    for (let index = 0; index < COUNT; index += 1)
      await deliver(receiver.url, postStart({ key: `k${index}`, pod: `web-${index}`, timeMs }));
    const { page } = await open(receiver.url);
    const again = page.locator('.strip').getByRole('button', { name: /^↻ Run again/ });
    await eventually(() => again.textContent(), { timeout: 60_000 }).toBe(`↻ Run again all ${COUNT} shown`);
    const before = probe.shaky;
    probe.fails = (id) => id === sampleId('k3');

    await again.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: `Run again all ${COUNT} shown?` });
    await eventually(() => dialog.isVisible()).toBe(true);
    expect(await page.locator(':focus').getAttribute('id')).toBe('rerun-title');
    expect(await dialog.textContent()).toMatch(/shaky for 25 events.*no filter is set/);
    for (const key of ['Enter', 't', 'Escape']) await page.keyboard.press(key);
    await eventually(() => dialog.isVisible()).toBe(false);
    expect(await page.locator(':focus').textContent()).toBe(`↻ Run again all ${COUNT} shown`);
    expect(probe.shaky).toBe(before);

    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe(`Run ${COUNT}`);
    await page.keyboard.press('Enter');
    const status = page.locator('#rerun').getByRole('status');
    await eventually(() => status.textContent(), { timeout: 60_000 }).toBe('24 completed, 1 gave up again.');
    expect(probe.shaky).toBe(before + 24 + 3);
    const failed = page.locator('#rerun').getByRole('list', { name: 'Gave up again' });
    expect(await failed.textContent()).toMatch(/^shaky, web-3 .*answered 503/);

    await failed.getByRole('button').click();
    const { details } = reading(page);
    await eventually(() => details().locator('h2').textContent()).toBe('web-3');
    const shaky = details().locator('.handlers > li', { hasText: 'shaky' });
    await eventually(() => shaky.locator('ol > li').count()).toBe(7);
    expect(await shaky.locator('ol > li').nth(3).textContent()).toContain(
      'asked for again by somebody at the open page',
    );
    expect(await again.textContent()).toBe('↻ Run again the 1 shown');
  }, 180_000);

  it('are those that the filters show; what the server takes later is waited for, and left when stopped', async () => {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    const startMs = Math.floor(Date.now() / 1_000) * 1_000 - 300_000;
    const told = Array.from({ length: 320 }, (_, index) => {
      const namespace = index < 315 ? 'shop' : 'payments';
      const facts = container({ namespace, pod: `p-${index}` }).postStart(startMs);
      return { facts, runs: [handled(facts, 'givenUp', { handler: index % 2 === 0 ? 'a' : 'b' })] };
    });
    await server.tell(told);
    const { page } = await open(`${server.url}/?view=table&namespace=payments`);
    const again = page.getByRole('button', { name: /^↻ Run again/ });
    await eventually(() => again.textContent()).toBe('↻ Run again all 5 shown');
    await again.click();
    expect(await page.locator('#rerun').textContent()).toMatch(
      /b for 3 events.*a for 2 events.*namespace payments/,
    );
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Clear' }).click();
    await eventually(() => again.textContent()).toBe('↻ Run again all 320 shown');
    await again.click();
    await page.getByRole('button', { name: 'Run 320' }).click();
    const status = page.locator('#rerun').getByRole('status');
    await eventually(() => status.textContent()).toMatch(
      /^at most 300 handlers a minute are run again: goes on in \d/,
    );
    expect(await page.locator('#rerun progress').getAttribute('max')).toBe('320');
    await page.keyboard.press('Escape');
    const notRun = page.locator('#rerun').getByRole('list', { name: 'Not run' });
    await eventually(() => notRun.textContent()).toMatch(/300 not run: .*20 not asked for/);
    expect(await page.getByRole('button', { name: 'Ask for the other 20' }).isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await eventually(() => page.locator('#rerun').isVisible()).toBe(false);
  });
});
