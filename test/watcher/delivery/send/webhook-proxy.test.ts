import { describe, expect, onTestFinished, test } from 'vitest';
import { type ProxyFor, parseProxy } from '../../../../settings/outbound/http-proxy.ts';
import type { DeliveryEvent } from '../../../../watcher/delivery/delivery-store.ts';
import { AttemptDeadline, type EventSender } from '../../../../watcher/delivery/event-sender.ts';
import { createWebhookSender } from '../../../../watcher/delivery/send/webhook-sender.ts';
import type { WebhookTarget } from '../../../../watcher/delivery/subscription-target.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { startHttpProxy } from '../../../support/http-proxy.ts';
import { hang, type Receiver, respond, startReceiver } from '../../../support/receiver.ts';
import { createTestAuthority, type TestAuthority } from '../../../support/test-certificates.ts';
import { until } from '../../../support/until.ts';
import { webhookTarget } from '../delivery-setup.ts';

const event: DeliveryEvent = {
  sequence: 1,
  eventId: 'evt_abcdefghijklmnopqrstuvwxyz234567abcd',
  type: 'dev.offhook.container.postStart',
  partitionKey: 'pod/app',
  timeMs: 0,
  expiresAtMs: null,
  ageMs: 1,
  body: Buffer.from('{"text":"é✓"}'),
};

const never = new AbortController().signal;

function through(url: string): ProxyFor {
  const parsed = parseProxy(url);
  if ('fault' in parsed) throw new Error(parsed.fault);
  return () => parsed.value;
}

function senderTo(
  receiver: Receiver,
  proxyFor: ProxyFor,
  authority?: TestAuthority,
  fields: Partial<WebhookTarget> = {},
): EventSender {
  const target = webhookTarget(receiver.url, { proxyFor, concurrency: 4, ...fields });
  const connect = authority && { ca: authority.cert };
  const dependencies = { clock: createFakeClock(), version: '1.2.3', ...(connect && { connect }) };
  const sender = createWebhookSender(target, dependencies);
  onTestFinished(() => sender.close());
  return sender;
}

/** A receiver that speaks TLS, and one that does not. */
async function receivers(): Promise<
  readonly { receiver: Receiver; authority: TestAuthority; isTls: boolean }[]
> {
  const authority = createTestAuthority('Test CA');
  const secure = await startReceiver({ tls: authority.issue('receiver') });
  const plain = await startReceiver();
  return [
    { receiver: secure, authority, isTls: true },
    { receiver: plain, authority, isTls: false },
  ];
}

describe('a delivery by way of a proxy', () => {
  test('arrives as it would directly; https through a tunnel, http forwarded', async () => {
    const proxy = await startHttpProxy();
    for (const { receiver, authority, isTls } of await receivers()) {
      const sender = senderTo(receiver, through(proxy.url), authority);
      expect(await sender.send(event, never)).toEqual({ kind: 'delivered', status: 202 });
      const [request] = receiver.requests;
      expect(request?.body.equals(event.body)).toBe(true);
      expect([request?.method, request?.path]).toEqual(['POST', '/hook?tenant=a']);
      const { host, port, origin } = new URL(receiver.url);
      expect(request?.headers).toMatchObject({ host, 'webhook-id': event.eventId });
      expect(request?.headers).not.toHaveProperty('proxy-authorization');
      expect(proxy.asked.at(-1)).toBe(isTls ? `CONNECT 127.0.0.1:${port}` : `POST ${origin}/hook?tenant=a`);
    }
  });

  test('uses its tunnels again', async () => {
    const proxy = await startHttpProxy();
    for (const { receiver, authority } of await receivers()) {
      const sender = senderTo(receiver, through(proxy.url), authority);
      for (let count = 0; count < 12; count += 1) await sender.send(event, never);
    }
    expect(proxy.asked.filter((line) => line.startsWith('CONNECT')).length).toBeLessThanOrEqual(4);
  });

  test('gives the proxy its credentials, and only the proxy', async () => {
    const proxy = await startHttpProxy({ user: 'offhook', password: 'p@ss:w%rd' });
    for (const { receiver, authority } of await receivers()) {
      const sender = senderTo(receiver, through(proxy.urlWithCredentials), authority);
      expect(await sender.send(event, never)).toMatchObject({ kind: 'delivered' });
      expect(JSON.stringify(receiver.requests[0]?.rawHeaders)).not.toMatch(/proxy|Basic/i);
    }
    const basic = `Basic ${Buffer.from('offhook:p@ss:w%rd').toString('base64')}`;
    expect(proxy.authorizations).toEqual([basic, basic]);
  });

  test('speaks TLS with a proxy that wants it', async () => {
    const authority = createTestAuthority('Test CA');
    const proxy = await startHttpProxy({ tls: authority.issue('proxy') });
    const secure = await startReceiver({ tls: authority.issue('receiver') });
    for (const receiver of [secure, await startReceiver()]) {
      const sender = senderTo(receiver, through(proxy.url), authority);
      expect(await sender.send(event, never)).toEqual({ kind: 'delivered', status: 202 });
    }
  });
});

describe('a proxy that does not let it through is named as the cause', () => {
  test('without or with wrong credentials', async () => {
    const proxy = await startHttpProxy({ user: 'offhook', password: 'right' });
    const wrong = proxy.url.replace('://', '://offhook:hunter2@');
    for (const { receiver, authority } of await receivers()) {
      for (const url of [proxy.url, wrong]) {
        const outcome = await senderTo(receiver, through(url), authority).send(event, never);
        expect(outcome).toMatchObject({ kind: 'retry', status: null, reason: 'proxy 407' });
      }
      expect(receiver.requests).toHaveLength(0);
    }
  });

  test('for whatever reason it refuses a tunnel', async () => {
    const proxy = await startHttpProxy();
    const [secure] = await receivers();
    if (secure === undefined) throw new Error('no receiver');
    const sender = senderTo(secure.receiver, through(proxy.url), secure.authority);
    for (const status of [403, 502, 503, 504]) {
      proxy.manner(status);
      expect(await sender.send(event, never)).toMatchObject({
        kind: 'retry',
        status: null,
        reason: `proxy ${status}`,
      });
    }
    proxy.manner('serve');
    expect(await sender.send(event, never)).toMatchObject({ kind: 'delivered' });
  });

  test('where nobody listens', async () => {
    for (const { receiver, authority } of await receivers()) {
      const sender = senderTo(receiver, through('http://user:hunter2@127.0.0.1:1'), authority);
      expect(await sender.send(event, never)).toMatchObject({ reason: 'proxy ECONNREFUSED' });
    }
  });

  test('a deadline that passes while the proxy says nothing is told as the proxy’s', async () => {
    const proxy = await startHttpProxy();
    proxy.manner('hang');
    const [secure] = await receivers();
    if (secure === undefined) throw new Error('no receiver');
    const sender = senderTo(secure.receiver, through(proxy.url), secure.authority, {
      timeoutMs: 1_000,
      concurrency: 1,
    });
    const controller = new AbortController();
    const outcome = sender.send(event, controller.signal);
    await until('the proxy is asked', () => proxy.asked.length === 1);
    controller.abort(new AttemptDeadline(1_000));
    expect(await outcome).toMatchObject({ kind: 'retry', status: null, reason: 'proxy timeout 1000 ms' });
    // A CONNECT that is never answered does not hold its connection for ever.
    proxy.manner('serve');
    expect(await sender.send(event, never)).toMatchObject({ kind: 'delivered' });
  });

  test('one that passes while the receiver says nothing is not', async () => {
    const proxy = await startHttpProxy();
    for (const { receiver, authority } of await receivers()) {
      receiver.answer(respond(202, {}), hang);
      const sender = senderTo(receiver, through(proxy.url), authority);
      await sender.send(event, never);
      const controller = new AbortController();
      const outcome = sender.send(event, controller.signal);
      await receiver.received(2);
      controller.abort(new AttemptDeadline(15_000));
      expect(await outcome).toMatchObject({ reason: 'timeout 15000 ms' });
    }
  });

  test('a proxy that floods costs the attempt only', async () => {
    const proxy = await startHttpProxy();
    proxy.manner({ flood: 'HTTP/1.1 103 Early Hints\r\n\r\n' });
    for (const { receiver, authority, isTls } of await receivers()) {
      const outcome = await senderTo(receiver, through(proxy.url), authority).send(event, never);
      expect(outcome).toMatchObject({
        kind: 'retry',
        reason: expect.stringMatching(isTls ? /^proxy / : /./),
      });
    }
  });
});
