import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { bundleWorker } from '../../functions/entry/bundle-worker.ts';
import { startInWorkerd } from '../../functions/entry/miniflare.ts';
import { type NodeReceiverOptions, startNodeReceiver } from '../../functions/entry/node.ts';
import { eventually } from './support/eventually.ts';
import { postStart } from './support/sample-events.ts';
import { deliver, SECRET } from './support/signed-post.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WORKER = fileURLToPath(new URL('../../functions/entry/worker.ts', import.meta.url));
const LIMIT_BYTES = 200_000;
const silent = { info: () => {}, warn: () => {}, error: () => {} };

async function temporaryDirectory(): Promise<string> {
  const directory = await makeTemporaryDirectory();
  onTestFinished(directory.remove);
  return directory.path;
}

it('the Worker stays small', async () => {
  const bytes = Buffer.byteLength(await bundleWorker(WORKER));
  console.info(`Worker bundle: ${(bytes / 1_000).toFixed(1)} kB minified`);
  expect(bytes).toBeLessThan(LIMIT_BYTES);
});

it('wrangler.toml is complete enough to deploy', { timeout: 60_000 }, async () => {
  const outdir = await temporaryDirectory();
  const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [wrangler, 'deploy', '--dry-run', '--outdir', outdir],
    { cwd: ROOT, env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: '1', NO_COLOR: '1' } },
  );
  for (const binding of ['env.CLAIMS (Claims)', 'env.EVENTS', 'env.DEAD_LETTERS', 'env.AUDIT']) {
    expect(stdout).toContain(binding);
  }
});

it('the shipped Worker takes an event and records it', async () => {
  const receiver = await startInWorkerd({ port: 0, secrets: [SECRET] });
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

it.each<[string, string[], Record<string, string>]>([
  ['no secret', [], {}],
  ['an empty secret', ['whsec_'], {}],
  ['a short secret', ['whsec_c2hvcnQ='], {}],
  ['a short page token', [SECRET], { PAGE_TOKEN: 'short' }],
])('a Worker with %s answers 500 to everything and logs why', async (_, secrets, vars) => {
  const lines: string[] = [];
  const receiver = await startInWorkerd({ port: 0, secrets, vars, onLog: (line) => lines.push(line) });
  onTestFinished(receiver.dispose);
  const response = await deliver(receiver.url, postStart({ key: 'unconfigured' }));
  expect([response.status, await response.json()]).toMatchObject([500, { error: 'not_configured' }]);
  expect((await fetch(`${receiver.url}/healthz`)).status).toBe(500);
  const [line] = await eventually(
    async () => lines,
    (all) => all.length > 0,
  );
  expect(line).toMatch(/24.+64 bytes|at least 16 characters/);
  expect(line).not.toContain('c2hvcnQ');
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
