import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { parseProxy } from '../../../../settings/outbound/http-proxy.ts';
import { createWebhookSender } from '../../../../watcher/delivery/send/webhook-sender.ts';
import type { WebhookTarget } from '../../../../watcher/delivery/subscription-target.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { startHttpProxy } from '../../../support/http-proxy.ts';
import { type Answer, hang, type Receiver, respond, startReceiver } from '../../../support/receiver.ts';
import { createTestAuthority } from '../../../support/test-certificates.ts';
import { webhookTarget } from '../delivery-setup.ts';

const CLIENT_SECRET = 'p@ss/w:rd';

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

const json = (body: object, status = 200) =>
  respond(status, { 'content-type': 'application/json' }, JSON.stringify(body));
const token = (access_token: string, expires_in = 3600): Answer =>
  json({ access_token, token_type: 'Bearer', expires_in });

async function start(fields: Partial<WebhookTarget> = {}) {
  const [receiver, server] = [await startReceiver(), await startReceiver()];
  server.answer(token('first'), token('second'), token('third'));
  const clock = createFakeClock();
  const oauth2 = { tokenUrl: server.url, clientId: 'off hook', clientSecret: CLIENT_SECRET, scopes: [] };
  const sender = createWebhookSender(webhookTarget(receiver.url, { oauth2, ...fields }), {
    clock,
    version: '1.2.3',
  });
  onTestFinished(() => sender.close());
  return { receiver, server, clock, oauth2, send: (signal = never) => sender.send(event, signal) };
}

const bearers = ({ requests }: Receiver) => requests.map(({ headers }) => headers.authorization);

test('a token is asked for as RFC 6749 says, and sent with the event', async () => {
  const { receiver, server, oauth2 } = await start();
  const sender = createWebhookSender(
    webhookTarget(receiver.url, {
      oauth2: { ...oauth2, scopes: ['a:b', 'c'], audience: 'https://api.example' },
    }),
    { clock: createFakeClock(), version: '1.2.3' },
  );
  expect(await sender.send(event, never)).toEqual({ kind: 'delivered', status: 202 });
  await sender.close();
  const [asked] = server.requests;
  expect(asked).toMatchObject({ method: 'POST', path: '/hook?tenant=a' });
  expect(asked?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(Buffer.from(String(asked?.headers.authorization).slice(6), 'base64').toString()).toBe(
    'off+hook:p%40ss%2Fw%3Ard',
  );
  expect(Object.fromEntries(new URLSearchParams(asked?.body.toString()))).toEqual({
    grant_type: 'client_credentials',
    scope: 'a:b c',
    audience: 'https://api.example',
  });
  expect(bearers(receiver)).toEqual(['Bearer first']);
});

test('a token is used until shortly before its end, and many attempts at once fetch one', async () => {
  const { receiver, server, clock, send } = await start();
  await Promise.all(Array.from({ length: 8 }, () => send()));
  expect(server.requests).toHaveLength(1);
  await clock.advance(3_539_000);
  await send();
  expect(server.requests).toHaveLength(1);
  await clock.advance(2_000);
  await send();
  expect(bearers(receiver).slice(-2)).toEqual(['Bearer first', 'Bearer second']);
});

test('a token that a receiver refuses is replaced once within the attempt', async () => {
  const { receiver, server, clock, send } = await start();
  await send();
  await clock.advance(120_000);
  receiver.answer(401, 202);
  expect(await send()).toEqual({ kind: 'delivered', status: 202 });
  expect(bearers(receiver)).toEqual(['Bearer first', 'Bearer first', 'Bearer second']);

  await clock.advance(120_000);
  receiver.answer(401);
  expect(await send()).toMatchObject({ kind: 'retry', reason: 'http 401' });
  expect(server.requests).toHaveLength(3);
  // One that was made a moment ago and is refused as well: another one would be, too.
  expect(await send()).toMatchObject({ kind: 'retry', reason: 'http 401' });
  expect(server.requests).toHaveLength(3);
});

test.for([
  ['oauth2 invalid_client', json({ error: 'invalid_client', error_description: CLIENT_SECRET }, 401)],
  ['oauth2 invalid_scope', json({ error: 'invalid_scope' }, 400)],
  ['oauth2 http 500', respond(500, {}, CLIENT_SECRET)],
  ['oauth2 http 400', json({ error: `${CLIENT_SECRET} is wrong` }, 400)],
  ['oauth2 http 302', respond(302, { location: 'http://127.0.0.1:1/' })],
  ['oauth2 malformed answer', respond(200, {}, `<html>${CLIENT_SECRET}`)],
  ['oauth2 malformed answer', json({ access_token: 'a\r\nb: c', token_type: 'bearer' })],
  ['oauth2 malformed answer', json([])],
  ['oauth2 no bearer token', json({ access_token: 'a', token_type: 'mac' })],
  ['oauth2 answer too large', respond(200, {}, ' '.repeat(70_000))],
] as const)('%s', async ([reason, answer]) => {
  const { receiver, server, send } = await start();
  server.answer(answer);
  const outcome = await send();
  expect(outcome).toEqual({ kind: 'retry', scope: 'receiver', status: null, reason });
  expect(inspect(outcome)).not.toContain('ss/w');
  expect(receiver.requests).toEqual([]);
  expect(server.requests).toHaveLength(1);
});

test('an answer without an end is given up at 64 KiB', async () => {
  const { server, send } = await start();
  let written = 0;
  server.answer((response) => {
    response.writeHead(200);
    const more = () => {
      written += 16_384;
      if (!response.destroyed && written < 2 ** 30) response.write(' '.repeat(16_384), more);
    };
    more();
  });
  expect(await send()).toMatchObject({ reason: 'oauth2 answer too large' });
  expect(written).toBeLessThan(2 ** 24);
});

test('a server that asks for patience gets it', async () => {
  const { server, send } = await start();
  server.answer(respond(503, { 'retry-after': '120' }));
  expect(await send()).toMatchObject({ reason: 'oauth2 http 503', afterMs: 120_000 });
});

test('a server that never answers costs half of the attempt’s time', async () => {
  const { server, clock, send } = await start({ timeoutMs: 10_000 });
  server.answer(hang, token('late'));
  const outcome = send();
  await server.received(1);
  await clock.advance(5_000);
  expect(await outcome).toMatchObject({ kind: 'retry', reason: 'oauth2 timeout 5000 ms' });
  expect(await send()).toEqual({ kind: 'delivered', status: 202 });
});

test('who gives up waiting for a token does not take it from the others', async () => {
  const { server, send } = await start();
  let answer = () => {};
  server.answer((response, request) => {
    answer = () => (token('first') as (r: typeof response, q: typeof request) => void)(response, request);
  });
  const controller = new AbortController();
  const [first, second] = [send(controller.signal), send()];
  await server.received(1);
  controller.abort(new Error('no time'));
  expect(await first).toMatchObject({ kind: 'retry' });
  answer();
  expect(await second).toEqual({ kind: 'delivered', status: 202 });
});

test('tokens are asked for by way of the proxy, and the guard looks at where they come from', async () => {
  const proxy = await startHttpProxy();
  const parsed = parseProxy(proxy.url);
  if ('fault' in parsed) throw new Error(parsed.fault);
  const { server, send } = await start({ proxyFor: () => parsed.value });
  expect(await send()).toEqual({ kind: 'delivered', status: 202 });
  expect(proxy.asked.some((line) => line.includes(new URL(server.url).host))).toBe(true);

  const denied = { kind: 'denied', why: 'Host', message: 'no' } as const;
  const guarded = await start({
    guard: {
      judge: (url) => (url.port === new URL(guarded.server.url).port ? denied : null),
      resolve: async () => denied,
      trustsProxies: false,
    },
  });
  expect(await guarded.send()).toMatchObject({ kind: 'retry', reason: 'oauth2 denied Host' });
  expect(guarded.server.requests).toEqual([]);
});

test('the authority of the receiver is trusted for its tokens, but our certificate is for the receiver', async () => {
  const authority = createTestAuthority('receivers');
  const [receiver, server] = [
    await startReceiver({ tls: authority.issue('127.0.0.1') }),
    await startReceiver({ tls: authority.issue('127.0.0.1') }),
  ];
  server.answer(token('first'));
  const oauth2 = { tokenUrl: server.url, clientId: 'a', clientSecret: 'b', scopes: [] };
  const target = webhookTarget(receiver.url, { oauth2, tls: { ca: authority.cert } });
  const sender = createWebhookSender(target, { clock: createFakeClock(), version: '1.2.3' });
  onTestFinished(() => sender.close());
  expect(await sender.send(event, never)).toEqual({ kind: 'delivered', status: 202 });
});
