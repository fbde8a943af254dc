import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serialiseEvent } from '../../protocol/serialise-event.ts';
import { type Bridge, PLATFORMS } from './support/platforms.ts';
import { postStart, sampleId } from './support/sample-events.ts';
import { deliver, signedHeaders } from './support/signed-post.ts';

const CANARY = 'canary-3f1c';
const encode = (text: string) => new TextEncoder().encode(text);
const bodyOf = (key: string) => serialiseEvent(postStart({ key, pod: CANARY }));

type Case = {
  readonly name: string;
  readonly status: number;
  readonly answer: Readonly<Record<string, unknown>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Changes the headers of a well-signed request. */
  readonly headers?: (headers: Record<string, string>) => Record<string, string>;
  readonly signedAtMs?: number;
};

const MINUTES = 60_000;
const without = (name: string) => (headers: Record<string, string>) => {
  const { [name]: _, ...rest } = headers;
  return rest;
};
const edited = (edit: (event: Record<string, unknown>) => Record<string, unknown>) =>
  encode(JSON.stringify(edit(structuredClone({ ...postStart({ key: 'refused' }) }))));

const REFUSALS: readonly Case[] = [
  { name: 'no webhook-id', status: 400, headers: without('webhook-id'), answer: {} },
  {
    name: 'an id with a dot',
    status: 400,
    headers: (headers) => ({ ...headers, 'webhook-id': 'evt_a.b' }),
    answer: {},
  },
  {
    name: 'a timestamp that is not a number',
    status: 400,
    headers: (headers) => ({ ...headers, 'webhook-timestamp': '1700000000abc' }),
    answer: {},
  },
  { name: 'a timestamp six minutes old', status: 400, signedAtMs: -6 * MINUTES, answer: {} },
  { name: 'a timestamp six minutes ahead', status: 400, signedAtMs: 6 * MINUTES, answer: {} },
  { name: 'an empty body', status: 400, body: encode(''), answer: {} },
  {
    name: 'signed bytes that are not UTF-8',
    status: 400,
    body: new Uint8Array([0x7b, 0xff, 0x7d]),
    answer: {},
  },
  { name: 'signed text that is not JSON', status: 400, body: encode(`{"id": ${CANARY}`), answer: {} },
  { name: 'a duplicate key', status: 400, body: encode('{"id":"a","id":"b"}'), answer: {} },
  { name: 'no signature', status: 401, headers: without('webhook-signature'), answer: {} },
  {
    name: 'a signature of another body',
    status: 401,
    headers: (headers) => ({ ...headers, 'webhook-signature': `v1,${'A'.repeat(43)}=` }),
    answer: { error: 'bad_signature' },
  },
  {
    name: 'a signature of an unknown version',
    status: 401,
    headers: (headers) => ({ ...headers, 'webhook-signature': `v9,${'A'.repeat(43)}=` }),
    answer: { error: 'no_supported_signature' },
  },
  {
    name: 'a body above the limit',
    status: 413,
    body: new Uint8Array(262_145),
    answer: { error: 'body_too_large' },
  },
  {
    name: 'another content type',
    status: 415,
    headers: (headers) => ({ ...headers, 'content-type': 'text/plain' }),
    answer: { error: 'unsupported_media_type' },
  },
  {
    name: 'plain JSON',
    status: 415,
    headers: (headers) => ({ ...headers, 'content-type': 'application/json' }),
    answer: { error: 'unsupported_media_type' },
  },
  {
    name: 'a compressed body',
    status: 415,
    headers: (headers) => ({ ...headers, 'content-encoding': 'gzip' }),
    answer: { error: 'unsupported_encoding' },
  },
  {
    name: 'JSON that is no CloudEvent',
    status: 422,
    body: edited(({ specversion: _, ...rest }) => rest),
    answer: { error: 'unreadable_event', path: 'specversion' },
  },
  {
    name: 'an event with a broken field',
    status: 422,
    body: edited((event) => ({ ...event, data: { ...(event.data as object), observation: CANARY } })),
    answer: { error: 'unreadable_event', path: 'data.observation' },
  },
  {
    name: 'an event with another id than the header',
    status: 422,
    body: bodyOf('another'),
    answer: { error: 'unreadable_event', path: 'id' },
  },
];

describe.each(PLATFORMS)('the receiver on $platform', ({ start }) => {
  let bridge: Bridge;
  beforeAll(async () => {
    bridge = await start({ PROBE_URL: 'http://127.0.0.1:9' });
  });
  afterAll(() => bridge.close());

  const post = async (id: string, body: Uint8Array<ArrayBuffer>, one: Partial<Case> = {}) => {
    const headers = await signedHeaders(id, body, Date.now() + (one.signedAtMs ?? 0));
    return fetch(`${bridge.url}/events`, {
      method: 'POST',
      body,
      headers: one.headers?.(headers) ?? headers,
    });
  };

  it.each(REFUSALS)('answers $status to $name, without repeating any of it', async (one) => {
    const response = await post(sampleId('refused'), one.body ?? bodyOf('refused'), one);
    const text = await response.text();
    expect({ status: response.status, ...JSON.parse(text) }).toMatchObject({
      status: one.status,
      error: expect.any(String),
      message: expect.any(String),
      ...one.answer,
    });
    expect(text).not.toMatch(new RegExp(`${CANARY}|AAAA`));
  });

  it('runs no handler for what it refused', async () => {
    const eventIds = (await bridge.auditRows()).map((row) => row.eventId);
    expect(eventIds).not.toContain(sampleId('refused'));
  });

  it('answers 202 to an event it has stored, and 200 when it comes again', async () => {
    const event = postStart({ key: 'stored' });
    const first = await deliver(bridge.url, event);
    expect([first.status, await first.json()]).toEqual([202, { status: 'stored', id: event.id }]);
    const second = await deliver(bridge.url, event);
    expect([second.status, await second.json()]).toEqual([200, { status: 'duplicate', id: event.id }]);
  });

  it('accepts parameters of the content type, and unknown fields', async () => {
    const body = encode(JSON.stringify({ ...postStart({ key: 'extended' }), future: { field: 1 } }));
    const withCharset = (headers: Record<string, string>) => ({
      ...headers,
      'content-type': 'Application/CloudEvents+JSON; charset=utf-8',
    });
    expect((await post(sampleId('extended'), body, { headers: withCharset })).status).toBe(202);
  });

  it('answers 202 to a type it does not know, counts it, and ignores it', async () => {
    const id = sampleId('unknown type');
    const event = { ...postStart({ key: 'unknown type' }), type: 'dev.offhook.container.hibernated' };
    const response = await post(id, encode(JSON.stringify(event)));
    expect([response.status, await response.json()]).toEqual([202, { status: 'ignored', id }]);
    const health = await (await fetch(`${bridge.url}/healthz`)).json();
    expect(health).toMatchObject({ status: 'ok', counters: { ignoredUnknownType: 1 } });
  });

  it('stops reading a body without a declared length at its limit', async () => {
    const chunk = new Uint8Array(65_536);
    const body = new ReadableStream({ pull: (controller) => controller.enqueue(chunk) });
    const headers = await signedHeaders(sampleId('endless'), chunk);
    const request = { method: 'POST', body, headers, duplex: 'half' } as const;
    const status = await fetch(`${bridge.url}/events`, request).then(
      (response) => response.status,
      // The server may cut the connection while the endless body is still on its way.
      () => 'cut',
    );
    expect([413, 'cut']).toContain(status);
    expect((await fetch(`${bridge.url}/healthz`)).status).toBe(200);
  });

  it.each(['GET', 'PUT', 'DELETE'])('answers 405 to %s /events and says what is allowed', async (method) => {
    const response = await fetch(`${bridge.url}/events`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('answers 404 elsewhere', async () => {
    expect((await fetch(`${bridge.url}/admin`)).status).toBe(404);
  });
});
