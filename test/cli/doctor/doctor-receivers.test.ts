import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startHttpProxy } from '../../support/http-proxy.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { runOffhook } from '../../support/offhook-process.ts';
import { hang, neverEnding, reset, respond, startReceiver } from '../../support/receiver.ts';
import { createTestAuthority } from '../../support/test-certificates.ts';
import { SECRET, writeWatchConfig } from '../../support/watch-config.ts';
import { readReport, runDoctor, startCluster } from './support/run-doctor.ts';

const of = (step: string) => `subscriptions.bridge.${step}`;

it('sends one event that no receiver can take for a true one', async () => {
  const receiver = await startReceiver();
  receiver.answer(401);
  const report = await runDoctor({ receivers: { bridge: receiver.url } });
  expect(report.code).toBe(0);
  expect(receiver.requests).toHaveLength(1);
  const [request] = receiver.requests;
  expect(request?.headers).toMatchObject({
    'content-type': 'application/cloudevents+json',
    'webhook-id': expect.stringMatching(/^evt_/),
    'webhook-signature': expect.stringMatching(/^v1,/),
  });
  expect(JSON.parse(String(request?.body))).toMatchObject({
    specversion: '1.0',
    type: 'dev.offhook.doctor.probe',
  });
});

it('fails for a receiver that takes what has a wrong signature', async () => {
  const receiver = await startReceiver();
  const report = await runDoctor({ receivers: { bridge: receiver.url } });
  expect(report.code).toBe(1);
  expect(report.check(of('signature'))).toMatchObject({
    status: 'failed',
    message: 'takes an event with a wrong signature (202): it verifies nothing',
  });
});

it('fails for a receiver whose clock differs by ten minutes, and names it', async () => {
  const receiver = await startReceiver();
  const date = new Date(Date.now() - 600_000).toUTCString();
  receiver.answer(respond(400, { date }));
  const report = await runDoctor({ receivers: { bridge: receiver.url } });
  expect(report.check(of('signature'))).toMatchObject({
    status: 'failed',
    message: expect.stringMatching(/refuses the timestamp \(400\): this machine is (10 m|9 m 5\d s)/),
  });
});

it('warns of one that refuses in words of its own', async () => {
  const receiver = await startReceiver();
  receiver.answer(403);
  const report = await runDoctor({ receivers: { bridge: receiver.url } });
  expect(report.code).toBe(0);
  expect(report.check(of('signature')).status).toBe('warning');
});

it('says that nobody listens, and asks no further', async () => {
  const report = await runDoctor({ receivers: { bridge: 'http://127.0.0.1:9/secret-path' } });
  expect(report.code).toBe(1);
  expect(report.check(of('host')).status).toBe('ok');
  expect(report.check(of('connection'))).toMatchObject({ status: 'failed', message: 'connect ECONNREFUSED' });
  expect(report.ids('skipped')).toEqual([of('answer'), of('signature')]);
  expect(report.output).not.toContain('secret-path');
});

it('says that the host does not resolve', async () => {
  const report = await runDoctor({ receivers: { bridge: 'http://nowhere.invalid/' } });
  expect(report.check(of('host'))).toMatchObject({
    status: 'failed',
    message: expect.stringMatching(/^dns E/),
  });
});

it.each([
  ['hangs', hang],
  ['never ends its answer', neverEnding],
])('ends by its deadline where the receiver %s', async (_, manner) => {
  const receiver = await startReceiver();
  receiver.answer(manner);
  const startedMs = performance.now();
  const report = await runDoctor({ receivers: { bridge: receiver.url }, args: ['--timeout', '400ms'] });
  expect(performance.now() - startedMs).toBeLessThan(5_000);
  expect(report.check(of('answer'))).toMatchObject({ status: 'failed', message: 'timeout 400 ms' });
});

it('tells a cut connection', async () => {
  const receiver = await startReceiver();
  receiver.answer(reset);
  const report = await runDoctor({ receivers: { bridge: receiver.url } });
  expect(report.check(of('answer'))).toMatchObject({
    status: 'failed',
    message: expect.stringMatching(/^reset/),
  });
});

it('asks sixteen subscriptions at a time, and gives each of them its whole time', async () => {
  const receiver = await startReceiver();
  let open = 0;
  let most = 0;
  receiver.answer((response) => {
    open += 1;
    most = Math.max(most, open);
    response.on('close', () => {
      open -= 1;
    });
  });
  const names = Array.from({ length: 24 }, (_, index) => [`s${index}`, receiver.url]);
  const report = await runDoctor({ receivers: Object.fromEntries(names), args: ['--timeout', '500ms'] });
  const failed = report.checks.filter(({ status }) => status === 'failed');
  expect(failed.map(({ message }) => message)).toEqual(Array(24).fill('timeout 500 ms'));
  expect(most).toBeLessThanOrEqual(16);
  expect(most).toBeGreaterThan(4);
});

it.each([
  ['of another host', 'elsewhere.example', undefined, /^tls ERR_TLS_CERT_ALTNAME_INVALID$/],
  ['that has expired', 'localhost', '20210101000000Z', /^tls CERT_HAS_EXPIRED$/],
])('names a certificate %s', { timeout: 30_000 }, async (_, name, until, message) => {
  const authority = createTestAuthority('Test CA');
  const receiver = await startReceiver({ tls: authority.issue(name, until) });
  receiver.answer(401);
  const directory = temporaryDirectory();
  const ca = join(directory, 'ca');
  writeFileSync(ca, authority.cert);
  const url = receiver.url.replace('127.0.0.1', 'localhost');
  const { file, env } = writeWatchConfig(directory, { receivers: { bridge: url } });
  const { url: server } = await startCluster();
  const args = ['doctor', '--json', '--config', file, '--server', server];
  const report = readReport(await runOffhook(args, { env: { ...env, NODE_EXTRA_CA_CERTS: ca } }));
  expect(report.check(of('connection')).status).toBe('ok');
  expect(report.check(of('tls'))).toMatchObject({
    status: 'failed',
    message: expect.stringMatching(message),
  });
  expect(receiver.requests).toHaveLength(0);
});

it('names a certificate that nobody here trusts', async () => {
  const receiver = await startReceiver({ tls: createTestAuthority('Test CA').issue('localhost') });
  const report = await runDoctor({ receivers: { bridge: receiver.url } });
  const { status, hints } = report.check(of('tls'));
  expect({ status, hints }).toEqual({
    status: 'failed',
    hints: [expect.stringContaining('NODE_EXTRA_CA_CERTS')],
  });
});

it('goes by the proxy of the subscription, and never shows its password', async () => {
  const proxy = await startHttpProxy({ user: 'me', password: 'pass-word' });
  const receiver = await startReceiver();
  receiver.answer(401);
  const withProxy = (url: string) =>
    runDoctor({ receivers: { bridge: `${receiver.url}\n    proxy: { env: PROXY }` }, env: { PROXY: url } });
  const report = await withProxy(proxy.urlWithCredentials);
  expect(report.check(of('proxy'))).toMatchObject({
    status: 'ok',
    message: expect.stringContaining(proxy.url),
  });
  expect(report.check(of('signature')).status).toBe('ok');
  expect(proxy.asked).toHaveLength(1);
  const refused = await withProxy(proxy.url.replace('//', '//me:wrong@'));
  expect(refused.check(of('proxy'))).toMatchObject({ status: 'failed', message: 'proxy 407' });
  for (const { output } of [report, refused]) expect(output).not.toMatch(/pass-word|wrong@|MfKQ9r8/);
  expect(report.output).not.toContain(SECRET);
});

const BUS = `  - name: bus
    eventBridge: { busName: offhook, region: eu-central-1 }`;

it('finds the credentials for a bus, and says when there are none', { timeout: 30_000 }, async () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'offhook.yaml');
  writeFileSync(
    file,
    `subscriptions:\n${BUS}\ndataDir: '${directory}/j'
journal: { allowVolatile: true }\n`,
  );
  const { url: server } = await startCluster();
  const nobody = { AWS_EC2_METADATA_DISABLED: 'true', HOME: directory };
  const run = async (env: Record<string, string>) =>
    readReport(
      await runOffhook(['doctor', '--json', '--config', file, '--server', server], {
        env: { ...nobody, ...env },
      }),
    );
  const found = await run({ AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'very-secret' });
  expect(found.code).toBe(0);
  expect(found.check('subscriptions.bus.credentials').message).toMatch(
    /^found for eu-central-1 \(access key AKIA…\)/,
  );
  expect(found.output).not.toContain('very-secret');
  const missing = await run({});
  expect(missing.check('subscriptions.bus.credentials').status).toBe('failed');
});
