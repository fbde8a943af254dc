import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../functions/support/eventually.ts';
import { startProbe } from '../../functions/support/probe.ts';
import { postStart, preStop } from '../../functions/support/sample-events.ts';
import { deliver } from '../../functions/support/signed-post.ts';
import type { OffhookProcess } from '../../support/offhook-process.ts';
import { until } from '../../support/until.ts';
import { parseExposition, sampleOf } from '../../watcher/metrics/exposition.ts';
import { receive, urlOf, writeProbeConfig } from '../support/receive-process.ts';

const OPERATIONS = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
const OTHER_SECRET = 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

async function metricsOf(receiver: OffhookProcess): Promise<string> {
  const [, url = ''] = await receiver.says(/"metrics":"([^"]+)"/);
  return url;
}

async function scrape(url: string) {
  const response = await fetch(url);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  return parseExposition(await response.text());
}

/** A receiver whose handler `probe` does what the server is told, with checkpoints. */
function configured(probeUrl: string) {
  const setup = writeProbeConfig(probeUrl);
  const yaml = readFileSync(setup.file, 'utf8');
  const audit = `audit: { every: 1m, checkpoints: { dir: ${setup.directory}/checkpoints, signingSecretEnv: SIGNING_SECRET } }\n`;
  const handlers = join(setup.directory, 'handlers.ts');
  const register = join(import.meta.dirname, '../../../functions/handlers/shipped/audit.ts');
  const module = readFileSync(handlers, 'utf8')
    .replace('=> {\n  hooks.on', '=> {\n  registerAudit(hooks, env);\n  hooks.on')
    .replace('(hooks, { vars })', '(hooks, env)')
    .replace(/\bvars\./g, 'env.vars.')
    .replace('retryMs: 0', 'retryMs: 0, attempts: 2');
  writeFileSync(handlers, `import { registerAudit } from '${register}';\n${module}`);
  writeFileSync(setup.file, `${yaml}metrics: { port: 0 }\n${audit}`);
  return setup;
}

it('GET /metrics shows what was taken, refused and handled, on a port of its own', async () => {
  const probe = await startProbe({ '/web-1': [200], '/web-2': [500, 500] });
  const setup = configured(probe.url);
  const receiver = receive(setup);
  const url = await urlOf(receiver);
  const metrics = await metricsOf(receiver);
  await deliver(url, postStart({ key: 'good', pod: 'web-1' }));
  await deliver(url, postStart({ key: 'good', pod: 'web-1' }));
  await deliver(url, postStart({ key: 'bad', pod: 'web-2' }));
  await deliver(url, preStop({ key: 'forged' }), undefined, [OTHER_SECRET]);
  await receiver.says(/moved an event to the dead letters/);
  await receiver.says(/"handler":"probe".*"outcome":"completed"/);
  // A handler has run before its event is gone from the queue.
  const shown = await eventually(
    () => scrape(metrics),
    (all) => sampleOf(all, 'offhook_receiver_queue_waiting') === 0,
  );
  const value = (name: string, labels = {}) => sampleOf(shown, `offhook_receiver_${name}`, labels);
  expect(value('deliveries_total', { outcome: 'stored' })).toBe(2);
  expect(value('deliveries_total', { outcome: 'duplicate' })).toBe(1);
  expect(value('deliveries_total', { outcome: 'refused' })).toBe(1);
  expect(value('deliveries_total', { outcome: 'notStored' })).toBe(0);
  expect(value('refused_total', { code: 'bad_signature' })).toBe(1);
  expect(value('events_total', { hook: 'postStart' })).toBe(2);
  expect(value('events_total', { hook: 'preStop' })).toBe(0);
  expect(value('handler_runs_total', { handler: 'probe', outcome: 'completed' })).toBe(1);
  expect(value('handler_runs_total', { handler: 'probe', outcome: 'failed' })).toBe(1);
  expect(value('handler_runs_total', { handler: 'probe', outcome: 'givenUp' })).toBe(1);
  expect(value('handler_run_seconds_count', { handler: 'probe' })).toBe(3);
  expect(value('handler_lag_seconds_count', { handler: 'probe' })).toBe(1);
  expect(value('handler_lag_seconds_sum', { handler: 'probe' })).toBeLessThan(60);
  expect(value('dead_letters')).toBe(1);
  expect(value('queue_waiting')).toBe(0);
  expect(value('queue_max')).toBe(100_000);
  expect(value('database_bytes', { part: 'file' })).toBeGreaterThan(0);
  // Two events, and five runs of two handlers.
  expect(value('audit_position', { source: 'urn:offhook:cluster:c0ffee' })).toBe(7);
  expect((await fetch(`${url}/metrics`)).status).toBe(404);
  expect(await (await fetch(new URL('/', metrics))).text()).toBe('try /metrics\n');

  // A checkpoint was written at the stop, and a new process knows of it.
  receiver.kill('SIGTERM');
  expect((await receiver.ended()).code).toBe(0);
  const second = await metricsOf(receive(setup));
  const later = await eventually(
    () => scrape(second),
    (all) => (all.get('offhook_receiver_checkpoint_position')?.samples.length ?? 0) > 0,
  );
  const source = { source: 'urn:offhook:cluster:c0ffee' };
  expect(sampleOf(later, 'offhook_receiver_checkpoint_position', source)).toBe(7);
  const at = sampleOf(later, 'offhook_receiver_checkpoint_timestamp_seconds', source);
  expect(Math.abs(Date.now() / 1_000 - at)).toBeLessThan(60);
  expect(sampleOf(later, 'offhook_receiver_checkpoint_interval_seconds')).toBe(60);
});

it('docs/operations.md explains every metric of a receiver with its labels, and no other', async () => {
  const probe = await startProbe({ '/web-1': [200] });
  const receiver = receive(configured(probe.url));
  const metrics = await metricsOf(receiver);
  await deliver(await urlOf(receiver), postStart({ key: 'good', pod: 'web-1' }));
  await receiver.says(/"handler":"probe".*"outcome":"completed"/);
  const shown = [...(await scrape(metrics)).keys()].filter((name) => name.startsWith('offhook_'));
  const rows = [...OPERATIONS.matchAll(/^\| `(offhook_receiver_\w+)` \|/gm)].map(([, name]) => name);
  expect(rows.toSorted()).toEqual(shown.toSorted());
});

it('a port for metrics that is taken is told, and nothing else is started', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await until('the port', () => server.listening);
  const { port } = server.address() as AddressInfo;
  const probe = await startProbe({});
  const setup = configured(probe.url);
  writeFileSync(
    setup.file,
    readFileSync(setup.file, 'utf8').replace('{ port: 0 }\naudit', `{ port: ${port} }\naudit`),
  );
  const { code, stderr } = await receive(setup).ended();
  expect(code).toBe(1);
  expect(stderr).toMatch(`cannot listen on 127.0.0.1, port ${port}, for metrics: another process uses it`);
});
