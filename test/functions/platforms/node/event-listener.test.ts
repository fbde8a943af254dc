import { request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startNodeReceiver } from '../../../../functions/platforms/node/start-receiver.ts';
import { serialiseEvent } from '../../../../protocol/event/serialise-event.ts';
import { MAX_BODY_BYTES } from '../../../../protocol/http/read-body.ts';
import { temporaryDirectory } from '../../../support/journal-directory.ts';
import { eventually } from '../../support/eventually.ts';
import { postStart } from '../../support/sample-events.ts';
import { SECRET, signedHeaders } from '../../support/signed-post.ts';

const silent = { info() {}, warn() {}, error() {} };

async function start() {
  const receiver = await startNodeReceiver({
    port: 0,
    dataDir: temporaryDirectory(),
    secrets: [SECRET],
    log: silent,
    registerHandlers: () => {},
  });
  onTestFinished(() => receiver.close());
  return receiver;
}

async function delivery(key: string) {
  const event = postStart({ key });
  const body = serialiseEvent(event);
  return { id: event.id, body, headers: await signedHeaders(event.id, body) };
}

/** `/events` goes the short way, `/events?` the one over a web `Request`: the same for whoever sends. */
const WAYS = ['/events', '/events?'];

type Health = { readonly counters: { readonly refused: number } };
type Sent = { readonly headers: OutgoingHttpHeaders; readonly body: readonly Uint8Array[] };

function post(url: string, { headers, body }: Sent): Promise<{ status: number; type: string; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: String(response.headers['content-type']),
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.on('error', reject);
    for (const chunk of body) request.write(chunk);
    request.end();
  });
}

it('answers the same on either way, whatever is sent', async () => {
  const { url } = await start();
  const { body, headers } = await delivery('ways');
  const chunked = { ...headers, 'transfer-encoding': 'chunked' };
  const cases: readonly Sent[] = [
    { headers, body: [new TextEncoder().encode('{}')] },
    { headers, body: [] },
    { headers: { ...headers, 'content-type': 'text/plain' }, body: [body] },
    { headers: { ...headers, 'content-encoding': 'gzip' }, body: [body] },
    { headers: { ...headers, 'webhook-id': ['evt_a', 'evt_b'] }, body: [body] },
    {
      headers: { ...headers, 'content-type': [String(headers['content-type']), 'text/plain'] as never },
      body: [body],
    },
    { headers: { ...headers, 'webhook-timestamp': '1' }, body: [body] },
    {
      headers: { ...headers, 'content-length': String(MAX_BODY_BYTES + 1) },
      body: [new Uint8Array(MAX_BODY_BYTES + 1)],
    },
    { headers: chunked, body: [new Uint8Array(MAX_BODY_BYTES), new Uint8Array(1)] },
  ];
  for (const sent of cases) {
    const [short, long] = await Promise.all(WAYS.map((path) => post(url + path, sent)));
    expect(short?.status).toBeGreaterThanOrEqual(400);
    expect(short).toEqual(long);
  }
});

it('takes an event however its bytes come, once', async () => {
  const { url } = await start();
  const { id, body, headers } = await delivery('pieces');
  const pieces = Array.from({ length: Math.ceil(body.length / 100) }, (_, at) =>
    body.subarray(at * 100, at * 100 + 100),
  );
  expect(await post(`${url}/events`, { headers, body: pieces })).toEqual({
    status: 202,
    type: 'application/json',
    text: JSON.stringify({ status: 'stored', id }),
  });
  for (const path of WAYS) {
    const again = await post(url + path, { headers, body: [body] });
    expect([again.status, JSON.parse(again.text)]).toEqual([200, { status: 'duplicate', id }]);
  }
});

it('a sender that goes away in the middle leaves nothing behind, and the next one is served', async () => {
  const { url } = await start();
  const { body, headers } = await delivery('gone');
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const lines = Object.entries({ host: 'receiver', 'content-length': body.length, ...headers });
  socket.write(
    `POST /events HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
  );
  socket.write(body.subarray(0, 10));
  const refused = async () => ((await (await fetch(`${url}/healthz`)).json()) as Health).counters.refused;
  expect(await refused()).toBe(0);
  socket.destroy();
  expect(await eventually(refused, (count) => count === 1)).toBe(1);
  expect((await post(`${url}/events`, { headers, body: [body] })).status).toBe(202);
});
