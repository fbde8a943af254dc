import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createOutboundFetch } from '../../../settings/outbound/outbound-fetch.ts';
import { CONNECT_DIRECTLY } from '../../../settings/outbound/proxy-rules.ts';
import { flood } from '../../support/http-proxy.ts';
import { respond, startReceiver } from '../../support/receiver.ts';

function outboundFetch(): typeof fetch {
  const outbound = createOutboundFetch(CONNECT_DIRECTLY);
  onTestFinished(outbound.close);
  return outbound.fetch;
}

/** Answers each request with `bytes`, again and again. */
async function startFlood(bytes: string): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.once('data', () => flood(socket, bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test('is the platform’s fetch: requests, answers and classes', async () => {
  const receiver = await startReceiver();
  receiver.answer(respond(201, { 'x-answer': 'a' }, 'é'.repeat(100_000)));
  const request = new Request(receiver.url, { method: 'PUT', body: 'body', headers: { 'x-asked': 'b' } });
  for (const response of [await outboundFetch()(request), await outboundFetch()(receiver.url)]) {
    expect(response).toBeInstanceOf(Response);
    expect([response.status, response.headers.get('x-answer'), response.url]).toEqual([
      201,
      'a',
      receiver.url,
    ]);
    expect(await response.text()).toHaveLength(100_000);
  }
  const [put, get] = receiver.requests;
  expect([put?.method, put?.headers['x-asked'], put?.body.toString()]).toEqual(['PUT', 'b', 'body']);
  expect(get?.method).toBe('GET');
});

test('gives up interim answers that have no end, long before the deadline of who asks', async () => {
  const url = await startFlood('HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n');
  const failure: unknown = await outboundFetch()(url, { signal: AbortSignal.timeout(100_000) }).catch(
    (error) => error,
  );
  expect(failure).toMatchObject({ cause: { name: 'TooManyInterimAnswers' } });
});

test('takes a few of them', async () => {
  const receiver = await startReceiver();
  receiver.answer((response) => {
    for (let count = 0; count < 5; count += 1)
      response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
    response.writeHead(200).end('done');
  });
  expect(await (await outboundFetch()(receiver.url)).text()).toBe('done');
});

test('a signal ends it at once, also while it connects', async () => {
  const silent = createServer((socket) => void socket.on('error', () => {}));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void silent.close());
  const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  await expect(outboundFetch()(url, { signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});
