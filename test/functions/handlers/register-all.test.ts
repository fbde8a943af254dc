import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { platformAmbient } from '../../../functions/ambient/ambient.ts';
import { createJsonLog } from '../../../functions/ambient/log.ts';
import { registerAll } from '../../../functions/handlers/register-all.ts';
import { createLambdaRunner } from '../../../functions/platforms/aws/run.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { SIGNING_SECRET_ARN, startAccount } from '../platforms/aws/support/start-account.ts';
import { startLambdaBridge } from '../platforms/aws/support/start-on-lambda.ts';
import { eventually } from '../support/eventually.ts';
import { platformsWith } from '../support/platforms.ts';
import { startProbe } from '../support/probe.ts';
import { postStart } from '../support/sample-events.ts';
import { deliver, SECRET } from '../support/signed-post.ts';
import { registerSlowly } from '../support/slow-registration.ts';
import { startWorker } from '../support/start-worker.ts';

const workerFile = fileURLToPath(new URL('../support/slow-registration-worker.ts', import.meta.url));
const HANDLERS = { registerHandlers: registerSlowly, workerFile };

it.each(platformsWith(HANDLERS))(
  'on $platform, an async registerHandlers is waited for',
  async ({ start }) => {
    const probe = await startProbe();
    const bridge = await start({ PROBE_URL: probe.url });
    onTestFinished(bridge.close);
    await deliver(bridge.url, postStart({ key: 'first' }));
    const [row] = await eventually(bridge.auditRows, (rows) => rows[0]?.runs.length === 3);
    expect(row?.runs.map(({ outcome }) => outcome)).toEqual(['completed', 'completed', 'completed']);
  },
);

it('on workerd, one that rejects is a 500 that the log explains, and the next request tries again', async () => {
  const probe = await startProbe({ '/registration': [503, 200] });
  const lines: string[] = [];
  const vars = { PROBE_URL: probe.url };
  const receiver = await startWorker({
    port: 0,
    secrets: [SECRET],
    vars,
    entryFile: workerFile,
    onLog: (line) => void lines.push(line),
  });
  onTestFinished(receiver.dispose);
  const event = postStart({ key: 'first' });
  const refused = await deliver(receiver.url, event);
  expect([refused.status, await refused.json()]).toMatchObject([500, { error: 'not_configured' }]);
  expect(lines.join()).toContain('"cause":"the service of the handlers is down"');
  expect((await deliver(receiver.url, event)).status).toBe(202);
  await eventually(receiver.auditRows, (rows) => rows[0]?.runs.length === 3);
});

it('on workerd, what was built is kept for the requests that follow', async () => {
  const probe = await startProbe();
  const vars = { PROBE_URL: probe.url };
  const receiver = await startWorker({ port: 0, secrets: [SECRET], vars, entryFile: workerFile });
  onTestFinished(receiver.dispose);
  for (let request = 0; request < 3; request += 1) {
    expect((await fetch(`${receiver.url}/healthz`)).status).toBe(200);
  }
  expect(probe.requests('/registration')).toHaveLength(1);
});

it('on Lambda, one that rejects fails the invocation, the log says why, and the next one tries again', async () => {
  const probe = await startProbe({ '/registration': [503, 200] });
  const bridge = await startLambdaBridge({
    registerHandlers: registerSlowly,
    vars: { PROBE_URL: probe.url },
  });
  onTestFinished(bridge.close);
  await deliver(bridge.url, postStart({ key: 'first' }));
  await eventually(bridge.auditRows, (rows) => rows[0]?.runs.length === 3);
  expect(bridge.logged()).toContain(
    '"msg":"the handlers are not ready","cause":"the service of the handlers is down"',
  );
});

it('on Lambda, too, a registry that keeps no audit trail is warned of', async () => {
  const account = await startAccount({ [SIGNING_SECRET_ARN]: SECRET });
  onTestFinished(account.close);
  const lines: string[] = [];
  const log = createJsonLog((_, line) => void lines.push(line));
  const target = createLambdaRunner(() => {}, account.variables, platformAmbient({ log }));
  await target({ Records: [] });
  expect(lines).toEqual([expect.stringContaining('"level":"warn","msg":"no handler is registered')]);
});

it('one that never ends is an error after half a minute', async () => {
  const clock = createFakeClock();
  const env = { vars: {}, audit: { append: async () => {} }, now: clock.nowMs };
  const registering = registerAll(() => new Promise(() => {}), env, { clock });
  const rejected = expect(registering).rejects.toThrow('registerHandlers has not ended within 30 s');
  await clock.advance(30_000);
  await rejected;
});
