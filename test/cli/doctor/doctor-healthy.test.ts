import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startNodeReceiver } from '../../../functions/platforms/node/start-receiver.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { runOffhook, startOffhook } from '../../support/offhook-process.ts';
import { createTestAuthority } from '../../support/test-certificates.ts';
import { SECRET, untilReady, writeWatchConfig } from '../../support/watch-config.ts';
import { readReport, startCluster } from './support/run-doctor.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

/** A cluster, a receiver of Offhook over TLS, and a configuration that names both. */
async function startWorld() {
  const directory = temporaryDirectory();
  const authority = createTestAuthority('Test CA');
  const { cert, key } = authority.issue('localhost');
  const files = {
    ca: join(directory, 'ca'),
    certFile: join(directory, 'cert'),
    keyFile: join(directory, 'key'),
  };
  writeFileSync(files.ca, authority.cert);
  writeFileSync(files.certFile, cert);
  writeFileSync(files.keyFile, key, { mode: 0o600 });
  const { certFile, keyFile } = files;
  const receiver = await startNodeReceiver({
    ...{ dataDir: join(directory, 'receiver'), secrets: [SECRET], log: quiet, port: 0 },
    tls: { certFile, keyFile },
  });
  onTestFinished(() => receiver.close());
  const cluster = await startCluster();
  const { file, env } = writeWatchConfig(directory, { receivers: { bridge: `${receiver.url}/events` } });
  const args = ['--config', file, '--server', cluster.url];
  return { cluster, receiver, directory, args, env: { ...env, NODE_EXTRA_CA_CERTS: files.ca } };
}

it('finds nothing to say against a good setup, and leaves everything as it was', {
  timeout: 180_000,
}, async () => {
  const { cluster, receiver, directory, args, env } = await startWorld();
  const before = { files: readdirSync(directory), version: cluster.api.resourceVersion() };
  const ended = await runOffhook(['doctor', ...args], { env });
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toMatch(/^ {2}✓ signature: refuses a wrong signature with 401$/m);
  expect(ended.stdout).toMatch(/^\d+ passed, 0 failed$/m);
  expect(ended.stdout).not.toMatch(/✗|!|–/);
  expect({ files: readdirSync(directory), version: cluster.api.resourceVersion() }).toEqual(before);
  expect(await receiver.auditRows()).toEqual([]);
});

it('runs beside a watcher, which it does not disturb', { timeout: 180_000 }, async () => {
  const { directory, args, env } = await startWorld();
  const watcher = startOffhook(['watch', ...args], { env });
  await untilReady(watcher);
  const { code, check } = readReport(await runOffhook(['doctor', '--json', ...args], { env }));
  expect(code).toBe(0);
  expect(check('journal.lock')).toMatchObject({
    status: 'ok',
    message: expect.stringContaining(`held by a running watcher: process ${watcher.pid}`),
  });
  expect(check('journal.contents').status).toBe('ok');
  expect(check('journal.cluster').message).toBe('belongs to this cluster');
  await untilReady(watcher);
  expect(readdirSync(join(directory, 'journal')).toSorted()).toContain('journal.db');
});
