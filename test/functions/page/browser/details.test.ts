import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { RegisterHandlers } from '../../../../functions/hooks/register-handlers.ts';
import { startNodeReceiver } from '../../../../functions/platforms/node/start-receiver.ts';
import { systemClock } from '../../../../settings/ambient/clock.ts';
import { postStart, sampleId } from '../../support/sample-events.ts';
import { deliver, SECRET } from '../../support/signed-post.ts';
import { makeTemporaryDirectory } from '../../support/temporary-directory.ts';
import { registerTestHandlers } from '../../support/test-handlers.ts';
import { describeInChromium } from '../support/chromium.ts';
import { container, handled } from '../support/facts.ts';
import { startPageServer } from '../support/page-server.ts';
import { eventually, reading } from '../support/reading.ts';
import { tellStory } from '../support/story.ts';

/** What handlers call; it fails as long as `answer` says so. */
async function startProbe() {
  const probe = { answer: 200, calls: [] as string[], url: '' };
  const server = createServer((request, response) => {
    probe.calls.push(`${request.url} ${request.headers['x-attempt']}`);
    response.writeHead(request.url === '/shaky' ? probe.answer : 200).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  probe.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return probe;
}

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

describeInChromium('details', (open) => {
  it('show a delivered event with its signature, deliveries and attempts, and run a handler again', async () => {
    const probe = await startProbe();
    probe.answer = 503;
    const { path: dataDir, remove } = await makeTemporaryDirectory();
    onTestFinished(remove);
    const receiver = await startNodeReceiver({
      ...{ dataDir, secrets: [SECRET], page: { open: true }, log: quiet, port: 0 },
      ...{ registerHandlers: registerTestHandlers, vars: { PROBE_URL: probe.url } },
    });
    onTestFinished(() => receiver.close());
    const event = postStart({
      key: 'a',
      pod: 'web-1',
      timeMs: Math.floor(Date.now() / 1_000) * 1_000 - 30_000,
    });
    await deliver(receiver.url, event);
    await deliver(receiver.url, event);
    const { page } = await open(receiver.url);
    const { details } = reading(page);
    await eventually(() => page.locator('.label.lane').count()).toBe(1);
    await page.locator('.label.lane').click();
    await eventually(() => details().textContent()).toMatch(
      /✓ verified when it was received \(v1, HMAC-SHA256\).*2 times/s,
    );
    expect(await details().locator('pre').textContent()).toContain(`"id": "${sampleId('a')}"`);
    await details().getByRole('button', { name: 'Raw' }).click();
    expect(await details().locator('pre').textContent()).toMatch(/^\{"specversion":"1.0"/);
    const shaky = details().locator('.handlers > li', { hasText: 'shaky' });
    await eventually(() => shaky.textContent()).toContain('attempt 3 given up');
    expect(await shaky.textContent()).toContain('answered 503');

    probe.answer = 200;
    await shaky.getByRole('button', { name: 'Run again: shaky', exact: true }).click();
    expect(await page.locator(':focus').textContent()).toBe('Run it');
    await shaky.getByRole('button', { name: 'Cancel' }).click();
    expect(probe.calls.filter((call) => call.startsWith('/shaky'))).toHaveLength(3);
    await shaky.getByRole('button', { name: 'Run again' }).click();
    await shaky.getByRole('button', { name: 'Run it' }).click();
    await eventually(() => shaky.textContent()).toContain('attempt 4 completed');
    await eventually(() => shaky.getByRole('status').textContent()).toBe('Attempt 4 completed.');
    expect(probe.calls.filter((call) => call.startsWith('/steady'))).toHaveLength(1);
    await eventually(() => details().locator('summary').textContent()).toContain('ok');
  }, 180_000);

  it('say why a handler was not run again', async () => {
    const { path: dataDir, remove } = await makeTemporaryDirectory();
    onTestFinished(remove);
    const registerHandlers: RegisterHandlers = async (hooks, env) => {
      await registerTestHandlers(hooks, env);
      const fails = () => Promise.reject(new Error('not yet'));
      hooks.on('postStart', {}, fails, { name: 'patient', retryMs: 3_600_000, attempts: 3 });
    };
    const receiver = await startNodeReceiver({
      ...{ dataDir, secrets: [SECRET], page: { open: true }, log: quiet, port: 0, registerHandlers },
      vars: { PROBE_URL: (await startProbe()).url },
    });
    onTestFinished(() => receiver.close());
    await deliver(
      receiver.url,
      postStart({ key: 'a', timeMs: Math.floor(Date.now() / 1_000) * 1_000 - 30_000 }),
    );
    const { page } = await open(receiver.url);
    await page.locator('.label.lane').click();
    const item = reading(page).details().locator('.handlers > li', { hasText: 'patient' });
    await item.getByRole('button', { name: 'Run again' }).click();
    await item.getByRole('button', { name: 'Run it' }).click();
    await eventually(() => item.getByRole('status').textContent()).toBe(
      'Not run: its next attempt is due anyway',
    );
  });

  it('are opened by a click on the bar, and by their address', async () => {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    await server.tell(tellStory(Date.now()));
    const { page } = await open(server.url);
    const { details, plot } = reading(page);
    const row = await page.locator('.label.lane', { hasText: 'node-agent-j2c8d' }).boundingBox();
    const box = await plot.boundingBox();
    if (row === null || box === null) throw new Error('the row must be on screen');
    await page.mouse.click(box.x + box.width / 2, row.y + 14);
    await eventually(() => details().locator('h2').textContent()).toBe('node-agent-j2c8d');
    await eventually(() => new URL(page.url()).hash).toContain('event=evt_');
    const again = await open(page.url());
    await eventually(() => again.page.locator('#details h2').textContent()).toBe('node-agent-j2c8d');
  });

  it('show what the watcher did to deliver an event, where it can be asked', async () => {
    const nowMs = Math.floor(Date.now() / 1_000) * 1_000;
    const first = { subscription: 'workerd', attempt: 1, outcome: 'retry', status: 503, reason: 'http 503' };
    const told = [
      { ...first, endedAtMs: nowMs - 9_000, durationMs: 12, retryInMs: 2_000 },
      { ...first, attempt: 2, outcome: 'delivered', status: 202, reason: null, retryInMs: null },
    ].map((attempt) => ({ endedAtMs: nowMs - 7_000, durationMs: 8, ...attempt }));
    const server = await startPageServer(systemClock, { attempts: async () => told });
    onTestFinished(() => server.close());
    await server.tell([{ facts: container({ pod: 'web-1' }).postStart(nowMs - 10_000), runs: [] }]);
    const { page } = await open(server.url);
    await page.locator('.label.lane').click();
    const lines = page.locator('#details .sent li');
    await eventually(() => lines.count()).toBe(2);
    const [failed, delivered] = await lines.allTextContents();
    expect(failed).toMatch(/attempt 1, .*: not delivered http 503, again in 2 s12 ms$/);
    expect(delivered).toMatch(/attempt 2, .*: delivered 2028 ms$/);
  });

  it('show what handlers returned as text, also of those that run while they are open', async () => {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    const startMs = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;
    const facts = container({ pod: 'web-1' }).postStart(startMs);
    const hostile = '<img src=x onerror="document.title=1">\u202e\u0085';
    const results = [{ ticket: 'OPS-1', html: hostile }, null].map((result, index) =>
      handled(facts, 'completed', { handler: `told-${index}`, result }),
    );
    const omitted = handled(facts, 'completed', { handler: 'omitted', resultOmitted: 'not JSON: Response' });
    const silent = handled(facts, 'completed', { handler: 'silent' });
    await server.tell([{ facts, runs: [...results, omitted, silent] }]);
    const { page } = await open(server.url);
    await page.locator('.label.lane').click();
    const { details } = reading(page);
    const of = (handler: string) => details().locator('.handlers > li', { hasText: handler });
    await eventually(() => of('told-0').locator('pre').textContent()).toBe(
      '{\n  "html": "<img src=x onerror=\\"document.title=1\\">⟨202e⟩⟨0085⟩",\n  "ticket": "OPS-1"\n}',
    );
    expect(await details().locator('img').count()).toBe(0);
    expect(await page.getByLabel('Returned by told-1, attempt 1').textContent()).toBe('null');
    expect(await of('omitted').textContent()).toContain('what it returned is not kept: not JSON: Response');
    expect(await of('silent').locator('pre, .unkept').count()).toBe(0);

    await details().getByLabel('The event as JSON').focus();
    const later = { result: { ticket: 'OPS-2' }, startedAtMs: Date.now(), finishedAtMs: Date.now() + 5 };
    await server.tell([
      { facts, runs: [handled(facts, 'completed', { handler: 'told-1', attempt: 2, ...later })] },
    ]);
    await eventually(() => details().getByLabel('Returned by told-1, attempt 2').textContent()).toContain(
      'OPS-2',
    );
    expect(await page.getByLabel('Returned by told-1, attempt 1').textContent()).toBe('null');
    expect(await page.locator('pre:focus').getAttribute('aria-label')).toBe('The event as JSON');
  });

  it('change while they are open, and keep what is opened in them', async () => {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    const app = container({ pod: 'web-1' });
    const startMs = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;
    await server.tell([{ facts: app.postStart(startMs), runs: [] }]);
    const { page } = await open(server.url);
    const { details } = reading(page);
    await page.locator('.label.lane').click();
    await eventually(() => details().locator('pre').count()).toBe(1);
    await details().locator('pre').focus();
    await server.tell([
      { facts: app.postStop(startMs + 50_000, { code: 137, reason: 'OOMKilled', skipped: 1 }), runs: [] },
    ]);
    await eventually(() => details().textContent()).toContain('out of memory · exit 137');
    expect(await details().textContent()).toContain("1 run before this one's end");
    expect(await details().locator('summary').count()).toBe(2);
    expect(await page.locator('pre:focus').count()).toBe(1);
  });
});
