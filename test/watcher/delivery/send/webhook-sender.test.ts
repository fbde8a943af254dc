import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished, test } from 'vitest';
import { parseSigningSecret } from '../../../../protocol/signature/signing-secret.ts';
import { createVerifier } from '../../../../protocol/signature/verify.ts';
import type { DeliveryEvent } from '../../../../watcher/delivery/delivery-store.ts';
import { AttemptDeadline, type EventSender } from '../../../../watcher/delivery/event-sender.ts';
import type { Outcome } from '../../../../watcher/delivery/outcome.ts';
import {
  createWebhookSender,
  type WebhookSenderDependencies,
} from '../../../../watcher/delivery/send/webhook-sender.ts';
import type { WebhookTarget } from '../../../../watcher/delivery/subscription-target.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import {
  type Answer,
  cutShort,
  hang,
  neverEnding,
  type ReceivedRequest,
  reset,
  respond,
  startReceiver,
} from '../../../support/receiver.ts';
import { createTestAuthority } from '../../../support/test-certificates.ts';
import { PREVIOUS_SECRET, SECRET, webhookTarget } from '../delivery-setup.ts';

const ED25519_SECRET =
  'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';
const ED25519_PUBLIC = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';

const event: DeliveryEvent = {
  sequence: 42,
  eventId: 'evt_abcdefghijklmnopqrstuvwxyz234567abcd',
  type: 'dev.offhook.container.postStart',
  partitionKey: 'pod/app',
  timeMs: 0,
  expiresAtMs: null,
  ageMs: 1,
  body: Buffer.from('{"id":"evt_abcdefghijklmnopqrstuvwxyz234567abcd","text":"é✓"}'),
};

function senderFor(
  url: string,
  fields: Partial<WebhookTarget> = {},
  dependencies: Partial<WebhookSenderDependencies> = {},
): EventSender {
  const clock = createFakeClock();
  const sender = createWebhookSender(webhookTarget(url, fields), {
    clock,
    version: '1.2.3',
    ...dependencies,
  });
  onTestFinished(() => sender.close());
  return sender;
}

const never = new AbortController().signal;

function headerSource(request: ReceivedRequest) {
  return { get: (name: string) => String(request.headers[name] ?? '') || null };
}

test('sends exactly the headers of the wire contract, and the stored bytes', async () => {
  const receiver = await startReceiver();
  const outcome = await senderFor(receiver.url, { bearerToken: 'token-1' }).send(event, never);
  expect(outcome).toEqual({ kind: 'delivered', status: 202 });

  const [request] = await receiver.received(1);
  expect([request?.method, request?.path]).toEqual(['POST', '/hook?tenant=a']);
  const { host, connection, 'content-length': length, ...headers } = request?.headers ?? {};
  expect(headers).toEqual({
    'content-type': 'application/cloudevents+json',
    'user-agent': 'offhook/1.2.3',
    'webhook-id': event.eventId,
    'webhook-timestamp': String(Date.UTC(2026, 0, 1) / 1000),
    'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
    authorization: 'Bearer token-1',
  });
  expect(Number(length)).toBe(event.body.length);
  expect(request?.body.equals(event.body)).toBe(true);
});

test('without a bearer token there is no authorization header', async () => {
  const receiver = await startReceiver();
  await senderFor(receiver.url).send(event, never);
  expect(receiver.requests[0]?.headers).not.toHaveProperty('authorization');
});

test('our own verifier and the standardwebhooks package accept each of the signatures', async () => {
  const receiver = await startReceiver();
  const secrets = [SECRET, PREVIOUS_SECRET, ED25519_SECRET].map(parseSigningSecret);
  const clock = { ...createFakeClock(Date.now()) };
  await senderFor(receiver.url, { secrets }, { clock }).send(event, never);
  const [request] = await receiver.received(1);
  if (request === undefined) throw new Error('no request');

  for (const key of [SECRET, PREVIOUS_SECRET, ED25519_PUBLIC]) {
    const verifier = await createVerifier({ keys: [key] });
    expect(await verifier.verify(headerSource(request), request.body, clock.nowMs())).toMatchObject({
      kind: 'verified',
      id: event.eventId,
    });
  }
  for (const key of [SECRET, PREVIOUS_SECRET]) {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    expect(new Webhook(key).verify(request.body.toString(), headers)).toMatchObject({ id: event.eventId });
  }
});

test('connections are used again, and no more of them are opened than allowed', async () => {
  const receiver = await startReceiver();
  receiver.answer(respond(200, {}, 'x'.repeat(1000)));
  const sender = senderFor(receiver.url, { concurrency: 2 });
  for (let round = 0; round < 3; round++) {
    await Promise.all(Array.from({ length: 6 }, () => sender.send(event, never)));
  }
  expect(new Set(receiver.requests.map(({ remotePort }) => remotePort)).size).toBe(2);
});

test('no redirect is followed', async () => {
  const target = await startReceiver();
  const receiver = await startReceiver();
  for (const status of [301, 302, 303, 307, 308]) {
    receiver.answer(respond(status, { location: target.url }));
    expect(await senderFor(receiver.url).send(event, never)).toMatchObject({ kind: 'retry', status });
  }
  expect(target.requests).toHaveLength(0);
});

test.each<[string, Answer, Outcome]>([
  ['a reset is tried again', reset, { kind: 'retry', status: null, reason: 'reset UND_ERR_SOCKET' }],
  [
    'so is an answer that breaks off, whatever its status',
    cutShort,
    expect.objectContaining({ kind: 'retry' }),
  ],
  [
    'so is one that is no HTTP',
    (response) => response.socket?.end('SMTP ready\r\n\r\n'),
    expect.objectContaining({ kind: 'retry', reason: expect.stringMatching(/^protocol H/) }),
  ],
  [
    'a long answer is not read to its end',
    (response) => response.writeHead(202).write('x'.repeat(2000)),
    { kind: 'delivered', status: 202 },
  ],
  ['headers decide', respond(503, { 'Retry-After': '9' }), expect.objectContaining({ pauseMs: 9000 })],
  ['also these', respond(200, { 'webhook-delivery': 'disable' }), expect.objectContaining({ kind: 'gone' })],
])('%s', async (_, answer, expected) => {
  const receiver = await startReceiver();
  receiver.answer(answer);
  const outcome = await senderFor(receiver.url).send(event, never);
  if (outcome.kind === 'retry' && outcome.reason.startsWith('reset')) {
    // Which of the two codes comes depends on whether the operating system or undici notices first.
    expect(outcome.reason).toMatch(/^reset (ECONNRESET|UND_ERR_SOCKET)$/);
  } else {
    expect(outcome).toEqual(expected);
  }
});

test.each([
  ['no answer', hang],
  ['a head and one byte at a time', neverEnding],
])('the deadline ends an attempt with %s', async (_, answer) => {
  const receiver = await startReceiver();
  receiver.answer(answer);
  const controller = new AbortController();
  const outcome = senderFor(receiver.url).send(event, controller.signal);
  await receiver.received(1);
  controller.abort(new AttemptDeadline(15_000));
  expect(await outcome).toMatchObject({ kind: 'retry', status: null, reason: 'timeout 15000 ms' });
});

test('a port where nobody listens, and a name that does not exist, are tried again', async () => {
  const closed = await startReceiver();
  const refused = senderFor(closed.url.replace(/:\d+/, ':1'));
  expect(await refused.send(event, never)).toMatchObject({ reason: 'connect ECONNREFUSED' });
  const notFound = Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
  const connect = {
    lookup: (_: string, __: unknown, found: (error: Error, address: string) => void) => found(notFound, ''),
  };
  const unknown = senderFor('http://offhook.invalid/', {}, { connect });
  expect(await unknown.send(event, never)).toMatchObject({ reason: 'dns ENOTFOUND' });
});

test('a certificate that is not trusted is refused; a trusted one is used', async () => {
  const authority = createTestAuthority('Test CA');
  const receiver = await startReceiver({ tls: authority.issue('receiver') });
  const untrusting = await senderFor(receiver.url, { allowHttp: false }).send(event, never);
  expect(untrusting).toMatchObject({ kind: 'retry', reason: expect.stringMatching(/^tls [A-Z_]+$/) });
  expect(receiver.requests).toHaveLength(0);

  const connect = { ca: authority.cert };
  const trusting = await senderFor(receiver.url, { allowHttp: false }, { connect }).send(event, never);
  expect(trusting).toEqual({ kind: 'delivered', status: 202 });
});

test.each([
  ['plain http unless allowed', 'http://bridge.example/', /subscription bridge: https required/],
  ['credentials in the URL', 'https://user:hunter2@bridge.example/', /must not carry a user or password/],
  ['another scheme', 'ftp://bridge.example/', /must begin with https/],
  ['no URL', 'bridge.example', /cannot be parsed/],
])('refuses %s, without quoting it', (_, url, message) => {
  const create = () =>
    createWebhookSender(webhookTarget(url, { allowHttp: false }), { clock: createFakeClock(), version: '1' });
  expect(create).toThrow(message);
  expect(create).not.toThrow(/hunter2|example/);
});

test('refuses to sign with no secret, and with a key pair whose halves do not belong together', () => {
  const create = (secrets: WebhookTarget['secrets']) => () =>
    createWebhookSender(webhookTarget('https://bridge.example/', { secrets }), {
      clock: createFakeClock(),
      version: '1',
    });
  expect(create([])).toThrow('expected 1 to 4 signing secrets, got 0');
  const pair = parseSigningSecret(ED25519_SECRET);
  if (pair.kind !== 'v1a') throw new Error('expected a key pair');
  const mixed = { ...pair, seed: new Uint8Array(32) };
  expect(create([mixed])).toThrow('does not belong to the seed');
});
