import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from 'wrangler';
import { bundleWorker } from '../../../../functions/build/bundle-worker.ts';
import { bridgeWorker } from '../../../../functions/platforms/cloudflare/local/bridge-worker.ts';
import {
  type NodeReceiverOptions,
  startNodeReceiver,
} from '../../../../functions/platforms/node/start-receiver.ts';
import { serialiseEvent } from '../../../../protocol/event/serialise-event.ts';
import { eventually } from '../../support/eventually.ts';
import { postStart } from '../../support/sample-events.ts';
import { deliver, SECRET } from '../../support/signed-post.ts';
import { startWorker } from '../../support/start-worker.ts';
import { makeTemporaryDirectory } from '../../support/temporary-directory.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const WORKER = fileURLToPath(
  new URL('../../../../functions/platforms/cloudflare/worker.ts', import.meta.url),
);
const silent = { info: () => {}, warn: () => {}, error: () => {} };

async function temporaryDirectory(): Promise<string> {
  const directory = await makeTemporaryDirectory();
  onTestFinished(directory.remove);
  return directory.path;
}

it('wrangler.toml is complete enough to deploy, and deploys exactly what was built', {
  timeout: 180_000,
}, async () => {
  const outdir = await temporaryDirectory();
  const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [wrangler, 'deploy', '--dry-run', '--outdir', outdir],
    { cwd: ROOT, env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: '1', NO_COLOR: '1' } },
  );
  expect(stderr).not.toMatch(/warning|error/i);
  expect(stdout).toMatch(
    /dist\/worker\/worker\.js: [\d,]+ bytes minified; .+; together [\d,]+, as gzip [\d,]+\. Cloudflare takes 64 MiB/,
  );
  const bindings = ['CLAIMS (Claims)', 'EVENTS', 'DEAD_LETTERS', 'AUDIT', 'CHECKPOINTS'];
  for (const binding of bindings) expect(stdout).toContain(`env.${binding}`);
  const { script, pageAssets } = await bundleWorker(WORKER);
  expect(await readFile(join(outdir, 'worker.js'), 'utf8')).toBe(script);
  expect(new Uint8Array(await readFile(join(outdir, 'page-assets.bin')))).toEqual(pageAssets);
});

it('local runs have the bindings of wrangler.toml', () => {
  const deployed = unstable_getMiniflareWorkerOptions(join(ROOT, 'wrangler.toml')).workerOptions;
  const local = bridgeWorker({ script: '', pageAssets: null }, {});
  const idsOf = (resources: object) => Object.keys(resources).toSorted();
  expect(local.durableObjects).toEqual(deployed.durableObjects);
  expect(local.queueProducers).toEqual(deployed.queueProducers);
  expect(local.queueConsumers).toEqual(deployed.queueConsumers);
  expect(idsOf(local.d1Databases)).toEqual(idsOf(deployed.d1Databases ?? {}));
  expect(idsOf(local.r2Buckets)).toEqual(idsOf(deployed.r2Buckets ?? {}));
  const { compatibility_date, compatibility_flags } = unstable_readConfig({
    config: join(ROOT, 'wrangler.toml'),
  });
  expect({ compatibility_date, compatibility_flags }).toEqual({
    compatibility_date: local.compatibilityDate,
    compatibility_flags: local.compatibilityFlags,
  });
  // Everything else that wrangler.toml could bind: what is added there must be added here.
  const compared = ['d1Databases', 'durableObjects', 'queueConsumers', 'queueProducers', 'r2Buckets'];
  const bound = Object.entries(deployed).filter(([, value]) => isFilled(value));
  expect(bound.map(([name]) => name).toSorted()).toEqual(
    ['bindings', ...compared, 'compatibilityFlags', 'modulesRules'].toSorted(),
  );
});

function isFilled(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.length > 0 : Object.values(value).some((each) => !isEmptyList(each));
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

it('the shipped Worker takes an event and records it', async () => {
  const receiver = await startWorker({ port: 0, secrets: [SECRET] });
  onTestFinished(receiver.dispose);
  const event = postStart({ key: 'shipped' });
  expect((await deliver(receiver.url, event)).status).toBe(202);
  const [row] = await eventually(receiver.auditRows, ([first]) => first?.runs.length === 2);
  expect(row?.runs.map(({ handler, outcome }) => `${handler} ${outcome}`).sort()).toEqual([
    'announce-run completed',
    'audit completed',
  ]);
  const page = await fetch(receiver.url);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('web-1')]);
});

it('the cron trigger signs what is new in the audit trail, into the bucket, once', async () => {
  const vars = { CHECKPOINT_SECRET: SECRET, AUDIT_RETENTION_DAYS: '400' };
  const receiver = await startWorker({ port: 0, secrets: [SECRET], vars });
  onTestFinished(receiver.dispose);
  expect(await receiver.runCron()).toEqual([]);
  await deliver(receiver.url, postStart({ key: 'kept' }));
  await eventually(receiver.auditRows, ([first]) => first?.runs.length === 2);
  const [checkpoint, ...others] = await receiver.runCron();
  expect(checkpoint).toMatch(/^urn_3aoffhook_3acluster_3ac0ffee\/\d{16}\.json$/);
  expect(others).toEqual([]);
  expect(await receiver.runCron()).toEqual([checkpoint]);
});

it('a handler without a name is known by its function in the minified Worker, too', async () => {
  const entryFile = fileURLToPath(new URL('../../support/named-handler-worker.ts', import.meta.url));
  const receiver = await startWorker({ port: 0, secrets: [SECRET], entryFile });
  onTestFinished(receiver.dispose);
  await deliver(receiver.url, postStart({ key: 'named' }));
  const [row] = await eventually(receiver.auditRows, ([first]) => first?.runs.length === 2);
  expect(row?.runs.map(({ handler }) => handler).toSorted()).toEqual(['audit', 'pageSomebody']);
});

it.each([
  ['a wrong retention', { AUDIT_RETENTION_DAYS: '1.5' }, /AUDIT_RETENTION_DAYS must be a whole number/],
  ['a wrong secret', { CHECKPOINT_SECRET: 'whsec_c2hvcnQ=' }, /24-64 bytes/],
])('the cron trigger fails with %s and logs why', async (_, vars: Record<string, string>, message) => {
  const lines: string[] = [];
  const receiver = await startWorker({
    port: 0,
    secrets: [SECRET],
    vars,
    onLog: (line) => lines.push(line),
  });
  onTestFinished(receiver.dispose);
  await expect(receiver.runCron()).rejects.toThrow(/the cron trigger ended with exception/);
  await eventually(
    async () => lines,
    (all) => all.some((line) => message.test(line)),
  );
});

it.each<[string, string[], Record<string, string>]>([
  ['no secret', [], {}],
  ['an empty secret', ['whsec_'], {}],
  ['a short secret', ['whsec_c2hvcnQ='], {}],
  ['a short page token', [SECRET], { PAGE_TOKEN: 'short' }],
  ['a retention without a meaning', [SECRET], { RETENTION_SECONDS: '16d' }],
  ['a retention of no time', [SECRET], { RETENTION_SECONDS: '0' }],
])('a Worker with %s answers 500 to everything and logs why', async (_, secrets, vars) => {
  const lines: string[] = [];
  const receiver = await startWorker({ port: 0, secrets, vars, onLog: (line) => lines.push(line) });
  onTestFinished(receiver.dispose);
  const response = await deliver(receiver.url, postStart({ key: 'unconfigured' }));
  expect([response.status, await response.json()]).toMatchObject([500, { error: 'not_configured' }]);
  expect((await fetch(`${receiver.url}/healthz`)).status).toBe(500);
  const [line] = await eventually(
    async () => lines,
    (all) => all.length > 0,
  );
  expect(line).toMatch(/24.+64 bytes|at least 16 characters|RETENTION_SECONDS must be a whole number/);
  expect(line).not.toContain('c2hvcnQ');
});

it('a Worker that cannot read its retention runs no handler, and the log says why', async () => {
  const lines: string[] = [];
  const vars = { RETENTION_SECONDS: '16d' };
  const receiver = await startWorker({
    port: 0,
    secrets: [SECRET],
    vars,
    onLog: (line) => lines.push(line),
  });
  onTestFinished(receiver.dispose);
  const body = new Uint8Array(serialiseEvent(postStart({ key: 'unread' })));
  await receiver.redeliver({ body, receivedAtMs: Date.now() });
  const [line] = await eventually(
    async () => lines,
    (all) => all.length > 0,
  );
  expect(line).toMatch(/the handlers are not ready.+RETENTION_SECONDS must be a whole number/);
  expect(await receiver.auditRows()).toEqual([]);
});

it.each<[string, Partial<NodeReceiverOptions>, RegExp]>([
  ['no secret', { secrets: [] }, /24-64 bytes/],
  ['an empty secret', { secrets: ['whsec_'] }, /24.+64 bytes/],
  ['a short secret', { secrets: ['whsec_c2hvcnQ='] }, /24.+64 bytes/],
  ['a short page token', { page: { token: 'short' } }, /at least 16 characters/],
  ['a broken URL', { vars: { CLEANUP_URL: 'nonsense' } }, /CLEANUP_URL must be a URL/],
])('on Node a receiver with %s does not start', async (_, options, message) => {
  const dataDir = await temporaryDirectory();
  await expect(startNodeReceiver({ port: 0, dataDir, secrets: [SECRET], ...options })).rejects.toThrow(
    message,
  );
  // Nothing was left locked: the directory serves the next one.
  await (await startNodeReceiver({ port: 0, dataDir, secrets: [SECRET], log: silent })).close();
});

it('on Node a directory serves one receiver at a time', async () => {
  const dataDir = await temporaryDirectory();
  const first = await startNodeReceiver({ port: 0, dataDir, secrets: [SECRET], log: silent });
  onTestFinished(first.close);
  const second = startNodeReceiver({ port: 0, dataDir, secrets: [SECRET], log: silent });
  await expect(second).rejects.toThrow(`${dataDir} is in use by another receiver`);
});

it('on Node a taken port is an error, and nothing is left running', async () => {
  const first = await startNodeReceiver({
    port: 0,
    dataDir: await temporaryDirectory(),
    secrets: [SECRET],
    log: silent,
  });
  onTestFinished(first.close);
  const dataDir = await temporaryDirectory();
  const port = Number(new URL(first.url).port);
  await expect(startNodeReceiver({ port, dataDir, secrets: [SECRET], log: silent })).rejects.toThrow(
    /EADDRINUSE/,
  );
  await (await startNodeReceiver({ port: 0, dataDir, secrets: [SECRET], log: silent })).close();
});
