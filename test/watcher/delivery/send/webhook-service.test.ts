import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createWebhookSender } from '../../../../watcher/delivery/send/webhook-sender.ts';
import type { ServiceEndpoints } from '../../../../watcher/delivery/service-endpoints.ts';
import type { WebhookTarget } from '../../../../watcher/delivery/subscription-target.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { hang, type Receiver, startReceiver } from '../../../support/receiver.ts';
import { createTestAuthority } from '../../../support/test-certificates.ts';
import { webhookTarget } from '../delivery-setup.ts';

const event = {
  sequence: 1,
  eventId: 'evt_1',
  type: 'dev.offhook.container.postStart',
  partitionKey: 'a',
  timeMs: 0,
  expiresAtMs: null,
  ageMs: 0,
  body: Buffer.from('{}'),
};
const never = new AbortController().signal;
const NAME = 'hooks.billing.svc';

const endpointOf = (url: string) => ({ address: '127.0.0.1', port: Number(new URL(url).port) });

/** A port where nobody listens. */
async function closedPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return { address: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0 };
}

function start(url: string, service: ServiceEndpoints, fields: Partial<WebhookTarget> = {}) {
  const clock = createFakeClock();
  const target = webhookTarget(url, { service, ...fields });
  const sender = createWebhookSender(target, { clock, version: '1.2.3' });
  onTestFinished(() => sender.close());
  return { clock, send: (signal = never) => sender.send(event, signal) };
}

function service(...receivers: readonly Receiver[]): ServiceEndpoints {
  return { find: async () => ({ kind: 'found', endpoints: receivers.map(({ url }) => endpointOf(url)) }) };
}

test('an event goes to a Pod of the Service, by the name of the Service and past any proxy', async () => {
  const receiver = await startReceiver();
  const proxyFor = () => ({ origin: 'http://127.0.0.1:9', authorization: null });
  const { send } = start(`http://${NAME}:8080/hook`, service(receiver), { proxyFor });
  expect(await send()).toEqual({ kind: 'delivered', status: 202 });
  expect(receiver.requests[0]).toMatchObject({ path: '/hook', headers: { host: `${NAME}:8080` } });
});

test('TLS is spoken by the name of the Service, with its authority', async () => {
  const authority = createTestAuthority('cluster');
  const receiver = await startReceiver({ tls: authority.issue(NAME) });
  const { send } = start(`https://${NAME}/hook`, service(receiver), { tls: { ca: authority.cert } });
  expect(await send()).toEqual({ kind: 'delivered', status: 202 });
  expect(receiver.requests[0]?.headers.host).toBe(NAME);

  const other = await startReceiver({ tls: authority.issue('hooks.other.svc') });
  const wrong = start(`https://${NAME}/hook`, service(other), { tls: { ca: authority.cert } });
  expect(await wrong.send()).toMatchObject({ kind: 'retry', reason: expect.stringMatching(/^tls /) });
  expect(other.requests).toEqual([]);
});

test('connections are spread over the Pods', async () => {
  const [one, two] = [await startReceiver(), await startReceiver()];
  const answers: (() => void)[] = [];
  for (const each of [one, two]) each.answer((response) => answers.push(() => response.writeHead(202).end()));
  const { send } = start(`http://${NAME}/hook`, service(one, two), { concurrency: 4 });
  const sent = Array.from({ length: 4 }, () => send());
  await Promise.all([one.received(2), two.received(2)]);
  for (const answer of answers) answer();
  await Promise.all(sent);
});

test('a Pod that refuses connections costs nothing while another one takes them', async () => {
  const receiver = await startReceiver();
  const endpoints = [await closedPort(), endpointOf(receiver.url)];
  const { send } = start(`http://${NAME}/hook`, { find: async () => ({ kind: 'found', endpoints }) });
  expect(await send()).toEqual({ kind: 'delivered', status: 202 });

  const closed = [await closedPort(), await closedPort(), endpointOf(receiver.url)];
  const second = start(`http://${NAME}/hook`, { find: async () => ({ kind: 'found', endpoints: closed }) });
  expect(await second.send()).toMatchObject({ kind: 'retry', reason: 'connect ECONNREFUSED' });
});

test('a Service without Pods is a failure that says so', async () => {
  const { send } = start(`http://${NAME}/hook`, {
    find: async () => ({ kind: 'none', why: 'no ready endpoint' }),
  });
  expect(await send()).toMatchObject({
    kind: 'retry',
    scope: 'receiver',
    reason: 'service no ready endpoint',
  });
  const empty = start(`http://${NAME}/hook`, { find: async () => ({ kind: 'found', endpoints: [] }) });
  expect(await empty.send()).toMatchObject({ reason: 'service no endpoint' });
});

test('a Service whose endpoints are never told ends with the time for connecting', async () => {
  const { send, clock } = start(
    `http://${NAME}/hook`,
    { find: () => new Promise(() => {}) },
    { timeoutMs: 5_000 },
  );
  const outcome = send();
  await clock.advance(5_000);
  expect(await outcome).toMatchObject({ reason: 'service its endpoints are not known in time' });
});

test('after a Pod that no longer answers, the next attempt goes to where the Service is then', async () => {
  const [gone, next] = [await startReceiver(), await startReceiver()];
  gone.answer(202, hang);
  let now = gone;
  const find: ServiceEndpoints['find'] = async () => ({ kind: 'found', endpoints: [endpointOf(now.url)] });
  const { send } = start(`http://${NAME}/hook`, { find }, { concurrency: 1 });
  await send();
  now = next;
  const controller = new AbortController();
  const hanging = send(controller.signal);
  await gone.received(2);
  controller.abort(new Error('over'));
  expect(await hanging).toMatchObject({ kind: 'retry' });
  expect(await send()).toEqual({ kind: 'delivered', status: 202 });
  expect(next.requests).toHaveLength(1);
});
