import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { parseProxy } from '../../../../settings/outbound/http-proxy.ts';
import { createWebhookSender } from '../../../../watcher/delivery/send/webhook-sender.ts';
import type { WebhookTarget } from '../../../../watcher/delivery/subscription-target.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { startHttpProxy } from '../../../support/http-proxy.ts';
import { createTestAuthority } from '../../../support/test-certificates.ts';
import { webhookTarget } from '../delivery-setup.ts';

const authority = createTestAuthority('receivers');
const clients = createTestAuthority('clients');
const client = clients.issue('watcher');
const never = new AbortController().signal;

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

/** A receiver that lets in only clients with a certificate of {@link clients}, and says whom it saw. */
async function startStrictReceiver() {
  const seen: string[] = [];
  const server = createServer(
    { ...authority.issue('127.0.0.1'), ca: clients.cert, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate();
      seen.push(String(subject.CN));
      request.resume().on('end', () => response.writeHead(202).end());
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/events`, seen };
}

async function send(url: string, fields: Partial<WebhookTarget>) {
  const sender = createWebhookSender(webhookTarget(url, fields), {
    clock: createFakeClock(),
    version: '1.2.3',
  });
  onTestFinished(() => sender.close());
  return await sender.send(event, never);
}

test('a receiver with an authority of its own, which asks for a certificate, gets what the subscription names', async () => {
  const { url, seen } = await startStrictReceiver();
  const tls = { ca: authority.cert, ...client };
  expect(await send(url, { tls })).toEqual({ kind: 'delivered', status: 202 });
  expect(seen).toEqual(['watcher']);
});

test('without the authority, without the certificate, or with one of another authority it is a failure of TLS', async () => {
  const { url, seen } = await startStrictReceiver();
  expect(await send(url, { tls: client })).toMatchObject({
    kind: 'retry',
    reason: expect.stringMatching(/^tls /),
  });
  expect(await send(url, { tls: { ca: authority.cert } })).toMatchObject({
    kind: 'retry',
    scope: 'receiver',
  });
  const stranger = createTestAuthority('strangers').issue('watcher');
  expect(await send(url, { tls: { ca: authority.cert, ...stranger } })).toMatchObject({ kind: 'retry' });
  expect(seen).toEqual([]);
});

test('by way of a proxy the certificate is shown to the receiver', async () => {
  const { url, seen } = await startStrictReceiver();
  const proxy = await startHttpProxy();
  const tls = { ca: authority.cert, ...client };
  const parsed = parseProxy(proxy.url);
  if ('fault' in parsed) throw new Error(parsed.fault);
  expect(await send(url, { tls, proxyFor: () => parsed.value })).toEqual({ kind: 'delivered', status: 202 });
  expect(seen).toEqual(['watcher']);
  expect(proxy.asked).toHaveLength(1);
});
