import { expect, it } from 'vitest';
import { startHttpProxy } from '../../support/http-proxy.ts';
import { hang, neverEnding, reset, respond, startReceiver } from '../../support/receiver.ts';
import { SECRET } from '../../support/watch-config.ts';
import { runDoctor } from './support/run-doctor.ts';

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
  const report = await runDoctor({ receivers: { bridge: receiver.url }, args: ['--timeout', '400ms'] });
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
  const failed = report.checks.filter(({ id, status }) => id.endsWith('.answer') && status === 'failed');
  expect(failed.map(({ message }) => message)).toEqual(Array(24).fill('timeout 500 ms'));
  expect(most).toBeLessThanOrEqual(16);
  expect(most).toBeGreaterThan(4);
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
